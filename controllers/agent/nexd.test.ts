import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeNexd } from './testing/fake-nexd.ts';
import { call, type CallFailed } from './json-rpc.ts';
import { Nexd } from './nexd.ts';

let folder: string;
let socket: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexd-'));
  socket = join(folder, 'nexd.sock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Answers each connection with what `answer` makes of the request; undefined closes it. */
async function serve(
  answer: (request: { method: string; params: string[]; id: number }) => string | undefined,
) {
  const server: Server = createServer(connection =>
    connection
      .on('error', () => {})
      .once('data', data => {
        const text = answer(JSON.parse(String(data)) as never);
        if (text === undefined) connection.destroy();
        else connection.write(text);
      }),
  );
  // A test that fails does not close it, and jest would wait for it.
  server.unref();
  await new Promise<void>(resolve => server.listen(socket, resolve));
  return { close: () => new Promise(resolve => server.close(resolve)) };
}
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: CallFailed) => error,
  );

interface Exchange {
  request: { method: string; params: string[]; id: number };
  response: string | { result: string | null; error: string | null; result_parsed_example?: object };
}

test('understands what the real nexd was recorded to answer', async () => {
  const recording = join(import.meta.dirname, '../../e2e/nexodus-sim/contract/testdata/control-socket.json');
  const exchanges = JSON.parse(await readFile(recording, 'utf8')) as Exchange[];
  expect(exchanges.length).toBeGreaterThan(15);
  for (const { request, response } of exchanges) {
    const server = await serve(({ method, params, id }) => {
      expect({ method, params }).toEqual({ method: request.method, params: request.params });
      if (typeof response === 'string') return undefined;
      const { result_parsed_example: parsed, result, error } = response;
      return `${JSON.stringify({ id, result: parsed ? JSON.stringify(parsed) : result, error })}\n`;
    });
    const [argument = ''] = request.params;
    const asked = call(socket, { method: request.method, argument, deadlineMs: 1000 });
    if (typeof response === 'string') expect((await failure(asked))?.kind).toBe('Died');
    else if (response.error !== null)
      expect(await failure(asked)).toMatchObject({ kind: 'Refused', answer: response.error });
    else expect(typeof (await asked)).toBe('string');
    await server.close();
  }
});

describe('a call', () => {
  const ask = (deadlineMs = 1000, signal?: AbortSignal) =>
    call(socket, { method: 'NexdCtl.Status', argument: '', deadlineMs, signal });

  test('takes an answer that comes in pieces', async () => {
    const server = createServer(connection =>
      connection.once('data', data => {
        const { id } = JSON.parse(String(data)) as { id: number };
        const bytes = Buffer.from(`${JSON.stringify({ id, result: 'Grüße', error: null })}\n`);
        connection.write(bytes.subarray(0, 20));
        setTimeout(() => connection.write(bytes.subarray(20)), 5);
      }),
    );
    await new Promise<void>(resolve => server.listen(socket, resolve));
    expect(await ask()).toBe('Grüße');
    await new Promise(resolve => server.close(resolve));
  });

  test('says that nexd is not running when there is no socket', async () =>
    expect(await failure(ask())).toMatchObject({
      kind: 'NotRunning',
      message: expect.stringContaining(socket),
    }));

  test('says so too when nexd left its socket behind', async () => {
    const nexd = await serve(() => undefined);
    await nexd.close();
    expect((await failure(ask()))?.kind).toBe('NotRunning');
  });

  test('says that nexd ended when it closes the connection', async () => {
    const server = await serve(() => undefined);
    expect((await failure(ask()))?.kind).toBe('Died');
    await server.close();
  });

  test('ends at its deadline', async () => {
    const server = await serve(() => '');
    expect((await failure(ask(20)))?.kind).toBe('TimedOut');
    await server.close();
  });

  test('ends when it is aborted', async () => {
    const server = await serve(() => '');
    const reason = new Error('stop');
    expect(await failure(ask(1000, AbortSignal.abort(reason)))).toBe(reason);
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 5);
    expect(await failure(ask(1000, stop.signal))).toBe(reason);
    await server.close();
  });

  test.each([
    ['no JSON', 'pardon?\n'],
    ['another id', '{"id":-1,"result":"x","error":null}\n'],
    ['no text', '{"id":"ID","result":{},"error":null}\n'],
    ['null', 'null\n'],
  ])('rejects an answer that is %s', async (_, answer) => {
    const server = await serve(({ id }) => answer.replace('"ID"', String(id)));
    expect((await failure(ask()))?.kind).toBe('InvalidAnswer');
    await server.close();
  });
});

describe('a call of a process that was held up beyond the deadline', () => {
  /** Nothing of this process goes on meanwhile. */
  const holdUp = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  /** What becomes of a call with a deadline of 40 ms to a server that does this with its answer. */
  async function of(onRequest: (answer: () => void) => unknown) {
    const server = createServer(connection =>
      connection.once('data', data => {
        const { id } = JSON.parse(String(data)) as { id: number };
        onRequest(() => connection.write(`${JSON.stringify({ id, result: 'fine', error: null })}\n`));
      }),
    );
    await new Promise<void>(resolve => server.listen(socket, resolve));
    const asked = call(socket, { method: 'NexdCtl.Status', argument: '', deadlineMs: 40 });
    const outcome = await asked.catch((error: CallFailed) => error.kind);
    await new Promise(resolve => server.close(resolve));
    return outcome;
  }

  test('reads the answer that is there already', async () =>
    expect(
      await of(answer => {
        answer();
        holdUp(80);
      }),
    ).toBe('fine'));

  test('gives nexd more time when it was long', async () =>
    expect(
      await of(answer => {
        holdUp(500);
        setTimeout(answer, 100);
      }),
    ).toBe('fine'));

  test('and ends when nothing comes', async () => expect(await of(() => holdUp(500))).toBe('TimedOut'));
});

describe('nexd', () => {
  let fake: FakeNexd;
  const nexd = () => new Nexd(socket, { read: 100, rules: 100 });
  beforeEach(async () => {
    fake = new FakeNexd(socket);
    await fake.start();
  });
  afterEach(() => fake.stop());

  test('tells its addresses', async () => {
    expect(await nexd().tunnelAddresses()).toEqual({ ipv4: '100.64.0.9', ipv6: '200::9' });
    fake.ipv4 = fake.ipv6 = '';
    expect(await nexd().tunnelAddresses()).toEqual({});
  });

  test('tells whether it has peers', async () => {
    fake.peers = {};
    expect(await nexd().hasPeers()).toBe(false);
    fake.peers = { '100.64.0.2': false };
    expect(await nexd().hasPeers()).toBe(true);
  });

  test('is never given a rule that it cannot read', async () => {
    const rule = { kind: 'egress', protocol: 'tcp', port: 1, text: 'tcp:notaport:x:1' } as const;
    await expect(nexd().change({ do: 'add', rule })).rejects.toThrow(RangeError);
    expect(fake.harm).toEqual([]);
  });

  test('takes and gives up rules', async () => {
    const rule = { kind: 'ingress', protocol: 'tcp', port: 443, text: 'tcp:443:[::1]:8443' } as const;
    await nexd().change({ do: 'add', rule });
    expect((await nexd().proxyList()).rules).toEqual([rule]);
    fake.rules.push('--ingress tcp:443:127.0.0.1:1');
    await nexd().change({ do: 'remove', rule });
    expect(fake.rules).toEqual(['--ingress tcp:443:127.0.0.1:1']);
  });
});
