import type { Clock } from '../../runtime/clock.ts';

interface Timer {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class TestClock implements Clock {
  #monotonic = 0;
  #wall: number;
  #timers = new Set<Timer>();

  constructor(start = '2026-11-21T01:00:00Z') {
    this.#wall = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#wall);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  /** Steps the wall clock alone, as an administrator or NTP does. */
  stepWall(ms: number): void {
    this.#wall += ms;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const abort = () => {
        this.#timers.delete(timer);
        reject(signal!.reason as Error);
      };
      const timer: Timer = {
        at: this.#monotonic + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#timers.add(timer);
    });
  }

  /** Moves on by `ms`, timer by timer, and lets everything that follows from each happen. */
  async advance(ms: number): Promise<void> {
    const until = this.#monotonic + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      this.#moveTo(next.at);
      this.#timers.delete(next);
      next.wake();
      await settle();
    }
    this.#moveTo(until);
    await settle();
  }

  #moveTo(time: number): void {
    this.#wall += time - this.#monotonic;
    this.#monotonic = time;
  }
}

/** Lets everything happen that needs no time. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 4; round++) await new Promise(resolve => setImmediate(resolve));
}
