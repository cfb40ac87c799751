import { describe, expect, test } from '@jest/globals';
import type { GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import { silentLog } from '../runtime/log.ts';
import { ManualClock, settled } from '../runtime/manual-clock.ts';
import { Metrics } from './metrics.ts';
import { Report } from './report.ts';

const replica = (over: Partial<GatewayReplica> = {}): GatewayReplica => ({
  ordinal: 0,
  ready: true,
  ...over,
});

/** A server whose writes the test ends. */
function setUp() {
  const clock = new ManualClock();
  const stop = new AbortController();
  const stored: GatewayReplica[] = [];
  let inFlight = 0;
  let most = 0;
  let answer: () => Promise<void> = () => Promise.resolve();
  const report = new Report(
    async value => {
      most = Math.max(most, ++inFlight);
      try {
        await answer();
        stored.push(value);
        return [value, replica({ ordinal: 1, message: `after ${stored.length}` })];
      } finally {
        inFlight--;
      }
    },
    clock,
    silentLog,
    new Metrics(),
  );
  const ended = report.run(stop.signal);
  return {
    clock,
    report,
    stored,
    most: () => most,
    answerWith: (next: () => Promise<void>) => void (answer = next),
    stop: async () => {
      stop.abort();
      await settled();
      await ended;
    },
  };
}

describe('Report', () => {
  test('writes what is new, and nothing else', async () => {
    const { report, stored, clock, stop } = setUp();
    report.say(replica());
    await settled();
    for (let second = 0; second < 60; second++) {
      report.say(replica());
      await clock.advance(1000);
    }
    expect(stored).toEqual([replica()]);
    report.say(replica({ ready: false }));
    await settled();
    expect(stored).toEqual([replica(), replica({ ready: false })]);
    await stop();
  });

  test('writes nothing before something is said', async () => {
    const { stored, clock, stop } = setUp();
    await clock.advance(7_200_000);
    expect(stored).toEqual([]);
    await stop();
  });

  test('has one request under way, and skips what was overtaken', async () => {
    const { report, stored, most, answerWith, stop } = setUp();
    let finish = () => {};
    answerWith(() => new Promise(resolve => (finish = resolve)));
    report.say(replica({ message: 'a' }));
    await settled();
    report.say(replica({ message: 'b' }));
    report.say(replica({ message: 'c' }));
    await settled();
    finish();
    await settled();
    finish();
    await settled();
    expect(stored.map(({ message }) => message)).toEqual(['a', 'c']);
    expect(most()).toBe(1);
    await stop();
  });

  test('tries again, ever more seldom, and writes the latest', async () => {
    const { report, stored, clock, answerWith, stop } = setUp();
    let attempts = 0;
    answerWith(() => {
      attempts++;
      return Promise.reject(new Error('away'));
    });
    report.say(replica({ message: 'a' }));
    await clock.advance(600_000);
    const inTenMinutes = attempts;
    expect(inTenMinutes).toBeGreaterThan(10);
    expect(inTenMinutes).toBeLessThan(60);
    report.say(replica({ message: 'b' }));
    answerWith(() => Promise.resolve());
    await clock.advance(31_000);
    expect(stored).toEqual([replica({ message: 'b' })]);
    await stop();
  });

  test('goes back to what was written before when a write failed half-way', async () => {
    const { report, stored, clock, answerWith, stop } = setUp();
    report.say(replica({ message: 'a' }));
    await settled();
    answerWith(() => Promise.reject(new Error('lost answer')));
    report.say(replica({ message: 'b' }));
    await settled();
    report.say(replica({ message: 'a' }));
    answerWith(() => Promise.resolve());
    await clock.advance(2_000);
    expect(stored.map(({ message }) => message)).toEqual(['a', 'a']);
    await stop();
  });

  test('knows what all replicas said when it last wrote, and writes again to learn it anew', async () => {
    const { report, stored, clock, answerWith, stop } = setUp();
    const other = () => report.replicas.find(({ ordinal }) => ordinal === 1)?.message;
    expect(report.replicas).toEqual([]);
    report.say(replica());
    await settled();
    expect(other()).toBe('after 1');
    await clock.advance(4_000);
    report.sayAgain(5_000);
    await settled();
    expect(stored).toHaveLength(1);
    await clock.advance(1_000);
    report.sayAgain(5_000);
    report.sayAgain(5_000);
    await settled();
    expect(other()).toBe('after 2');
    await clock.advance(5_000);
    answerWith(() => Promise.reject(new Error('away')));
    report.sayAgain(5_000);
    await settled();
    expect([other(), stored.length]).toEqual(['after 2', 2]);
    await stop();
  });

  test('says a last thing once', async () => {
    const { report, stored, stop } = setUp();
    report.say(replica());
    await settled();
    await stop();
    await report.sayLast(replica({ ready: false }), 1000);
    expect(stored).toEqual([replica(), replica({ ready: false })]);
  });
});
