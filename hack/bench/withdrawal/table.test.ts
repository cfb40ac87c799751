import { expect, test } from '@jest/globals';
import type { Sample } from '../../../e2e/traffic/pod/record.ts';
import { judge, renderTable } from './table.ts';

const http = (at: number, failure?: Sample['failure'], ms = 10): Sample => ({
  kind: 'http',
  at,
  ms,
  ...(failure ? { failure } : { by: 'a' }),
});
const lasting = (at: number, ms: number, failure: Sample['failure'] = 'reset'): Sample => ({
  kind: 'lasting',
  at,
  ms,
  failure: failure!,
});

test('a withdrawal lasts until the last answer, and until what was open has ended', () => {
  const samples = [
    http(900),
    http(1_900),
    http(2_000, 'reset'),
    http(2_500, 'timeout'),
    lasting(500, 2_000),
    lasting(0, 3_000, 'timeout'),
    lasting(0, 400),
  ];
  const what = { way: 'deleted', nexodus: 'there', controllers: 'running' };
  const run = judge(samples, what, { asked: 950, at: 1_000 }, 2);
  expect(run).toEqual({
    ...what,
    answeredMs: 900,
    endedMs: 2_000,
    hung: [1_500],
    open: 2,
    timedOut: 1,
  });
  expect(judge(samples, what, { asked: 950, at: 1_000 }, 3).endedMs).toBeUndefined();
  // The third one ended while the API server was being asked.
  expect(judge(samples, what, { asked: 400, at: 1_000 }, 3).endedMs).toBe(2_000);
  expect(renderTable([run]).split('\n').at(-1)).toBe(
    '| deleted | there | running | 1 | 0.90 | 0.90 | 1 | 2.00 | 2.00 | 1 of 2 |',
  );
});
