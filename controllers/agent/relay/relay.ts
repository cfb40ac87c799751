/**
 * Takes the connections of an import gateway's clients, and hands each to nexd for a far end that takes connections.
 *
 * nexd alone would do worse. It accepts a connection before it dials, waits for a dead far end without limit, does not
 * tell a client that the far side has ended, and keeps connections through a rule that was removed. In front of it the
 * agent chooses the far end, and ends what leads nowhere any more, so that clients can connect anew.
 */

import { flawOf } from '../../proxy/nexd-rule.ts';
import { portKeyOf } from '../../proxy/reconcile-rules.ts';
import type { Rule } from '../../proxy/rules.ts';
import { messageOf } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import type { Choice } from './connection.ts';
import { assignWays, targetKey, targetOf, wayPorts, type Target } from './target.ts';
import { TcpPort, type Open, type RelayPort, type RelayPortOptions } from './tcp-port.ts';
import { UdpPort } from './udp-port.ts';

/**
 * Whether a target takes new connections. `last`: where no other does, as they end soon. `later`: it does not answer at
 * the moment.
 */
export type Readiness = 'now' | 'last' | 'later' | 'never';

export interface RelayOptions {
  /** The first of the ports between relay and nexd. */
  readonly firstPort: number;
  readonly readinessOf: (target: Target) => Readiness;
  /** What is known of a target now; what is open keeps it. */
  readonly markOf: (target: Target) => unknown;
  readonly now: () => number;
  readonly log: Log;
  readonly makePort?: (protocol: Rule['protocol'], options: RelayPortOptions) => RelayPort;
}

/** A port of imports. */
interface Served {
  readonly protocol: Rule['protocol'];
  targets: readonly Target[];
  turn: number;
  /** Whether it was given up. */
  isClosed: boolean;
  port: RelayPort | undefined;
  flaw: string | undefined;
}

export class Relay {
  readonly #options: RelayOptions;
  readonly #served = new Map<string, Served>();
  #ways: ReadonlyMap<string, number> = new Map();
  /** Keys of the targets whose rule nexd has. */
  #there: ReadonlySet<string> = new Set();

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  /**
   * From now on these egress rules say which port leads where; invalid ones are left out. A port that none of them has
   * is closed, with all that is open there. Returns the rules that nexd needs: one for each target, those too that
   * something open still goes to.
   */
  follow(egress: readonly Rule[]): Rule[] {
    const wanted = Map.groupBy(
      egress.filter(rule => flawOf('egress', rule) === undefined),
      keyOf,
    );
    for (const [key, rules] of wanted) this.#serve(key, rules);
    for (const [key, served] of this.#served) if (!wanted.has(key)) this.#giveUp(key, served);
    const targets = new Map(
      [...this.#served.values()]
        .flatMap(({ targets, port }) => [...targets, ...targetsOf(port?.open ?? [])])
        .map(target => [targetKey(target), target]),
    );
    this.#ways = assignWays([...targets.values()], this.#ways, wayPorts(this.#options.firstPort));
    return [...targets.values()].flatMap(target => this.wayOf(target) ?? []);
  }

  /** Listens for clients at every port; `isThere`: whether nexd has a rule, and nothing else on its port. */
  async serve(isThere: (rule: Rule) => boolean): Promise<void> {
    const targets = [...this.#served.values()].flatMap(({ targets, port }) => [
      ...targets,
      ...targetsOf(port?.open ?? []),
    ]);
    this.#there = new Set(
      targets.flatMap(target => {
        const rule = this.wayOf(target);
        return rule && isThere(rule) ? targetKey(target) : [];
      }),
    );
    await Promise.all([...this.#served].map(([key, served]) => this.#listen(key, served)));
  }

  /** Ports, as {@link portKeyOf} names them, that carry nothing, each with the reason. */
  get closed(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#served].flatMap(([key, { flaw, targets }]) => {
        const reason = flaw ?? (targets.every(target => !this.wayOf(target)) ? noWay : undefined);
        return reason === undefined ? [] : [[key, reason] as const];
      }),
    );
  }

  /** The rule by which nexd takes what is for a target; undefined when no port is left for it. */
  wayOf(target: Target): Rule | undefined {
    const port = this.#ways.get(targetKey(target));
    if (port === undefined) return undefined;
    return { protocol: target.protocol, port, host: target.host, targetPort: target.port };
  }

  /** Ends what is open and meets the condition. */
  end(condition: (open: Open, port: string) => boolean): number {
    let ended = 0;
    for (const [key, { port }] of this.#served)
      for (const open of port?.open ?? [])
        if (condition(open, key)) {
          open.end();
          ended++;
        }
    return ended;
  }

  /** Whether new connections may go to a far end. */
  uses(host: string): boolean {
    const { readinessOf } = this.#options;
    return [...this.#served.values()].some(({ targets }) => {
      const ready = targets.map(readinessOf);
      const best = ready.includes('now') ? 'now' : 'last';
      return targets.some((target, at) => target.host === host && ready[at] === best);
    });
  }

  /** Far ends to which something is open. */
  get hosts(): string[] {
    const hosts = [...this.#served.values()].flatMap(({ port }) =>
      targetsOf(port?.open ?? []).map(({ host }) => host),
    );
    return [...new Set(hosts)];
  }

  /** How much is open, by protocol. */
  get counts(): Readonly<Record<Rule['protocol'], number>> {
    const counts = { tcp: 0, udp: 0 };
    for (const { protocol, port } of this.#served.values())
      counts[protocol] += [...(port?.open ?? [])].length;
    return counts;
  }

  /** Takes nothing new; what is open goes on. */
  refuse(): void {
    for (const { port } of this.#served.values()) port?.refuse();
  }

  /** Listens no more and ends what is open. */
  async close(): Promise<void> {
    const ports = [...this.#served.values()].map(({ port }) => port);
    for (const served of this.#served.values()) served.isClosed = true;
    this.#served.clear();
    await Promise.all(ports.map(async port => port?.close()));
  }

  #serve(key: string, rules: readonly Rule[]): void {
    const targets = [...new Map(rules.map(rule => [targetKey(targetOf(rule)), targetOf(rule)])).values()];
    const served = this.#served.get(key);
    if (served) served.targets = targets;
    else {
      const { protocol } = rules[0]!;
      this.#served.set(key, {
        protocol,
        targets,
        turn: 0,
        isClosed: false,
        port: undefined,
        flaw: undefined,
      });
    }
  }

  #giveUp(key: string, served: Served): void {
    this.#served.delete(key);
    served.isClosed = true;
    void served.port?.close();
  }

  async #listen(key: string, served: Served): Promise<void> {
    if (served.port) return;
    const { makePort = defaultPort, markOf, now, log } = this.#options;
    const port = makePort(served.protocol, {
      port: Number(key.split('/').at(-1)),
      choose: isLastTry => this.#choose(served, isLastTry),
      markOf,
      now,
    });
    try {
      await port.listen();
    } catch (error) {
      const flaw = `the pod cannot listen there: ${messageOf(error)}`;
      if (served.flaw !== flaw)
        log.error('no listener for an import', { port: key, error: messageOf(error) });
      served.flaw = flaw;
      return;
    }
    served.flaw = undefined;
    if (served.isClosed) await port.close();
    else served.port = port;
  }

  /** The next target in turn that takes connections. */
  #choose(served: Served, isLastTry: boolean): Choice {
    const { targets, turn } = served;
    const inTurn = targets.map((_, step) => (turn + 1 + step) % targets.length);
    const ready = inTurn.map(at => this.#options.readinessOf(targets[at]!));
    const inOrder: readonly Readiness[] = ['now', 'last', ...(isLastTry ? (['later'] as const) : [])];
    for (const readiness of inOrder)
      for (const [step, at] of inTurn.entries()) {
        const target = targets[at]!;
        const port = this.#ways.get(targetKey(target));
        if (ready[step] !== readiness || port === undefined || !this.#there.has(targetKey(target))) continue;
        served.turn = at;
        return { target, port };
      }
    // The rule of one that takes connections may be on its way to nexd.
    return ready.every(readiness => readiness === 'never') ? 'never' : 'later';
  }
}

const noWay = 'the pod has no port left for its far ends';

const keyOf = ({ protocol, port }: Rule): string => portKeyOf({ kind: 'egress', protocol, port });

const targetsOf = (open: Iterable<Open>): Target[] => [...open].flatMap(({ target }) => target ?? []);

const defaultPort = (protocol: Rule['protocol'], options: RelayPortOptions): RelayPort =>
  protocol === 'tcp' ? new TcpPort(options) : new UdpPort(options);
