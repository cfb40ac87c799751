import type { Clock } from './clock.ts';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. Both times may be moved apart: a step of the wall clock. */
export class ManualClock implements Clock {
  #wallMs: number;
  #monotonicMs = 0;
  readonly #sleepers = new Set<Sleeper>();

  constructor(start = new Date('2026-01-01T00:00:00Z')) {
    this.#wallMs = start.getTime();
  }

  now(): Date {
    return new Date(this.#wallMs);
  }

  monotonic(): number {
    return this.#monotonicMs;
  }

  /** How many sleep now. */
  get sleeping(): number {
    return this.#sleepers.size;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const stop = () => {
        this.#sleepers.delete(sleeper);
        reject(signal!.reason as Error);
      };
      const sleeper = {
        until: this.#monotonicMs + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#sleepers.add(sleeper);
    });
  }

  /** Steps the wall clock alone. */
  stepWall(ms: number): void {
    this.#wallMs += ms;
  }

  /** Lets time pass: who is due wakes up in order, and all that follows from it happens before the next one does. */
  async advance(ms: number): Promise<void> {
    const end = this.#monotonicMs + ms;
    await settled();
    for (;;) {
      let next: Sleeper | undefined;
      for (const sleeper of this.#sleepers) if (!next || sleeper.until < next.until) next = sleeper;
      if (!next || next.until > end) break;
      this.#moveTo(next.until);
      this.#sleepers.delete(next);
      next.wake();
      await settled();
    }
    this.#moveTo(end);
    await settled();
  }

  #moveTo(monotonicMs: number): void {
    const step = Math.max(0, monotonicMs - this.#monotonicMs);
    this.#wallMs += step;
    this.#monotonicMs += step;
  }
}

/** Resolves when all promises that can settle without timers or I/O have. */
export const settled = (): Promise<void> => new Promise(resolve => setImmediate(resolve));
