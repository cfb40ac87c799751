import type { Log } from '../runtime/log.ts';
import type { HTTPAnswer } from './transport.ts';

const remembered = 200;

/** Logs what the API server warns of (deprecated versions, unknown fields), each text once. */
export class ServerWarnings {
  readonly #log: Log;
  readonly #seen = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  take({ headers }: HTTPAnswer): void {
    const header = headers['warning'];
    if (header === undefined) return;
    for (const line of Array.isArray(header) ? header : [header]) {
      const text = /^299 \S+ "(.*)"$/s.exec(line)?.[1] ?? line;
      if (this.#seen.has(text) || this.#seen.size >= remembered) continue;
      this.#seen.add(text);
      this.#log.warn('the API server warns', { warning: text });
    }
  }
}
