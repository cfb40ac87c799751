import { describe, expect, test } from '@jest/globals';
import { Controller, type ControllerOptions, type Outcome, type Reconcile } from './controller.ts';
import { Conflict, Denied, Terminal, Transient, Waiting } from './errors.ts';
import type { Log, LogFields } from './log.ts';
import { ManualClock, settled } from './manual-clock.ts';

/** A log that keeps its lines as `level message key`. */
function keptLog(lines: { level: string; message: string; fields?: LogFields | undefined }[]): Log {
  const at = (level: string) => (message: string, fields?: LogFields) =>
    void lines.push({ level, message, fields });
  const log: Log = {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: () => log,
  };
  return log;
}

function started(reconcile: Reconcile, options: Partial<ControllerOptions> = {}) {
  const clock = new ManualClock();
  const lines: { level: string; message: string; fields?: LogFields | undefined }[] = [];
  const outcomes: Outcome[] = [];
  const runs: { key: string; atMs: number }[] = [];
  let depth = { waiting: 0, inFlight: 0 };
  const controller = new Controller({
    name: 'test',
    clock,
    log: keptLog(lines),
    random: () => 0.999999,
    backoff: { baseMs: 1000, maxMs: 8000 },
    metrics: {
      reconciled: (_, outcome) => void outcomes.push(outcome),
      queued: (_, waiting, inFlight) => (depth = { waiting, inFlight }),
    },
    reconcile: key => {
      runs.push({ key, atMs: Math.round(clock.monotonic()) });
      return reconcile(key);
    },
    ...options,
  });
  const stop = new AbortController();
  const run = controller.run(stop.signal);
  const end = () => (stop.abort(), run);
  return { controller, clock, lines, outcomes, runs, depth: () => depth, end };
}

const fail =
  (error: unknown): Reconcile =>
  () =>
    Promise.reject(error as Error);

describe('Controller', () => {
  test('success: nothing more happens', async () => {
    const { controller, clock, runs, outcomes } = started(async () => {});
    controller.enqueue('a');
    await clock.advance(3_600_000);
    expect(runs).toEqual([{ key: 'a', atMs: 0 }]);
    expect(outcomes).toEqual(['success']);
  });

  test('requeueAfterMs: again after that time', async () => {
    const { controller, clock, runs } = started(async () => ({ requeueAfterMs: 5000 }));
    controller.enqueue('a');
    await clock.advance(10_000);
    expect(runs.map(({ atMs }) => atMs)).toEqual([0, 5000, 10_000]);
  });

  test('Waiting: again after its time, each time the same, and no failure is counted', async () => {
    const { controller, clock, runs, lines, outcomes } = started(fail(new Waiting('Pod', 'no pod yet', 300)));
    controller.enqueue('a');
    await clock.advance(1200);
    expect(runs.map(({ atMs }) => atMs)).toEqual([0, 300, 600, 900, 1200]);
    expect(new Set(outcomes)).toEqual(new Set(['waiting']));
    expect(lines.every(({ level }) => level === 'debug')).toBe(true);
  });

  test('Terminal: again when it is added, else after 10 minutes, and logged once', async () => {
    const { controller, clock, runs, lines } = started(fail(new Terminal('Invalid', 'port 0')));
    controller.enqueue('a');
    await clock.advance(60_000);
    controller.enqueue('a');
    await clock.advance(1_200_000);
    expect(runs.map(({ atMs }) => Math.round(atMs / 1000))).toEqual([0, 60, 660, 1260]);
    expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  test('Terminal: when what refused it is corrected, it succeeds without a change of the object', async () => {
    let refused = true;
    const { controller, clock, outcomes } = started(() =>
      refused ? Promise.reject(new Terminal('Invalid', 'a policy denies it')) : Promise.resolve(),
    );
    controller.enqueue('a');
    await clock.advance(60_000);
    refused = false;
    await clock.advance(3_600_000);
    expect(outcomes).toEqual(['terminal', 'success']);
  });

  test('Transient: again with growing delay', async () => {
    const { controller, clock, runs } = started(fail(new Transient('Unreachable', 'no route')));
    controller.enqueue('a');
    await clock.advance(15_100);
    expect(runs.map(({ atMs }) => Math.round(atMs / 1000))).toEqual([0, 1, 3, 7, 15]);
  });

  test('Transient with retryAfterMs: not before', async () => {
    const { controller, clock, runs } = started(
      fail(new Transient('TooManyRequests', 'busy', { retryAfterMs: 6000 })),
    );
    controller.enqueue('a');
    await clock.advance(12_500);
    expect(runs.map(({ atMs }) => Math.round(atMs / 1000))).toEqual([0, 6, 12]);
  });

  test('Denied: no hot loop', async () => {
    const { controller, clock, runs } = started(fail(new Denied('Forbidden', 'no')));
    controller.enqueue('a');
    await clock.advance(120_000);
    expect(runs).toHaveLength(5);
  });

  test('a success ends the growing of delays', async () => {
    let runsSoFar = 0;
    const { controller, clock, runs } = started(async () => {
      if (runsSoFar++ < 3) throw new Conflict('Conflict', 'changed');
    });
    controller.enqueue('a');
    await clock.advance(8000);
    expect(runs).toHaveLength(4);
    runsSoFar = 0;
    controller.enqueue('a');
    await clock.advance(1000);
    expect(runs).toHaveLength(6);
  });

  test.each([
    [
      'an exception',
      () => {
        throw new TypeError('x is undefined');
      },
    ],
    ['a rejection with something odd', () => Promise.reject('text' as never)],
  ])('%s backs off that key, others go on', async (_, broken) => {
    const { controller, clock, runs, lines } = started(async key => (key === 'bad' ? broken() : undefined));
    controller.enqueue('bad');
    controller.enqueue('good');
    await clock.advance(3100);
    controller.enqueue('good');
    await settled();
    expect(runs.map(({ key }) => key)).toEqual(['bad', 'good', 'bad', 'bad', 'good']);
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('one that hangs keeps nobody else waiting, and is told by its age', async () => {
    const hang: Reconcile = key => (key === 'slow' ? new Promise(() => {}) : Promise.resolve());
    const { controller, clock, outcomes } = started(hang, { concurrency: 2 });
    controller.enqueue('slow');
    controller.enqueue('fast');
    await clock.advance(10_500);
    expect(outcomes).toEqual(['success']);
    expect(controller.oldestInFlightMs).toBe(10_500);
  });

  test('steps of the wall clock change nothing', async () => {
    const { controller, clock, runs } = started(async () => ({ requeueAfterMs: 5000 }));
    controller.enqueue('a');
    await clock.advance(5000);
    clock.stepWall(3_600_000);
    await clock.advance(5000);
    clock.stepWall(-7_200_000);
    await clock.advance(5000);
    expect(runs.map(({ atMs }) => atMs)).toEqual([0, 5000, 10_000, 15_000]);
  });

  test('metrics end at rest, and so do timers', async () => {
    const { controller, clock, depth, end } = started(async () => {});
    controller.enqueue('a');
    controller.enqueue('b');
    await clock.advance(10);
    expect(depth()).toEqual({ waiting: 0, inFlight: 0 });
    await end();
    expect(clock.sleeping).toBe(0);
  });
});
