/**
 * Whether another replica of an import gateway is to have the new connections instead of this one: none of the far ends
 * answers here, and the other one reaches some. As an agent may not read the status, it knows the others from the
 * answers to its own reports.
 */

import type { GatewayPeer, GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { Clock } from '../runtime/clock.ts';
import type { FarEnd } from './probes.ts';
import type { Report } from './report.ts';

/** How often the others are asked for while no far end answers. */
const ask = { withOthersMs: 5_000, aloneMs: 30_000 } as const;
/** An answer that is older says nothing of now: the others may reach nobody either. */
const oldMs = 15_000;

/** What is known of the far ends: what the status tells of them, and what the probes know. */
export interface Seen {
  readonly peers: readonly GatewayPeer[];
  readonly farEnds: readonly FarEnd[];
}

/**
 * Whether no far end can be reached any more. One at least has answered before: a pod that starts has heard nobody
 * yet, which proves nothing.
 */
export const isCutOff = ({ peers, farEnds }: Seen): boolean =>
  peers.length > 0 && peers.every(({ healthy }) => !healthy) && farEnds.some(({ alive }) => alive === false);

/** The agent's own report, by which it knows the others. */
type Answered = Pick<Report, 'replicas' | 'answeredAt' | 'sayAgain'>;

/** Remembers since when this replica is cut off. */
export class StandIn {
  readonly #ordinal: number;
  readonly #report: Answered;
  readonly #clock: Clock;
  #cutOffSince: number | undefined;

  constructor(ordinal: number, report: Answered, clock: Clock) {
    this.#ordinal = ordinal;
    this.#report = report;
    this.#clock = clock;
  }

  /** The ordinal of the replica that stands in; call it all the time. */
  look(seen: Seen): number | undefined {
    if (!isCutOff(seen)) return (this.#cutOffSince = undefined);
    const now = this.#clock.monotonic();
    this.#cutOffSince ??= now;
    const { replicas, answeredAt } = this.#report;
    const others = replicas.filter(({ ordinal }) => ordinal !== this.#ordinal);
    this.#report.sayAgain(others.length > 0 ? ask.withOthersMs : ask.aloneMs);
    if (answeredAt < this.#cutOffSince || now - answeredAt > oldMs) return undefined;
    return others.find(reachesSome)?.ordinal;
  }
}

const reachesSome = ({ ready, peers }: GatewayReplica): boolean =>
  ready === true && (peers ?? []).some(({ healthy }) => healthy);
