/**
 * Whether this process gets the CPU that it needs. On a node that has none to spare answers are late, and the silence of
 * others may be one's own.
 */

import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';

const timing = {
  everyMs: 200,
  /** So late is nobody who gets CPU. */
  lateMs: 300,
  /** So long one that was late counts as such: it is late now and then, not all the time. */
  rememberMs: 10_000,
} as const;

export class Lateness {
  readonly #clock: Clock;
  readonly #log: Log;
  #lateAt = -Infinity;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Watches until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const due = this.#clock.monotonic() + timing.everyMs;
      await this.#clock.sleep(timing.everyMs, signal).catch(() => {});
      const now = this.#clock.monotonic();
      if (now - due < timing.lateMs) continue;
      if (!this.isThere)
        this.#log.warn('late, as the node has no CPU to spare', { lateMs: Math.round(now - due) });
      this.#lateAt = now;
    }
  }

  /** Whether it was late in the last ten seconds. */
  get isThere(): boolean {
    return this.#clock.monotonic() - this.#lateAt < timing.rememberMs;
  }
}
