import { describe, expect, test } from '@jest/globals';
import type { GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import type { FarEnd } from './probes.ts';
import { isCutOff, StandIn, type Seen } from './stand-in.ts';

/** Far ends, each with what the status says of it, and what the probes know. */
const seen = (...all: readonly [healthy: boolean, alive: boolean | undefined][]): Seen => ({
  peers: all.map(([healthy], at) => ({ address: `100.64.0.${at}`, healthy })),
  farEnds: all.map(([, alive], at): FarEnd => ({
    address: `100.64.0.${at}`,
    alive,
    takesConnections: alive,
    rttMs: undefined,
  })),
});
const cutOff = seen([false, false]);
const other = (over: Partial<GatewayReplica> = {}): GatewayReplica => ({
  ordinal: 0,
  ready: true,
  peers: [{ address: '100.64.0.0', healthy: true }],
  ...over,
});

describe('isCutOff', () => {
  test.each<[boolean, string, Seen]>([
    [true, 'all are silent', seen([false, false], [false, false])],
    [
      true,
      'one is silent, and nexd reaches the one that never answers a probe neither',
      seen([false, false], [false, undefined]),
    ],
    [false, 'one answers', seen([false, false], [true, true])],
    [false, 'nexd reaches one that never answers a probe', seen([false, false], [true, undefined])],
    [false, 'nobody has answered yet', seen([false, undefined])],
    [false, 'there is nobody', seen()],
  ])('is %s when %s', (expected, _, what) => expect(isCutOff(what)).toBe(expected));
});

describe('StandIn', () => {
  function setUp() {
    const clock = new ManualClock();
    const asked: number[] = [];
    const report = {
      replicas: [] as readonly GatewayReplica[],
      answeredAt: clock.monotonic(),
      sayAgain: (ms: number) => void asked.push(ms),
    };
    return {
      clock,
      asked,
      standIn: new StandIn(1, report, clock),
      answer: (...replicas: GatewayReplica[]) =>
        Object.assign(report, { replicas, answeredAt: clock.monotonic() }),
    };
  }

  test.each<[string, GatewayReplica, number | undefined]>([
    ['another that reaches somebody', other(), 0],
    ['none that is not ready', other({ ready: false }), undefined],
    ['none that reaches nobody either', other({ peers: [{ address: 'a', healthy: false }] }), undefined],
    ['none that tells of no far end', { ordinal: 0, ready: true }, undefined],
    ['never itself', other({ ordinal: 1 }), undefined],
  ])('is %s', (_, replica, expected) => {
    const { standIn, answer } = setUp();
    answer(replica);
    expect(standIn.look(cutOff)).toBe(expected);
  });

  test('is not known from what was said before this one was cut off, nor for long after', async () => {
    const { clock, standIn, answer } = setUp();
    answer(other());
    await clock.advance(1);
    expect(standIn.look(cutOff)).toBeUndefined();
    answer(other());
    expect(standIn.look(cutOff)).toBe(0);
    await clock.advance(15_000);
    expect(standIn.look(cutOff)).toBe(0);
    await clock.advance(1);
    expect(standIn.look(cutOff)).toBeUndefined();
  });

  test('is done with as soon as a far end answers', async () => {
    const { clock, standIn, answer } = setUp();
    answer(other());
    expect(standIn.look(cutOff)).toBe(0);
    expect(standIn.look(seen([true, true]))).toBeUndefined();
    await clock.advance(1);
    expect(standIn.look(cutOff)).toBeUndefined();
  });

  test('is asked for while nobody answers, more seldom when there is no other', () => {
    const { asked, standIn, answer } = setUp();
    standIn.look(seen([true, true]));
    expect(asked).toEqual([]);
    standIn.look(cutOff);
    answer(other({ ready: false }));
    standIn.look(cutOff);
    expect(asked).toEqual([30_000, 5_000]);
  });
});
