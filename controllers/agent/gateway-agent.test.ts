import { describe, expect, test } from '@jest/globals';
import type { Rule, Rules } from '../proxy/rules.ts';
import { silentLog } from '../runtime/log.ts';
import { ManualClock, settled } from '../runtime/manual-clock.ts';
import { GatewayAgent } from './gateway-agent.ts';
import { CallFailed } from './json-rpc.ts';
import type { Programmed } from './program.ts';
import type { Open } from './relay/tcp-port.ts';
import type { Readiness } from './relay/relay.ts';
import { isReady, type Observed } from './replica.ts';
import type { WantedRules } from './rules-watch.ts';

const to = (host: string): Rule => ({ protocol: 'tcp', port: 20000, host, targetPort: 80 });
const rulesOf = (revision: string, ...egress: Rule[]): Rules => ({ revision, ingress: [], egress });
const target = { protocol: 'tcp', host: '100.64.0.2', port: 80 } as const;
const ended = new WeakSet<Open>();
const isEnded = (open: Open) => ended.has(open);
function opened(host: string, since = 0): Open {
  const open: Open = {
    target: { ...target, host },
    since,
    mark: undefined,
    end: () => void ended.add(open),
  };
  return open;
}
const response: Rule = { protocol: 'tcp', port: 18999, host: '127.0.0.1', targetPort: 8091 };
const fine: Programmed = {
  listed: { ingress: 0, egress: 1 },
  alone: new Set(),
  missing: [],
  surplus: [],
  refused: [],
  closed: [],
  kept: [],
  parked: [],
};

function setUp(rules: Rules | undefined = rulesOf('r1', to('100.64.0.2'))) {
  const clock = new ManualClock();
  const stop = new AbortController();
  const state = {
    wanted: { rules, trouble: undefined } as WantedRules,
    tunnel: { ipv4: '100.64.0.9' } as { ipv4?: string },
    failure: undefined as CallFailed | undefined,
    peersFailure: undefined as CallFailed | undefined,
    healthy: new Set(['100.64.0.2']),
    hasPeers: true,
    result: fine,
    applyFailure: undefined as CallFailed | undefined,
    alive: new Map<string, boolean>(),
    ready: new Map<string, Readiness>(),
    over: new Set<string>(),
    run: 'first',
    forgotten: 0,
    open: [] as Open[],
    rtt: undefined as number | undefined,
    probed: [] as string[],
    mayAsk: [] as string[],
    ingress: [] as (readonly Rule[])[],
    last: undefined as Rule | undefined,
    applied: [] as (readonly Rule[])[],
    asked: 0,
    observed: undefined as Observed | undefined,
  };
  const agent = new GatewayAgent({
    nexd: {
      tunnelAddresses: async () => {
        state.asked++;
        if (state.failure) throw state.failure;
        return state.tunnel;
      },
      peers: async () => {
        if (state.peersFailure) throw state.peersFailure;
        return address => state.healthy.has(address);
      },
      hasPeers: async () => state.hasPeers,
      run: async () => state.run,
    },
    program: {
      apply: async ({ ingress, egress, last }) => {
        if (state.applyFailure) throw state.applyFailure;
        state.ingress.push(ingress);
        state.last = last;
        state.applied.push(egress.filter(rule => rule.targetPort !== 1));
        state.probed = egress.filter(rule => rule.targetPort === 1).map(rule => rule.host);
        return state.result;
      },
    },
    prober: {
      follow: addresses => addresses.map(host => ({ protocol: 'tcp', port: 19000, host, targetPort: 1 })),
      ask: isThere => {
        state.mayAsk = ['100.64.0.2', '100.64.0.3'].filter(host =>
          isThere({ protocol: 'tcp', port: 19000, host, targetPort: 1 }),
        );
      },
      isAlive: address => state.alive.get(address),
      isOver: target => state.over.has(target.host),
      readinessOf: target => state.ready.get(target.host),
      forget: () => void state.forgotten++,
      rttMillis: () => state.rtt,
    },
    relay: {
      follow: egress => [...egress],
      serve: async () => {},
      end: condition => {
        const over = state.open.filter(open => condition(open, 'egress/tcp/20000'));
        for (const open of over) open.end();
        return over.length;
      },
      wayOf: ({ protocol, host, port }) => ({ protocol, port: 10000, host, targetPort: port }),
      closed: new Map(),
      get hosts() {
        return state.open.map(({ target }) => target!.host);
      },
    },
    response,
    wanted: () => state.wanted,
    clock,
    log: silentLog,
    onObserved: observed => (state.observed = observed),
  });
  const ended = agent.run(stop.signal);
  return { agent, clock, state, stop, ended };
}
const end = async ({ stop, ended }: ReturnType<typeof setUp>) => {
  stop.abort();
  await settled();
  await ended;
};

describe('GatewayAgent', () => {
  test('applies the rules at once and is ready', async () => {
    const run = setUp();
    await settled();
    expect(isReady(run.state.observed!)).toBe(true);
    expect(run.state.observed).toMatchObject({
      revision: 'r1',
      peers: [{ address: '100.64.0.2', healthy: true }],
    });
    await end(run);
  });

  test('gives nexd no rule before it has its network stack, which its peers tell', async () => {
    const run = setUp();
    run.state.hasPeers = false;
    await run.clock.advance(250);
    expect(run.state.applied).toEqual([]);
    run.state.hasPeers = true;
    await run.clock.advance(50);
    expect(run.state.applied).toHaveLength(1);
    run.state.hasPeers = false;
    await run.clock.advance(5_000);
    expect(run.state.applied).toHaveLength(2);
    await end(run);
  });

  test('waits for that no longer than 300 ms, at each start of nexd', async () => {
    const run = setUp();
    run.state.hasPeers = false;
    await run.clock.advance(300);
    expect(run.state.applied).toHaveLength(1);
    run.state.run = 'second';
    run.agent.wake();
    await run.clock.advance(250);
    expect(run.state.applied).toHaveLength(1);
    await run.clock.advance(50);
    expect(run.state.applied).toHaveLength(2);
    await end(run);
  });

  test('has those far ends asked whose rule nexd has, and nothing else on its port', async () => {
    const run = setUp();
    await settled();
    expect(run.state.mayAsk).toEqual([]);
    run.state.result = { ...fine, alone: new Set(['tcp:19000:100.64.0.2:1']) };
    run.agent.wake();
    await settled();
    expect(run.state.mayAsk).toEqual(['100.64.0.2']);
    await end(run);
  });

  test('applies new rules without waiting', async () => {
    const run = setUp();
    await settled();
    run.state.wanted = { rules: rulesOf('r2', to('100.64.0.3')), trouble: undefined };
    run.agent.wake();
    await settled();
    expect(run.state.observed?.revision).toBe('r2');
    await end(run);
  });

  test('compares every 5 seconds when all is well, and every second when a peer is not', async () => {
    const run = setUp();
    await run.clock.advance(60_000);
    const well = run.state.applied.length;
    expect(well).toBeGreaterThanOrEqual(12);
    expect(well).toBeLessThanOrEqual(13);
    run.state.healthy.clear();
    await run.clock.advance(60_000);
    expect(run.state.applied.length - well).toBeGreaterThanOrEqual(55);
    expect(run.state.applied.length - well).toBeLessThanOrEqual(61);
    await end(run);
  });

  test('waits for nexd, and applies the rules as soon as it has its address', async () => {
    const run = setUp();
    run.state.failure = new CallFailed('NotRunning', 'nexd is not running');
    run.agent.wake();
    await run.clock.advance(1000);
    expect(run.state.observed).toMatchObject({ trouble: 'nexd is not running' });
    run.state.failure = undefined;
    run.state.tunnel = {};
    await run.clock.advance(1000);
    expect(isReady(run.state.observed!)).toBe(false);
    const before = run.state.applied.length;
    run.state.tunnel = { ipv4: '100.64.0.9' };
    await run.clock.advance(250);
    expect(run.state.applied.length).toBe(before + 1);
    expect(isReady(run.state.observed!)).toBe(true);
    await end(run);
  });

  test('notices within a second that nexd is gone', async () => {
    const run = setUp();
    await run.clock.advance(10_000);
    run.state.failure = new CallFailed('NotRunning', 'nexd is not running');
    await run.clock.advance(1000);
    expect(isReady(run.state.observed!)).toBe(false);
    expect(run.state.observed?.tunnel.ipv4).toBe('100.64.0.9');
    await end(run);
  });

  test('tells nothing of the far ends once nexd was away for 3 seconds, until it is back', async () => {
    const run = setUp();
    const known = [{ address: '100.64.0.2', healthy: true }];
    await run.clock.advance(10_000);
    run.state.failure = new CallFailed('NotRunning', 'nexd is not running');
    await run.clock.advance(2_000);
    expect(run.state.observed).toMatchObject({ trouble: 'nexd is not running', peers: known });
    run.state.failure = undefined;
    run.state.tunnel = {};
    await run.clock.advance(1_250);
    expect(run.state.observed?.peers).toEqual([]);
    run.state.tunnel = { ipv4: '100.64.0.9' };
    await run.clock.advance(250);
    expect(run.state.observed).toMatchObject({ trouble: undefined, peers: known });
    await end(run);
  });

  test('leaves nexd alone while the rules are not known', async () => {
    const run = setUp();
    run.state.wanted = { rules: undefined, trouble: 'ConfigMap x was not read yet' };
    await run.clock.advance(10_000);
    expect(run.state.applied).toEqual([]);
    expect(isReady(run.state.observed!)).toBe(false);
    expect(run.state.observed?.rulesTrouble).toBe('ConfigMap x was not read yet');
    await end(run);
  });

  test('probes the far ends, also dead ones, and believes a probe more than nexd', async () => {
    const run = setUp(rulesOf('r1', to('100.64.0.2'), to('100.64.0.3')));
    run.state.healthy = new Set(['100.64.0.2', '100.64.0.3']);
    run.state.alive.set('100.64.0.2', false);
    await settled();
    expect(run.state.probed).toEqual(['100.64.0.2', '100.64.0.3']);
    expect(run.state.observed?.peers[0]).toEqual({ address: '100.64.0.2', healthy: false });
    run.state.healthy.clear();
    run.state.alive.set('100.64.0.2', true);
    run.state.rtt = 7;
    run.agent.wake();
    await settled();
    expect(run.state.observed?.peers[0]).toEqual({ address: '100.64.0.2', healthy: true, rttMillis: 7 });
    await end(run);
  });

  test('takes an export gateway for reached only once it has answered, whatever nexd says', async () => {
    const run = setUp(rulesOf('r1', { ...to('100.64.0.2'), agent: true }));
    await settled();
    expect(run.state.observed?.peers[0]?.healthy).toBe(false);
    expect(run.agent.readinessOf(target)).toBe('later');
    run.state.alive.set('100.64.0.2', true);
    run.state.ready.set('100.64.0.2', 'now');
    run.agent.wake();
    await settled();
    expect(run.state.observed?.peers[0]?.healthy).toBe(true);
    expect(run.agent.readinessOf(target)).toBe('now');
    await end(run);
  });

  test("goes by nexd's word of one that never answers a probe", async () => {
    const run = setUp();
    await settled();
    expect(run.agent.readinessOf(target)).toBe('now');
    run.state.healthy.clear();
    run.agent.wake();
    await settled();
    expect(run.agent.readinessOf(target)).toBe('later');
    await end(run);
  });

  test('goes on probing a far end to which something is open', async () => {
    const run = setUp();
    run.state.open = [opened('100.64.0.3')];
    await settled();
    expect(run.state.probed).toEqual(['100.64.0.2', '100.64.0.3']);
    await end(run);
  });

  test('ends within a second what leads nowhere any more', async () => {
    const run = setUp();
    run.state.open = [opened('100.64.0.2'), opened('100.64.0.3')];
    await settled();
    run.state.over.add('100.64.0.3');
    await run.clock.advance(1_000);
    expect(run.state.open.map(isEnded)).toEqual([false, true]);
    await end(run);
  });

  test('ends what is open when the clients of its port change, and what came in the 5 seconds after', async () => {
    const run = setUp();
    const guarded = (clients: string) => rulesOf(clients, { ...to('100.64.0.2'), clients });
    run.state.wanted = { rules: guarded('a'), trouble: undefined };
    run.agent.wake();
    await settled();
    run.state.open = [opened('100.64.0.2', run.clock.monotonic())];
    run.state.wanted = { rules: guarded('b'), trouble: undefined };
    run.agent.wake();
    await settled();
    expect(run.state.open.map(isEnded)).toEqual([true]);
    const later = [2_000, 7_000].map(ms => opened('100.64.0.2', run.clock.monotonic() + ms));
    run.state.open = later;
    await run.clock.advance(4_000);
    expect(later.map(isEnded)).toEqual([false, false]);
    await run.clock.advance(2_000);
    expect(later.map(isEnded)).toEqual([true, false]);
    await end(run);
  });

  test('forgets what it knew of the far ends when nexd was started anew', async () => {
    const run = setUp();
    await run.clock.advance(10_000);
    expect(run.state.forgotten).toBe(0);
    const before = run.state.applied.length;
    run.state.run = 'second';
    await run.clock.advance(1_000);
    expect(run.state.forgotten).toBe(1);
    expect(run.state.applied.length).toBe(before + 1);
    expect(run.state.observed?.run).toBe('second');
    await end(run);
  });

  test('tells importers that a port closes, and closes it after 1.5 seconds', async () => {
    const web: Rule = { protocol: 'tcp', port: 80, host: '10.96.0.7', targetPort: 80 };
    const run = setUp({ revision: 'r1', ingress: [web], egress: [] });
    await settled();
    expect([...run.agent.ports]).toEqual([]);
    run.state.wanted = { rules: rulesOf('r2'), trouble: undefined };
    run.agent.wake();
    await run.clock.advance(1_000);
    expect(run.state.ingress.at(-1)).toEqual([web]);
    expect(run.agent.ports.get('TCP/80')?.state).toBe('closing');
    await run.clock.advance(600);
    expect(run.state.ingress.at(-1)).toEqual([]);
    expect(run.agent.ports.get('TCP/80')).toMatchObject({ state: 'closed', ended: expect.any(Number) });
    await end(run);
  });

  test('has other gateways ask it, unless a wanted rule has their port', async () => {
    const run = setUp(rulesOf('r1'));
    await settled();
    expect(run.state.last).toEqual(response);
    run.state.wanted = {
      rules: { ...rulesOf('r2'), ingress: [{ ...response, host: 'web' }] },
      trouble: undefined,
    };
    run.agent.wake();
    await settled();
    expect(run.state.last).toBeUndefined();
    await end(run);
  });

  test('keeps what it knows of the peers when nexd does not tell', async () => {
    const run = setUp();
    await settled();
    run.state.peersFailure = new CallFailed('TimedOut', 'late');
    await run.clock.advance(6000);
    expect(run.state.observed?.peers).toEqual([{ address: '100.64.0.2', healthy: true }]);
    expect(isReady(run.state.observed!)).toBe(true);
    await end(run);
  });

  test('tries missing rules again every second', async () => {
    const run = setUp();
    run.state.result = { ...fine, missing: ['egress x (no)'] };
    await run.clock.advance(5000);
    expect(run.state.applied.length).toBeGreaterThanOrEqual(5);
    expect(isReady(run.state.observed!)).toBe(false);
    await end(run);
  });

  test('stays ready while nexd is only late, for 15 seconds', async () => {
    const run = setUp();
    await settled();
    run.state.failure = new CallFailed('TimedOut', 'late');
    await run.clock.advance(14_000);
    expect(isReady(run.state.observed!)).toBe(true);
    await run.clock.advance(2_000);
    expect(run.state.observed?.trouble).toBe('late');
    await end(run);
  });

  test('is not ready, and tries again, as long as nexd does not take the rules', async () => {
    const run = setUp();
    run.state.applyFailure = new CallFailed('TimedOut', 'late');
    for (let second = 0; second < 5; second++) {
      await run.clock.advance(1000);
      expect(run.state.observed?.trouble).toBe('late');
    }
    run.state.applyFailure = undefined;
    await run.clock.advance(1000);
    expect(isReady(run.state.observed!)).toBe(true);
    await end(run);
  });

  test('goes on after a failure that nobody foresaw', async () => {
    const run = setUp();
    run.state.failure = new TypeError('odd') as unknown as CallFailed;
    await run.clock.advance(3000);
    expect(run.state.observed?.trouble).toBe('odd');
    run.state.failure = undefined;
    await run.clock.advance(1000);
    expect(isReady(run.state.observed!)).toBe(true);
    await end(run);
  });
});
