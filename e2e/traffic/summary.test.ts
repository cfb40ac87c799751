import { describe, expect, test } from '@jest/globals';
import type { Failure, Sample } from './pod/record.ts';
import { parseSamples } from './pod/record.ts';
import { recoveredAfter, renderCounts, summarize } from './summary.ts';

/** One connection each 20 ms from 1000 on; those named failed. */
const stream = (count: number, failures: { readonly [index: number]: Failure } = {}): Sample[] =>
  Array.from({ length: count }, (_, index) => {
    const failure = failures[index];
    return {
      kind: 'http' as const,
      at: 1000 + 20 * index,
      ms: failure === 'timeout' ? 3000 : 5,
      ...(failure ? { failure } : { by: index % 2 ? 'a' : 'c' }),
    };
  });

describe('summarize', () => {
  test('tells who answered when nothing failed', () => {
    expect(summarize(stream(10))).toEqual({
      tried: 10,
      failed: 0,
      answers: { a: 5, c: 5 },
      disturbances: [],
      longestMs: 0,
      slowestMs: 5,
    });
  });

  test('takes failures with good ones between as one disturbance', () => {
    const { failed, disturbances, longestMs } = summarize(
      stream(100, { 10: 'reset', 12: 'timeout', 20: 'reset' }),
    );
    expect(failed).toBe(3);
    expect(disturbances).toEqual([
      { from: 1200, to: 1420, tried: 11, failed: 3, kinds: { reset: 2, timeout: 1 } },
    ]);
    expect(longestMs).toBe(220);
  });

  test('tells disturbances a second apart from each other', () => {
    const { disturbances } = summarize(stream(100, { 10: 'reset', 60: 'reset', 109: 'reset' }));
    expect(disturbances.map(({ from, to }) => [from, to])).toEqual([
      [1200, 1220],
      [2200, 2220],
    ]);
  });

  test('goes by the order in which connections started, not by the one in which they ended', () => {
    const samples = stream(100, { 10: 'timeout', 11: 'reset' }).toSorted(
      (a, b) => a.at + a.ms - (b.at + b.ms),
    );
    expect(summarize(samples).disturbances).toEqual([
      { from: 1200, to: 1240, tried: 2, failed: 2, kinds: { timeout: 1, reset: 1 } },
    ]);
  });

  test('shows a wrong answer, and what a failure was about', () => {
    const failed: Sample[] = [
      { kind: 'http', at: 1000, ms: 5, failure: 'wrong', detail: 'HTTP/1.1 404' },
      { kind: 'http', at: 1020, ms: 5, failure: 'timeout', detail: 'no answer' },
    ];
    expect(summarize(failed).disturbances[0]!.kinds).toEqual({
      'wrong answer "HTTP/1.1 404"': 1,
      'no answer': 1,
    });
  });

  test('looks at one kind and one time only', () => {
    const samples: Sample[] = [
      ...stream(10, { 0: 'reset', 9: 'reset' }),
      { kind: 'udp', at: 1050, ms: 3000, failure: 'timeout' },
    ];
    expect(summarize(samples, { from: 1020, to: 1180 })).toMatchObject({ tried: 8, failed: 0 });
    expect(summarize(samples, { kind: 'udp' })).toMatchObject({ tried: 1, failed: 1 });
  });
});

describe('recoveredAfter', () => {
  test('is the start of the first connection after the last that failed', () => {
    expect(recoveredAfter(stream(100, { 10: 'timeout', 40: 'timeout' }), 1100)).toBe(1820 - 1100);
  });
  test('is nothing when none failed', () => {
    expect(recoveredAfter(stream(100, { 10: 'reset' }), 2000)).toBe(0);
  });
  test('counts a connection that was under way', () => {
    expect(recoveredAfter(stream(100, { 10: 'timeout' }), 1210)).toBe(10);
  });
  test('is not known while the last one failed', () => {
    expect(recoveredAfter(stream(10, { 9: 'refused' }), 1100)).toBeUndefined();
  });
});

test('counts are shown by name', () => {
  expect(renderCounts({ refused: 3, timeout: 1 })).toBe('refused 3, timeout 1');
});

test('a line that is not whole yet waits for the next time', () => {
  const whole = `${JSON.stringify({ kind: 'http', at: 1, ms: 2, by: 'ä' })}\n`;
  const { samples, bytes } = parseSamples(`${whole}{"kind":"ht`);
  expect(samples).toEqual([{ kind: 'http', at: 1, ms: 2, by: 'ä' }]);
  expect(bytes).toBe(Buffer.byteLength(whole));
});
