import { expect, test } from '@jest/globals';
import { ManualClock } from '../runtime/manual-clock.ts';
import { drain, type Drained } from './drain.ts';

/** After how many milliseconds it has drained. */
async function lasts(how: Partial<Drained>, isUsed: (ms: number) => boolean = () => false): Promise<number> {
  const clock = new ManualClock();
  let lasted: number | undefined;
  const all: Drained = {
    direction: 'Export',
    hasRules: true,
    isUsed: () => isUsed(clock.monotonic()),
    ...how,
  };
  void drain(all, clock).then(() => (lasted = clock.monotonic()));
  await clock.advance(60_000);
  return lasted!;
}

test('an import gateway waits for the nodes', async () =>
  expect(await lasts({ direction: 'Import' })).toBe(3_000));
test('an export gateway waits until others have heard of it', async () =>
  expect(await lasts({})).toBe(1_500));
test('an export gateway waits until nobody uses it', async () =>
  expect(await lasts({}, ms => ms < 4_250)).toBe(4_300));
test('an export gateway does not wait for ever', async () =>
  expect(await lasts({}, () => true)).toBe(10_000));
test('a gateway without rules does not wait', async () => {
  expect(await lasts({ direction: 'Import', hasRules: false })).toBe(0);
  expect(await lasts({ hasRules: false })).toBe(0);
});
test('but for those that used the rules it had', async () =>
  expect(await lasts({ hasRules: false }, ms => ms < 500)).toBe(500));
