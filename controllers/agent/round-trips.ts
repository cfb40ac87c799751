/** How long something takes to a far end and back, and when that is news. */

import type { Clock } from '../runtime/clock.ts';

/** So many are remembered, and so many must be there before anything is said. */
const samples = 15;
const leastSamples = 5;
const tellEveryMs = 30_000;
/** A smaller difference says more of the machines than of the way between them. */
const smallMs = 10;

export class RoundTrips {
  readonly #clock: Clock;
  #last: number[] = [];
  #told: { readonly ms: number; readonly at: number } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(ms: number): void {
    this.#last = [...this.#last.slice(1 - samples), ms];
  }

  /** The far end was lost: what comes after is measured anew. */
  forget(): void {
    this.#last = [];
    this.#told = undefined;
  }

  /**
   * In milliseconds: what a quarter of the last ones did not exceed, as a busy machine adds to them and nothing takes
   * away. Undefined before there are enough.
   */
  get typical(): number | undefined {
    const { length } = this.#last;
    return length < leastSamples ? undefined : [...this.#last].sort((a, b) => a - b)[Math.floor(length / 4)];
  }

  /** The typical one, in whole milliseconds; another one than before when it differs by half, and after 30 seconds. */
  toTell(): number | undefined {
    const now = this.#clock.monotonic();
    const { typical } = this;
    if (typical === undefined) return this.#told?.ms;
    const ms = Math.round(typical);
    if (this.#told && (now - this.#told.at < tellEveryMs || !differs(this.#told.ms, ms)))
      return this.#told.ms;
    this.#told = { ms, at: now };
    return ms;
  }
}

const differs = (told: number, ms: number): boolean => Math.abs(ms - told) >= Math.max(smallMs, told / 2);
