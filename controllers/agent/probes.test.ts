import { describe, expect, test } from '@jest/globals';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { freePorts } from '../../hack/test/apiserver.ts';
import { silentLog } from '../runtime/log.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { probeTCP, Prober, type ProbeResult } from './probes.ts';

function setUp() {
  const clock = new ManualClock();
  const answers = new Map<number, ProbeResult>();
  const asked: number[] = [];
  let changes = 0;
  const prober = new Prober({
    clock,
    log: silentLog,
    onChange: () => changes++,
    probe: async (port, deadlineMs, signal) => {
      asked.push(port);
      const answer = answers.get(port) ?? 'alive';
      if (answer === 'silent') await clock.sleep(deadlineMs, signal).catch(() => {});
      return answer;
    },
  });
  return { clock, answers, asked, prober, changes: () => changes };
}

describe('Prober', () => {
  test('wants one rule for each far end, and keeps its port', () => {
    const { prober } = setUp();
    expect(prober.follow(['100.64.0.2', '200::3'])).toEqual([
      { protocol: 'tcp', port: 19000, host: '100.64.0.2', targetPort: 1 },
      { protocol: 'tcp', port: 19001, host: '200::3', targetPort: 1 },
    ]);
    const ports = prober.follow(['100.64.0.4', '200::3']).map(({ host, port }) => `${host} ${port}`);
    expect(ports.sort()).toEqual(['100.64.0.4 19000', '200::3 19001']);
    prober.stop();
  });

  test('asks every second and finds a living far end alive', async () => {
    const { prober, clock, asked } = setUp();
    prober.follow(['100.64.0.2']);
    await clock.advance(10_000);
    expect(prober.isAlive('100.64.0.2')).toBe(true);
    expect(asked.length).toBeGreaterThanOrEqual(10);
    expect(asked.length).toBeLessThanOrEqual(12);
    prober.stop();
  });

  test('finds within 5 seconds that one has died, and at its first answer that it is back', async () => {
    const { prober, clock, answers, changes } = setUp();
    prober.follow(['100.64.0.2']);
    await clock.advance(3_000);
    answers.set(19000, 'silent');
    await clock.advance(5_001);
    expect(prober.isAlive('100.64.0.2')).toBe(false);
    answers.set(19000, 'alive');
    await clock.advance(5_000);
    expect(prober.isAlive('100.64.0.2')).toBe(true);
    // Alive, dead, alive.
    expect(changes()).toBe(3);
    prober.stop();
  });

  test('forgives one lost answer', async () => {
    const { prober, clock, answers, changes } = setUp();
    prober.follow(['100.64.0.2']);
    await clock.advance(500);
    answers.set(19000, 'silent');
    await clock.advance(600);
    answers.set(19000, 'alive');
    await clock.advance(5_000);
    expect(changes()).toBe(1);
    expect(prober.isAlive('100.64.0.2')).toBe(true);
    prober.stop();
  });

  test('does not judge one that never answered, nor one whose rule is not there', async () => {
    const { prober, clock, answers } = setUp();
    answers.set(19000, 'silent').set(19001, 'unknown');
    prober.follow(['100.64.0.2', '100.64.0.3']);
    await clock.advance(30_000);
    expect(prober.isAlive('100.64.0.2')).toBeUndefined();
    expect(prober.isAlive('100.64.0.3')).toBeUndefined();
    prober.stop();
  });

  test('asks nobody after it was stopped', async () => {
    const { prober, clock, asked } = setUp();
    prober.follow(['100.64.0.2']);
    await clock.advance(1_500);
    prober.stop();
    const before = asked.length;
    await clock.advance(10_000);
    expect(asked.length).toBe(before);
    expect(prober.isAlive('100.64.0.2')).toBeUndefined();
  });
});

describe('probeTCP', () => {
  /** What a probe says of a server that does this to each connection. */
  async function probe(onConnection: (socket: Socket) => unknown): Promise<ProbeResult> {
    const sockets: Socket[] = [];
    const server = createServer(socket => {
      sockets.push(socket.on('error', () => {}));
      onConnection(socket);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const result = await probeTCP((server.address() as AddressInfo).port, 50, never);
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => server.close(resolve));
    return result;
  }
  const never = new AbortController().signal;

  test('takes an end for life', async () => expect(await probe(socket => socket.end())).toBe('alive'));
  test('takes a reset for life', async () =>
    expect(await probe(socket => socket.resetAndDestroy())).toBe('alive'));
  test('takes silence for death', async () => expect(await probe(() => {})).toBe('silent'));
  test('knows nothing when nobody listens', async () => {
    const [port] = await freePorts(1);
    expect(await probeTCP(port!, 50, never)).toBe('unknown');
  });
});
