import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ManualClock } from '../runtime/manual-clock.ts';
import { probe } from './probe.ts';
import { formatQuestion, type Word } from './probe-protocol.ts';
import { Askers, Responder } from './responder.ts';

describe('Responder', () => {
  const clock = new ManualClock();
  const told = { instance: 'pod-1', ports: new Map([['TCP/80', { state: 'closed', ended: 7 } as const]]) };
  let word: Word;
  const tell = async () => ({ word, ...told });
  let responder: Responder;
  beforeEach(async () => {
    word = 'alive';
    responder = new Responder(clock, tell);
    await responder.start(0);
  });
  afterEach(() => responder.close());
  const ask = async (from = 'device', uses = true) => (await probed(from, uses)).result;
  const probed = (from: string, uses: boolean) =>
    probe(responder.port, formatQuestion({ from, uses }), 5000, new AbortController().signal);

  test('says that it is alive, and then that it drains', async () => {
    expect(await ask()).toBe('alive');
    word = 'draining';
    expect(await ask()).toBe('draining');
  });

  test('tells who answers, and what became of its ports', async () =>
    expect((await probed('device', true)).answer).toEqual({ word: 'alive', ...told }));

  test('knows who uses it', async () => {
    await ask('a', false);
    expect(responder.isUsed).toBe(false);
    await ask('b', true);
    expect(responder.isUsed).toBe(true);
  });

  test('serves nothing else, and nobody outside of the pod', async () => {
    const status = async (path: string, method = 'GET') =>
      (await fetch(`http://127.0.0.1:${responder.port}${path}`, { method })).status;
    for (const path of ['/', '/metrics', '/healthz', '/readyz', '/alive', '/alive?from=a&uses=7'])
      expect(await status(path)).toBe(404);
    expect(await status('/alive?from=a&uses=1', 'POST')).toBe(404);
    expect(responder.isUsed).toBe(false);
    await expect(fetch(`http://127.0.0.2:${responder.port}/alive?from=a&uses=1`)).rejects.toThrow();
  });

  test('says which port is taken', async () =>
    expect(new Responder(clock, tell).start(responder.port)).rejects.toThrow(
      `127.0.0.1:${responder.port}: listen EADDRINUSE`,
    ));
});

describe('Askers', () => {
  function setUp() {
    const clock = new ManualClock();
    return { clock, askers: new Askers(clock) };
  }

  test('use a gateway until they say that they do not', async () => {
    const { clock, askers } = setUp();
    askers.heard({ from: 'a', uses: true });
    askers.heard({ from: 'b', uses: true });
    await clock.advance(1_600);
    askers.heard({ from: 'a', uses: false });
    expect(askers.areUsing()).toBe(true);
    askers.heard({ from: 'b', uses: false });
    expect(askers.areUsing()).toBe(false);
  });

  test('are forgotten when they ask no more', async () => {
    const { clock, askers } = setUp();
    askers.heard({ from: 'a', uses: true });
    await clock.advance(2_900);
    expect(askers.areUsing()).toBe(true);
    await clock.advance(100);
    expect(askers.areUsing()).toBe(false);
  });

  test('that ask seldom are remembered for twice as long as that takes, and for 10 seconds at most', async () => {
    const { clock, askers } = setUp();
    askers.heard({ from: 'a', uses: true });
    await clock.advance(4_000);
    expect(askers.areUsing()).toBe(false);
    askers.heard({ from: 'a', uses: true });
    await clock.advance(7_900);
    expect(askers.areUsing()).toBe(true);
    await clock.advance(100);
    expect(askers.areUsing()).toBe(false);
    await clock.advance(2_100);
    askers.heard({ from: 'a', uses: true });
    await clock.advance(9_900);
    expect(askers.areUsing()).toBe(true);
    await clock.advance(100);
    expect(askers.areUsing()).toBe(false);
    // What counts is the last time between two questions.
    askers.heard({ from: 'a', uses: true });
    await clock.advance(1_000);
    askers.heard({ from: 'a', uses: true });
    await clock.advance(3_000);
    expect(askers.areUsing()).toBe(false);
  });

  test('are not made to let go by somebody who says so in their name', async () => {
    const { clock, askers } = setUp();
    askers.heard({ from: 'a', uses: true });
    askers.heard({ from: 'a', uses: false });
    await clock.advance(1_000);
    expect(askers.areUsing()).toBe(true);
    askers.heard({ from: 'a', uses: true });
    askers.heard({ from: 'a', uses: false });
    await clock.advance(1_000);
    expect(askers.areUsing()).toBe(true);
  });

  test('beyond the thousandth count as users', async () => {
    const { clock, askers } = setUp();
    for (let at = 0; at < 1000; at++) askers.heard({ from: `a${at}`, uses: false });
    expect(askers.areUsing()).toBe(false);
    askers.heard({ from: 'more', uses: false });
    expect(askers.areUsing()).toBe(true);
    await clock.advance(3_000);
    expect(askers.areUsing()).toBe(false);
  });
});
