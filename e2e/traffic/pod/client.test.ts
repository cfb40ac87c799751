import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { ask, askByDatagram } from './attempt.ts';
import { runTraffic } from './client.ts';
import { last } from './lasting.ts';
import { parseSamples } from './record.ts';
import { serveTraffic } from './server.ts';
import { SourcePorts } from './source-ports.ts';

const patience = { connectMs: 1000, answerMs: 2000 };
const host = '127.0.0.1';
const sourcePorts = new SourcePorts();
const folder = mkdtempSync(path.join(tmpdir(), 'traffic-'));
let server: Awaited<ReturnType<typeof serveTraffic>>;
const bad: Server[] = [];
const sockets = new Set<Socket>();

beforeAll(async () => void (server = await serveTraffic('one', { http: 0, echo: 0, udp: 0 })));
afterAll(() => {
  server.stop();
  rmSync(folder, { recursive: true });
});
afterEach(() => {
  for (const each of bad.splice(0)) each.close();
  // Those that nobody reads never hear of their end.
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});

/** A port where something else than a traffic server listens. */
async function portWith(treat: (socket: Socket) => void): Promise<number> {
  const listener = createServer(socket => {
    sockets.add(socket);
    treat(socket.on('error', () => {}));
  });
  bad.push(listener.listen(0, host));
  await once(listener, 'listening');
  return (listener.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const port = await portWith(() => {});
  const closing = bad.pop()!;
  closing.close();
  await once(closing, 'close');
  return port;
}

describe('a connection', () => {
  const askPort = (port: number, wait = patience) =>
    ask({ host, port, expected: ['one', 'two'] }, wait, sourcePorts);

  test('that is answered tells by whom', async () => {
    expect(await askPort(server.ports.http)).toEqual({ by: 'one' });
  });
  test('fails by the way in which it ended', async () => {
    expect((await askPort(await closedPort())).failure).toBe('refused');
    expect((await askPort(await portWith(socket => socket.resetAndDestroy()))).failure).toBe('reset');
    expect((await askPort(await portWith(socket => socket.resume().end()))).failure).toBe('closed');
    expect((await askPort(await portWith(() => {}), { ...patience, answerMs: 20 })).failure).toBe('timeout');
  });
  test('fails when a stranger answers', async () => {
    const outcome = await ask({ host, port: server.ports.http, expected: ['two'] }, patience, sourcePorts);
    expect(outcome.failure).toBe('wrong');
  });
});

describe('a datagram', () => {
  test('that is answered tells by whom', async () => {
    const outcome = await askByDatagram({ host, port: server.ports.udp, expected: ['one'] }, patience);
    expect(outcome).toEqual({ by: 'one' });
  });
  test('to a closed port fails', async () => {
    const spare = await serveTraffic('spare', { http: 0, echo: 0, udp: 0 });
    spare.stop();
    const target = { host, port: spare.ports.udp, expected: ['spare'] };
    expect((await askByDatagram(target, { ...patience, answerMs: 5000 })).failure).toBe('refused');
  });
});

describe('a lasting connection', () => {
  const lastOn = (port: number, stalled: (at: number, ms: number) => void = () => {}, answerMs = 5000) =>
    last({
      host,
      port,
      sourcePorts,
      everyMs: 2,
      patience: { connectMs: 5000, answerMs },
      stallMs: 10,
      stalled,
    });

  test('ends when a byte does not come back', async () => {
    expect(await lastOn(await portWith(socket => socket.resume()), undefined, 40)).toEqual({
      failure: 'timeout',
      detail: 'no answer',
    });
  });
  test('tells how it was ended', async () => {
    expect((await lastOn(await portWith(socket => socket.once('data', () => socket.end())))).failure).toBe(
      'closed',
    );
    const reset = await portWith(socket => socket.once('data', () => socket.resetAndDestroy()));
    expect((await lastOn(reset)).failure).toBe('reset');
  });
  test('makes room for another one at its age, without a failure', async () => {
    const port = await portWith(socket => socket.pipe(socket));
    const options = { host, port, sourcePorts, everyMs: 2, forMs: 10, stallMs: 1000, stalled: () => {} };
    expect(await last({ ...options, patience: { connectMs: 5000, answerMs: 5000 } })).toEqual({});
  });
  test('tells a silence that it survives', async () => {
    const stalls: number[] = [];
    const port = await portWith(socket => {
      socket.once('data', () => setTimeout(() => socket.write('.', () => socket.end()), 15));
    });
    await lastOn(port, (_, ms) => stalls.push(ms));
    expect(stalls).toHaveLength(1);
  });
});

test('the client notes what became of everything it opened', async () => {
  const file = path.join(folder, 'samples');
  const stop = new AbortController();
  const running = runTraffic(
    {
      host,
      ports: server.ports,
      expected: ['one'],
      httpEveryMs: 5,
      udpEveryMs: 5,
      lasting: 0,
      lastingEveryMs: 5,
      lastingMs: 200,
      patience,
      file,
    },
    stop.signal,
  );
  const read = () => parseSamples(readFileSync(file, { flag: 'a+', encoding: 'utf8' })).samples;
  while (new Set(read().map(({ kind }) => kind)).size < 3)
    await new Promise(resolve => setTimeout(resolve, 10));
  stop.abort();
  await running;
  const samples = read();
  expect(samples[0]).toMatchObject({ kind: 'start' });
  expect(
    samples.filter(({ kind }) => kind === 'http' || kind === 'udp').every(({ by }) => by === 'one'),
  ).toBe(true);
});
