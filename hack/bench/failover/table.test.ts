import { expect, test } from '@jest/globals';
import { renderTable, type Run } from './table.ts';

const run = (
  cut: string,
  recoveredMs: number | undefined,
  failed = 1,
  failedOnReturn = 0,
  openMs: Run['openMs'] = [],
): Run => ({
  cut,
  controllers: 'running',
  recoveredMs,
  failingMs: recoveredMs && recoveredMs - 500,
  failed,
  failedOnReturn,
  openMs,
});

test('tells median and worst of each way to cut, and one that never recovered', () => {
  const rows = renderTable([
    run('pods', 1000, 1, 2),
    run('pods', 3000, 9, 0, [1500, 700]),
    run('pods', 2000, 5, 1),
    run('network', 2500),
    run('network', undefined, 1, 0, [900, undefined]),
    run('device', 0),
    run('network', 2000),
  ]).split('\n');
  expect(rows.slice(2)).toEqual([
    '| pods | running | 3 | 2.00 | 3.00 | 1.50 | 2.50 | 5 | 9 | 3 | 2 | 1.50 |',
    '| network | running | 3 | 2.50 | never | 2.00 | never | 1 | 1 | 0 | 2 | never |',
    '| device | running | 1 | 0.00 | 0.00 | 0.00 | 0.00 | 1 | 1 | 0 | 0 | – |',
  ]);
});
