import { describe, expect, it } from '@jest/globals';
import { defaultRateLimit, Limiter, type RequestClass } from './limiter.ts';
import { settle, TestClock } from './testing/clock.ts';

function start() {
  const clock = new TestClock();
  const limiter = new Limiter(defaultRateLimit, clock);
  const granted: { kind: RequestClass; at: number }[] = [];
  const ask = (kind: RequestClass, count: number) => {
    for (let i = 0; i < count; i++)
      void limiter.acquire(kind).then(() => granted.push({ kind, at: clock.monotonic() }));
  };
  return { clock, limiter, granted, ask };
}

const most = (times: readonly number[], windowMs: number) =>
  Math.max(...times.map(from => times.filter(at => at >= from && at < from + windowMs).length));

describe('Limiter', () => {
  it('lets a burst go at once and stays under the limit in every window', async () => {
    const { clock, granted, ask } = start();
    ask('write', 300);
    await settle();
    expect(granted).toHaveLength(defaultRateLimit.burst);
    await clock.advance(60_000);
    expect(granted).toHaveLength(300);
    const times = granted.map(({ at }) => at);
    expect(most(times, 10_000)).toBeLessThanOrEqual(defaultRateLimit.requests);
    // It is a limit, not a brake: (300 - 40) / 8 a second.
    expect(times.at(-1)).toBeLessThan(33_000);
  });

  it('stays under the limit after a pause, too', async () => {
    const { clock, granted, ask } = start();
    for (let round = 0; round < 10; round++) {
      ask('read', 100);
      await clock.advance(4_000);
    }
    await clock.advance(200_000);
    expect(granted).toHaveLength(1_000);
    expect(
      most(
        granted.map(({ at }) => at),
        10_000,
      ),
    ).toBeLessThanOrEqual(defaultRateLimit.requests);
  });

  it('keeps nobody waiting in a long pause', async () => {
    const { clock, limiter } = start();
    limiter.pause(300_000);
    await expect(limiter.acquire('write')).rejects.toMatchObject({
      code: 'RateLimited',
      retryAfterMs: 300_000,
    });
    await clock.advance(271_000);
    const waited = limiter.acquire('write');
    await clock.advance(29_000);
    expect(await waited).toBe(29_000);
  });

  it('sends away who waits when a long pause begins, and goes on after it', async () => {
    const { clock, limiter, granted, ask } = start();
    ask('write', defaultRateLimit.burst);
    await settle();
    const waiting = (['watch', 'write', 'read'] as const).map(kind => limiter.acquire(kind));
    limiter.pause(20_000);
    limiter.pause(300_000);
    for (const each of waiting)
      await expect(each).rejects.toMatchObject({ code: 'RateLimited', retryAfterMs: 300_000 });
    granted.length = 0;
    await clock.advance(300_000);
    ask('write', 1);
    await settle();
    expect(granted).toHaveLength(1);
  });

  it('prefers writes to reads, lets a watch pass and starves nobody', async () => {
    const { clock, granted, ask } = start();
    ask('write', defaultRateLimit.burst);
    await settle();
    granted.length = 0;
    ask('read', 50);
    ask('write', 200);
    await clock.advance(1_000);
    ask('watch', 1);
    await clock.advance(1_000);
    expect(granted.some(({ kind }) => kind === 'watch')).toBe(true);
    await clock.advance(8_000);
    const counted = { watch: 0, write: 0, read: 0 };
    for (const { kind } of granted) counted[kind]++;
    expect(counted.write).toBeGreaterThan(65);
    expect(counted.read).toBeGreaterThanOrEqual(5);
  });

  it('serves each class in the order of arrival', async () => {
    const { clock, limiter } = start();
    const order: number[] = [];
    for (let i = 0; i < 60; i++) void limiter.acquire('write').then(() => order.push(i));
    await clock.advance(10_000);
    expect(order).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });

  it('grants nothing while it is paused', async () => {
    const { clock, limiter, granted, ask } = start();
    limiter.pause(7_000);
    ask('write', 3);
    await clock.advance(6_999);
    expect(granted).toEqual([]);
    await clock.advance(1);
    expect(granted).toHaveLength(3);
  });

  it('forgets who gave up waiting', async () => {
    const { clock, limiter, granted, ask } = start();
    ask('write', defaultRateLimit.burst);
    const gone = new AbortController();
    const given = limiter.acquire('write', gone.signal);
    gone.abort(new Error('not needed any more'));
    await expect(given).rejects.toThrow('not needed any more');
    await expect(limiter.acquire('write', gone.signal)).rejects.toThrow('not needed any more');
    ask('read', 1);
    await clock.advance(125);
    expect(granted.map(({ kind }) => kind).at(-1)).toBe('read');
  });

  it('tells how long a request waited', async () => {
    const { clock, limiter, ask } = start();
    ask('write', defaultRateLimit.burst);
    const waited = limiter.acquire('write');
    await clock.advance(1_000);
    expect(await waited).toBe(125);
  });
});
