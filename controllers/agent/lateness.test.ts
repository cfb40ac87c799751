import { expect, test } from '@jest/globals';
import { silentLog } from '../runtime/log.ts';
import { ManualClock, settled } from '../runtime/manual-clock.ts';
import { Lateness } from './lateness.ts';

/** A clock whose sleepers wake up late. */
class LateClock extends ManualClock {
  lateMs = 0;
  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return super.sleep(ms + this.lateMs, signal);
  }
}

test('a nexd that is long in answering counts as well', async () => {
  const clock = new ManualClock();
  const lateness = new Lateness(clock, silentLog);
  lateness.note('nexd', 299);
  expect(lateness.isThere).toBe(false);
  lateness.note('nexd', 300);
  expect(lateness.isThere).toBe(true);
  await clock.advance(10_000);
  expect(lateness.isThere).toBe(false);
});

test('a process is late for ten seconds after it woke up 0.3 seconds too late', async () => {
  const clock = new LateClock();
  const lateness = new Lateness(clock, silentLog);
  const stop = new AbortController();
  const running = lateness.run(stop.signal);
  await clock.advance(2_000);
  expect(lateness.isThere).toBe(false);
  clock.lateMs = 299;
  await clock.advance(2_000);
  expect(lateness.isThere).toBe(false);
  clock.lateMs = 300;
  await clock.advance(1_500);
  expect(lateness.isThere).toBe(true);
  clock.lateMs = 0;
  await clock.advance(9_000);
  expect(lateness.isThere).toBe(true);
  await clock.advance(2_000);
  expect(lateness.isThere).toBe(false);
  stop.abort();
  await settled();
  await running;
});
