import { expect, test } from '@jest/globals';
import { sampleOf } from './which-writes.ts';

test('a sample has the first write, the last, those around creations, and some others, the same for the same seed', () => {
  const sample = sampleOf({ writes: 40, creations: [7, 20] }, 4711);
  expect(sample).toEqual(expect.arrayContaining([1, 6, 7, 8, 19, 20, 21, 40]));
  expect(sample).toHaveLength(8 + 3);
  expect(sampleOf({ writes: 40, creations: [7, 20] }, 4711)).toEqual(sample);
  const seeds = Array.from({ length: 300 }, (_, seed) => sampleOf({ writes: 40, creations: [] }, seed));
  expect(new Set(seeds.flat()).size).toBe(40);
});

test('no write is tried twice, and none that there is not', () => {
  expect(sampleOf({ writes: 4, creations: [1, 4] }, 1)).toEqual([1, 2, 3, 4]);
  expect(sampleOf({ writes: 0, creations: [] }, 1)).toEqual([]);
});
