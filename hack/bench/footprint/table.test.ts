import { expect, test } from '@jest/globals';
import type { Reading } from './proc.ts';
import { renderFootprint, renderProfile, type Measured } from './table.ts';

const reading = (rss: number, cpu: number, at: number): Reading => ({
  rss: rss * 1024,
  files: 50 * 1024,
  peak: 150 * 1024,
  cpu,
  age: at,
  at,
});
const measured = (kind: Measured['kind'], rss: number, cpuSeconds: number, heapUsed?: number): Measured => ({
  state: 'at rest',
  kind,
  name: 'x',
  from: reading(1, 5, 540),
  to: reading(rss, 5 + cpuSeconds, 600),
  heapUsed,
});

test('holds memory and CPU against the goal of each kind', () => {
  const rows = renderFootprint([
    measured('controller', 110, 6, 22 << 20),
    measured('controller', 110.5, 0),
    measured('agent', 60, 1.1),
    measured('agent', 60, 1.2),
    measured('agent', 61, 0),
  ]).split('\n');
  expect(rows.slice(2)).toEqual([
    '| at rest | controller x | 110.0 | 50.0 | 150 | 22.0 | 10.00 | 10 | ≤ 110 MB | met |',
    '| at rest | controller x | 110.5 | 50.0 | 150 |  | 0.00 | 10 | ≤ 110 MB | missed |',
    '| at rest | agent x | 60.0 | 50.0 | 150 |  | 1.83 | 10 | ≤ 60 MB, < 2 % | met |',
    '| at rest | agent x | 60.0 | 50.0 | 150 |  | 2.00 | 10 | ≤ 60 MB, < 2 % | missed |',
    '| at rest | agent x | 61.0 | 50.0 | 150 |  | 0.00 | 10 | ≤ 60 MB, < 2 % | missed |',
  ]);
});

test('lists as many functions of a profile as asked for', () => {
  const frame = (functionName: string) => ({
    functionName,
    url: 'file:///n/agent.cjs',
    lineNumber: 0,
    columnNumber: 6,
  });
  const profile = {
    nodes: [
      { id: 1, callFrame: frame('seldom') },
      { id: 2, callFrame: frame('often') },
    ],
    samples: [1, 2, 1],
    timeDeltas: [0, 1000, 3000],
  };
  expect(renderProfile('agent', profile, 1).split('\n')).toEqual([
    'agent: busy for 100.0 % of 0 s',
    '',
    '| function | at | self ms | % of busy |',
    '| --- | --- | --- | --- |',
    '| often | agent.cjs:1:7 | 3 | 75.0 |',
  ]);
});
