import { describe, expect, it } from '@jest/globals';
import { ServerClock } from './serverclock.ts';
import { TestClock } from './testing/clock.ts';

const at = (time: string) => new Date(time);

describe('ServerClock', () => {
  it('ignores small differences, and texts that are no times', () => {
    const serverClock = new ServerClock(new TestClock('2026-11-21T01:00:00Z'));
    for (const text of ['2026-11-21T01:00:04Z', 'Sat, 21 Nov 2026 00:59:56 GMT', 'now', undefined, 7])
      serverClock.observe(text);
    expect(serverClock.skewMs).toBe(0);
  });

  it('corrects times both ways', () => {
    const serverClock = new ServerClock(new TestClock('2026-11-21T01:00:00Z'));
    serverClock.observe('Sat, 21 Nov 2026 02:00:00 GMT');
    expect(serverClock.toServer(at('2026-11-21T01:05:00Z'))).toEqual(at('2026-11-21T02:05:00Z'));
    expect(serverClock.toLocal(at('2026-11-21T02:05:00Z'))).toEqual(at('2026-11-21T01:05:00Z'));
  });

  it('keeps its value while that is about right, and follows a step', () => {
    const clock = new TestClock('2026-11-21T01:00:00Z');
    const serverClock = new ServerClock(clock);
    serverClock.observe('2026-11-21T02:00:00Z');
    serverClock.observe('2026-11-21T02:00:03Z');
    expect(serverClock.skewMs).toBe(3_600_000);
    clock.stepWall(3_600_000);
    serverClock.observe('2026-11-21T02:00:01Z');
    expect(serverClock.skewMs).toBe(0);
  });
});
