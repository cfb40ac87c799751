import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Table } from './table.ts';

interface Value {
  readonly revision: number;
  readonly text: string;
}
const row = (revision: number, text = `at ${revision}`): Value => ({ revision, text });
const table = () => new Table<Value>((a, b) => a.text === b.text);
const listOf = (rows: { [id: string]: Value }) => new Map(Object.entries(rows));

describe('Table', () => {
  it('takes in newer states only', () => {
    const rows = table();
    expect(rows.upsert('a', row(5))).toBe(true);
    expect(rows.upsert('a', row(4))).toBe(false);
    expect(rows.upsert('a', row(5, 'other'))).toBe(false);
    expect(rows.get('a')).toEqual(row(5));
    expect(rows.upsert('a', row(6))).toBe(true);
    expect(rows.remove('a', 5)).toBe(false);
    expect(rows.remove('a', 7)).toBe(true);
    expect(rows.upsert('a', row(6))).toBe(false);
    expect(rows.has('a')).toBe(false);
  });

  it('does not let the event of our own write bring back what we deleted', () => {
    const rows = table();
    rows.upsert('a', row(5));
    rows.remove('a');
    expect(rows.upsert('a', row(5))).toBe(false);
    expect([...rows.rows()]).toEqual([]);
    expect(rows.upsert('a', row(8))).toBe(true);
  });

  it('reports a new revision without new content as no change', () => {
    const rows = table();
    rows.upsert('a', row(5, 'same'));
    expect(rows.upsert('a', row(6, 'same'))).toBe(false);
    expect(rows.get('a')?.revision).toBe(6);
  });

  it('takes a list for the truth', () => {
    const rows = table();
    rows.upsert('gone', row(1));
    rows.upsert('kept', row(2));
    rows.upsert('older', row(3));
    const kept = rows.get('kept');
    const outcome = rows.replace(listOf({ kept: row(2, 'copy'), older: row(4), new: row(5) }), rows.mark());
    expect(new Set(outcome.changed)).toEqual(new Set(['gone', 'older', 'new']));
    expect(outcome).toMatchObject({ revision: 5, reset: false });
    expect(rows.get('kept')).toBe(kept);
    expect(rows.has('gone')).toBe(false);
  });

  it('keeps what came while the list was under way', () => {
    const rows = table();
    rows.upsert('deleted', row(1));
    rows.upsert('changed', row(2));
    const mark = rows.mark();
    rows.upsert('new', row(10));
    rows.remove('deleted', 11);
    rows.upsert('changed', row(12));
    const outcome = rows.replace(listOf({ deleted: row(1), changed: row(2) }), mark);
    expect(outcome).toMatchObject({ changed: [], reset: false });
    expect([...rows.rows()].map(({ revision }) => revision).sort()).toEqual([10, 12]);
  });

  it('goes back with a database that was restored', () => {
    const rows = table();
    rows.upsert('a', row(500));
    rows.upsert('b', row(40, 'before'));
    rows.remove('c', 501);
    const outcome = rows.replace(listOf({ a: row(50), b: row(40, 'restored'), c: row(45) }), rows.mark());
    expect(outcome.reset).toBe(true);
    expect(new Set(outcome.changed)).toEqual(new Set(['a', 'b', 'c']));
    expect(rows.get('b')?.text).toBe('restored');
    expect(rows.upsert('a', row(51))).toBe(true);
  });

  it('ends in the state of the server whatever order news comes in', () => {
    // The server's history: each step writes or deletes one of three rows, and counts the revision up.
    const steps = fc.array(fc.record({ id: fc.constantFrom('a', 'b', 'c'), gone: fc.boolean() }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), (history, random) => {
        const numbers = random[Symbol.iterator]();
        const pick = (max: number) => (numbers.next().value as number) % max;
        const events = history.map(({ id, gone }, at) => ({ id, gone, revision: at + 1 }));
        const stateAt = (revision: number) => {
          const rows = new Map<string, Value>();
          for (const event of events.slice(0, revision))
            if (event.gone) rows.delete(event.id);
            else rows.set(event.id, row(event.revision));
          return rows;
        };
        const rows = table();
        const deliver = (event: (typeof events)[number]) =>
          event.gone ? rows.remove(event.id, event.revision) : rows.upsert(event.id, row(event.revision));
        // Events in any order, some twice, some lost, and in between a list that was read earlier than it arrives.
        const before = pick(events.length + 1);
        for (let i = 0; i < before; i++) deliver(events[pick(before)]!);
        const mark = rows.mark();
        const seen = before + pick(events.length - before + 1);
        for (let i = before; i < events.length; i++) deliver(events[before + pick(events.length - before)]!);
        rows.replace(stateAt(seen), mark);
        for (const event of events) deliver(event);
        expect(new Map([...rows.rows()].map(value => [value.revision, value.text]))).toEqual(
          new Map([...stateAt(events.length).values()].map(value => [value.revision, value.text])),
        );
      }),
    );
  });
});
