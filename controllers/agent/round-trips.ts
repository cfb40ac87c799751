/** How long something takes to a far end and back, and when that is news. */

import type { Clock } from '../runtime/clock.ts';

/** The middle of so many says what is typical: single ones are late for many reasons. */
const samples = 5;
const tellEveryMs = 30_000;
/** Below that, a difference says more of the machines than of the way between them. */
const smallMs = 5;

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

  /** In milliseconds; undefined before there are enough. */
  get typical(): number | undefined {
    if (this.#last.length < samples) return undefined;
    return [...this.#last].sort((a, b) => a - b)[Math.floor(samples / 2)];
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
