/**
 * The rows of one Nexodus table, fed from three sides that overtake each other: lists, watch events and the answers
 * of our own writes. A row's revision decides between events; between a list and what came while it was under way,
 * time decides.
 */

export interface Row {
  readonly revision: number;
}

interface Entry<T extends Row> {
  /** Undefined: deleted, as of `revision`. */
  readonly row: T | undefined;
  readonly revision: number;
  /** When it came, on the table's own count. */
  readonly at: number;
}

/** What a list made of the table. */
export interface ListOutcome {
  readonly changed: readonly string[];
  /** The greatest revision listed; 0 when there was none. */
  readonly revision: number;
  /** True when a row had a lower revision than before: the database was restored from an older state. */
  readonly reset: boolean;
}

export class Table<T extends Row> {
  readonly #entries = new Map<string, Entry<T>>();
  readonly #same: (a: T, b: T) => boolean;
  #count = 0;

  /** `same` tells whether two states of a row are equal for readers: then the change is not reported. */
  constructor(same: (a: T, b: T) => boolean) {
    this.#same = same;
  }

  get(id: string): T | undefined {
    return this.#entries.get(id)?.row;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  *rows(): IterableIterator<T> {
    for (const { row } of this.#entries.values()) if (row) yield row;
  }

  /** Takes in a newer state; an older one, or the same again, changes nothing. Returns whether readers see a change. */
  upsert(id: string, row: T): boolean {
    const entry = this.#entries.get(id);
    if (entry && row.revision <= entry.revision) return false;
    return this.#set(id, row);
  }

  /**
   * Takes in that a row is gone, as of `revision`; without one, as of what is known of it. An older message changes
   * nothing.
   */
  remove(id: string, revision?: number): boolean {
    const entry = this.#entries.get(id);
    if (entry && revision !== undefined && revision < entry.revision) return false;
    this.#entries.set(id, {
      row: undefined,
      revision: revision ?? entry?.revision ?? 0,
      at: ++this.#count,
    });
    return entry?.row !== undefined;
  }

  /** To be called before a list is asked for, and its result given to {@link replace}. */
  mark(): number {
    return this.#count;
  }

  /** Takes in a complete list that was asked for at `mark`: it is the truth, but for what came since. */
  replace(rows: ReadonlyMap<string, T>, mark: number): ListOutcome {
    const changed: string[] = [];
    const older = (id: string) => (this.#entries.get(id)?.at ?? 0) <= mark;
    const reset = [...rows].some(
      ([id, row]) => older(id) && row.revision < (this.#entries.get(id)?.revision ?? 0),
    );
    let revision = 0;
    for (const [id, row] of rows) {
      revision = Math.max(revision, row.revision);
      const entry = this.#entries.get(id);
      const known = entry?.row !== undefined && entry.revision === row.revision && !reset;
      if (!known && (older(id) ? this.#set(id, row) : this.upsert(id, row))) changed.push(id);
    }
    for (const [id, entry] of this.#entries) {
      if (rows.has(id) || entry.at > mark) continue;
      this.#entries.delete(id);
      if (entry.row) changed.push(id);
    }
    return { changed, revision, reset };
  }

  #set(id: string, row: T): boolean {
    const before = this.get(id);
    this.#entries.set(id, { row, revision: row.revision, at: ++this.#count });
    return before === undefined || !this.#same(before, row);
  }
}
