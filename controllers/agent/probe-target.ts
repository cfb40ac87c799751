/** A far end that is asked: what its agent has said, and since when it says nothing. */

import { listenPort, portKey } from '../proxy/ports.ts';
import type { Rule } from '../proxy/rules.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Answer, PortWord } from './probe-protocol.ts';
import type { Target as RelayTarget } from './relay/target.ts';
import { RoundTrips } from './round-trips.ts';

export interface ProbeTarget {
  readonly rule: Rule;
  readonly stop: AbortController;
  /** Whether nexd has had the rule, so that what comes back is from there. */
  isAsked: boolean;
  /** Questions so far, and the last one to which something came back. */
  asked: number;
  heard: number;
  /** When it was no longer wanted. */
  leftAt: number | undefined;
  /** Answers to earlier ones do not count. */
  notBefore: number;
  /** When a question ran out of time to which, as to all after it, nothing came back. */
  silentSince: number | undefined;
  /** Until when its silence may only be slowness. */
  slowUntil: number;
  /** The rule of the probe was not there. */
  unknown: boolean;
  /** Whether an agent has answered there, and since when it does not. */
  hasAgent: boolean;
  agentGoneAt: number | undefined;
  willing: boolean;
  /** The last answer of an agent. */
  answer: Answer | undefined;
  readonly roundTrips: RoundTrips;
}

/** The last word of a far end's agent about a port. */
export const wordOf = (
  target: ProbeTarget | undefined,
  { protocol, port }: RelayTarget,
): PortWord | undefined => target?.answer?.ports.get(portKey(listenPort({ protocol, port })));

/** What is known of one that was silent when it is wanted again is of its former place. */
export function comeBack(target: ProbeTarget): void {
  if (target.leftAt === undefined) return;
  target.leftAt = undefined;
  if (target.silentSince === undefined) return;
  target.silentSince = undefined;
  target.heard = 0;
  target.answer = undefined;
}

export const newTarget = (rule: Rule, clock: Clock): ProbeTarget => ({
  rule,
  stop: new AbortController(),
  isAsked: false,
  asked: 0,
  heard: 0,
  leftAt: undefined,
  notBefore: 0,
  silentSince: undefined,
  slowUntil: -Infinity,
  unknown: false,
  hasAgent: false,
  agentGoneAt: undefined,
  willing: false,
  answer: undefined,
  roundTrips: new RoundTrips(clock),
});
