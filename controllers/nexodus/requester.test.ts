import { describe, expect, it } from '@jest/globals';
import { Denied, Transient } from '../runtime/errors.ts';
import { NexodusClient } from './client.ts';
import { type Answer, errorOfCause } from './errors.ts';
import type { Exchange } from './http.ts';
import { defaultRateLimit, Limiter } from './limiter.ts';
import { Requester } from './requester.ts';
import { ServerClock } from './serverclock.ts';
import { TestClock } from './testing/clock.ts';
import { recordedAnswer } from './testing/recorded.ts';

type Reply = Answer | Error;

/** A client whose server gives these answers, in order, the last one for ever. */
function start(...replies: Reply[]) {
  const clock = new TestClock();
  const serverClock = new ServerClock(clock);
  const sent: Exchange[] = [];
  const counted: (string | number)[][] = [];
  let tokens = 1;
  let refused: Denied | undefined;
  let lost: Error | undefined;
  const stop = new AbortController();
  const next = (exchange: Exchange): Promise<Answer> => {
    sent.push(exchange);
    const reply = replies.length > 1 ? replies.shift()! : replies[0]!;
    return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
  };
  async function* body(text: string) {
    await Promise.resolve();
    yield Buffer.from(text);
  }
  const requester = new Requester({
    origin: 'https://api.nexodus.test',
    transport: {
      send: next,
      open: async exchange => {
        const { text, ...answer } = await next(exchange);
        return { ...answer, body: body(text) };
      },
    },
    session: {
      token: () => (refused ? Promise.reject(refused) : Promise.resolve(`token-${tokens}`)),
      reject: token => void (token === `token-${tokens}` && tokens++),
      refuse: (_, error) => (refused = error),
    },
    limiter: new Limiter(defaultRateLimit, clock),
    clock,
    serverClock,
    metrics: {
      request: (method, route, status) => void counted.push([method, route, status]),
      limiterWaited: () => {},
      watchReconnect: () => {},
      recordProblems: () => {},
    },
    permit: () => {
      if (lost) throw lost;
    },
    signal: stop.signal,
  });
  const client = new NexodusClient(requester, serverClock);
  return {
    client,
    clock,
    sent,
    counted,
    serverClock,
    stop,
    lose: (error: Error) => void (lost = error),
    tokens: () => sent.map(({ headers }) => headers?.['authorization']),
  };
}

const answer = (status: number, text = '', headers = {}): Answer => ({ status, text, headers });
const closed = errorOfCause(
  'GET x',
  'https://api.nexodus.test',
  Object.assign(new Error(), { code: 'UND_ERR_SOCKET' }),
);

describe('a request', () => {
  it('carries the token and is counted by its route', async () => {
    const { client, tokens, counted, sent } = start(recordedAnswer('who am I'));
    expect(await client.userID()).toBe('1fbcfceb-c258-4877-b017-fbc383d5e843');
    expect(tokens()).toEqual(['Bearer token-1']);
    expect(counted).toEqual([['GET', '/api/users/me', 200]]);
    expect(sent[0]).toMatchObject({
      method: 'GET',
      origin: 'https://api.nexodus.test',
      path: '/api/users/me',
    });
  });

  it('is repeated once with a new token after 401', async () => {
    const { client, tokens } = start(recordedAnswer('no token'), recordedAnswer('who am I'));
    await client.userID();
    expect(tokens()).toEqual(['Bearer token-1', 'Bearer token-2']);
  });

  it('fails when the new token is refused, too, and so do the next ones, without a request', async () => {
    const { client, sent } = start(recordedAnswer('no token'));
    await expect(client.userID()).rejects.toMatchObject({ name: 'Denied', code: 'Unauthorized' });
    expect(sent).toHaveLength(2);
    await expect(client.userID()).rejects.toBeInstanceOf(Denied);
    expect(sent).toHaveLength(2);
  });

  it('is repeated once when the connection was closed, unless it makes something', async () => {
    const read = start(closed, recordedAnswer('who am I'));
    await read.client.userID();
    expect(read.sent).toHaveLength(2);
    const lasting = start(closed);
    await expect(lasting.client.userID()).rejects.toBeInstanceOf(Transient);
    expect(lasting.sent).toHaveLength(2);
    const made = start(closed);
    await expect(made.client.createRegKey('v', 'd', new Date(0))).rejects.toBeInstanceOf(Transient);
    expect(made.sent).toHaveLength(1);
  });

  it('holds all others back after 429', async () => {
    const { client, clock, sent } = start(
      answer(429, '', { 'retry-after': '10' }),
      recordedAnswer('who am I'),
    );
    await expect(client.userID()).rejects.toMatchObject({ code: 'RateLimited', retryAfterMs: 10_000 });
    const next = client.userID();
    await clock.advance(9_999);
    expect(sent).toHaveLength(1);
    await clock.advance(2_001);
    await next;
    expect(sent).toHaveLength(2);
  });

  it('that writes is not sent when somebody else leads by then', async () => {
    const { client, clock, sent, lose } = start(answer(429, '', { 'retry-after': '10' }), answer(204));
    await expect(client.userID()).rejects.toMatchObject({ code: 'RateLimited' });
    const write = client.deleteDevice('d').catch((error: unknown) => error);
    lose(new Error('NotLeader'));
    await clock.advance(20_000);
    expect(await write).toMatchObject({ message: 'NotLeader' });
    expect(sent).toHaveLength(1);
  });

  it('that waits for its turn ends when the client is stopped', async () => {
    const { client, sent, stop } = start(answer(429, '', { 'retry-after': '10' }), answer(204));
    await expect(client.userID()).rejects.toMatchObject({ code: 'RateLimited' });
    const write = client.deleteDevice('d');
    stop.abort(new Error('stopped'));
    await expect(write).rejects.toThrow('stopped');
    expect(sent).toHaveLength(1);
  });

  it('learns the time of the server', async () => {
    const { client, serverClock } = start({
      ...recordedAnswer('who am I'),
      headers: { date: 'Sat, 21 Nov 2026 02:00:00 GMT' },
    });
    await client.userID();
    expect(serverClock.skewMs).toBe(3_600_000);
  });

  it.each([
    ['HTML', '<html>'],
    ['half a document', '[{"id":"x"'],
    ['two documents', '[][]'],
    ['an object instead of a list', '{}'],
    ['rows of another type', '[1]'],
    ['nothing', ''],
  ])('is not taken in when the answer is %s', async (_, text) => {
    const { client } = start(answer(200, text));
    for (const call of [client.devices('v'), client.metadata('v', 'nexlink'), client.regKeys()])
      await expect(call).rejects.toMatchObject({ name: 'Transient', code: 'BadAnswer' });
  });
});

describe('the calls', () => {
  it('write registration keys as Nexodus wants them, in its time', async () => {
    const { client, sent, serverClock } = start(recordedAnswer('create reg key (single use)'));
    serverClock.observe('2026-11-21T02:00:00Z');
    const key = await client.createRegKey('vpc', 'nexlink:single', new Date('2026-11-21T01:05:00Z'));
    expect(JSON.parse(sent[0]!.body!)).toEqual({
      vpc_id: 'vpc',
      description: 'nexlink:single',
      single_use: true,
      expires_at: '2026-11-21T02:05:00.000Z',
    });
    expect(key.deviceID).toBe('e1d21932-b031-4bbb-870a-7bf7de8a96b2');
    await client.expireRegKey('id/../x', new Date('2026-11-21T01:05:00Z'));
    expect(sent[1]).toMatchObject({ method: 'PATCH', path: '/api/reg-keys/id%2F..%2Fx' });
    expect(JSON.parse(sent[1]!.body!)).toEqual({ expires_at: '2026-11-21T02:05:00.000Z' });
  });

  it('look for keys by description, and do not rely on the server for it', async () => {
    const { client, sent } = start(recordedAnswer('list reg keys'));
    const keys = await client.regKeys('nexlink:single');
    expect(keys.map(key => key.description)).toEqual(['nexlink:single']);
    expect(decodeURIComponent(sent[0]!.path)).toBe('/api/reg-keys?filter={"description":"nexlink:single"}');
  });

  it('keep the rows of the wanted metadata key only', async () => {
    const { client } = start(
      answer(
        200,
        JSON.stringify([
          { device_id: 'a', key: 'nexlink', value: 1, revision: 1 },
          { device_id: 'a', key: 'nexlink-other', value: 2, revision: 2 },
        ]),
      ),
    );
    expect((await client.metadata('v', 'nexlink')).map(row => row.value)).toEqual([1]);
  });

  it('take what is gone for deleted', async () => {
    const { client } = start(recordedAnswer('delete device again'));
    expect(await client.deleteDevice('a')).toBeUndefined();
    await client.deleteRegKey('a');
    await client.deleteMetadata('a', 'nexlink');
    expect(await client.device('a')).toBeUndefined();
  });

  it('do not take the page of another server for an absence', async () => {
    const { client } = start(answer(404, '404 page not found'));
    await expect(client.device('a')).rejects.toMatchObject({ code: 'BadAnswer' });
    await expect(client.deleteDevice('a')).rejects.toMatchObject({ code: 'BadAnswer' });
  });

  it('tell the revision of a deletion', async () => {
    const { client } = start(recordedAnswer('delete device'));
    expect(await client.deleteDevice('a')).toBe(29);
  });

  it('open a watch, or say why not', async () => {
    const { signal } = new AbortController();
    const { client, sent } = start(answer(200, '{"type":"tail"}\n\n'));
    const body = await client.watch('v', [{ kind: 'device', gt_revision: 7, at_tail: true }], signal);
    const chunks: string[] = [];
    for await (const chunk of body) chunks.push(String(chunk));
    expect(chunks.join('')).toBe('{"type":"tail"}\n\n');
    expect(sent[0]).toMatchObject({ method: 'POST', path: '/api/vpcs/v/events' });
    expect(sent[0]?.body).toBe('[{"kind":"device","gt_revision":7,"at_tail":true}]');
    const refusing = start(recordedAnswer('reg key may not watch'));
    await expect(refusing.client.watch('v', [], signal)).rejects.toMatchObject({
      name: 'Denied',
      code: 'Forbidden',
    });
  });
});
