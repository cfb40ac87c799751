import type { Clock } from '../runtime/clock.ts';

/** Lets a loop sleep until time has passed or something happened; what happens while it is awake is not lost. */
export class Alarm {
  readonly #clock: Clock;
  #rung = false;
  #wake: AbortController | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the present wait, or the next one at once. */
  ring(): void {
    this.#rung = true;
    this.#wake?.abort();
  }

  /** Resolves after `ms`, when it rings, or when `signal` is aborted. Never rejects. One at a time. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung) {
      this.#wake = new AbortController();
      await this.#clock.sleep(ms, AbortSignal.any([this.#wake.signal, signal])).catch(() => {});
      this.#wake = undefined;
    }
    this.#rung = false;
  }
}
