import { expect, test } from '@jest/globals';
import { conditionOf, judge } from './conditions.ts';

const now = new Date('2026-03-01T12:00:00.500Z');
const ready = { type: 'Ready', status: 'True', reason: 'Ready', message: '' } as const;
const before = [{ ...ready, observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' }];

test('a first judgement is made now, to the second', () => {
  expect(judge(undefined, [ready], 3, now)).toEqual([
    { ...ready, observedGeneration: 3, lastTransitionTime: '2026-03-01T12:00:00Z' },
  ]);
});

test('the time of transition stays while the status does, whatever else changes', () => {
  const [condition] = judge(before, [{ ...ready, reason: 'Other', message: 'more' }], 2, now);
  expect(condition).toMatchObject({
    reason: 'Other',
    message: 'more',
    observedGeneration: 2,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  });
});

test('the time of transition moves with the status', () => {
  const [condition] = judge(before, [{ ...ready, status: 'False' }], 2, now);
  expect(condition!.lastTransitionTime).toBe('2026-03-01T12:00:00Z');
});

test('types that do not apply go', () => {
  expect(judge(before, [{ ...ready, type: 'Valid' }], 2, now, ['Ready'])).toMatchObject([{ type: 'Valid' }]);
});

test('types that are not judged stay as they are', () => {
  const after = judge(before, [{ ...ready, type: 'Valid' }], 2, now);
  expect(conditionOf(after, 'Ready')).toEqual(before[0]);
  expect(conditionOf(after, 'Valid')).toBeDefined();
  expect(conditionOf(after, 'Conflict')).toBeUndefined();
});

test('a secret that a message quotes is masked', () => {
  const [condition] = judge(
    undefined,
    [{ ...ready, message: 'its last words: bad key RK:c2VjcmV0' }],
    1,
    now,
  );
  expect(condition!.message).toBe('its last words: bad key RK:***');
});
