import type { Clock } from '../runtime/clock.ts';

/** A clock that moves only when it is told to; for code that never sleeps. */
export class FixedClock implements Clock {
  #ms: number;

  constructor(ms = Date.parse('2026-03-01T12:00:00Z')) {
    this.#ms = ms;
  }

  now(): Date {
    return new Date(this.#ms);
  }

  monotonic(): number {
    return this.#ms;
  }

  sleep(): Promise<void> {
    return Promise.reject(new Error('nothing here should sleep'));
  }

  advance(ms: number): void {
    this.#ms += ms;
  }
}
