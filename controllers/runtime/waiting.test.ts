import { expect, test } from '@jest/globals';
import { ManualClock } from './manual-clock.ts';
import { WaitingPace } from './waiting.ts';

const setUp = () => {
  const clock = new ManualClock();
  return { clock, pace: new WaitingPace(clock) };
};
const uids = (count: number, from = 0) => Array.from({ length: count }, (_, index) => `uid-${from + index}`);

test('twenty are told at once, then one every half second, in turn', async () => {
  const { clock, pace } = setUp();
  expect(uids(20).map(uid => pace.waitMs(uid))).toEqual(uids(20).map(() => 0));
  expect(uids(3, 20).map(uid => pace.waitMs(uid))).toEqual([500, 1_000, 1_500]);
  await clock.advance(500);
  expect(uids(3, 20).map(uid => pace.waitMs(uid))).toEqual([0, 500, 1_000]);
});

test('who asks again keeps its turn, and who was told waits for another one', async () => {
  const { clock, pace } = setUp();
  uids(20).forEach(uid => pace.waitMs(uid));
  expect([pace.waitMs('a'), pace.waitMs('a')]).toEqual([500, 500]);
  await clock.advance(500);
  expect([pace.waitMs('a'), pace.waitMs('a')]).toEqual([0, 500]);
});

test('rest brings back what may be told at once', async () => {
  const { clock, pace } = setUp();
  uids(25).forEach(uid => pace.waitMs(uid));
  await clock.advance(60_000);
  expect(uids(21, 100).map(uid => pace.waitMs(uid))).toEqual([...uids(20).map(() => 0), 500]);
});
