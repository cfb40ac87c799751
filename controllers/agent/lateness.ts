/**
 * Whether this pod gets the CPU that it needs. On a node that has none to spare the agent wakes up late, and nexd, through
 * which all bytes go, is late with everything: the silence of others may be one's own.
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
      this.note('agent', this.#clock.monotonic() - due);
    }
  }

  /** Something that takes no time for who has CPU took so long. */
  note(who: 'agent' | 'nexd', ms: number): void {
    if (ms < timing.lateMs) return;
    if (!this.isThere)
      this.#log.warn('late, as the node has no CPU to spare', { who, lateMs: Math.round(ms) });
    this.#lateAt = this.#clock.monotonic();
  }

  /** Whether it was late in the last ten seconds. */
  get isThere(): boolean {
    return this.#clock.monotonic() - this.#lateAt < timing.rememberMs;
  }
}
