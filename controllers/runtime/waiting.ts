/**
 * How often it is told that something is only on its way. Where thousands of objects come at once, each would be told
 * two or three times that it waits before it is told how it is, and nobody could read that. So such words have a pace;
 * everything else is told at once.
 */

import type { Clock } from './clock.ts';

const pace = {
  /** So many at once. */
  burst: 20,
  /** Then one in so many ms. */
  everyMs: 500,
} as const;

/** An object of this age is told how it is, whoever else waits. */
export const longestWaitMs = 300_000;

/** Turns are forgotten after this long: who waits for one asks again by then. */
const forgetMs = 60_000;

export class WaitingPace {
  readonly #clock: Clock;
  /** When the turn of an object comes, by uid, in the order of these times. */
  readonly #turns = new Map<string, number>();
  #nextAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long the object has to wait for its turn, ms; with 0 it has it now, and the next time is another turn. */
  waitMs(uid: string): number {
    const now = this.#clock.monotonic();
    this.#forget(now);
    const turn = this.#turns.get(uid) ?? this.#take(now);
    if (turn <= now) {
      this.#turns.delete(uid);
      return 0;
    }
    this.#turns.set(uid, turn);
    return turn - now;
  }

  #take(now: number): number {
    this.#nextAt = Math.max(this.#nextAt, now - pace.burst * pace.everyMs) + pace.everyMs;
    return this.#nextAt;
  }

  #forget(now: number): void {
    for (const [uid, at] of this.#turns) {
      if (now - at < forgetMs) return;
      this.#turns.delete(uid);
    }
  }
}
