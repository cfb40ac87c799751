/** How many requests may be under way, and when all of them must wait. */

import type { Clock } from '../runtime/clock.ts';

export interface GateOptions {
  /** Requests at once. */
  readonly capacity: number;
  readonly clock: Clock;
  /** 0 ≤ number < 1; Math.random unless a test says otherwise. */
  readonly random?: () => number;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** This many answers of 500 in a row mean that the server is ill, and not one webhook behind it. */
const illAfter = 8;

/** A request did not come in: too many others, or a server that is overloaded or gone. */
export class WaitTimeout extends Error {
  constructor(ms: number) {
    super(`not sent within ${ms} ms: too many requests wait, or the server was not well all the time`);
    this.name = 'WaitTimeout';
  }
}

/**
 * Lets `capacity` requests in at once, in the order of their coming. A server that is overloaded or gone makes all
 * wait for a growing while, so that a thousand objects that want to retry do not become a thousand requests.
 */
export class Gate {
  readonly #options: GateOptions;
  #inside = 0;
  readonly #waiting: (() => void)[] = [];
  #closedUntil = -Infinity;
  #trouble = 0;
  #errors = 0;
  #opening = false;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Requests that are let in now. */
  get inside(): number {
    return this.#inside;
  }

  /**
   * Resolves when the request may start, with a function that must be called at its end. Rejects when aborted, or when
   * that takes longer than `patienceMs`.
   */
  async enter(signal?: AbortSignal, patienceMs?: number): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#inside >= this.#options.capacity || this.#waiting.length > 0 || this.#closedForMs() > 0)
      await this.#wait(signal, patienceMs);
    else this.#inside++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#inside--;
      this.#open();
    };
  }

  /** Tells how a request went. `busy`: overloaded or not reachable; `error`: any other answer of 500 and more. */
  report(outcome: 'fine' | 'busy' | 'error', retryAfterMs?: number): void {
    if (outcome === 'fine') {
      this.#trouble = this.#errors = 0;
      return;
    }
    if (outcome === 'error' && ++this.#errors < illAfter) return;
    // Answers to requests that started before the pause say nothing new.
    if (this.#closedForMs() > 0) return;
    const { clock, random = Math.random } = this.#options;
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** this.#trouble++) * (0.5 + random() / 2);
    this.#closedUntil = clock.monotonic() + Math.max(pause, Math.min(retryAfterMs ?? 0, longestPauseMs));
  }

  #closedForMs(): number {
    return this.#closedUntil - this.#options.clock.monotonic();
  }

  #wait(signal: AbortSignal | undefined, patienceMs: number | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = () => {
        stopWaiting();
        this.#inside++;
        resolve();
      };
      const leave = (reason: unknown) => {
        stopWaiting();
        const at = this.#waiting.indexOf(enter);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(reason as Error);
      };
      const stop = () => leave(signal!.reason);
      const timer =
        patienceMs === undefined
          ? undefined
          : setTimeout(() => leave(new WaitTimeout(patienceMs)), patienceMs);
      const stopWaiting = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', stop);
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.#waiting.push(enter);
      this.#open();
    });
  }

  #open(): void {
    const closedMs = this.#closedForMs();
    if (closedMs > 0) {
      if (this.#opening || this.#waiting.length === 0) return;
      this.#opening = true;
      void this.#options.clock.sleep(closedMs).then(() => {
        this.#opening = false;
        this.#open();
      });
      return;
    }
    while (this.#inside < this.#options.capacity) {
      const next = this.#waiting.shift();
      if (!next) return;
      next();
    }
  }
}
