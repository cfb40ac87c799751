import { expect, test } from '@jest/globals';
import { systemClock } from './clock.ts';

test('a sleep ends', async () => {
  const start = systemClock.monotonic();
  await systemClock.sleep(5);
  expect(systemClock.monotonic() - start).toBeGreaterThanOrEqual(4);
});

test('a negative sleep ends at once', async () => {
  await expect(systemClock.sleep(-5)).resolves.toBeUndefined();
});

test('a sleep rejects with the reason of its signal, also of one that was aborted before', async () => {
  const stop = new AbortController();
  const sleep = systemClock.sleep(60_000, stop.signal);
  stop.abort(new Error('enough'));
  await expect(sleep).rejects.toThrow('enough');
  await expect(systemClock.sleep(60_000, stop.signal)).rejects.toThrow('enough');
});
