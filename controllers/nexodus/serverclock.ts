import type { Clock } from '../runtime/clock.ts';

/** Differences below this are not corrected: network delay, and the whole seconds of Date headers. */
const toleranceMs = 5_000;
/** Differences above this are nonsense: ten years. */
const nonsenseMs = 10 * 365 * 24 * 3_600_000;

/**
 * The server's time as seen from here. Nexodus compares the end of a registration key with its own clock, so that
 * times written there, and read there, are corrected by the difference.
 */
export class ServerClock {
  readonly #clock: Clock;
  #skewMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the server's clock is ahead of ours, in milliseconds; 0 while the difference is small. */
  get skewMs(): number {
    return this.#skewMs;
  }

  /** Takes in a time that the server just told: RFC 3339, or the text of a Date header. Others are ignored. */
  observe(text: unknown): void {
    const told = typeof text === 'string' ? Date.parse(text) : NaN;
    const skew = told - this.#clock.now().getTime();
    // Also when there is no time in the text.
    if (!(Math.abs(skew) <= nonsenseMs)) return;
    // Kept while it is about right, so that the same stored time reads the same every time.
    if (Math.abs(skew - this.#skewMs) <= toleranceMs) return;
    this.#skewMs = Math.abs(skew) <= toleranceMs ? 0 : Math.round(skew / 1000) * 1000;
  }

  toServer(time: Date): Date {
    return new Date(time.getTime() + this.#skewMs);
  }

  toLocal(time: Date): Date {
    return new Date(time.getTime() - this.#skewMs);
  }
}
