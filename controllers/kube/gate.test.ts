import { describe, expect, test } from '@jest/globals';
import { ManualClock, settled } from '../runtime/manual-clock.ts';
import { Gate } from './gate.ts';

function gated(capacity = 2) {
  const clock = new ManualClock();
  const gate = new Gate({ capacity, clock, random: () => 0.999999 });
  const entered: string[] = [];
  const leave = new Map<string, () => void>();
  const enter = (name: string, signal = new AbortController().signal) =>
    gate.enter(signal).then(left => {
      entered.push(name);
      leave.set(name, left);
    });
  return { clock, gate, entered, leave, enter };
}

describe('Gate', () => {
  test('lets in as many as it may, in their order', async () => {
    const { gate, entered, leave, enter } = gated();
    for (const name of ['a', 'b', 'c', 'd']) void enter(name);
    await settled();
    expect(entered).toEqual(['a', 'b']);
    leave.get('b')!();
    leave.get('b')!();
    await settled();
    expect(entered).toEqual(['a', 'b', 'c']);
    expect(gate.inside).toBe(2);
  });

  test('who is aborted while waiting gives up the place', async () => {
    const { entered, leave, enter } = gated(1);
    const stop = new AbortController();
    void enter('a');
    const given = enter('b', stop.signal);
    void enter('c');
    stop.abort(new Error('stopped'));
    await expect(given).rejects.toThrow('stopped');
    leave.get('a')!();
    await settled();
    expect(entered).toEqual(['a', 'c']);
  });

  test('who has waited long enough gives up the place', async () => {
    const { gate, enter, entered } = gated(1);
    await enter('a');
    await expect(gate.enter(undefined, 5)).rejects.toThrow(/not sent within 5 ms/);
    expect([entered, gate.inside]).toEqual([['a'], 1]);
  });

  test('a server that is busy makes all wait, twice as long each time', async () => {
    const { gate, clock, entered, leave, enter } = gated();
    for (const pauseMs of [100, 200, 400, 800]) {
      gate.report('busy');
      // Answers to what was under way before say nothing new.
      gate.report('busy');
      const name = `after ${pauseMs}`;
      void enter(name);
      await clock.advance(pauseMs - 1);
      expect(entered).not.toContain(name);
      await clock.advance(2);
      expect(entered).toContain(name);
      leave.get(name)!();
    }
  });

  test('one good answer ends the growing', async () => {
    const { gate, clock, entered, enter } = gated();
    for (let times = 0; times < 5; times++) {
      gate.report('busy');
      await clock.advance(5000);
    }
    gate.report('fine');
    gate.report('busy');
    void enter('a');
    await clock.advance(101);
    expect(entered).toEqual(['a']);
  });

  test('a thousand that try again for ten seconds are few requests', async () => {
    const { gate, clock, entered, leave, enter } = gated(16);
    const storm = async (name: string) => {
      while (clock.monotonic() < 10_000) {
        await enter(name);
        await clock.sleep(1);
        gate.report('busy');
        leave.get(name)!();
      }
    };
    for (let request = 0; request < 1000; request++) void storm(`${request}`);
    await clock.advance(10_000);
    expect(entered.length).toBeLessThan(200);
  });

  test('single answers of 500 stop nobody, a row of them does', async () => {
    const { gate, entered, leave, enter } = gated();
    for (let errors = 0; errors < 7; errors++) gate.report('error');
    await enter('a');
    leave.get('a')!();
    gate.report('error');
    void enter('b');
    await settled();
    expect(entered).toEqual(['a']);
  });
});
