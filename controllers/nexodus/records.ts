import { decode } from '../metadata/decode.ts';
import type { NexodusMetrics } from './metrics.ts';

/** Counts the faults in metadata records, once for each change; reconcilers only read around them. */
export class RecordChecks {
  readonly #metrics: Pick<NexodusMetrics, 'recordProblems'>;
  readonly #counts = new Map<string, number>();

  constructor(metrics: Pick<NexodusMetrics, 'recordProblems'>) {
    this.#metrics = metrics;
  }

  /** Looks at the value of a live device, or undefined when there is none. */
  check(deviceID: string, value: unknown): void {
    const count = value === undefined ? 0 : decode(value).problems.length;
    if (count === (this.#counts.get(deviceID) ?? 0)) return;
    if (count === 0) this.#counts.delete(deviceID);
    else this.#counts.set(deviceID, count);
    this.#metrics.recordProblems(deviceID, count);
  }
}
