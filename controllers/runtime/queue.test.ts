import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DueHeap } from './due-heap.ts';
import { ManualClock, settled } from './manual-clock.ts';
import { WorkQueue, type QueueOptions } from './queue.ts';

/** A queue whose work is recorded and ends when the test says so. */
function recorded(options: Partial<QueueOptions> = {}) {
  const clock = new ManualClock();
  const queue = new WorkQueue({ clock, random: () => 0.999999, ...options });
  const stop = new AbortController();
  const started: string[] = [];
  const under = new Map<string, { end: () => void; fail: (error: Error) => void }>();
  const run = queue.run(key => {
    if (under.has(key)) throw new Error(`${key} is in flight twice`);
    started.push(key);
    return new Promise<void>((resolve, reject) => {
      under.set(key, {
        end: () => (under.delete(key), resolve()),
        fail: error => (under.delete(key), reject(error)),
      });
    });
  }, stop.signal);
  return { clock, queue, stop, started, under, run };
}

describe('WorkQueue', () => {
  test('works once on a key that is added twice', async () => {
    const { queue, started, under } = recorded();
    queue.add('a');
    queue.add('a');
    await settled();
    under.get('a')!.end();
    await settled();
    expect(started).toEqual(['a']);
  });

  test('works again on a key that is added while it is in flight, and not before it has ended', async () => {
    const { queue, started, under } = recorded();
    queue.add('a');
    await settled();
    queue.add('a');
    await settled();
    expect(started).toEqual(['a']);
    under.get('a')!.end();
    await settled();
    expect(started).toEqual(['a', 'a']);
  });

  test('of several delays the earliest wins', async () => {
    const { queue, started, clock } = recorded();
    queue.add('a', 5000);
    queue.add('a', 2000);
    queue.add('a', 9000);
    await clock.advance(1999);
    expect(started).toEqual([]);
    await clock.advance(1);
    expect(started).toEqual(['a']);
  });

  test('an earlier key is not held up by a later one that was added first', async () => {
    const { queue, started, clock } = recorded();
    queue.add('late', 10_000);
    await settled();
    queue.add('soon', 100);
    await clock.advance(100);
    expect(started).toEqual(['soon']);
  });

  test('failures of a key delay it twice as long each time, and it alone', async () => {
    const { queue, started, under, clock } = recorded({ backoff: { baseMs: 1000, maxMs: 60_000 } });
    queue.add('bad');
    await settled();
    for (const waitMs of [1000, 2000, 4000]) {
      const before = started.length;
      under.get('bad')!.fail(new Error('no'));
      await clock.advance(waitMs - 10);
      queue.add(`other ${waitMs}`);
      await settled();
      expect(started.slice(before)).toEqual([`other ${waitMs}`]);
      await clock.advance(10);
      expect(started.at(-1)).toBe('bad');
      under.get(`other ${waitMs}`)!.end();
    }
    queue.forget('bad');
    expect(queue.retry('bad')).toBeLessThanOrEqual(1000);
  });

  test('a delay that is not a number of milliseconds does not make a timer fire at once', async () => {
    const { queue, started, clock } = recorded();
    queue.add('never', Number.NaN);
    queue.add('far', 2 ** 40);
    queue.add('back', -5);
    await clock.advance(1);
    expect(started).toEqual(['back']);
  });

  test('works on as many keys at once as it may, in the order in which they became due', async () => {
    const { queue, started, under } = recorded({ concurrency: 2 });
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
    await settled();
    expect(started).toEqual(['a', 'b']);
    // A key that comes again stands behind those that wait.
    queue.add('a');
    under.get('a')!.end();
    await settled();
    under.get('b')!.end();
    await settled();
    under.get('c')!.end();
    await settled();
    expect(started).toEqual(['a', 'b', 'c', 'd', 'a']);
  });

  test('a stop starts nothing more and waits for what is under way', async () => {
    const { queue, started, under, stop, run, clock } = recorded({ concurrency: 1 });
    queue.add('a');
    queue.add('b');
    await settled();
    stop.abort();
    let over = false;
    void run.then(() => (over = true));
    await clock.advance(60_000);
    expect(over).toBe(false);
    under.get('a')!.end();
    await run;
    expect(started).toEqual(['a']);
    expect(clock.sleeping).toBe(0);
  });

  test('queues that share a clock let timers and I/O have their turn after 20 ms of work, taken together', async () => {
    let ms = 0;
    const clock = Object.assign(new ManualClock(), { monotonic: () => ms });
    const stop = new AbortController();
    const queues = [1, 2].map(() => new WorkQueue({ clock }));
    const runs = queues.map(queue => queue.run(async () => void ms++, stop.signal));
    for (const queue of queues) for (let key = 0; key < 50; key++) queue.add(`${key}`);
    for (const worked of [20, 40, 60, 80, 100]) {
      await settled();
      expect(ms).toBe(worked);
    }
    expect(queues.map(({ waiting }) => waiting)).toEqual([0, 0]);
    stop.abort();
    await Promise.all(runs);
  });

  test('whatever happens, no key is in flight twice and none is lost', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), key, ms: fc.nat(3000) }),
      fc.record({ do: fc.constant('end' as const), key }),
      fc.record({ do: fc.constant('fail' as const), key }),
      fc.record({ do: fc.constant('advance' as const), ms: fc.nat(2000) }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 3 }),
        async (steps, concurrency) => {
          const { queue, started, under, clock, stop, run } = recorded({ concurrency });
          /** Keys that must be started again after this many starts. */
          const owed = new Map<string, number>();
          for (const todo of steps) {
            const starts = (key: string) => started.filter(other => other === key).length;
            if (todo.do === 'advance') await clock.advance(todo.ms);
            else if (todo.do === 'add') {
              queue.add(todo.key, todo.ms);
              owed.set(todo.key, starts(todo.key));
            } else if (under.has(todo.key)) {
              if (todo.do === 'end') under.get(todo.key)!.end();
              else {
                under.get(todo.key)!.fail(new Error('no'));
                owed.set(todo.key, starts(todo.key));
              }
            }
            await settled();
            expect(queue.inFlight).toBe(under.size);
            expect(under.size).toBeLessThanOrEqual(concurrency);
          }
          for (let turns = 0; turns < 60 && (queue.waiting > 0 || queue.inFlight > 0); turns++) {
            for (const { end } of [...under.values()]) end();
            await clock.advance(1000);
          }
          for (const [key, before] of owed)
            expect(started.filter(other => other === key).length).toBeGreaterThan(before);
          expect(queue.waiting).toBe(0);
          stop.abort();
          await run;
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('DueHeap', () => {
  test('gives keys in the order of their earliest time', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...'abcdefghij'), fc.nat(20))), entries => {
        const heap = new DueHeap();
        const expected = new Map<string, { due: number; order: number }>();
        entries.forEach(([key, due], order) => {
          heap.add(key, due);
          const known = expected.get(key);
          expected.set(key, known ? { ...known, due: Math.min(known.due, due) } : { due, order });
        });
        const sorted = [...expected]
          .sort(([, a], [, b]) => a.due - b.due || a.order - b.order)
          .map(([key]) => key);
        expect(heap.size).toBe(sorted.length);
        expect(sorted.map(() => heap.take())).toEqual(sorted);
        expect(heap.take()).toBeUndefined();
      }),
    );
  });
});
