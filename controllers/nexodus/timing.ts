import { Transient } from '../runtime/errors.ts';

/** All in milliseconds. */
export interface Timing {
  /** Between complete lists: the watch may miss things. */
  readonly listMs: number;
  /** Between lists of devices, the only way to learn who is online. */
  readonly devicesMs: number;
  /** The least time between two complete lists that somebody asked for. */
  readonly refreshMs: number;
  /** A silent watch is opened again after this long, and at most twice as long. */
  readonly idleMs: number;
  /** The first wait after a failure; each next one is twice as long, up to the greatest. */
  readonly retryMs: number;
  readonly maxRetryMs: number;
  /** How long a failure other than a refusal lasts before the directory tells of it. */
  readonly graceMs: number;
}

export const defaultTiming: Timing = {
  listMs: 60_000,
  devicesMs: 15_000,
  refreshMs: 1_000,
  idleMs: 60_000,
  retryMs: 500,
  maxRetryMs: 15_000,
  graceMs: 5_000,
};

/** Waits with some chance in them, so that controllers do not move in step. */
export class Pace {
  readonly timing: Timing;
  readonly #random: () => number;

  /** `random` gives numbers from 0 to 1. */
  constructor(timing: Partial<Timing> = {}, random: () => number = Math.random) {
    this.timing = { ...defaultTiming, ...timing };
    this.#random = random;
  }

  /** A tenth more or less. */
  around(ms: number): number {
    return ms * (0.9 + this.#random() / 5);
  }

  /** When a silent watch is given up. */
  idleMs(): number {
    return this.timing.idleMs * (1 + this.#random());
  }

  /** The wait after the n-th failure in a row; at least what the server asked for. */
  backoffMs(failures: number, error?: unknown): number {
    const { retryMs, maxRetryMs } = this.timing;
    const grown = Math.min(retryMs * 2 ** (failures - 1), maxRetryMs) * (0.5 + this.#random() / 2);
    return Math.max(grown, error instanceof Transient ? (error.retryAfterMs ?? 0) : 0);
  }
}
