import { systemClock, type Clock } from '../../../controllers/runtime/clock.ts';

/**
 * A clock on which waits of the controller (backoff, grace periods, intervals) end `speed` times sooner. Times that
 * others read stay right, and deadlines of requests are real.
 */
export const fastClock = (speed: number): Clock => ({
  now: () => new Date(),
  monotonic: () => performance.now() * speed,
  sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
});
