import { expect, test } from '@jest/globals';
import type { Rule } from '../proxy/rules.ts';
import { LingeringRules } from './lingering.ts';

const to = (host: string, port = 80): Rule => ({ protocol: 'tcp', port, host, targetPort: 80 });

test('a rule that is not wanted any more goes 3 seconds later', () => {
  const rules = new LingeringRules();
  expect(rules.with([to('a')], 0)).toEqual([to('a')]);
  expect(rules.dueAt).toBe(Infinity);
  expect(rules.with([], 1000)).toEqual([to('a')]);
  expect(rules.dueAt).toBe(4000);
  expect(rules.with([to('b', 81)], 3999)).toEqual([to('b', 81), to('a')]);
  expect(rules.with([to('b', 81)], 4000)).toEqual([to('b', 81)]);
});

test('one that is replaced goes at once, also later', () => {
  const rules = new LingeringRules();
  rules.with([to('a'), to('a', 81)], 0);
  expect(rules.with([to('b'), to('a', 81)], 1)).toEqual([to('b'), to('a', 81)]);
  rules.with([to('b')], 2);
  expect(rules.with([to('b'), to('b', 81)], 3)).toEqual([to('b'), to('b', 81)]);
});

test('one that is wanted again is there once, and stays', () => {
  const rules = new LingeringRules();
  rules.with([to('a')], 0);
  rules.with([], 1);
  expect(rules.with([to('a')], 2)).toEqual([to('a')]);
  expect(rules.with([to('a')], 9000)).toEqual([to('a')]);
});

test('invalid ones do not linger', () => {
  const rules = new LingeringRules();
  const odd = { ...to('a'), protocol: [{ toString: false }] } as unknown as Rule;
  const invalid = [null as unknown as Rule, to('a b'), odd];
  expect(rules.with(invalid, 0)).toEqual(invalid);
  expect(rules.with([], 1)).toEqual([]);
});
