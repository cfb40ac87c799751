import { expect, test } from '@jest/globals';
import { busiest, renderPhases } from './table.ts';

test('finds the window with the most moments', () => {
  expect(busiest([], 10)).toBe(0);
  expect(busiest([0, 9, 10, 11, 30, 31], 10)).toBe(3);
  expect(busiest([0, 10, 20], 10)).toBe(1);
});

test('tells each phase in a line', () => {
  const reading = { rss: 204_800, files: 0, peak: 307_200, cpu: 12.34, age: 20, at: 20 };
  const phase = {
    name: 'rest',
    seconds: 120,
    reading,
    kubernetesWrites: 3,
    nexodusWrites: 0,
    nexodusBusiest: 7,
  };
  expect(renderPhases([phase]).split('\n').at(-1)).toBe('| rest | 120.0 | 12.3 | 200 | 300 | 3 | 0 | 7 |');
});
