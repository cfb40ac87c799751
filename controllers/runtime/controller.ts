/** Joins a queue and a reconcile function: what becomes of each outcome is decided here, once. */

import { backoffMs, type Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { Denied, messageOf, NexlinkError, Terminal, Transient, Waiting } from './errors.ts';
import type { Log } from './log.ts';
import { WorkQueue } from './queue.ts';

/** Brings what a key names to its wanted state. Rejects with an error of errors.ts. */
export type Reconcile = (key: string) => Promise<{ readonly requeueAfterMs?: number } | void>;

/** How a reconcile ended, for metrics. */
export type Outcome = 'success' | 'requeue' | 'waiting' | 'terminal' | 'error';

/** What a controller tells about itself. */
export interface ControllerMetrics {
  reconciled(controller: string, outcome: Outcome, seconds: number): void;
  /** After every change: keys that wait, and keys that are worked on. */
  queued(controller: string, waiting: number, inFlight: number): void;
}

export interface ControllerOptions {
  /** For logs and metrics. */
  readonly name: string;
  readonly reconcile: Reconcile;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: ControllerMetrics;
  readonly concurrency?: number;
  readonly backoff?: Backoff;
  readonly random?: () => number;
}

/** A right that is missing is not granted within seconds. */
const deniedRetryMs = 30_000;

/** What refuses an object may be corrected instead of it, such as an admission policy: that wakes nobody. */
const terminalRetryMs = 600_000;

export class Controller {
  readonly name: string;
  readonly #options: ControllerOptions;
  readonly #queue: WorkQueue;
  /** What was logged last of a key that does not succeed. */
  readonly #complaints = new Map<string, string>();

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.name = options.name;
    const { metrics, name } = options;
    this.#queue = new WorkQueue({
      ...options,
      ...(metrics ? { onChange: (waiting, inFlight) => metrics.queued(name, waiting, inFlight) } : {}),
    });
  }

  /** Has a key reconciled, in `afterMs` milliseconds at the latest. */
  enqueue(key: string, afterMs = 0): void {
    this.#queue.add(key, afterMs);
  }

  /** Keys that wait, due or not. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  /** How long the oldest reconcile has been under way: for a liveness probe. */
  get oldestInFlightMs(): number {
    return this.#queue.oldestInFlightMs;
  }

  /** Reconciles until `signal` is aborted; resolves when what was under way has ended. */
  run(signal: AbortSignal): Promise<void> {
    return this.#queue.run(key => this.#reconcile(key), signal);
  }

  async #reconcile(key: string): Promise<void> {
    const { clock, reconcile } = this.#options;
    const start = clock.monotonic();
    let outcome: Outcome;
    try {
      const result = await reconcile(key);
      outcome = this.#succeeded(key, result?.requeueAfterMs);
    } catch (error) {
      outcome = this.#failed(key, error);
    }
    this.#options.metrics?.reconciled(this.name, outcome, (clock.monotonic() - start) / 1000);
  }

  #succeeded(key: string, requeueAfterMs: number | undefined): Outcome {
    this.#queue.forget(key);
    this.#complaints.delete(key);
    if (requeueAfterMs === undefined) return 'success';
    this.#queue.add(key, requeueAfterMs);
    return 'requeue';
  }

  #failed(key: string, error: unknown): Outcome {
    if (error instanceof Waiting) {
      this.#queue.forget(key);
      this.#complaints.delete(key);
      this.#options.log.debug('waiting', { ...this.#fieldsOf(key, error), afterMs: error.afterMs });
      this.#queue.add(key, error.afterMs);
      return 'waiting';
    }
    if (error instanceof Terminal) {
      this.#queue.forget(key);
      const backoff = { baseMs: terminalRetryMs, maxMs: terminalRetryMs };
      const afterMs = backoffMs(backoff, 1, this.#options.random);
      this.#queue.add(key, afterMs);
      this.#complain(key, error, `tried again when it changes, or in ${Math.round(afterMs)} ms`);
      return 'terminal';
    }
    const atLeastMs =
      error instanceof Transient ? error.retryAfterMs : error instanceof Denied ? deniedRetryMs : 0;
    const afterMs = this.#queue.retry(key, atLeastMs);
    this.#complain(key, error, `tried again in ${Math.round(afterMs)} ms`);
    return 'error';
  }

  /** Logs a failure; the same one of a key again only in detail logs. Errors that nobody foresaw come with their stack. */
  #complain(key: string, error: unknown, next: string): void {
    const { log } = this.#options;
    const fields = { ...this.#fieldsOf(key, error), next, failures: this.#queue.failuresOf(key) };
    const complaint = messageOf(error);
    if (this.#complaints.get(key) === complaint) return log.debug('reconcile failed', fields);
    this.#complaints.set(key, complaint);
    if (error instanceof NexlinkError) return log.warn('reconcile failed', fields);
    log.error('reconcile failed unexpectedly', {
      ...fields,
      stack: error instanceof Error ? error.stack : undefined,
    });
  }

  #fieldsOf(key: string, error: unknown) {
    const code = error instanceof NexlinkError ? error.code : 'Unexpected';
    return { controller: this.name, key, code, error: messageOf(error) };
  }
}
