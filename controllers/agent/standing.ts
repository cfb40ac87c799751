/**
 * Whether a replica of a gateway is to have new connections. It is, once bytes have come through its tunnels: a far end
 * of every port has answered an import gateway, an importer has asked an export gateway. Before that, and when an
 * import gateway has lost far ends, it is only when no other replica does better. As an agent may not read the status,
 * it knows the others from the answers to its own reports.
 */

import type { GatewayPeer, GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Report } from './report.ts';

const timing = {
  /** How often the others are asked for while some far ends do not answer. */
  withOthersMs: 5_000,
  aloneMs: 30_000,
  /** A replica that just started looks at the others sooner. */
  startingMs: 1_000,
  /** An answer that is older says nothing of now: the others may reach nobody either. */
  oldMs: 15_000,
  /** So long a replica that has reached nobody yet waits for an answer: tunnels take seconds to come up. */
  proofMs: 10_000,
  /** So long one that nobody has asked yet waits while others are asked. Importers have to hear of it first. */
  askedMs: 20_000,
} as const;

/** What is known of the far ends. */
export interface Seen {
  /** The far ends of each port of imports. */
  readonly ports: readonly (readonly string[])[];
  /** Which run of nexd it is: with another one all tunnels begin anew. */
  readonly run?: string | undefined;
  readonly peers: readonly GatewayPeer[];
}

/** Why a replica leaves new connections to others. */
export type Reserve =
  /** This one reaches more. */
  | { readonly why: 'better'; readonly ordinal: number }
  /** It has just started, and nobody has answered it yet. */
  | { readonly why: 'unproved' };

/** The agent's own report, by which it knows the others. */
type Answered = Pick<Report, 'replicas' | 'answeredAt' | 'sayAgain'>;

/** Remembers since when some ports lead to nobody. */
export class Standing {
  readonly #ordinal: number;
  readonly #report: Answered;
  readonly #clock: Clock;
  #isProved = false;
  #run: string | undefined;
  #shortSince: number | undefined;

  constructor(ordinal: number, report: Answered, clock: Clock) {
    this.#ordinal = ordinal;
    this.#report = report;
    this.#clock = clock;
  }

  /** Whether a far end of every port has answered since nexd started. */
  get isProved(): boolean {
    return this.#isProved;
  }

  /** Why it is to have no new connections; undefined when it is to. Call it all the time. */
  look({ ports, peers, run }: Seen): Reserve | undefined {
    if (run !== this.#run) {
      this.#run = run;
      this.#isProved = false;
      this.#shortSince = undefined;
    }
    const reached = reachedOf(ports, peers);
    if (reached.every(is => is)) {
      if (ports.length > 0) this.#isProved = true;
      return (this.#shortSince = undefined);
    }
    const now = this.#clock.monotonic();
    this.#shortSince ??= now;
    const { replicas, answeredAt } = this.#report;
    const others = replicas.filter(({ ordinal }) => ordinal !== this.#ordinal);
    const starting = !this.#isProved && now - this.#shortSince < timing.proofMs;
    this.#report.sayAgain(
      starting ? timing.startingMs : others.length > 0 ? timing.withOthersMs : timing.aloneMs,
    );
    const isFresh = answeredAt >= this.#shortSince && now - answeredAt <= timing.oldMs;
    const better = isFresh ? others.find(other => isBetter(other, ports, reached)) : undefined;
    if (better) return { why: 'better', ordinal: better.ordinal };
    return starting ? { why: 'unproved' } : undefined;
  }
}

/** Of each port, whether one of its far ends is reached. */
const reachedOf = (ports: Seen['ports'], peers: readonly GatewayPeer[]): boolean[] => {
  const healthy = new Set(peers.flatMap(peer => (peer.healthy ? peer.address : [])));
  return ports.map(hosts => hosts.some(host => healthy.has(host)));
};

/** Whether another replica reaches all that this one does, and more: so no two step aside for each other. */
function isBetter(
  { ready, peers }: GatewayReplica,
  ports: Seen['ports'],
  reached: readonly boolean[],
): boolean {
  const theirs = reachedOf(ports, peers ?? []);
  return (
    ready === true &&
    theirs.every((is, at) => is || !reached[at]) &&
    theirs.some((is, at) => is && !reached[at])
  );
}

/** The same for a replica of an export gateway, which is asked rather than asks. */
export class ExportStanding {
  readonly #ordinal: number;
  readonly #report: Answered;
  readonly #clock: Clock;
  #run: string | undefined;
  #since = 0;

  constructor(ordinal: number, report: Answered, clock: Clock) {
    this.#ordinal = ordinal;
    this.#report = report;
    this.#clock = clock;
  }

  /** `isAsked`: whether an importer has asked since nexd started. Call it all the time. */
  look({
    isAsked,
    run,
  }: {
    readonly isAsked: boolean;
    readonly run?: string | undefined;
  }): Reserve | undefined {
    const now = this.#clock.monotonic();
    if (run !== this.#run) {
      this.#run = run;
      this.#since = now;
    }
    const ms = now - this.#since;
    if (isAsked || ms >= timing.askedMs) return undefined;
    const { replicas, answeredAt } = this.#report;
    this.#report.sayAgain(timing.startingMs);
    if (answeredAt < this.#since) return { why: 'unproved' };
    const othersAreAsked = replicas.some(
      ({ ordinal, ready, proof }) => ordinal !== this.#ordinal && ready === true && proof === 'Given',
    );
    return othersAreAsked ? { why: 'unproved' } : undefined;
  }
}
