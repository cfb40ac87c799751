/** A queue of keys: what a controller has to look at, and when. */

import { backoffMs, type Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { DueHeap } from './due-heap.ts';

export interface QueueOptions {
  readonly clock: Clock;
  /** Keys worked on at once. */
  readonly concurrency?: number;
  readonly backoff?: Backoff;
  readonly random?: () => number;
  /** Called after every change with the numbers of keys that wait and that are worked on. */
  readonly onChange?: (waiting: number, inFlight: number) => void;
}

/** Works on a key. What it throws is an error of the caller's: see run. */
export type Worker = (key: string) => Promise<void>;

/** A timer cannot be set further ahead than 2^31 ms. */
const longestSleepMs = 3_600_000;

/** The reason of the end of a sleep. An error for each, with its stack, would be a tenth of the controller's CPU. */
const awake = 'awake';

/** Work that waits for nothing would hold up timers and I/O: after this long they get their turn. */
const turnMs = 20;

/** The turn of the event loop in which keys are started now. All queues of a process have one clock, and so share it. */
const turns = new WeakMap<Clock, { readonly since: number; readonly over: Promise<void> }>();

/** The end of this turn of the event loop, when there was work for long enough in it. */
function endOfTurn(clock: Clock): Promise<void> | undefined {
  const turn = turns.get(clock);
  if (turn) return clock.monotonic() - turn.since < turnMs ? undefined : turn.over;
  const over = new Promise<void>(resolve => setImmediate(() => (turns.delete(clock), resolve())));
  turns.set(clock, { since: clock.monotonic(), over });
  return undefined;
}

/**
 * Each key is there at most once, and worked on by one worker at a time: a key that is added meanwhile is worked on
 * again afterwards. Of several delays the earliest wins. Keys that are due are taken in the order in which they
 * became due, so that none waits forever.
 */
export class WorkQueue {
  readonly #options: QueueOptions;
  /** Keys that wait, by the time at which they are due. */
  readonly #waiting = new DueHeap();
  readonly #inFlight = new Map<string, number>();
  /** Keys in flight that were added meanwhile, and when they are due. */
  readonly #again = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  #wake: () => void = () => {};

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Keys that wait, due or not. */
  get waiting(): number {
    return this.#waiting.size + this.#again.size;
  }

  /** Keys that are worked on. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** How long the oldest work has been under way. */
  get oldestInFlightMs(): number {
    const [start] = this.#inFlight.values();
    return start === undefined ? 0 : this.#options.clock.monotonic() - start;
  }

  /** How often a key failed in a row. */
  failuresOf(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  /** Adds a key, to be worked on in `afterMs` milliseconds at the latest. */
  add(key: string, afterMs = 0): void {
    const due =
      this.#options.clock.monotonic() + Math.max(0, Number.isFinite(afterMs) ? afterMs : longestSleepMs);
    if (this.#inFlight.has(key)) {
      this.#again.set(key, Math.min(due, this.#again.get(key) ?? Infinity));
    } else {
      this.#waiting.add(key, due);
      this.#wake();
    }
    this.#changed();
  }

  /** Counts a failure of a key and adds it with a growing delay, `atLeastMs` or more. Returns the delay. */
  retry(key: string, atLeastMs = 0): number {
    const failures = this.failuresOf(key) + 1;
    this.#failures.set(key, failures);
    const { backoff = { baseMs: 200, maxMs: 60_000 }, random } = this.#options;
    const delay = Math.max(atLeastMs, backoffMs(backoff, failures, random));
    this.add(key, delay);
    return delay;
  }

  /** Forgets the failures of a key. */
  forget(key: string): void {
    this.#failures.delete(key);
  }

  /**
   * Works on keys until `signal` is aborted; then starts none and resolves when those under way have ended. A worker
   * that throws counts as a failure of its key.
   */
  async run(worker: Worker, signal: AbortSignal): Promise<void> {
    const { clock, concurrency = 4 } = this.#options;
    const running = new Set<Promise<void>>();
    while (!signal.aborted) {
      const waitMs = this.#waiting.nextDue() - clock.monotonic();
      if (running.size >= concurrency || waitMs > 0) {
        await this.#sleep(running.size >= concurrency ? Infinity : waitMs, signal);
        continue;
      }
      const over = endOfTurn(clock);
      if (over) {
        await over;
        continue;
      }
      const key = this.#waiting.take()!;
      this.#inFlight.set(key, clock.monotonic());
      this.#changed();
      const work = this.#work(worker, key).finally(() => {
        running.delete(work);
        this.#wake();
      });
      running.add(work);
    }
    await Promise.all(running);
  }

  async #work(worker: Worker, key: string): Promise<void> {
    try {
      await worker(key);
    } catch {
      this.retry(key);
    } finally {
      this.#inFlight.delete(key);
      const due = this.#again.get(key);
      this.#again.delete(key);
      if (due !== undefined) this.#waiting.add(key, due);
      this.#changed();
    }
  }

  #changed(): void {
    this.#options.onChange?.(this.waiting, this.inFlight);
  }

  /** Resolves after `ms`, when something was added or has ended, or when the queue is stopped. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    this.#wake = () => woken.abort(awake);
    signal.addEventListener('abort', this.#wake, { once: true });
    await this.#options.clock.sleep(Math.min(Math.max(ms, 0), longestSleepMs), woken.signal).catch(() => {});
    signal.removeEventListener('abort', this.#wake);
    this.#wake = () => {};
  }
}
