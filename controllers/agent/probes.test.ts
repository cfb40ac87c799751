import { describe, expect, test } from '@jest/globals';
import { silentLog } from '../runtime/log.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { parseQuestion } from './probe-protocol.ts';
import type { Probed, ProbeResult } from './probe.ts';
import { Prober } from './probes.ts';

const far = '100.64.0.2';

function setUp() {
  const clock = new ManualClock();
  /** What each port's far end does, and when it was asked. */
  const answers = new Map<number, ProbeResult>();
  const asked: { port: number; at: number; question: string }[] = [];
  const used = new Set<string>();
  const counts: ProbeResult[] = [];
  const lates: ((probed: Probed) => void)[] = [];
  const state = { changes: 0, delayMs: 10, nexd: true, late: false };
  const prober = new Prober({
    firstPort: 19000,
    deviceID: 'me',
    uses: address => used.has(address),
    isNexdThere: async () => state.nexd,
    isLate: () => state.late,
    clock,
    log: silentLog,
    counter: { probed: result => counts.push(result) },
    onChange: () => state.changes++,
    probe: async (port, question, deadlineMs, signal, onLate): Promise<Probed> => {
      if (onLate) lates.push(onLate);
      asked.push({ port, at: clock.monotonic(), question });
      const result = answers.get(port) ?? 'alive';
      if (result === 'unknown') return { result };
      await clock.sleep(result === 'silent' ? deadlineMs : state.delayMs, signal).catch(() => {});
      return result === 'silent' ? { result } : { result, rttMs: state.delayMs / 2 };
    },
  });
  /** As the agent does once nexd has the rules. */
  const follow = (...addresses: string[]) => {
    prober.follow(addresses);
    prober.ask(() => true);
  };
  const says = (result: ProbeResult, port = 19000) => answers.set(port, result);
  const judged = (address = far) => [prober.isAlive(address), prober.takesConnections(address)];
  return { clock, lates, asked, used, counts, prober, follow, state, says, judged };
}

describe('Prober', () => {
  test('wants one rule for each far end, to the port of its agent, and keeps its own', () => {
    const { prober } = setUp();
    expect(prober.follow(['100.64.0.2', '200::3'])).toEqual([
      { protocol: 'tcp', port: 19000, host: '100.64.0.2', targetPort: 18999 },
      { protocol: 'tcp', port: 19001, host: '200::3', targetPort: 18999 },
    ]);
    const ports = prober.follow(['100.64.0.4', '200::3']).map(({ host, port }) => `${host} ${port}`);
    expect(ports.sort()).toEqual(['100.64.0.4 19000', '200::3 19001']);
    prober.stop();
  });

  describe('of a far end that is no longer wanted', () => {
    const ports = ({ prober }: ReturnType<typeof setUp>, ...addresses: string[]) =>
      prober.follow(addresses).map(({ host }) => host);
    /** One that answered, and has been silent and not wanted for ten seconds. */
    const left = async () => {
      const run = setUp();
      run.follow(far);
      await run.clock.advance(100);
      run.says('silent');
      run.prober.follow([]);
      await run.clock.advance(10_000);
      return run;
    };

    test('goes on for a minute, every second, when it was an export gateway: it may come back elsewhere', async () => {
      const run = setUp();
      run.follow(far);
      await run.clock.advance(100);
      run.says('silent');
      expect(ports(run)).toEqual([far]);
      const before = run.asked.length;
      await run.clock.advance(20_000);
      expect(run.asked.length - before).toBeGreaterThanOrEqual(18);
      expect(run.prober.farEnds).toEqual([]);
      await run.clock.advance(40_000);
      expect(ports(run)).toEqual([]);
      const over = run.asked.length;
      await run.clock.advance(10_000);
      expect(run.asked.length).toBe(over);
    });

    test('ends at once when it was none, or never answered', async () => {
      const run = setUp();
      run.says('refused', 19000);
      run.says('silent', 19001);
      run.follow(far, '100.64.0.3');
      await run.clock.advance(3_000);
      expect(ports(run)).toEqual([]);
    });

    test('counts when it has answered again by the time it is wanted', async () => {
      const run = await left();
      run.says('alive');
      await run.clock.advance(1_100);
      run.prober.follow([far]);
      expect(run.judged()).toEqual([true, true]);
      run.prober.stop();
    });

    test('begins anew when it is wanted again before that: its silence was of its former place', async () => {
      const run = await left();
      expect(run.judged()).toEqual([false, false]);
      run.prober.follow([far]);
      expect(run.judged()).toEqual([undefined, undefined]);
      run.says('alive');
      await run.clock.advance(4_000);
      expect(run.judged()).toEqual([true, true]);
      run.prober.stop();
    });
  });

  describe('of a process without CPU', () => {
    test('takes silence for its own while nobody answers', async () => {
      const { clock, follow, says, judged, state, prober } = setUp();
      follow(far);
      await clock.advance(100);
      state.late = true;
      says('silent');
      await clock.advance(20_000);
      expect(judged()).toEqual([true, true]);
      state.late = false;
      await clock.advance(4_000);
      expect(judged()).toEqual([false, false]);
      prober.stop();
    });

    test('takes one for silent while another one answers', async () => {
      const { clock, follow, says, judged, state, prober } = setUp();
      follow(far, '100.64.0.3');
      await clock.advance(100);
      state.late = true;
      says('silent');
      await clock.advance(5_000);
      expect([judged()[0], judged('100.64.0.3')[0]]).toEqual([false, true]);
      prober.stop();
    });
  });

  describe('of a far end that answered too late', () => {
    const late = { result: 'alive', answer: { word: 'alive', instance: 'a', ports: new Map() } } as const;

    test('takes silence for slowness for ten seconds', async () => {
      const { clock, lates, follow, says, judged, prober } = setUp();
      follow(far);
      await clock.advance(100);
      says('silent');
      await clock.advance(3_000);
      expect(judged()).toEqual([false, false]);
      lates.at(-1)!(late);
      await clock.advance(9_000);
      expect(judged()).toEqual([true, true]);
      await clock.advance(4_000);
      expect(judged()).toEqual([false, false]);
      prober.stop();
    });

    test('takes it for silent while another one answers in time', async () => {
      const { clock, lates, follow, says, judged, prober } = setUp();
      follow(far, '100.64.0.3');
      await clock.advance(100);
      says('silent');
      await clock.advance(1_000);
      lates.find((_, at) => at === 0)!(late);
      await clock.advance(4_000);
      expect([judged()[0], judged('100.64.0.3')[0]]).toEqual([false, true]);
      prober.stop();
    });
  });

  test('is lost after 5 seconds of silence, unless something comes late; what was open there is over', async () => {
    const { clock, lates, follow, says, judged, prober } = setUp();
    const target = { protocol: 'tcp', host: far, port: 80 } as const;
    follow(far);
    await clock.advance(100);
    const mark = prober.markOf(target);
    expect(prober.readinessOf(target)).toBe('now');
    says('silent');
    await clock.advance(5_000);
    expect([judged()[0], prober.readinessOf(target), prober.isOver(target, mark)]).toEqual([
      false,
      'later',
      false,
    ]);
    lates.at(-1)!({
      result: 'alive',
      answer: { word: 'alive', instance: 'a', ports: new Map([['TCP/80', { state: 'open', ended: 0 }]]) },
    });
    expect(prober.readinessOf(target)).toBe('now');
    await clock.advance(4_000);
    expect(prober.isOver(target, mark)).toBe(false);
    // Ten seconds in which it may only be slow, and then five of silence.
    await clock.advance(13_000);
    expect([prober.readinessOf(target), prober.isOver(target, mark)]).toEqual(['never', true]);
    prober.stop();
  });

  test('what was open is over when nexd there was started anew, or the port was closed or leads elsewhere', async () => {
    const { clock, lates, follow, prober } = setUp();
    const target = { protocol: 'tcp', host: far, port: 80 } as const;
    const say = (instance: string, state: 'open' | 'closing' | 'closed', ended: number) =>
      lates.at(-1)!({
        result: 'alive',
        answer: { word: 'alive', instance, ports: new Map([['TCP/80', { state, ended }]]) },
      });
    follow(far);
    await clock.advance(100);
    say('a', 'open', 0);
    const mark = prober.markOf(target);
    expect(prober.isOver(target, mark)).toBe(false);
    say('a', 'closing', 0);
    expect([prober.readinessOf(target), prober.isOver(target, mark)]).toEqual(['last', false]);
    say('a', 'closed', 7);
    expect([prober.readinessOf(target), prober.isOver(target, mark)]).toEqual(['never', true]);
    // Whatever was known when it was opened: a closed port carries nothing.
    expect(prober.isOver(target, prober.markOf(target))).toBe(true);
    say('b', 'open', 0);
    expect([prober.readinessOf(target), prober.isOver(target, mark)]).toEqual(['now', true]);
    expect(prober.isOver(target, prober.markOf(target))).toBe(false);
    prober.stop();
  });

  test('asks only once nexd has its rule, as another far end may still answer on the port', async () => {
    const { prober, clock, asked, says, judged } = setUp();
    says('refused');
    const [rule] = prober.follow([far]);
    const seen: unknown[] = [];
    prober.ask(each => void seen.push(each) as never);
    await clock.advance(10_000);
    expect(seen).toEqual([rule]);
    expect(asked).toEqual([]);
    says('silent');
    prober.ask(() => true);
    await clock.advance(10_000);
    // What another one said in between would make it dead for good.
    expect(judged()).toEqual([undefined, undefined]);
    const before = asked.length;
    prober.ask(() => true);
    await clock.advance(3_000);
    expect(asked.length).toBe(before + 1);
    prober.stop();
  });

  test('asks every second, says who it is and whether it uses the far end', async () => {
    const { prober, follow, clock, asked, used, judged } = setUp();
    follow(far);
    await clock.advance(5_500);
    expect(judged()).toEqual([true, true]);
    expect(asked.map(({ at }) => at)).toEqual([0, 1000, 2000, 3000, 4000, 5000]);
    used.add(far);
    await clock.advance(1_000);
    const [before, now] = asked.slice(-2).map(({ question }) => parseQuestion(question.split(' ')[1]!));
    expect(before).toEqual({ from: 'me', uses: false });
    expect(now).toEqual({ from: 'me', uses: true });
    prober.stop();
  });

  test.each([1, 250, 500, 999])(
    'finds within 3 seconds that one has died %d ms after a question, and at its first answer that it is back',
    async ms => {
      const { prober, follow, clock, says, judged, state } = setUp();
      follow(far);
      await clock.advance(3_000 + ms);
      says('silent');
      await clock.advance(2_910 - ms);
      expect(judged()).toEqual([false, false]);
      await clock.advance(20_000);
      says('alive');
      await clock.advance(3_020);
      expect(judged()).toEqual([true, true]);
      // Alive, dead, alive.
      expect(state.changes).toBe(3);
      prober.stop();
    },
  );

  test('asks a silent one every 3 seconds only', async () => {
    const { prober, follow, clock, says, asked } = setUp();
    follow(far);
    await clock.advance(500);
    says('silent');
    await clock.advance(5_000);
    asked.length = 0;
    await clock.advance(30_000);
    expect(asked).toHaveLength(10);
    prober.stop();
  });

  test('forgives one lost answer', async () => {
    const { prober, follow, clock, says, judged, state } = setUp();
    follow(far);
    await clock.advance(500);
    says('silent');
    await clock.advance(600);
    says('alive');
    await clock.advance(5_000);
    expect(state.changes).toBe(1);
    expect(judged()).toEqual([true, true]);
    prober.stop();
  });

  test('sends nothing to one that drains, asks it on, and comes back to it', async () => {
    const { prober, follow, clock, says, judged, asked, state } = setUp();
    follow(far);
    await clock.advance(500);
    says('draining');
    await clock.advance(1_000);
    expect(judged()).toEqual([true, false]);
    asked.length = 0;
    await clock.advance(5_000);
    expect(asked).toHaveLength(5);
    says('alive');
    await clock.advance(1_000);
    expect(judged()).toEqual([true, true]);
    expect(state.changes).toBe(3);
    prober.stop();
  });

  test.each(['refused', 'other'] as const)(
    'sends nothing to one whose agent is gone (%s), for a minute, until it is back',
    async result => {
      const { prober, follow, clock, says, judged } = setUp();
      follow(far);
      await clock.advance(500);
      says(result);
      await clock.advance(1_000);
      expect(judged()).toEqual([true, false]);
      says('alive');
      await clock.advance(1_000);
      expect(judged()).toEqual([true, true]);
      says(result);
      await clock.advance(59_000);
      expect(judged()).toEqual([true, false]);
      await clock.advance(2_000);
      expect(judged()).toEqual([true, true]);
      prober.stop();
    },
  );

  test.each(['refused', 'other'] as const)(
    'uses one that never had an agent and answers (%s)',
    async result => {
      const { prober, follow, clock, says, judged } = setUp();
      says(result);
      follow(far);
      await clock.advance(5_000);
      expect(judged()).toEqual([true, true]);
      says('silent');
      await clock.advance(3_000);
      expect(judged()).toEqual([false, false]);
      prober.stop();
    },
  );

  test('does not judge one that never answered, nor one whose rule is not there', async () => {
    const { prober, follow, clock, says, judged } = setUp();
    says('silent');
    says('unknown', 19001);
    follow(far, '100.64.0.3');
    await clock.advance(30_000);
    expect(judged()).toEqual([undefined, undefined]);
    expect(judged('100.64.0.3')).toEqual([undefined, undefined]);
    prober.stop();
  });

  test('learns nothing of a far end while its own nexd is away, and asks as soon as it is back', async () => {
    const { prober, follow, clock, says, judged, state, asked } = setUp();
    follow(far);
    await clock.advance(500);
    says('silent');
    await clock.advance(3_000);
    // nexd ends, and with it the connections of all probes that are under way.
    says('refused');
    state.nexd = false;
    await clock.advance(3_000);
    expect(judged()).toEqual([false, false]);
    says('unknown');
    await clock.advance(3_000);
    expect(judged()).toEqual([false, false]);
    asked.length = 0;
    says('alive');
    await clock.advance(270);
    expect(judged()).toEqual([true, true]);
    prober.stop();
  });

  test('believes the younger of two answers', async () => {
    const { prober, follow, clock, says, judged, state } = setUp();
    follow(far);
    await clock.advance(500);
    state.delayMs = 1_500;
    await clock.advance(1_000);
    says('draining');
    state.delayMs = 10;
    await clock.advance(4_000);
    expect(judged()).toEqual([true, false]);
    prober.stop();
  });

  test('asks each more seldom when they are many, and not all at once', async () => {
    const { prober, follow, clock, asked } = setUp();
    follow(...Array.from({ length: 300 }, (_, at) => `100.64.1.${at}`));
    await clock.advance(30_000);
    expect(asked.length).toBeGreaterThan(2_700);
    expect(asked.length).toBeLessThanOrEqual(3_001);
    const at = new Map<number, number>();
    for (const each of asked) at.set(each.at, (at.get(each.at) ?? 0) + 1);
    expect(Math.max(...at.values())).toBeLessThan(5);
    prober.stop();
  });

  test('tells how long it takes to a far end that lives', async () => {
    const { prober, follow, clock, says, state } = setUp();
    state.delayMs = 42;
    follow(far);
    await clock.advance(6_000);
    expect(prober.rttMillis(far)).toBe(21);
    expect(prober.farEnds).toEqual([{ address: far, alive: true, takesConnections: true, rttMs: 21 }]);
    says('silent');
    await clock.advance(3_000);
    expect(prober.rttMillis(far)).toBeUndefined();
    prober.stop();
  });

  test('counts what came back', async () => {
    const { prober, follow, clock, says, counts } = setUp();
    follow(far);
    await clock.advance(500);
    says('draining');
    await clock.advance(1_000);
    expect(counts).toEqual(['alive', 'draining']);
    prober.stop();
  });

  test('asks nobody after it was stopped', async () => {
    const { prober, follow, clock, asked } = setUp();
    follow(far);
    await clock.advance(1_500);
    prober.stop();
    const before = asked.length;
    await clock.advance(10_000);
    expect(asked.length).toBe(before);
    expect(prober.isAlive(far)).toBeUndefined();
  });
});
