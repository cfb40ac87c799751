import { expect, test } from '@jest/globals';
import { ManualClock } from '../runtime/manual-clock.ts';
import { RoundTrips } from './round-trips.ts';

function setUp(...ms: number[]) {
  const clock = new ManualClock();
  const trips = new RoundTrips(clock);
  const add = (...more: number[]) => {
    for (const each of more) trips.add(each);
  };
  /** From now on all are like this. */
  const become = (each: number) => add(...Array.from({ length: 15 }, () => each));
  add(...ms);
  return { clock, trips, add, become };
}

test('those that were late make no difference', () => {
  const { trips, add } = setUp(300, 20, 21, 22);
  expect(trips.typical).toBeUndefined();
  add(1020);
  expect(trips.typical).toBe(21);
  add(20, 90, 90, 21, 90, 90, 21, 90, 90);
  expect(trips.typical).toBe(21);
});

test('is told in whole milliseconds', () => expect(setUp(1.4, 1.4, 1.4, 1.4, 1.4).trips.toTell()).toBe(1));

test('is told anew when it has changed by half, and not before 30 seconds', async () => {
  const { clock, trips, become } = setUp(20, 20, 20, 20, 20);
  expect(trips.toTell()).toBe(20);
  become(31);
  await clock.advance(29_000);
  expect(trips.toTell()).toBe(20);
  await clock.advance(1_000);
  expect(trips.toTell()).toBe(31);
  become(17);
  await clock.advance(60_000);
  expect(trips.toTell()).toBe(31);
});

test('is not told anew while it is short', async () => {
  const { clock, trips, become } = setUp(1, 1, 1, 1, 1);
  expect(trips.toTell()).toBe(1);
  become(9);
  await clock.advance(60_000);
  expect(trips.toTell()).toBe(1);
});

test('is measured anew when the far end was lost', () => {
  const { trips, add } = setUp(20, 20, 20, 20, 20);
  trips.toTell();
  trips.forget();
  expect(trips.toTell()).toBeUndefined();
  add(90, 90, 90, 90, 90);
  expect(trips.toTell()).toBe(90);
});
