import { describe, expect, test } from '@jest/globals';
import type { Sample } from '../traffic/pod/record.ts';
import { explain, isLoss, renderExplained, since, type Injected } from './judge.ts';
import type { Fault } from './plan.ts';

const injected = (name: Fault['name'], cluster: Fault['cluster'], from: number, done = from): Injected => ({
  fault: { name, cluster, ordinal: 0, forMs: 0, pauseMs: 0 },
  from,
  done,
});
const failed = (at: number, ms = 5, more: Partial<Sample> = {}): Sample => ({
  kind: 'http',
  at,
  ms,
  failure: 'reset',
  ...more,
});
const killed = injected('export gateway nexd killed', 'a', 10_000, 10_200);
const byWhom = (link: string, sample: Sample, faults: readonly Injected[]) =>
  explain(link, [sample], faults)[0]!.by;

describe('a connection that failed', () => {
  test('is explained by a fault of its link, for as long as that may last', () => {
    expect(byWhom('page', failed(10_000), [killed])).toBe(killed);
    expect(byWhom('page', failed(13_200), [killed])).toBe(killed);
    expect(byWhom('page', failed(13_201), [killed])).toBeUndefined();
    expect(byWhom('back', failed(10_000), [killed])).toBeUndefined();
  });

  test('is explained when it was under way, and not when it had failed before', () => {
    expect(byWhom('page', failed(9_000, 1000), [killed])).toBe(killed);
    expect(byWhom('page', failed(9_000, 999), [killed])).toBeUndefined();
    expect(byWhom('page', failed(8_999, 5_000), [killed])).toBeUndefined();
  });

  test('is never explained when somebody else answered', () =>
    expect(byWhom('page', failed(10_000, 5, { failure: 'wrong' }), [killed])).toBeUndefined());

  test('is not explained by a fault that may make nothing fail', () => {
    const nothing = injected('API server killed', 'b', 10_000);
    expect(byWhom('page', failed(10_001), [nothing])).toBeUndefined();
    expect(byWhom('page', failed(10_001), [killed, nothing])).toBe(killed);
  });

  test('is not explained by the import gateway of another cluster', () => {
    expect(
      byWhom('page', failed(10_001), [injected('import gateway pod killed', 'a', 10_000)]),
    ).toBeUndefined();
    expect(
      byWhom('page', failed(10_001), [injected('import gateway pod killed', 'b', 10_000)]),
    ).toBeDefined();
  });

  test('goes by the end of a connection that was to last', () => {
    expect(byWhom('page', failed(0, 15_000, { kind: 'lasting' }), [killed])).toBe(killed);
    expect(byWhom('page', failed(0, 9_999, { kind: 'lasting' }), [killed])).toBeUndefined();
    expect(byWhom('page', failed(0, 24_000, { kind: 'lasting' }), [killed])).toBeUndefined();
  });
});

test('failures are told by what explains them, and alone where nothing does', () => {
  const groups = explain(
    'page',
    [
      failed(10_100),
      failed(10_300, 3000, { failure: 'timeout' }),
      failed(20_000),
      failed(21_000),
      failed(30_000),
      { kind: 'http', at: 20_500, ms: 3, by: 'a' },
    ],
    [killed],
  );
  expect(groups.map(group => renderExplained(group, [killed]))).toEqual([
    'page: 2 connections (reset, timeout), 0.1 to 0.3 s after #1 export gateway nexd killed: replica 0 of a',
    'page: 2 connections (reset) at 00:00:20.000: NO FAULT EXPLAINS THIS; 10.0 to 11.0 s after #1 export gateway nexd killed: replica 0 of a',
    'page: 1 connections (reset) at 00:00:30.000: NO FAULT EXPLAINS THIS; 20.0 to 20.0 s after #1 export gateway nexd killed: replica 0 of a',
  ]);
});

test('a few datagrams without an answer are a loss; more, wrong answers, and connections are not', () => {
  const lost = (count: number, more: Partial<Sample> = {}, faults: readonly Injected[] = []) =>
    isLoss(
      explain(
        'page',
        Array.from({ length: count }, (_, at) =>
          failed(at + 10_000, 5, { kind: 'udp', failure: 'timeout', ...more }),
        ),
        faults,
      )[0]!,
    );
  expect(lost(1)).toBe(true);
  expect(lost(3)).toBe(true);
  expect(lost(4)).toBe(false);
  expect(lost(1, { failure: 'wrong' })).toBe(false);
  expect(lost(1, { kind: 'http' })).toBe(false);
  expect(lost(1, {}, [killed])).toBe(false);
});

test('what happened before is left out, but for connections that lasted until after', () => {
  const late = failed(2000);
  const lasted = failed(500, 1500, { kind: 'lasting' });
  const all = [failed(500), failed(999, 5000), late, lasted, failed(500, 499, { kind: 'lasting' })];
  expect(since(1000, all)).toEqual([late, lasted]);
});
