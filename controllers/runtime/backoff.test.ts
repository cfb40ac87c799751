import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { backoffMs } from './backoff.ts';

const random = () => fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backoffMs', () => {
  test('doubles up to the maximum', () => {
    const delays = [1, 2, 3, 4, 5, 6].map(failures =>
      backoffMs({ baseMs: 100, maxMs: 1000 }, failures, () => 0.999999),
    );
    expect(delays.map(Math.round)).toEqual([100, 200, 400, 800, 1000, 1000]);
  });

  test('is between a half of the doubled delay and the whole, and never above the maximum', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), random(), (failures, drawn) => {
        const delay = backoffMs({ baseMs: 200, maxMs: 60_000 }, failures, () => drawn);
        const whole = Math.min(60_000, 200 * 2 ** (failures - 1));
        expect(delay).toBeGreaterThanOrEqual(whole / 2);
        expect(delay).toBeLessThanOrEqual(whole);
      }),
    );
  });
});
