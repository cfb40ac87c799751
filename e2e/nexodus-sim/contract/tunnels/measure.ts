/** One case, once. */

import type { Case } from './cases.ts';
import type { Nexd } from './nexd.ts';
import { otherRole, type Pair, type Role, type Side, type Way } from './pair.ts';
import type { Run, Traffic } from './result.ts';
import { Datagrams, type Echo, Knocking, Lasting } from './traffic.ts';
import { sleep, until } from './waiting.ts';

/** How long is waited; the defaults are those of recordings. */
export interface Patience {
  /** Before the event, at least and at most: a watch that was silent for ten seconds behaves otherwise than a fresh one. */
  readonly settleMs: readonly [number, number];
  /** For the first byte. */
  readonly firstMs: number;
  /** After the first byte, for datagrams that are under way. */
  readonly afterMs: number;
  /** For the end of a connection from before the event. */
  readonly lastingMs: number;
}

export const recordingPatience: Patience = {
  settleMs: [12_000, 20_000],
  firstMs: 45_000,
  afterMs: 4_000,
  lastingMs: 25_000,
};

const now = (): number => performance.now();

/** What happened, and when. */
interface Occurrence {
  /** When the process was started, or the link cut. */
  readonly started: number;
  /** When it had its tunnel address, or the link was whole again; none: nexd ended, or did not get that far. */
  readonly up: number | undefined;
  readonly learned?: Promise<number | undefined> | undefined;
  readonly failed?: Pick<Run, 'exit' | 'exitMs'>;
}

class Measurement {
  readonly #pair: Pair;
  readonly #case: Case;
  readonly #traffic: Traffic;
  readonly #echo: Echo;
  readonly #patience: Patience;
  readonly #opener: Role;
  #sent: Knocking | Datagrams | undefined;
  #nudging: Datagrams | undefined;
  #isOver = false;

  constructor(pair: Pair, measured: Case, traffic: Traffic, echo: Echo, patience: Patience) {
    this.#pair = pair;
    this.#case = measured;
    this.#traffic = traffic;
    this.#echo = echo;
    this.#patience = patience;
    this.#opener = traffic === 'tcp-back' ? 'export' : 'import';
  }

  get #side(): Side {
    return this.#pair.sides[this.#case.side];
  }

  get #other(): Side {
    return this.#pair.sides[otherRole(this.#case.side)];
  }

  #send({ address, port }: Way): void {
    this.#sent?.stop();
    this.#sent = this.#traffic === 'udp' ? new Datagrams(address, port) : new Knocking(address, port);
  }

  async run(): Promise<Run> {
    const { away, nudge } = this.#case;
    const way = await this.#pair.openWay(this.#opener);
    const nudgeWay = nudge === true ? await this.#pair.openWay(this.#other.role) : undefined;
    this.#send(way);
    await until(() => this.#sent?.firstAfter(0) !== undefined, 90_000);
    if (this.#sent?.firstAfter(0) === undefined) throw new Error('no tunnel before the event');
    const lasting = this.#traffic === 'udp' ? undefined : new Lasting(way.address, way.port);
    const [least, most] = this.#patience.settleMs;
    await sleep(least + Math.random() * (most - least));
    if (away !== undefined) await this.#pair.loseNexodus(away.roles, away.how);
    const old = this.#side.nexd;
    try {
      const occurrence = this.#case.event === 'cut' ? await this.#cut() : await this.#replace(nudgeWay);
      return await this.#observe(occurrence, lasting);
    } finally {
      this.#isOver = true;
      this.#sent.stop();
      this.#nudging?.stop();
      lasting?.stop();
      if (away !== undefined) await this.#pair.findNexodus(away.roles);
      if (this.#side.nexd !== old) await old.kill();
    }
  }

  async #cut(): Promise<Occurrence> {
    await this.#side.site.cut();
    const started = now();
    await sleep(this.#case.cutMs ?? 0);
    await this.#side.site.heal();
    return { started, up: now() };
  }

  async #replace(nudgeWay: Way | undefined): Promise<Occurrence> {
    const { event, againAfterMs } = this.#case;
    const old = this.#side.nexd;
    const next = await this.#next(old);
    const before = await this.#other.nexd.peers();
    if (event !== 'added') await old.kill();
    next.start();
    this.#side.nexd = next;
    const started = next.startedAt;
    const learned = event === 'restarted' ? undefined : this.#whenLearned(next, before, nudgeWay);
    const address = await next.tunnelAddress(60_000);
    const up = now();
    if (address === undefined) return { started, up: undefined, failed: await this.#giveAnotherChance(next) };
    this.#side.tunnelAddress = address;
    // A new pod has no rules yet, and a new device is reached by rules of its own.
    const needsWay = event === 'replaced' ? this.#case.side === this.#opener : event !== 'restarted';
    if (needsWay) this.#send(await this.#pair.openWay(this.#opener));
    if (againAfterMs !== undefined) {
      await sleep(againAfterMs - (now() - up));
      await next.kill();
      next.start();
    }
    return { started, up, learned };
  }

  async #observe({ started, up, learned, failed }: Occurrence, lasting: Lasting | undefined): Promise<Run> {
    if (up === undefined) return failed ?? {};
    const { afterMs, firstMs, lastingMs } = this.#patience;
    const first = (): number | undefined => this.#sent?.firstAfter(up);
    await until(() => first() !== undefined, firstMs);
    const came = first();
    if (came !== undefined) await sleep(afterMs);
    const end = now() - 1_000;
    if (lasting !== undefined && came !== undefined) {
      const isKnown = (): boolean =>
        (lasting.end !== undefined && this.#echo.ends.has(lasting.name)) || lasting.goesOnAfter(up);
      await until(isKnown, lastingMs);
    }
    const learnedAt = await Promise.race([learned, sleep(0)]);
    const { round } = Math;
    return {
      ...(this.#case.event === 'cut' ? {} : { startMs: round(up - started) }),
      ...(learnedAt === undefined ? {} : { learnedMs: round(learnedAt - up) }),
      ...(came === undefined ? {} : { firstMs: round(came - up), sinceEventMs: round(came - started) }),
      ...(this.#sent instanceof Datagrams
        ? { lost: this.#sent.lost(started, end), lostSinceUp: this.#sent.lost(up, end) }
        : {}),
      ...(lasting === undefined ? {} : this.#fate(lasting, started, up)),
    };
  }

  #fate(lasting: Lasting, started: number, up: number): Run {
    const served = this.#echo.ends.get(lasting.name);
    const continuesAt = lasting.goesOnAfter(up) ? lasting.lastByteAt : undefined;
    const clientAt = lasting.end?.at ?? continuesAt;
    return {
      client: lasting.end?.how ?? (continuesAt === undefined ? 'silent' : 'goes on'),
      ...(clientAt === undefined ? {} : { clientMs: Math.round(clientAt - started) }),
      server: served?.how ?? 'open',
      ...(served === undefined ? {} : { serverMs: Math.round(served.at - started) }),
    };
  }

  /** The nexd that comes; its pod is there before the old one goes. */
  async #next(old: Nexd): Promise<Nexd> {
    const { event, side } = this.#case;
    if (event === 'restarted') return old;
    const pod = await this.#pair.newPod(side);
    return this.#pair.nexd(pod, event === 'replaced' ? old.keys : undefined);
  }

  /** When the other side's nexd has the new endpoint; from then on it is nudged, if the case says so. */
  async #whenLearned(
    next: Nexd,
    before: readonly { readonly PublicKey: string; readonly Endpoint: string }[],
    nudgeWay: Way | undefined,
  ): Promise<number | undefined> {
    while (!this.#isOver) {
      const peers = await this.#other.nexd.peers().catch(() => []);
      const { publicKey } = next.keys;
      const known = before.find(peer => peer.PublicKey === publicKey)?.Endpoint;
      const isThere = peers.some(peer => peer.PublicKey === publicKey && peer.Endpoint !== known);
      if (isThere) {
        if (nudgeWay !== undefined) this.#nudging = new Datagrams(nudgeWay.address, nudgeWay.nudgePort, 200);
        return now();
      }
      await sleep(100);
    }
    return undefined;
  }

  /** A nexd without Nexodus could not start: it starts again, with it, so that the pair can go on. */
  async #giveAnotherChance(nexd: Nexd): Promise<Pick<Run, 'exit' | 'exitMs'>> {
    const { away } = this.#case;
    if (away?.roles.includes(this.#case.side) !== true)
      throw new Error(`no tunnel address:\n${nexd.log.slice(-1_000)}`);
    const { exit, startedAt } = nexd;
    const failed = {
      exit: exit === undefined ? 'still starting' : `exit ${exit.code}`,
      exitMs: Math.round((exit?.at ?? now()) - startedAt),
    };
    if (away !== undefined) await this.#pair.findNexodus(away.roles);
    await nexd.kill();
    nexd.start();
    this.#side.tunnelAddress = await this.#pair.address(nexd);
    if (away !== undefined) await this.#pair.loseNexodus(away.roles, away.how);
    return failed;
  }
}

/** Lets a case happen to a pair and measures what comes of it; the pair can be used again. */
export async function measure(
  pair: Pair,
  measured: Case,
  traffic: Traffic,
  echo: Echo,
  patience: Patience,
): Promise<Run> {
  const { publicKey } = pair.sides[measured.side].nexd.keys;
  const result = await new Measurement(pair, measured, traffic, echo, patience).run();
  if (pair.sides[measured.side].nexd.keys.publicKey !== publicKey) await pair.removeDevice(publicKey);
  return result;
}
