import { metadataKey } from '../../api/v1alpha1/labels.ts';
import { decode } from '../metadata/decode.ts';
import type { Log } from '../runtime/log.ts';
import type { NexodusMetrics } from './metrics.ts';

/** Tells, once for each change, of faults in metadata records; reconcilers only read around them. */
export class RecordChecks {
  readonly #log: Log;
  readonly #metrics: Pick<NexodusMetrics, 'recordProblems'>;
  readonly #known = new Map<string, string>();

  constructor(log: Log, metrics: Pick<NexodusMetrics, 'recordProblems'>) {
    this.#log = log;
    this.#metrics = metrics;
  }

  /** Looks at the value of a live device, or undefined when there is none. */
  check(deviceID: string, value: unknown): void {
    const problems = value === undefined ? [] : decode(value).problems;
    const text = problems.join('\n');
    if (text === (this.#known.get(deviceID) ?? '')) return;
    this.#metrics.recordProblems(deviceID, problems.length);
    if (problems.length === 0) {
      this.#known.delete(deviceID);
      return;
    }
    this.#known.set(deviceID, text);
    this.#log.warn('Invalid parts of the metadata of a device are ignored', {
      device: deviceID,
      key: metadataKey,
      problems,
    });
  }
}
