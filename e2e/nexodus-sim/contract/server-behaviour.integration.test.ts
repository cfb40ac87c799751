import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RunningServer, startServer } from '../server/start.ts';
import { send, watch, type WatchRecord } from './http-client.ts';
import { Operator } from './operator.ts';

interface Device {
  readonly id: string;
  readonly revision: number;
  readonly online: boolean;
  readonly ipv4_tunnel_ips: readonly { readonly address: string }[];
  readonly ipv6_tunnel_ips: readonly { readonly address: string }[];
}

const newKey = (): string => randomBytes(32).toString('base64');

// Processes start slowly on a machine that is busy with others.
jest.setTimeout(60_000);

/** Behaviour that the recording does not show. */
describe('the server', () => {
  let server: RunningServer;
  let operator: Operator;

  beforeAll(async () => {
    server = await startServer({
      accounts: [
        { username: 'u', password: 'p' },
        { username: 'reader', password: 'p', scopes: 'openid read:organizations read:users read:devices' },
      ],
      rateLimit: null,
      anywhereCutMs: 400,
      onlineGraceMs: 100,
    });
    operator = await Operator.login(server, 'u', 'p');
  });

  afterEach(async () => {
    server.control.faults.remove();
    server.control.setRateLimit(null);
    server.control.thawWatches();
    for (const { id } of await operator.call<Device[]>('GET', '/api/devices')) {
      await operator.call('DELETE', `/api/devices/${id}`);
    }
  });

  afterAll(() => server.close());

  const add = (fields: Readonly<Record<string, unknown>> = {}): Promise<Device> =>
    operator.call('POST', '/api/devices', { vpc_id: operator.vpcId, public_key: newKey(), ...fields });

  const events = (
    watches: unknown,
    closeAfterMs: number,
    path = `/api/vpcs/${operator.vpcId}/events`,
  ): Promise<WatchRecord> =>
    watch(
      server,
      {
        host: 'api',
        method: 'POST',
        path,
        authorization: operator.authorization,
        body: JSON.stringify(watches),
      },
      closeAfterMs,
    );

  const get = (path: string, authorization?: string): ReturnType<typeof send> =>
    send(server, {
      host: 'api',
      method: 'GET',
      path,
      authorization: authorization ?? operator.authorization,
    });

  describe('addresses', () => {
    it('are the lowest free ones, given again after a deletion', async () => {
      const [first, second] = [await add(), await add()];
      expect([first, second].map(device => device.ipv4_tunnel_ips[0]?.address)).toEqual([
        '100.64.0.1',
        '100.64.0.2',
      ]);
      await operator.call('DELETE', `/api/devices/${first.id}`);
      const third = await add();
      expect(third.ipv4_tunnel_ips[0]?.address).toBe('100.64.0.1');
      expect(third.ipv6_tunnel_ips[0]?.address).toBe('200::1');
    });

    it('that are taken or outside are silently replaced', async () => {
      await add({ ipv4_tunnel_ips: [{ address: '100.64.5.5' }] });
      for (const address of ['100.64.5.5', '192.168.0.1']) {
        const device = await add({ ipv4_tunnel_ips: [{ address }] });
        expect(device.ipv4_tunnel_ips[0]?.address).toMatch(/^100\.64\.0\.\d$/);
      }
    });

    it('of a private VPC are its own', async () => {
      const vpc = await operator.call<{ id: string }>('POST', '/api/vpcs', {
        organization_id: operator.vpcId,
        private_cidr: true,
        ipv4_cidr: '10.77.0.0/24',
        ipv6_cidr: 'fd00:77::/64',
      });
      const device = await add({ vpc_id: vpc.id });
      expect(device.ipv4_tunnel_ips[0]?.address).toBe('10.77.0.1');
      expect(device.ipv6_tunnel_ips[0]?.address).toBe('fd00:77::1');
    });
  });

  describe('a watch', () => {
    it('on /api/events is cut after a time', async () => {
      await add();
      const record = await events(
        [{ kind: 'device', options: { 'vpc-id': operator.vpcId } }],
        2_000,
        '/api/events',
      );
      expect(record.end).toBe('ECONNRESET');
      expect(record.endAtMs).toBeLessThan(1_500);
      expect(record.lines.map(({ event }) => (event as { type: string }).type)).toEqual(['change', 'tail']);
    });

    it('is not woken by a device that comes online', async () => {
      const publicKey = newKey();
      const device = await add({ public_key: publicKey });
      const silent = events([{ kind: 'device', gt_revision: device.revision, at_tail: true }], 600);
      const tracked = events(
        [],
        500,
        `/api/vpcs/${operator.vpcId}/events?public_key=${encodeURIComponent(publicKey)}`,
      );
      await new Promise(resolve => setTimeout(resolve, 200));
      const online = await operator.call<Device>('GET', `/api/devices/${device.id}`);
      expect(online).toMatchObject({ online: true, revision: device.revision + 1 });
      expect((await silent).lines).toEqual([]);
      await tracked;
    });

    it('ignores `prefix` where the real one wants `prefixes`', async () => {
      const device = await add();
      for (const key of ['nexlink', 'other'])
        await operator.call('PUT', `/api/devices/${device.id}/metadata/${key}`, {});
      const keysWith = async (options: object): Promise<unknown[]> => {
        const record = await events([{ kind: 'device-metadata', options }], 200);
        return record.lines.flatMap(({ event }) => {
          const { value } = event as { value?: { device_id: string; key: string } };
          return value?.device_id === device.id ? [value.key] : [];
        });
      };
      expect(await keysWith({ prefixes: ['nexlink'] })).toEqual(['nexlink']);
      expect(await keysWith({ prefix: ['nexlink'] })).toEqual(['nexlink', 'other']);
    });

    it('is woken by a PUT of the same value', async () => {
      const device = await add();
      const path = `/api/devices/${device.id}/metadata/nexlink`;
      const { revision } = await operator.call<{ revision: number }>('PUT', path, { a: 1 });
      const watching = events([{ kind: 'device-metadata', gt_revision: revision, at_tail: true }], 400);
      await new Promise(resolve => setTimeout(resolve, 100));
      await operator.call('PUT', path, { a: 1 });
      expect((await watching).lines).toMatchObject([
        { event: { type: 'change', value: { revision: revision + 1 } } },
      ]);
    });

    it('can be dropped, failed and frozen', async () => {
      const begun = [events([{ kind: 'device' }], 2_000), events([{ kind: 'vpc' }], 2_000)];
      await new Promise(resolve => setTimeout(resolve, 100));
      expect(server.control.dropWatches()).toBe(2);
      for (const record of await Promise.all(begun)) expect(record.end).toBe('ECONNRESET');

      const failing = events([{ kind: 'device', at_tail: true, gt_revision: 1_000_000 }], 2_000);
      await new Promise(resolve => setTimeout(resolve, 100));
      server.control.failWatches('broken');
      expect(await failing).toMatchObject({
        end: 'end',
        lines: [{ event: { type: 'error', value: { error: 'broken' } } }],
      });

      server.control.freezeWatches();
      const frozen = events([{ kind: 'vpc' }], 700);
      await new Promise(resolve => setTimeout(resolve, 300));
      server.control.thawWatches();
      const { lines } = await frozen;
      expect(lines.length).toBeGreaterThan(0);
      expect(lines[0]?.atMs).toBeGreaterThan(250);
    });
  });

  it('counts what a user sends, keys and devices included, and limits it when told to', async () => {
    server.control.requests.resetCounters();
    server.control.setRateLimit({ limit: 3, windowMs: 60_000 });
    const { bearer_token } = await operator.createKey();
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await get('/api/vpcs', `Bearer ${bearer_token}`)).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect(server.control.requests.counters()).toMatchObject({ total: 5, writes: 1, maxPer10s: { u: 5 } });
    server.control.setRateLimit(null);
  });

  it.each([
    ['status', { status: 503, retryAfter: 7 }, 503, /^$/],
    ['html', {}, 200, /<html>/],
    ['truncated', {}, 200, /^\{"id"[^}]*$/],
    ['doubled', {}, 200, /^\{.*\}\{.*\}$/],
  ] as const)('answers wrongly on demand: %s', async (answer, more, status, body) => {
    server.control.faults.add({ method: 'GET', path: '/api/users/*', answer, times: 1, ...more });
    const wrong = await get('/api/users/me');
    expect(wrong.status).toBe(status);
    expect(wrong.text).toMatch(body);
    if (answer === 'status') expect(wrong.headers['retry-after']).toBe('7');
    expect((await get('/api/users/me')).status).toBe(200);
  });

  it('does what was asked although the answer is lost', async () => {
    server.control.faults.add({ method: 'POST', path: '/api/reg-keys', answer: 'lost', times: 1 });
    await expect(operator.createKey({ description: 'lost' })).rejects.toThrow();
    const keys = await operator.call<{ description?: string }[]>('GET', '/api/reg-keys');
    expect(keys.filter(({ description }) => description === 'lost')).toHaveLength(1);
  });

  it('refuses a scope the account lacks, an old password and revoked tokens', async () => {
    const reader = await Operator.login(server, 'reader', 'p');
    expect((await get('/api/devices', reader.authorization)).status).toBe(200);
    await expect(reader.createKey()).rejects.toThrow('403');
    server.control.putAccount({ username: 'reader', password: 'new' });
    await expect(Operator.login(server, 'reader', 'p')).rejects.toThrow();
    const again = await Operator.login(server, 'reader', 'new');
    server.control.revokeTokens('reader', { access: true });
    const refused = await get('/api/users/me', again.authorization);
    expect([refused.status, refused.text]).toEqual([401, 'Jwt verification fails\n']);
  });

  it('lets access tokens expire', async () => {
    server.control.setAccessTokenSeconds(2);
    const short = await Operator.login(server, 'u', 'p');
    server.control.setAccessTokenSeconds(600);
    expect((await get('/api/users/me', short.authorization)).status).toBe(200);
    await new Promise(resolve => setTimeout(resolve, 2_100));
    const refused = await get('/api/users/me', short.authorization);
    expect([refused.status, refused.text]).toEqual([401, 'Jwt is expired\n']);
  });

  it('refuses a text the database cannot hold', async () => {
    const device = await add();
    const path = `/api/devices/${device.id}/metadata/nexlink`;
    await expect(operator.call('PUT', path, { name: 'a\0b' })).rejects.toThrow('500');
  });

  it('forgets deleted rows when garbage is collected, and can number all rows anew', async () => {
    const device = await add();
    await operator.call('PUT', `/api/devices/${device.id}/metadata/ghost`, {});
    await operator.call('DELETE', `/api/devices/${device.id}`);
    const ghosts = (): Promise<unknown[]> =>
      operator.call('GET', `/api/vpcs/${operator.vpcId}/metadata?key=ghost`);
    expect(await ghosts()).toHaveLength(1);
    server.control.collectGarbage();
    expect(await ghosts()).toHaveLength(0);
    await add();
    server.control.resetRevisions();
    const [left] = await operator.call<Device[]>('GET', '/api/devices');
    expect(left?.revision).toBe(1);
  });

  it('keeps everything over a restart when it has a state file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'nexodus-sim-'));
    const stateFile = join(directory, 'state.json');
    const accounts = [{ username: 'kept', password: 'p' }];
    const first = await startServer({ stateFile, accounts });
    const before = await Operator.login(first, 'kept', 'p');
    const key = await before.createKey({ single_use: true });
    const device = await before.call<Device>('POST', '/api/devices', {
      vpc_id: before.vpcId,
      public_key: newKey(),
    });
    await before.call('PUT', `/api/devices/${device.id}/metadata/nexlink`, { realm: 'r' });
    await first.close();

    const second = await startServer({ stateFile, accounts, httpsPort: first.ports.https });
    const after = await Operator.login(second, 'kept', 'p');
    expect(after.vpcId).toBe(before.vpcId);
    expect(await after.call('GET', '/api/reg-keys')).toEqual([key]);
    expect(await after.call('GET', `/api/devices/${device.id}/metadata/nexlink`)).toMatchObject({
      value: { realm: 'r' },
    });
    const next = await after.call<Device>('POST', '/api/devices', {
      vpc_id: after.vpcId,
      public_key: newKey(),
    });
    expect(next.ipv4_tunnel_ips[0]?.address).toBe('100.64.0.2');
    expect(next.revision).toBe(device.revision + 1);
    // A token from before the restart still opens doors.
    expect(
      await send(second, {
        host: 'api',
        method: 'GET',
        path: '/api/users/me',
        authorization: before.authorization,
      }),
    ).toMatchObject({ status: 200 });
    await second.close();
    rmSync(directory, { recursive: true });
  });

  it('has a control endpoint for all of this', async () => {
    const control = `http://127.0.0.1:${server.ports.control}`;
    const post = async (method: string, path: string, body?: unknown): Promise<unknown> => {
      const answer = await fetch(control + path, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: answer.status, json: await answer.json() };
    };
    expect(await post('GET', '/healthz')).toMatchObject({ status: 200 });
    expect(
      await post('POST', '/faults', { path: '/api/vpcs', answer: 'status', status: 500, times: 1 }),
    ).toMatchObject({
      json: { id: expect.any(String) },
    });
    expect((await get('/api/vpcs')).status).toBe(500);
    expect(await post('DELETE', '/faults')).toMatchObject({ json: { removed: 1 } });
    expect(await post('POST', '/api/down', { mode: 'reset' })).toMatchObject({ status: 200 });
    await expect(get('/api/vpcs')).rejects.toThrow();
    expect(await post('POST', '/api/up')).toMatchObject({ status: 200 });
    expect(await post('POST', '/devices/nobody/cut')).toMatchObject({ status: 404 });
    expect(await post('GET', '/nonsense')).toMatchObject({ status: 404 });
    expect(await post('GET', '/state')).toMatchObject({ json: { api_down: false, stun: true } });
    expect(JSON.stringify(await post('GET', '/state'))).not.toMatch(/RK:|DT:/);
  });
});
