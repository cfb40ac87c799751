import type { Clock } from '../runtime/clock.ts';
import { Transient } from '../runtime/errors.ts';

/** Who wants to send: watches carry the news, writes carry the work, reads only confirm. */
export type RequestClass = 'watch' | 'write' | 'read';

export interface RateLimit {
  /** Requests in any window. */
  readonly requests: number;
  readonly windowMs: number;
  /** How many of them may go at once after a pause. */
  readonly burst: number;
}

/**
 * Nexodus allows a user 200 requests in 10 s, gateways included: we take 120 and leave the rest to them. Each start
 * of a nexd costs 4 or 5.
 */
export const defaultRateLimit: RateLimit = { requests: 120, windowMs: 10_000, burst: 40 };

/** The shares when all three wait: no class ever stands still. */
const shares: { readonly [name in RequestClass]: number } = { watch: 4, write: 8, read: 1 };

/** The longest pause that is waited for: who waits can do nothing else. */
const longestPauseMs = 30_000;

interface Waiting {
  readonly grant: () => void;
  readonly refuse: (error: Transient) => void;
}

interface Queue {
  readonly waiting: Set<Waiting>;
  /** Grows by 1/share for each grant; the least is next. */
  turn: number;
}

/** A token bucket with three queues: first come, first served in each, and fair shares between them. */
export class Limiter {
  readonly #limit: RateLimit;
  readonly #clock: Clock;
  readonly #queues: { readonly [name in RequestClass]: Queue };
  #tokens: number;
  #filledAt: number;
  #pausedUntil = 0;
  #turn = 0;
  #draining = false;

  constructor(limit: RateLimit, clock: Clock) {
    this.#limit = limit;
    this.#clock = clock;
    this.#tokens = limit.burst;
    this.#filledAt = clock.monotonic();
    const queue = (): Queue => ({ waiting: new Set(), turn: 0 });
    this.#queues = { watch: queue(), write: queue(), read: queue() };
  }

  /**
   * Resolves with the milliseconds waited when the request may go; rejects when the signal is aborted before, and
   * with Transient (RateLimited) as soon as there is a long pause.
   */
  acquire(kind: RequestClass, signal?: AbortSignal): Promise<number> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    const paused = this.#longPause();
    if (paused) return Promise.reject(paused);
    const since = this.#clock.monotonic();
    return new Promise((resolve, reject) => {
      const queue = this.#queues[kind];
      // A class that had nothing to send saves up no turns.
      if (queue.waiting.size === 0) queue.turn = Math.max(queue.turn, this.#turn);
      const abort = () => {
        queue.waiting.delete(entry);
        reject(signal!.reason as Error);
      };
      const entry: Waiting = {
        grant: () => {
          signal?.removeEventListener('abort', abort);
          resolve(this.#clock.monotonic() - since);
        },
        refuse: error => {
          signal?.removeEventListener('abort', abort);
          reject(error);
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      queue.waiting.add(entry);
      void this.#drain();
    });
  }

  /** Lets nothing go for a while: the server said so. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.monotonic() + ms);
    const paused = this.#longPause();
    if (!paused) return;
    for (const { waiting } of Object.values(this.#queues)) {
      for (const { refuse } of waiting) refuse(paused);
      waiting.clear();
    }
  }

  /** What to tell who would have to wait for longer than is waited for. */
  #longPause(): Transient | undefined {
    const pauseMs = this.#pausedUntil - this.#clock.monotonic();
    if (pauseMs <= longestPauseMs) return undefined;
    return new Transient(
      'RateLimited',
      `Nexodus limits the requests of a user and has told us to wait: nothing is sent for ${Math.ceil(pauseMs / 1000)} s.`,
      { retryAfterMs: pauseMs },
    );
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        const wait = this.#waitMs();
        if (wait > 0) {
          await this.#clock.sleep(wait);
          continue;
        }
        this.#tokens--;
        const queue = this.#queues[next];
        this.#turn = queue.turn;
        queue.turn += 1 / shares[next];
        const [first] = queue.waiting;
        queue.waiting.delete(first!);
        first!.grant();
      }
    } finally {
      this.#draining = false;
    }
  }

  #next(): RequestClass | undefined {
    let best: RequestClass | undefined;
    for (const kind of ['watch', 'write', 'read'] as const) {
      const queue = this.#queues[kind];
      if (queue.waiting.size > 0 && (best === undefined || queue.turn < this.#queues[best].turn)) best = kind;
    }
    return best;
  }

  /** Milliseconds until there is a token, after filling the bucket for the time that went by. */
  #waitMs(): number {
    const { requests, windowMs, burst } = this.#limit;
    const now = this.#clock.monotonic();
    // A full bucket and what flows in during a window together are the limit.
    const perMs = (requests - burst) / windowMs;
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#filledAt) * perMs);
    this.#filledAt = now;
    const forToken = this.#tokens >= 1 ? 0 : Math.ceil((1 - this.#tokens) / perMs);
    return Math.max(forToken, Math.ceil(this.#pausedUntil - now), 0);
  }
}
