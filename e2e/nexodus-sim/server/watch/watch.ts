import type { Signals, Subscription } from './signals.ts';

/** A row as a watch streams it. */
export interface WatchItem {
  /** Identity within the kind. */
  readonly id: string;
  readonly revision: number;
  readonly deleted: boolean;
  /** Renders the object. */
  readonly value: () => unknown;
}

/** One element of a watch request, bound to its rows. */
export interface WatchSource {
  readonly kind: string;
  readonly signal: string;
  readonly gtRevision: number;
  readonly atTail: boolean;
  /** Rows above a revision, in revision order, soft-deleted ones included; at most a page. */
  readonly fetch: (gtRevision: number) => readonly WatchItem[];
}

export interface WatchEvent {
  readonly kind?: string;
  readonly type: 'change' | 'delete' | 'tail' | 'error';
  readonly value?: unknown;
}

/**
 * The position of one watched kind. Pages are read until one is empty; then comes `tail` (once,
 * unless the client said it is there already) and the watch parks until its signal is raised.
 */
class Cursor {
  readonly #source: WatchSource;
  readonly #subscription: Subscription;
  #revision: number;
  #page: readonly WatchItem[] | undefined;
  #index = 0;
  #atTail: boolean;
  /** Ids sent before the tail: only those may be deleted before it. */
  #sent: Set<string> | undefined;
  #parked = false;

  constructor(source: WatchSource, signals: Signals, wake: () => void) {
    this.#source = source;
    this.#subscription = signals.subscribe(source.signal, wake);
    this.#revision = source.gtRevision;
    this.#atTail = source.atTail;
    this.#sent = source.atTail ? undefined : new Set();
  }

  /** One step: an event, `again` after reading a page or leaving the parked state, or `parked`. */
  step(): WatchEvent | 'again' | 'parked' {
    if (this.#parked) {
      if (!this.#subscription.take()) return 'parked';
      this.#parked = false;
      return 'again';
    }
    const item = this.#page?.[this.#index];
    if (item === undefined) return this.#nextPage();
    this.#index++;
    this.#revision = item.revision;
    if (!item.deleted) {
      this.#sent?.add(item.id);
      return { kind: this.#source.kind, type: 'change', value: item.value() };
    }
    if (this.#sent !== undefined && !this.#sent.has(item.id)) return 'again';
    return { kind: this.#source.kind, type: 'delete', value: item.value() };
  }

  #nextPage(): WatchEvent | 'again' | 'parked' {
    this.#page = this.#source.fetch(this.#revision);
    this.#index = 0;
    if (this.#page.length > 0) return 'again';
    if (!this.#atTail) {
      this.#atTail = true;
      this.#sent = undefined;
      return { kind: this.#source.kind, type: 'tail' };
    }
    this.#parked = true;
    return 'parked';
  }

  close(): void {
    this.#subscription.close();
  }
}

/** Several kinds on one stream, in the order of the request, interleaved page by page. */
export class MultiWatch {
  readonly #cursors: readonly Cursor[];

  /** @param wake called when a parked watch may have something to say */
  constructor(sources: readonly WatchSource[], signals: Signals, wake: () => void) {
    this.#cursors = sources.map(source => new Cursor(source, signals, wake));
  }

  /** The next event, or undefined when every kind is parked. */
  next(): WatchEvent | undefined {
    for (;;) {
      let parked = 0;
      for (const cursor of this.#cursors) {
        const result = cursor.step();
        if (result === 'parked') parked++;
        else if (result !== 'again') return result;
      }
      if (parked === this.#cursors.length) return undefined;
    }
  }

  close(): void {
    for (const cursor of this.#cursors) cursor.close();
  }
}
