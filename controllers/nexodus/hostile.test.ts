/** What Nexodus, or somebody in its place, may answer. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isIPv4, isIPv6 } from 'node:net';
import { Denied, NexlinkError } from '../runtime/errors.ts';
import { silentLog } from '../runtime/log.ts';
import { anyJSON, bottomless, hostileText, mutated } from '../testing/hostile.ts';
import { NexodusClient } from './client.ts';
import { NexodusDirectory } from './directory.ts';
import { errorOfStatus } from './errors.ts';
import type { Exchange } from './http.ts';
import { noMetrics } from './metrics.ts';
import { discover, passwordGrant } from './oidc.ts';
import type { Requester } from './requester.ts';
import { ServerClock } from './serverclock.ts';
import { TestClock } from './testing/clock.ts';
import { recordedJSON } from './testing/recorded.ts';
import { followStream, type WatchEvent } from './watch.ts';

const vpcID = '1fbcfceb-c258-4877-b017-fbc383d5e843';
const [device] = recordedJSON('list devices') as { id: string; vpc_id: string }[];
const [row] = recordedJSON('list vpc metadata by key') as object[];
const [key] = recordedJSON('list reg keys') as object[];

/** A client whose every request has this answer. */
function clientOf(text: string, { skew }: { skew?: string } = {}): NexodusClient {
  const requester: Pick<Requester, 'send' | 'describe' | 'open'> = {
    send: async () => ({ status: 200, headers: {}, text }),
    describe: ({ method, path }) => `${method} ${path}`,
    open: async () =>
      (async function* () {
        yield Buffer.from(text);
      })(),
  };
  const serverClock = new ServerClock(new TestClock());
  if (skew !== undefined) serverClock.observe(skew);
  return new NexodusClient(requester as Requester, serverClock);
}

/** What came of it; a failure must be one that the callers know. */
async function outcomeOf<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    expect(error).toBeInstanceOf(NexlinkError);
    expect((error as Error).message).toMatch(/^[\x20-\x7e…]{1,1000}$/);
    return undefined;
  }
}

const answers = (item: unknown) =>
  fc.oneof(
    mutated([item, item]).map(value => JSON.stringify(value)),
    mutated(item).map(value => JSON.stringify(value)),
    anyJSON.map(value => JSON.stringify(value)),
    hostileText,
    fc.constantFrom('{}{}', '[', '<html>', '[{"id":1}', bottomless),
    hostileText.map(address => JSON.stringify([{ ...(item as object), ipv4_tunnel_ips: [{ address }] }])),
  );

describe('an answer of Nexodus', () => {
  test('gives devices of the right types, or BadAnswer', async () => {
    await fc.assert(
      fc.asyncProperty(answers(device), async text => {
        const devices = await outcomeOf(clientOf(text).devices(vpcID));
        for (const { id, hostname, ipv4, ipv6, online, revision, endpoints } of devices ?? []) {
          expect(typeof id === 'string' && id !== '').toBe(true);
          expect(hostname.length).toBeLessThanOrEqual(253);
          expect(hostname.isWellFormed()).toBe(true);
          expect(ipv4 === undefined || isIPv4(ipv4)).toBe(true);
          expect(ipv6 === undefined || isIPv6(ipv6)).toBe(true);
          expect([typeof online, Number.isFinite(revision)]).toEqual(['boolean', true]);
          for (const { source, address } of endpoints)
            expect([typeof source, typeof address]).toEqual(['string', 'string']);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('gives metadata and keys of the right types, or BadAnswer, whatever its clock says', async () => {
    const skews = fc.constantFrom(
      '2026-11-21T00:00:00Z',
      '+275760-09-13T00:00:00Z',
      '-271821-04-20T00:00:00Z',
      '0000-01-01T00:00:00Z',
      '9999-12-31T23:59:59Z',
      'never',
    );
    await fc.assert(
      fc.asyncProperty(answers(row), answers(key), skews, async (rows, keys, skew) => {
        for (const { deviceID, key, revision } of (await outcomeOf(
          clientOf(rows).metadata(vpcID, 'nexlink'),
        )) ?? [])
          expect([typeof deviceID, key, Number.isFinite(revision)]).toEqual(['string', 'nexlink', true]);
        const client = clientOf(keys, { skew });
        for (const { id, token, expiresAt } of (await outcomeOf(client.regKeys())) ?? []) {
          expect([typeof id, typeof token]).toEqual(['string', 'string']);
          expect(expiresAt === undefined || !Number.isNaN(Date.parse(expiresAt))).toBe(true);
        }
        await outcomeOf(client.expireRegKey('id', new Date()));
      }),
      { numRuns: 200 },
    );
  });

  test('to a write is understood or told', async () => {
    await fc.assert(
      fc.asyncProperty(answers(device), hostileText, async (text, id) => {
        const client = clientOf(text);
        // Ids of others do not come this far.
        fc.pre(id.isWellFormed() && id.length <= 253);
        await outcomeOf(client.device(id));
        const revision = await outcomeOf(client.deleteDevice(id));
        expect(['undefined', 'number']).toContain(typeof revision);
        await outcomeOf(client.putMetadata(id, 'nexlink', {}));
        await outcomeOf(client.createRegKey(vpcID, 'nexlink:x', new Date()));
        await outcomeOf(client.userID());
      }),
    );
  });

  test('that is an error is told in a short line without a token', async () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostileText,
          anyJSON.map(value => JSON.stringify(value)),
        ),
        fc.integer({ min: 300, max: 599 }),
        hostileText,
        (text, status, wait) => {
          const body = `${text} RK:4Jxabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH=`;
          const error = errorOfStatus(
            'GET x',
            { status, headers: { 'retry-after': wait }, text: body },
            new Date(),
          );
          expect(error).toBeInstanceOf(NexlinkError);
          expect(error.message).toMatch(/^[\x20-\x7e…]{1,800}$/);
          expect(error.message).not.toContain('4Jxabc');
          const { retryAfterMs = 0 } = error as { retryAfterMs?: number };
          expect(retryAfterMs >= 0 && retryAfterMs <= 3_600_000).toBe(true);
        },
      ),
    );
  });
});

describe('the watch of Nexodus', () => {
  const events = fc.array(
    fc.oneof(
      mutated({ kind: 'device', type: 'change', value: device }),
      mutated({ kind: 'device-metadata', type: 'delete', value: row }),
      fc.constantFrom<unknown>(
        { kind: 'device', type: 'tail' },
        { kind: 'device', type: 'error', value: { error: 'x' } },
        { kind: 'device', type: 'change', value: device },
        { kind: 'device-metadata', type: 'change', value: row },
      ),
    ),
    { maxLength: 6 },
  );

  test('moves its cursor only by good events, and the directory takes all of them in', async () => {
    await fc.assert(
      fc.asyncProperty(events, async frames => {
        const text = frames.map(frame => `${JSON.stringify(frame)}\n\n`).join('');
        const cursor = { device: 0, metadata: 0 };
        const heard: WatchEvent[] = [];
        const directory = new NexodusDirectory({
          clock: new TestClock(),
          log: silentLog,
          metrics: noMetrics,
          graceMs: 0,
        });
        const end = await outcomeOf(
          followStream(
            {
              client: clientOf(text),
              clock: new TestClock(),
              vpcID,
              key: 'nexlink',
              idleMs: 60_000,
              onOpen: () => {},
              onEvent: event => {
                heard.push(event);
                directory.observe(event);
              },
            },
            cursor,
            new AbortController().signal,
          ),
        );
        const greatest = (kind: WatchEvent['kind']) =>
          Math.max(0, ...heard.filter(event => event.kind === kind).map(({ row }) => row.revision));
        expect(cursor).toEqual({ device: greatest('device'), metadata: greatest('metadata') });
        if (end?.end === 'event') expect(end.message).toMatch(/^[\x20-\x7e…]{0,400}$/);
        directory.setIdentity({ userID: vpcID, vpcID });
        for (const { id } of directory.devices()) expect(directory.device(id)?.id).toBe(id);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a login', () => {
  const start = {
    device_authorization_endpoint: 'https://auth.example/device',
    issuer: 'https://auth.example/realms/nexodus',
    client_id: 'nexodus-cli',
    server_time: '2026-11-21T01:00:00.123Z',
  };
  const document = { issuer: start.issuer, token_endpoint: 'https://auth.example/token' };
  const plain = 'http://auth.example/token';
  const tokens = { access_token: 'eyJ', expires_in: 600, refresh_token: 'r', token_type: 'Bearer' };

  test('sends the password nowhere but to an https endpoint that the issuer names', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constant<unknown>(start), mutated(start)),
        fc.oneof(
          fc.constantFrom<unknown>(
            document,
            { ...document, token_endpoint: plain },
            { ...document, issuer: plain },
          ),
          mutated(document),
        ),
        fc.oneof(fc.constant<unknown>(tokens), mutated(tokens)),
        fc.constantFrom(200, 200, 200, 400, 404, 500),
        async (...[started, discovered, granted, status]) => {
          const sent: Exchange[] = [];
          const texts = [started, discovered, granted].map(value => JSON.stringify(value));
          const send = async (exchange: Exchange) => {
            sent.push(exchange);
            return { status: sent.length === 3 ? status : 200, headers: {}, text: texts[sent.length - 1]! };
          };
          const clock = new ServerClock(new TestClock());
          const login = async () => {
            const provider = await discover('https://api.example', send, clock);
            return passwordGrant(provider, 'kitty', 'hunter2', send);
          };
          const got = await outcomeOf(login());
          if (got) expect(got.expiresIn >= 1 && typeof got.accessToken === 'string').toBe(true);
          for (const { origin, body = '', path } of sent) {
            expect(path).not.toContain('hunter2');
            if (!body.includes('hunter2')) continue;
            expect(origin).toMatch(/^https:/);
            expect(sent).toHaveLength(3);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('that is refused names the Secret', async () => {
    const send = async () => ({ status: 401, headers: {}, text: '{"error":"invalid_grant"}' });
    const provider = { clientID: 'x', tokenEndpoint: new URL('https://auth.example/token') };
    await expect(passwordGrant(provider, 'kitty', 'hunter2', send)).rejects.toBeInstanceOf(Denied);
  });
});
