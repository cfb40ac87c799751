import { describe, expect, it } from '@jest/globals';
import { RevisionedTable } from '../store/table.ts';
import { Signals } from './signals.ts';
import { MultiWatch, type WatchEvent, type WatchSource } from './watch.ts';

interface Row {
  id: string;
  revision: number;
  deletedAt: string | null;
}

function fixture(): {
  table: RevisionedTable<Row>;
  signals: Signals;
  add: (id: string) => Row;
  remove: (row: Row) => void;
  watch: (options?: Partial<WatchSource>) => () => string[];
} {
  const table = new RevisionedTable<Row>(row => row.id);
  const signals = new Signals();
  const add = (id: string): Row => table.insert({ id, revision: 0, deletedAt: null });
  const remove = (row: Row): void => void table.update(row, { deletedAt: 'now' });
  const watch = (options: Partial<WatchSource> = {}): (() => string[]) => {
    const source: WatchSource = {
      kind: 'row',
      signal: 's',
      gtRevision: 0,
      atTail: false,
      fetch: revision =>
        table
          .changesAfter(revision, 100, () => true)
          .map(row => ({
            id: row.id,
            revision: row.revision,
            deleted: row.deletedAt !== null,
            value: () => row.id,
          })),
      ...options,
    };
    const multi = new MultiWatch([source], signals, () => undefined);
    return () => {
      const seen: string[] = [];
      for (let event: WatchEvent | undefined; (event = multi.next()) !== undefined;) {
        seen.push(event.type === 'tail' ? 'tail' : `${event.type} ${String(event.value)}`);
      }
      return seen;
    };
  };
  return { table, signals, add, remove, watch };
}

describe('watch', () => {
  it('lists in revision order, then the tail, then changes when signalled', () => {
    const { signals, add, watch } = fixture();
    add('a');
    add('b');
    const read = watch();
    expect(read()).toEqual(['change a', 'change b', 'tail']);
    add('c');
    expect(read()).toEqual([]); // not signalled: invisible
    signals.notify('s');
    expect(read()).toEqual(['change c']);
  });

  it('streams more than a page', () => {
    const { add, watch } = fixture();
    for (let i = 0; i < 250; i++) add(`r${i}`);
    expect(watch()()).toHaveLength(251);
  });

  it('leaves out deletes of what it has not sent, until the tail', () => {
    const { add, remove, signals, watch } = fixture();
    remove(add('gone'));
    const kept = add('kept');
    const read = watch();
    expect(read()).toEqual(['change kept', 'tail']);
    remove(kept);
    signals.notify('s');
    expect(read()).toEqual(['delete kept']);
  });

  it('resumes without at_tail losing deletes, with at_tail keeping them and sending no tail', () => {
    const { add, remove, watch } = fixture();
    const row = add('a');
    const last = row.revision;
    remove(row);
    expect(watch({ gtRevision: last })()).toEqual(['tail']);
    expect(watch({ gtRevision: last, atTail: true })()).toEqual(['delete a']);
  });

  it('replays every soft-deleted row with at_tail from revision 0', () => {
    const { add, remove, watch } = fixture();
    remove(add('a'));
    add('b');
    expect(watch({ atTail: true })()).toEqual(['delete a', 'change b']);
  });
});
