import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type RunningServer, type ServerOptions, startServer } from '../../e2e/nexodus-sim/server/start.ts';
import { Transient } from '../runtime/errors.ts';
import type { Log, LogFields } from '../runtime/log.ts';
import type { Credentials } from './credentials.ts';
import { Transport } from './http.ts';
import { createNexodus, type Nexodus, type NexodusOptions } from './nexodus.ts';

jest.setTimeout(90_000);

const user = { username: 'nexlink', password: 'a secret word' };
const value = (name: string) => ({ realm: 'prod', services: [{ name, protocol: 'tcp', port: 80 }] });
const inAnHour = () => new Date(Date.now() + 3_600_000);

let server: RunningServer;
let clients: Nexodus[] = [];
let transport: Transport;
const lines: string[] = [];

async function serve(options: ServerOptions = {}): Promise<void> {
  server = await startServer({ accounts: [user], ...options });
  transport = new Transport({ ca: server.ca, lookup: server.lookup });
}

beforeEach(() => serve());
afterEach(async () => {
  await Promise.all(clients.map(client => client.stop()));
  await Promise.all([transport.close(), server.close()]);
  clients = [];
  lines.length = 0;
});

const write = (message: string, fields?: LogFields) =>
  void lines.push(`${message} ${JSON.stringify(fields ?? {})}`);
const log: Log = { debug: write, info: write, warn: write, error: write, with: () => log };

/** A client on the server, logged in with what `credentials` holds; `change` replaces that. */
function connect(options: Partial<NexodusOptions> = {}, credentials: Credentials | undefined = user) {
  let changed = () => {};
  const nexodus = createNexodus({
    url: server.serviceUrl,
    ca: server.ca,
    lookup: server.lookup,
    log,
    credentials: { current: () => credentials, onChange: listener => void (changed = listener) },
    timing: { devicesMs: 1_000, listMs: 3_000, refreshMs: 50, retryMs: 100, maxRetryMs: 500, graceMs: 500 },
    ...options,
  });
  clients.push(nexodus);
  const change = (to: Credentials | undefined) => {
    credentials = to;
    changed();
  };
  return { ...nexodus, change };
}

async function until(what: string, holds: () => boolean, ms = 20_000): Promise<number> {
  const since = performance.now();
  while (!holds()) {
    if (performance.now() - since > ms) throw new Error(`not within ${ms} ms: ${what}`);
    await sleep(5);
  }
  return performance.now() - since;
}

async function connected(options: Partial<NexodusOptions> = {}) {
  const client = connect(options);
  client.start();
  await until('the first list', () => client.directory.synced);
  return client;
}

/** Registers a device as nexd does, with a single-use key. */
async function register(client: Pick<Nexodus, 'writer' | 'directory'>, name: string): Promise<string> {
  const key = await client.writer.ensureRegKey(`nexlink:test/ns/${name}/0`, inAnHour());
  const answer = await transport.send({
    method: 'POST',
    origin: server.apiUrl,
    path: '/api/devices',
    headers: { authorization: `Bearer ${key.token}` },
    body: JSON.stringify({
      vpc_id: client.directory.vpcID,
      public_key: randomBytes(32).toString('base64'),
      hostname: name,
      os: 'linux',
      endpoints: [{ source: 'local', address: '10.0.0.1:51820' }],
    }),
  });
  expect(answer.status).toBe(201);
  return key.deviceID!;
}

describe('login', () => {
  it('recovers from a wrong password as soon as the Secret is right', async () => {
    const client = connect({}, { username: 'nexlink', password: 'wrong' });
    client.start();
    await until('the failure', () => client.directory.failure !== undefined);
    expect(client.directory.failure).toMatchObject({ reason: 'Unauthorized' });
    expect(client.directory.failure?.message).toContain('Secret nexlink-system/nexodus-credentials');
    const logins = server.control.requests.since(0).filter(({ path }) => path.endsWith('/token')).length;
    expect(logins).toBe(1);
    client.change(user);
    expect(await until('the first list', () => client.directory.synced)).toBeLessThan(2_000);
    expect(client.directory.failure).toBeUndefined();
    expect(lines.join('\n')).not.toMatch(/a secret word|wrong"|eyJ|RK:/);
  });

  it('works with a refresh token alone', async () => {
    const tokens = await transport.send({
      method: 'POST',
      origin: server.apiUrl.replace('//api.', '//auth.'),
      path: '/realms/nexodus/protocol/openid-connect/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'password',
        client_id: 'nexodus-cli',
        scope:
          'openid offline_access read:organizations write:organizations read:users write:users read:devices write:devices',
        ...user,
      }).toString(),
    });
    const { refresh_token: refreshToken } = JSON.parse(tokens.text) as { refresh_token: string };
    const client = connect({}, { refreshToken });
    client.start();
    await until('the first list', () => client.directory.synced);
  });

  it('survives the end of tokens, and their revocation', async () => {
    server.control.setAccessTokenSeconds(2);
    const client = await connected();
    const id = await register(client, 'a');
    const end = Date.now() + 6_000;
    for (let count = 0; Date.now() < end; count++) {
      await client.writer.putMetadata(id, 'nexlink', value(`web-${count}`));
      await sleep(200);
    }
    server.control.revokeTokens(user.username, { access: true });
    await client.writer.putMetadata(id, 'nexlink', value('last'));
    expect(client.directory.metadata(id)).toEqual(value('last'));
    // A list that met the end of the tokens is tried again.
    await until('no failure', () => client.directory.failure === undefined);
  });

  it.each([
    ['a CA that is not known', { ca: undefined }, /certificate not trusted: set nexodus\.caFile/],
    [
      'a name that does not resolve',
      { url: 'https://nexodus.invalid', lookup: undefined },
      /does not resolve/,
    ],
    ['a port that nobody listens on', { url: 'https://nexodus.test:9' }, /connection refused/],
  ])('says what is wrong about %s', async (_, options, text) => {
    const client = connect(options);
    client.start();
    await until('the failure', () => client.directory.failure !== undefined);
    expect(client.directory.failure).toMatchObject({
      reason: 'Unreachable',
      message: expect.stringMatching(text),
    });
  });
});

describe('the directory', () => {
  it('converges with what another client writes, and is quick about it', async () => {
    const [client, other] = [await connected(), await connected()];
    const id = await register(other, 'a');
    await until('the device', () => client.directory.device(id) !== undefined);

    const latencies: number[] = [];
    const measure = async (count: number) => {
      const heard = Promise.withResolvers<number>();
      client.directory.onChange(() => {
        if (isDeepStrictEqual(client.directory.metadata(id), value(`web-${count}`)))
          heard.resolve(performance.now());
      });
      const since = performance.now();
      await other.writer.putMetadata(id, 'nexlink', value(`web-${count}`));
      return (await heard.promise) - since;
    };
    for (let count = 0; count < 20; count++) latencies.push(await measure(count));
    // After 10 s the server breaks the stream instead of sending the event.
    await sleep(11_000);
    const afterPause = await measure(20);
    latencies.sort((a, b) => a - b);
    process.stdout.write(
      `watch latency, PUT to listener: median ${latencies[10]!.toFixed(1)} ms, worst of 20 ${latencies[19]!.toFixed(1)} ms; as long poll ${afterPause.toFixed(1)} ms\n`,
    );
    // Lists, which would bring it too, come every 3 s.
    expect(latencies[10]).toBeLessThan(500);
    expect(afterPause).toBeLessThan(1_500);
  });

  it('drops the metadata of deleted devices', async () => {
    const [client, other] = [await connected(), await connected()];
    const id = await register(other, 'a');
    await other.writer.putMetadata(id, 'nexlink', value('web'));
    await until('the record', () => client.directory.metadata(id) !== undefined);
    server.control.deleteDevice(id);
    await until('the end', () => client.directory.device(id) === undefined);
    expect(client.directory.metadata(id)).toBeUndefined();
    const late = await connected();
    expect(late.directory.metadata(id)).toBeUndefined();
    await expect(client.writer.putMetadata(id, 'nexlink', {})).rejects.toMatchObject({ code: 'NotFound' });
    expect(await client.writer.findDevice(id)).toBeUndefined();
  });

  it('keeps its state while the server is away, and is back soon after it', async () => {
    const client = await connected();
    const id = await register(client, 'a');
    await client.writer.putMetadata(id, 'nexlink', value('web'));
    await server.control.apiDown('refuse');
    await until('the failure', () => client.directory.failure !== undefined);
    expect(client.directory.failure).toMatchObject({ reason: 'Unreachable' });
    expect(client.directory.metadata(id)).toEqual(value('web'));
    await server.control.apiUp();
    expect(await until('recovery', () => client.directory.failure === undefined)).toBeLessThan(9_000);
    server.control.deleteDevice(id);
    await until('news', () => client.directory.device(id) === undefined);
  });

  it('follows a database that was restored', async () => {
    const client = await connected();
    const id = await register(client, 'a');
    for (let count = 0; count < 5; count++)
      await client.writer.putMetadata(id, 'nexlink', value(`web-${count}`));
    server.control.resetRevisions();
    await until('the reset', () => lines.some(line => line.includes('older state')));
    expect(client.directory.metadata(id)).toEqual(value('web-4'));
    const other = await connected();
    await other.writer.putMetadata(id, 'nexlink', value('after'));
    expect(
      await until('news', () => isDeepStrictEqual(client.directory.metadata(id), value('after'))),
    ).toBeLessThan(2_000);
  });

  it('lists again when a watch is frozen, dropped or failed', async () => {
    const [client, other] = [await connected(), await connected()];
    const id = await register(other, 'a');
    server.control.freezeWatches();
    await other.writer.putMetadata(id, 'nexlink', value('frozen'));
    await until('the list', () => client.directory.metadata(id) !== undefined);
    server.control.thawWatches();
    server.control.failWatches();
    await sleep(1_000);
    server.control.dropWatches();
    await other.writer.putMetadata(id, 'nexlink', value('after'));
    await until('news', () => isDeepStrictEqual(client.directory.metadata(id), value('after')));
  });
});

describe('wrong answers', () => {
  it.each([
    ['403', { answer: 'status', status: 403 }, 'Unauthorized'],
    ['429', { answer: 'status', status: 429, retryAfter: 1 }, 'NexodusError'],
    [
      '500',
      { answer: 'status', status: 500, body: '{"error":"internal server error","trace_id":"1"}' },
      'NexodusError',
    ],
    ['a page', { answer: 'html' }, 'NexodusError'],
    ['half a document', { answer: 'truncated' }, 'NexodusError'],
    ['two documents', { answer: 'doubled' }, 'NexodusError'],
    ['an endless body', { answer: 'endless' }, 'NexodusError'],
    ['no answer', { answer: 'hang' }, 'Unreachable'],
    ['a reset', { answer: 'reset' }, 'Unreachable'],
  ] as const)('leave the last good state: %s', async (_, fault, reason) => {
    const client = await connected({
      limits: { headersMs: 1_000, totalMs: 1_500, maxAnswerBytes: 1_000_000 },
    });
    const id = await register(client, 'a');
    await client.writer.putMetadata(id, 'nexlink', value('web'));
    server.control.faults.add({ method: 'GET', ...fault });
    client.directory.refresh();
    await until('the failure', () => client.directory.failure !== undefined);
    expect(client.directory.failure?.reason).toBe(reason);
    expect(client.directory.metadata(id)).toEqual(value('web'));
    server.control.faults.remove();
    await until('recovery', () => client.directory.failure === undefined);
  });

  it('to one key are of no concern to others', async () => {
    const client = await connected({ limits: { headersMs: 2_000, totalMs: 2_000 } });
    const [a, b] = [await register(client, 'a'), await register(client, 'b')];
    server.control.faults.add({ method: 'PUT', path: `/api/devices/${a}/**`, answer: 'hang' });
    const hanging = client.writer.putMetadata(a, 'nexlink', value('a'));
    const since = performance.now();
    await client.writer.putMetadata(b, 'nexlink', value('b'));
    // The other one hangs for two seconds.
    expect(performance.now() - since).toBeLessThan(1_500);
    await expect(hanging).rejects.toBeInstanceOf(Transient);
  });

  it('to the making of a key leave one key', async () => {
    const client = await connected();
    server.control.faults.add({ method: 'POST', path: '/api/reg-keys', answer: 'lost', times: 1 });
    await expect(client.writer.ensureRegKey('nexlink:x', inAnHour())).rejects.toBeInstanceOf(Transient);
    const key = await client.writer.ensureRegKey('nexlink:x', inAnHour());
    const { reg_keys: keys } = server.control.state() as { reg_keys: { id: string }[] };
    expect(keys.map(({ id }) => id)).toEqual([key.id]);
  });

  it('on watches do not become a storm', async () => {
    const client = await connected();
    server.control.faults.add({ method: 'POST', path: '/api/vpcs/*/events', answer: 'status', status: 500 });
    server.control.dropWatches();
    await sleep(5_000);
    const tries = server.control.requests.since(0).filter(({ path }) => path.endsWith('/events')).length;
    expect(tries).toBeLessThan(30);
    expect(client.directory.synced).toBe(true);
  });
});

describe('the rate limit', () => {
  it('is kept with 300 writes at once, while watch and lists go on', async () => {
    const client = await connected();
    const id = await register(client, 'a');
    const since = performance.now();
    await Promise.all(
      Array.from({ length: 300 }, (_, count) =>
        client.writer.putMetadata(id, 'nexlink', value(`web-${count}`)),
      ),
    );
    const { maxPer10s } = server.control.requests.counters();
    process.stdout.write(
      `300 writes took ${((performance.now() - since) / 1000).toFixed(1)} s, at most ${Math.max(...Object.values(maxPer10s))} requests in 10 s\n`,
    );
    expect(Math.max(...Object.values(maxPer10s))).toBeLessThan(150);
    expect(server.control.requests.since(0).some(({ status }) => status === 429)).toBe(false);
  });
});
