/**
 * Asks every far end, all the time, whether it lives and takes connections. nexd's own word comes up to 210 seconds
 * late, and until a dead far end's rules are gone, each of its turns is a connection that hangs.
 *
 * The question goes to a port behind which an export gateway has its agent. Any other device refuses it, with a living
 * network stack, and that is an answer too. A far end from which nothing ever came, such as a machine behind a
 * firewall, cannot be judged in this way.
 */

import type { Rule } from '../proxy/rules.ts';
import { probePort } from '../proxy/ports.ts';
import type { Clock } from '../runtime/clock.ts';
import { sameJSON } from '../runtime/compare.ts';
import type { Log } from '../runtime/log.ts';
import { probe, type Probe, type Probed, type ProbeResult } from './probe.ts';
import { formatQuestion, type Answer } from './probe-protocol.ts';
import { comeBack, newTarget, wordOf, type ProbeTarget } from './probe-target.ts';
import type { Target as RelayTarget } from './relay/target.ts';
import type { Readiness } from './relay/relay.ts';

/** Far ends that are asked; each has a port of its own. */
const maxProbes = 1000;

const timing = {
  /** A lost packet is sent again after one second. */
  deadlineMs: 1_900,
  intervalMs: 1_000,
  /** Each question to a silent one leaves nexd with a connection attempt for two minutes. */
  silentIntervalMs: 3_000,
  /** The rule is on its way. */
  unknownIntervalMs: 250,
  /** With many far ends, each is asked more seldom. */
  perProbeMs: 10,
  /**
   * So long an export gateway that is no longer wanted is asked. Its pod may be on its way back, and a tunnel to its new
   * place comes up at once when something is sent there.
   */
  rememberMs: 60_000,
  /** So long a far end that had an agent is not used without: then it has none any more. */
  forgetAgentMs: 60_000,
  /** So long one that answered too late counts as slow: its node may have no CPU to spare. */
  slowMs: 10_000,
  /** After so long a silence it will not come back as it was: what is open there has ended. */
  lostMs: 5_000,
} as const;

/** What was known of a far end's port when something was opened there. */
export interface Mark {
  readonly instance: string | undefined;
  readonly ended: number;
}

/** What is known of a far end. */
export interface FarEnd {
  readonly address: string;
  /** Undefined: it cannot be judged. */
  readonly alive: boolean | undefined;
  readonly takesConnections: boolean | undefined;
  readonly rttMs: number | undefined;
}

export interface ProbeCounter {
  probed(result: ProbeResult): void;
}

export interface ProberOptions {
  /** The first of the ports where the probes' rules listen. */
  readonly firstPort: number;
  /** The device that asks. */
  readonly deviceID: string;
  /** Whether nexd may have rules of imports to a far end. */
  readonly uses: (address: string) => boolean;
  /** Whether nexd runs; when it ends, all connections through it do. */
  readonly isNexdThere: () => Promise<boolean>;
  /** Whether this process lacks CPU, so that the silence of others may be its own. */
  readonly isLate?: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly counter: ProbeCounter;
  /** Called when a far end died, came back, or thought otherwise about connections. */
  readonly onChange: () => void;
  readonly probe?: Probe;
}

export class Prober {
  readonly #options: ProberOptions;
  readonly #probe: Probe;
  readonly #targets = new Map<string, ProbeTarget>();
  /** When any far end has answered a question in time, last. */
  #heardAt = -Infinity;

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#probe = options.probe ?? probe;
  }

  /**
   * From now on these addresses are followed, and export gateways that were for a while. Returns the egress rules that
   * nexd needs to ask them; until {@link ask} says that it has them, it may still have another one on the port, by which
   * somebody else would answer.
   */
  follow(addresses: readonly string[]): Rule[] {
    const wanted = new Set(addresses.slice(0, maxProbes));
    for (const [address, target] of this.#targets)
      if (wanted.has(address)) comeBack(target);
      else if (!this.#remembers(target, wanted)) {
        target.stop.abort();
        this.#targets.delete(address);
      }
    const taken = new Set([...this.#targets.values()].map(({ rule }) => rule.port));
    let port = this.#options.firstPort;
    for (const host of wanted) {
      if (this.#targets.has(host)) continue;
      while (taken.has(port)) port++;
      const rule: Rule = { protocol: 'tcp', port: port++, host, targetPort: probePort };
      this.#targets.set(host, newTarget(rule, this.#options.clock));
    }
    return [...this.#targets.values()].map(({ rule }) => rule);
  }

  /** Whether one that is not wanted is asked for a while longer. */
  #remembers(target: ProbeTarget, wanted: ReadonlySet<string>): boolean {
    const now = this.#options.clock.monotonic();
    target.leftAt ??= now;
    const isFull = this.#targets.size + wanted.size >= maxProbes;
    return target.hasAgent && !isFull && now - target.leftAt < timing.rememberMs;
  }

  /** Asks those whose rule nexd has now, alone on its port, from now on. */
  ask(isThere: (rule: Rule) => boolean): void {
    let delayMs = 0;
    for (const [address, target] of this.#targets) {
      if (target.isAsked || !isThere(target.rule)) continue;
      target.isAsked = true;
      void this.#run(address, target, delayMs);
      delayMs += timing.perProbeMs;
    }
  }

  /** Whether a far end is alive; undefined when it cannot be judged. */
  isAlive(address: string): boolean | undefined {
    const target = this.#targets.get(address);
    return target && target.heard > 0 ? target.silentSince === undefined : undefined;
  }

  /** Whether a far end takes new connections; undefined when it cannot be judged. */
  takesConnections(address: string): boolean | undefined {
    const alive = this.isAlive(address);
    return alive === undefined ? undefined : alive && this.#targets.get(address)!.willing;
  }

  /**
   * Whether new connections are to go to a port of a far end. `last`: only where nobody else takes any, as they end
   * soon. Undefined when it cannot be judged.
   */
  readinessOf({ host, port, protocol }: RelayTarget): Readiness | undefined {
    const target = this.#targets.get(host);
    const alive = this.isAlive(host);
    if (!target || alive === undefined) return undefined;
    if (!alive) return this.#isLost(target) ? 'never' : 'later';
    const { state } = wordOf(target, { host, port, protocol }) ?? {};
    if (state === 'closed') return 'never';
    if (state === 'closing') return 'last';
    if (target.willing) return 'now';
    return target.answer?.word === 'draining' && target.agentGoneAt === undefined ? 'last' : 'later';
  }

  markOf(relayTarget: RelayTarget): Mark {
    const target = this.#targets.get(relayTarget.host);
    const { ended = 0 } = wordOf(target, relayTarget) ?? {};
    return { instance: target?.answer?.instance, ended };
  }

  /** Whether what was opened with this mark can carry nothing any more, or must not. */
  isOver(relayTarget: RelayTarget, mark: Mark): boolean {
    const target = this.#targets.get(relayTarget.host);
    if (!target) return false;
    const now = this.markOf(relayTarget);
    const isOther =
      mark.instance !== undefined && now.instance !== undefined && mark.instance !== now.instance;
    const isClosed = wordOf(target, relayTarget)?.state === 'closed';
    return isOther || isClosed || now.ended > mark.ended || this.#isLost(target);
  }

  /** One that was about to stop does not come back as it was. */
  #isLost({ silentSince, answer }: ProbeTarget): boolean {
    if (silentSince === undefined) return false;
    const ms = this.#options.clock.monotonic() - silentSince;
    return answer?.word === 'draining' || ms >= timing.lostMs;
  }

  /** What the status says of the time to a far end and back, in whole milliseconds. */
  rttMillis(address: string): number | undefined {
    return this.#targets.get(address)?.roundTrips.toTell();
  }

  get farEnds(): FarEnd[] {
    const wanted = [...this.#targets].filter(([, { leftAt }]) => leftAt === undefined);
    return wanted.map(([address, { roundTrips }]) => ({
      address,
      alive: this.isAlive(address),
      takesConnections: this.takesConnections(address),
      rttMs: roundTrips.typical,
    }));
  }

  /** What is known of the far ends counts no more, as nexd was started anew. */
  forget(): void {
    for (const target of this.#targets.values()) {
      target.heard = 0;
      target.silentSince = undefined;
      // Questions that are under way go to the former nexd.
      target.notBefore = target.asked + 1;
    }
  }

  /** Asks nobody any more. */
  stop(): void {
    for (const { stop } of this.#targets.values()) stop.abort();
    this.#targets.clear();
  }

  async #run(address: string, target: ProbeTarget, delayMs: number): Promise<void> {
    const { signal } = target.stop;
    const sleep = (ms: number) => this.#options.clock.sleep(ms, signal).catch(() => {});
    await sleep(delayMs);
    while (!signal.aborted) {
      void this.#ask(address, target);
      await sleep(timing.unknownIntervalMs);
      await sleep(this.#pauseMs(target) - timing.unknownIntervalMs);
    }
  }

  #pauseMs({ unknown, silentSince, leftAt }: ProbeTarget): number {
    const least = this.#targets.size * timing.perProbeMs;
    const isSilent = silentSince !== undefined && leftAt === undefined;
    const pause = unknown ? timing.unknownIntervalMs : isSilent ? timing.silentIntervalMs : timing.intervalMs;
    return Math.max(pause, least);
  }

  async #ask(address: string, target: ProbeTarget): Promise<void> {
    const { deviceID, uses, isNexdThere, counter } = this.#options;
    const { signal } = target.stop;
    const number = ++target.asked;
    const askedAt = this.#options.clock.monotonic();
    const question = formatQuestion({ from: deviceID, uses: uses(address) });
    // A late refusal may be one of nexd itself.
    const onLate = (late: Probed) => {
      if (!late.answer) return;
      target.slowUntil = this.#options.clock.monotonic() + timing.slowMs;
      this.#hear(address, target, number, late);
    };
    let probed = await this.#probe(target.rule.port, question, timing.deadlineMs, signal, onLate);
    if (probed.result === 'refused' && !signal.aborted && !(await isNexdThere()))
      probed = { result: 'unknown' };
    if (signal.aborted) return;
    counter.probed(probed.result);
    if (probed.result === 'silent' && this.#isDoubtful(target, askedAt)) return;
    if (probed.result !== 'silent' && probed.result !== 'unknown')
      this.#heardAt = this.#options.clock.monotonic();
    this.#hear(address, target, number, probed);
  }

  #hear(address: string, target: ProbeTarget, number: number, probed: Probed): void {
    if (target.stop.signal.aborted) return;
    const before = [this.isAlive(address), this.takesConnections(address)];
    const { answer } = target;
    this.#judge(target, number, probed);
    this.#tell(address, before);
    if (target.answer !== answer && !sameTerms(target.answer, answer)) this.#options.onChange();
  }

  /** Whether a silence since then says nothing: one side lacks CPU, and nobody else has answered in time either. */
  #isDoubtful({ slowUntil }: ProbeTarget, askedAt: number): boolean {
    const isSlow = this.#options.isLate?.() === true || this.#options.clock.monotonic() < slowUntil;
    return isSlow && this.#heardAt < askedAt;
  }

  #judge(target: ProbeTarget, number: number, { result, rttMs, answer }: Probed): void {
    target.unknown = result === 'unknown';
    if (result === 'unknown' || number < target.heard || number < target.notBefore) return;
    if (result === 'silent') {
      target.silentSince ??= this.#options.clock.monotonic();
      target.roundTrips.forget();
      return;
    }
    target.heard = number;
    target.silentSince = undefined;
    if (answer) target.answer = answer;
    if (rttMs !== undefined) target.roundTrips.add(rttMs);
    if (result === 'alive' || result === 'draining') {
      target.hasAgent = true;
      target.agentGoneAt = undefined;
      target.willing = result === 'alive';
    } else target.willing = !this.#hasAgent(target);
  }

  /** Whether an agent belongs to a far end of which something else has answered. */
  #hasAgent(target: ProbeTarget): boolean {
    const now = this.#options.clock.monotonic();
    target.agentGoneAt ??= now;
    if (now - target.agentGoneAt >= timing.forgetAgentMs) target.hasAgent = false;
    return target.hasAgent;
  }

  #tell(address: string, [wasAlive, tookConnections]: (boolean | undefined)[]): void {
    const { log, onChange } = this.#options;
    const alive = this.isAlive(address);
    const takes = this.takesConnections(address);
    if (alive === wasAlive && takes === tookConnections) return;
    if (alive === false) log.warn('far end is silent', { address });
    else if (wasAlive === false) log.info('far end answers again', { address, takesConnections: takes });
    else if (takes === false) log.info('far end takes no more connections', { address });
    else if (tookConnections === false) log.info('far end takes connections again', { address });
    onChange();
  }
}

/** Whether two answers say the same about what is open. */
const sameTerms = (a: Answer | undefined, b: Answer | undefined): boolean =>
  a?.instance === b?.instance && sameJSON([...(a?.ports ?? [])], [...(b?.ports ?? [])]);
