import type { Revisioned } from './rows.ts';

/**
 * A table whose rows carry a revision from one sequence, global to all VPCs. Rows stay after
 * deletion (soft delete) until garbage collection, as watches still have to stream the delete.
 */
export class RevisionedTable<Row extends Revisioned> {
  readonly #rows = new Map<string, Row>();
  #sequence = 0;
  readonly #keyOf: (row: Row) => string;

  constructor(keyOf: (row: Row) => string) {
    this.#keyOf = keyOf;
  }

  /** Consumes a number of the sequence. An insert that fails afterwards leaves a gap. */
  nextRevision(): number {
    return ++this.#sequence;
  }

  /** Stores the row under a new revision. */
  insert(row: Row): Row {
    row.revision = this.nextRevision();
    this.#rows.set(this.#keyOf(row), row);
    return row;
  }

  /** Applies the change to a stored row and gives it a new revision. */
  update(row: Row, change: Partial<Row>): Row {
    Object.assign(row, change);
    row.revision = this.nextRevision();
    return row;
  }

  /** The row, also when it is soft-deleted. */
  getIncludingDeleted(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  get(key: string): Row | undefined {
    const row = this.#rows.get(key);
    return row === undefined || row.deletedAt !== null ? undefined : row;
  }

  find(matches: (row: Row) => boolean): Row | undefined {
    for (const row of this.#rows.values()) if (row.deletedAt === null && matches(row)) return row;
    return undefined;
  }

  list(matches: (row: Row) => boolean = () => true): Row[] {
    return [...this.#rows.values()].filter(row => row.deletedAt === null && matches(row));
  }

  /** Up to `limit` rows above a revision, in revision order, soft-deleted rows included. */
  changesAfter(revision: number, limit: number, matches: (row: Row) => boolean): Row[] {
    const rows = [...this.#rows.values()].filter(row => row.revision > revision && matches(row));
    return rows.sort((a, b) => a.revision - b.revision).slice(0, limit);
  }

  /** Removes rows for good; returns how many. */
  purge(matches: (row: Row) => boolean): number {
    const before = this.#rows.size;
    for (const [key, row] of this.#rows) if (matches(row)) this.#rows.delete(key);
    return before - this.#rows.size;
  }

  /** Numbers all rows anew from 1 in their present order, as after restoring a database. */
  resetRevisions(): void {
    this.#sequence = 0;
    const rows = [...this.#rows.values()].sort((a, b) => a.revision - b.revision);
    for (const row of rows) row.revision = this.nextRevision();
  }

  snapshot(): TableSnapshot<Row> {
    return { sequence: this.#sequence, rows: [...this.#rows.values()] };
  }

  restore(snapshot: TableSnapshot<Row>): void {
    this.#rows.clear();
    this.#sequence = snapshot.sequence;
    for (const row of snapshot.rows) this.#rows.set(this.#keyOf(row), row);
  }
}

export interface TableSnapshot<Row> {
  readonly sequence: number;
  readonly rows: readonly Row[];
}
