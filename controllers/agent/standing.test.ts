import { describe, expect, test } from '@jest/globals';
import type { GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { ExportStanding, Standing } from './standing.ts';

const hosts = ['100.64.0.2', '100.64.0.3', '100.64.0.4'];
const peersOf = (...reached: string[]) =>
  hosts.map(address => ({ address, healthy: reached.includes(address) }));
const [two, three, four] = hosts as [string, string, string];
/** Two ports of imports: one with two far ends, one with a third. */
const ports = [[two, three], [four]];
const seen = (...reached: string[]) => ({ ports, peers: peersOf(...reached), run: 'nexd' });
const other = (reached: string[], over: Partial<GatewayReplica> = {}): GatewayReplica => ({
  ordinal: 0,
  ready: true,
  peers: peersOf(...reached),
  ...over,
});

function setUp() {
  const clock = new ManualClock();
  const asked: number[] = [];
  const report = {
    replicas: [] as readonly GatewayReplica[],
    answeredAt: clock.monotonic(),
    sayAgain: (ms: number) => void asked.push(ms),
  };
  const standing = new Standing(1, report, clock);
  const answer = (...replicas: GatewayReplica[]) =>
    Object.assign(report, { replicas, answeredAt: clock.monotonic() });
  return { clock, asked, standing, answer };
}

describe('a replica that has started', () => {
  test('takes connections once a far end of every port has answered', () => {
    const { standing } = setUp();
    expect(standing.look(seen())).toEqual({ why: 'unproved' });
    expect(standing.look(seen(two))).toEqual({ why: 'unproved' });
    expect(standing.look(seen(three, four))).toBeUndefined();
  });

  test('takes them without ports', () => {
    const { standing } = setUp();
    expect(standing.look({ ports: [], peers: [] })).toBeUndefined();
  });

  test('takes them after 10 seconds when no other replica does better', async () => {
    const { clock, standing, answer } = setUp();
    standing.look(seen());
    await clock.advance(9_999);
    answer(other([]));
    expect(standing.look(seen())).toEqual({ why: 'unproved' });
    await clock.advance(1);
    expect(standing.look(seen())).toBeUndefined();
  });

  test('leaves them to another one for as long as that reaches more', async () => {
    const { clock, standing, answer } = setUp();
    standing.look(seen());
    for (let at = 0; at < 10; at++) {
      await clock.advance(5_000);
      answer(other([two]));
      expect(standing.look(seen())).toEqual({ why: 'better', ordinal: 0 });
    }
    expect(standing.look(seen(two, four))).toBeUndefined();
  });

  test('asks for the others every second', () => {
    const { asked, standing, answer } = setUp();
    standing.look(seen());
    answer(other([]));
    standing.look(seen());
    expect(asked).toEqual([1_000, 1_000]);
  });
});

describe('a replica that has carried traffic', () => {
  function proved() {
    const run = setUp();
    run.standing.look(seen(two, four));
    return run;
  }

  test.each<[string, string[], GatewayReplica, number | undefined]>([
    ['one that reaches somebody', [], other([two]), 0],
    ['one that reaches a port more', [two], other([three, four]), 0],
    ['none that reaches another port instead', [two], other([four]), undefined],
    ['none that reaches the same ports by other far ends', [two], other([three]), undefined],
    ['none that is not ready', [], other([two], { ready: false }), undefined],
    ['none that reaches nobody either', [], other([]), undefined],
    ['none that tells of no far end', [], { ordinal: 0, ready: true }, undefined],
    ['never itself', [], other([two], { ordinal: 1 }), undefined],
  ])('leaves new connections to %s', (_, reached, replica, expected) => {
    const { standing, answer } = proved();
    answer(replica);
    expect(standing.look(seen(...reached))).toEqual(
      expected === undefined ? undefined : { why: 'better', ordinal: expected },
    );
  });

  test('does not believe what was said before it lost somebody, nor for long after', async () => {
    const { clock, standing, answer } = proved();
    answer(other([two]));
    await clock.advance(1);
    expect(standing.look(seen())).toBeUndefined();
    answer(other([two]));
    expect(standing.look(seen())).toBeDefined();
    await clock.advance(15_000);
    expect(standing.look(seen())).toBeDefined();
    await clock.advance(1);
    expect(standing.look(seen())).toBeUndefined();
  });

  test('takes them again as soon as the far ends answer', () => {
    const { standing, answer } = proved();
    answer(other([two]));
    expect(standing.look(seen())).toBeDefined();
    expect(standing.look(seen(three, four))).toBeUndefined();
  });

  test('asks for the others while some do not answer, more seldom when there is none', () => {
    const { asked, standing, answer } = proved();
    standing.look(seen());
    answer(other([], { ready: false }));
    standing.look(seen());
    expect(asked).toEqual([30_000, 5_000]);
  });

  test('starts again with another nexd, as all tunnels do', () => {
    const { standing } = proved();
    expect(standing.look({ ...seen(), run: 'another' })).toEqual({ why: 'unproved' });
    expect(standing.look({ ...seen(two, four), run: 'another' })).toBeUndefined();
  });
});

describe('a replica of an export gateway', () => {
  function exporting() {
    const clock = new ManualClock();
    const report = {
      replicas: [] as readonly GatewayReplica[],
      answeredAt: -Infinity,
      sayAgain: () => {},
    };
    const standing = new ExportStanding(1, report, clock);
    const answer = (...replicas: GatewayReplica[]) =>
      Object.assign(report, { replicas, answeredAt: clock.monotonic() });
    const look = (isAsked = false, run = 'nexd') => standing.look({ isAsked, run });
    return { clock, look, answer };
  }
  const asked = { ordinal: 0, ready: true, proof: 'Given' } as const;

  test('waits until it is asked where another one is', async () => {
    const { clock, look, answer } = exporting();
    expect(look()).toEqual({ why: 'unproved' });
    answer(asked);
    await clock.advance(10_000);
    expect(look()).toEqual({ why: 'unproved' });
    expect(look(true)).toBeUndefined();
  });

  test('waits for 20 seconds at most, and again with another nexd', async () => {
    const { clock, look, answer } = exporting();
    look();
    answer(asked);
    await clock.advance(19_999);
    expect(look()).toEqual({ why: 'unproved' });
    await clock.advance(1);
    expect(look()).toBeUndefined();
    expect(look(false, 'another')).toEqual({ why: 'unproved' });
  });

  test.each<[string, GatewayReplica[]]>([
    ['it is alone', []],
    ['it is the only one that was asked', [{ ...asked, ordinal: 1 }]],
    ['nobody asks the other one', [{ ordinal: 0, ready: true }]],
    ['the other one waits too', [{ ordinal: 0, ready: true, proof: 'Waiting' }]],
    ['the other one is not ready', [{ ...asked, ready: false }]],
  ])('waits for nobody when %s', (_, replicas) => {
    const { look, answer } = exporting();
    look();
    answer(...replicas);
    expect(look()).toBeUndefined();
  });
});
