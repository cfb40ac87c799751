import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isNewer, laterOf } from './revision.ts';

describe('isNewer', () => {
  test('compares integers of any length', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n }), fc.bigInt({ min: 0n }), (a, b) => {
        expect(isNewer(String(a), String(b))).toBe(a > b);
        expect(laterOf(String(a), String(b))).toBe(String(a > b ? a : b));
      }),
    );
  });

  test.each([
    [undefined, '1'],
    ['1', undefined],
    ['abc', '1'],
    ['1', '0x10'],
    ['01', '2'],
  ])('what is not an integer counts as newer: %s, %s', (a, b) => {
    expect(isNewer(a, b)).toBe(true);
  });
});
