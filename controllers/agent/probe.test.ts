import { describe, expect, jest, test } from '@jest/globals';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { freePorts } from '../../hack/test/free-ports.ts';
import { probe, type Probed } from './probe.ts';

const never = new AbortController().signal;
const answer = (status: string, word: string) => {
  const body = `${word}\ninstance pod-1\n`;
  return `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

/** What a probe says of a server that does this to each connection. */
async function of(onConnection: (socket: Socket) => unknown, deadlineMs = 5000): Promise<Probed> {
  const sockets: Socket[] = [];
  const server = createServer(socket => {
    sockets.push(socket.on('error', () => {}));
    onConnection(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const probed = await probe((server.address() as AddressInfo).port, 'question', deadlineMs, never);
  for (const socket of sockets) socket.destroy();
  await new Promise(resolve => server.close(resolve));
  return probed;
}
const resultOf = async (...args: Parameters<typeof of>) => (await of(...args)).result;

describe('a probe', () => {
  test.each([
    ['alive', '200 OK'],
    ['draining', '503 Service Unavailable'],
  ] as const)('hears an agent say %s', async (word, status) => {
    const probed = await of(socket =>
      socket.once('data', question => {
        expect(String(question)).toBe('question');
        socket.write(answer(status, word));
      }),
    );
    const said = { word, instance: 'pod-1', ports: new Map() };
    expect(probed).toEqual({ result: word, rttMs: expect.any(Number), answer: said });
  });

  test('does not wait for the end of the connection, of which nexd does not tell', async () =>
    expect(await resultOf(socket => socket.write(answer('200 OK', 'alive')))).toBe('alive'));

  test('takes other bytes for an answer', async () =>
    expect(await resultOf(socket => socket.write('SSH-2.0\r\n'))).toBe('other'));
  test('takes bytes that are no whole answer for one, when no more come', async () => {
    expect(await resultOf(socket => socket.end('HTTP/1.1'))).toBe('other');
    expect(await resultOf(socket => socket.write('HTTP/1.1'), 50)).toBe('other');
  });

  test('takes an end or a reset for a refusal', async () => {
    expect(await resultOf(socket => socket.end())).toBe('refused');
    expect(await resultOf(socket => socket.resetAndDestroy())).toBe('refused');
  });

  test('finds out that the far side has ended, by bytes that nobody takes', async () => {
    let reads = 0;
    const asNexd = (socket: Socket) => socket.on('data', () => ++reads > 1 && socket.destroy());
    expect(await resultOf(asNexd)).toBe('refused');
  });

  test('tells of an answer that comes too late', async () => {
    const server = createServer(socket => {
      socket.on('error', () => {}).resume();
      setTimeout(() => socket.write(answer('200 OK', 'alive')), 150);
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    let late: ((probed: Probed) => void) | undefined;
    const came = new Promise<Probed>(resolve => (late = resolve));
    expect(await probe(port, 'question', 50, never, late)).toEqual({ result: 'silent' });
    expect(await came).toMatchObject({ result: 'alive', answer: { word: 'alive' } });
    await new Promise(resolve => server.close(resolve));
  });

  test('takes silence for silence', async () => expect(await resultOf(() => {}, 50)).toBe('silent'));

  test('knows nothing when nobody listens', async () => {
    const [port] = await freePorts(1);
    expect(await probe(port!, 'question', 5000, never)).toEqual({ result: 'unknown' });
  });

  test('ends with its signal', async () => {
    const stop = new AbortController();
    const server = createServer(socket => socket.on('error', () => {}));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const asked = probe((server.address() as AddressInfo).port, 'question', 60_000, stop.signal);
    server.once('connection', () => stop.abort());
    const { result } = await asked;
    server.close();
    expect(result).toBe('unknown');
  });
});

describe('a probe of a process that was held up beyond the deadline', () => {
  /** Nothing of this process goes on meanwhile. */
  const holdUp = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

  test('reads the answer that is there already', async () => {
    const probed = await of(socket => {
      socket.write(answer('200 OK', 'alive'));
      holdUp(80);
    }, 40);
    expect(probed.result).toBe('alive');
  });

  test('gives the far end more time when it was long', async () => {
    const probed = await of(socket => {
      holdUp(500);
      setTimeout(() => socket.write(answer('200 OK', 'alive')), 100);
    }, 40);
    expect(probed.result).toBe('alive');
  });

  test('and finds silence in the end', async () =>
    expect(await resultOf(() => holdUp(500), 40)).toBe('silent'));
});

jest.setTimeout(20_000);
