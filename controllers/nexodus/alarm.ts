import type { Clock } from '../runtime/clock.ts';

/** A sleep that others can end. */
export class Alarm {
  readonly #clock: Clock;
  #ring = new AbortController();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves after `ms`, or when {@link ring} is called; rejects with the signal's reason. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(ms, AbortSignal.any([signal, this.#ring.signal]));
    } catch {
      signal.throwIfAborted();
    }
  }

  /** Wakes everybody who sleeps now. */
  ring(): void {
    const ringing = this.#ring;
    this.#ring = new AbortController();
    ringing.abort();
  }
}
