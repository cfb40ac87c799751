import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RunningServer, startServer } from '../server/start.ts';
import { ask, closeEverything, dial, echo, next } from './endpoints.ts';
import { freePort, NexdProcess, type NexdOptions, waitFor } from './nexd-process.ts';
import { type CreatedKey, Operator } from './operator.ts';

interface StateDevice {
  readonly id: string;
  readonly ipv4: string;
  readonly online: boolean;
  readonly endpoints: readonly { readonly address: string }[];
}

// Processes start slowly on a machine that is busy with others.
jest.setTimeout(60_000);

describe('a nexd process', () => {
  let server: RunningServer;
  let operator: Operator;
  let key: CreatedKey;
  let started: NexdProcess[] = [];

  function start(options: NexdOptions & { readonly regKey?: string } = {}): NexdProcess {
    const nexd = new NexdProcess(server, options.regKey ?? key.bearer_token, options);
    started.push(nexd);
    return nexd;
  }

  const devices = (): readonly StateDevice[] =>
    (server.control.state() as { devices: StateDevice[] }).devices;
  const deviceAt = (ipv4: string): StateDevice | undefined => devices().find(device => device.ipv4 === ipv4);

  beforeAll(async () => {
    server = await startServer({
      accounts: [{ username: 'u', password: 'p' }],
      onlineGraceMs: 200,
      rateLimit: null,
    });
    operator = await Operator.login(server, 'u', 'p');
    key = await operator.createKey();
  });

  afterEach(async () => {
    server.control.setStun(true);
    server.control.faults.remove();
    await Promise.all(started.map(nexd => nexd.remove()));
    started = [];
    await closeEverything();
  });

  afterAll(() => server.close());

  it('keeps keys, port and stored rules, and so its device and address, over a restart', async () => {
    const first = start();
    const ip = await first.ready();
    const port = await freePort();
    await first.result('ProxyAddEgress', `tcp:${port}:100.64.0.99:80`);
    const before = first.state();
    await first.kill();
    const second = start({ directory: first.directory });
    expect(await second.ready()).toBe(ip);
    expect(second.state()).toEqual(before);
    expect(second.log).toContain('Reconnected as device');
    expect(await second.result('ProxyList')).toBe(`--egress tcp:${port}:100.64.0.99:80\n`);
    await dial(port);
  });

  it('writes its state for itself alone', async () => {
    const nexd = start();
    await nexd.ready();
    const directory = join(nexd.directory, 'state');
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(statSync(join(directory, 'state.json')).mode & 0o777).toBe(0o600);
    expect(Object.keys(nexd.state())).toEqual(['public-key', 'private-key', 'proxy-rules-config', 'port']);
  });

  it('gets the id its single-use key promised, and is known under it after a restart', async () => {
    const single = await operator.createKey({ single_use: true });
    const first = start({ regKey: single.bearer_token });
    const ip = await first.ready();
    expect(deviceAt(ip)?.id).toBe(single.device_id);
    await first.kill();
    const second = start({ regKey: single.bearer_token, directory: first.directory });
    expect(await second.ready()).toBe(ip);
  });

  it('is online while it runs, and not a grace period after', async () => {
    const nexd = start();
    const ip = await nexd.ready();
    await waitFor(() => deviceAt(ip)?.online === true);
    await nexd.kill();
    await waitFor(() => deviceAt(ip)?.online === false);
  });

  it('asks for an address with --request-ip', async () => {
    expect(await start({ args: ['--request-ip', '100.64.77.7'] }).ready()).toBe('100.64.77.7');
  });

  it('logs in with a name and a password too', async () => {
    const env = { NEXD_REG_KEY: '', NEXD_USERNAME: 'u', NEXD_PASSWORD: 'p' };
    const nexd = start({ env });
    await nexd.ready();
    expect(Object.keys(nexd.state()['auth-token'] as object)).toContain('refresh_token');
  });

  it("is nobody's peer and moves no bytes without STUN, and recovers when STUN answers", async () => {
    const peer = start();
    const peerIp = await peer.ready();
    const target = await echo();
    await peer.result('ProxyAddIngress', `tcp:80:127.0.0.1:${target.port}`);
    server.control.setStun(false);
    const begun = performance.now();
    const nexd = start({ env: { NEXD_SIM_STUN_RECHECK_MS: '300' } });
    const ip = await nexd.ready();
    expect(performance.now() - begun).toBeGreaterThan(4 * 200);
    expect(deviceAt(ip)?.endpoints[1]?.address).toBe('invalid AddrPort');
    // It calls the others, to whom it is nobody.
    expect(await peer.result('ListPeers')).not.toContain(`"${ip}/32"`);
    await waitFor(async () => (await nexd.result('ListPeers')).includes(`"${peerIp}/32"`));
    expect(await nexd.result('ListPeers')).not.toContain('"Healthy":true');
    const port = await freePort();
    await nexd.result('ProxyAddEgress', `tcp:${port}:${peerIp}:80`);
    const socket = await dial(port);
    socket.write('patience');
    await expect(next(socket, 500)).rejects.toThrow('silent');
    server.control.setStun(true);
    expect(await next(socket)).toBe('patience');
    expect(deviceAt(ip)?.endpoints[1]?.address).toMatch(/^127\.0\.0\.1:\d+$/);
  });

  it('finishes open connections after SIGTERM, listens no more, and ends with 0', async () => {
    const target = await echo();
    const exporter = start({ args: ['--ingress', `tcp:80:127.0.0.1:${target.port}`] });
    const exporterIp = await exporter.ready();
    const port = await freePort();
    const importer = start({ args: ['--egress', `tcp:${port}:${exporterIp}:80`] });
    await importer.ready();
    const socket = await dial(port);
    socket.write('one');
    expect(await next(socket)).toBe('one');
    importer.process.kill('SIGTERM');
    await waitFor(() => importer.log.includes('Stopping nexd'));
    await expect(dial(port)).rejects.toThrow('ECONNREFUSED');
    socket.write('two');
    expect(await next(socket)).toBe('two');
    expect(importer.process.exitCode).toBeNull();
    socket.destroy();
    expect(await importer.exited).toBe(0);
    expect(existsSync(importer.socketPath)).toBe(false);
  });

  it('blocks the removal of the last rule of a port, and the list, until its connections end', async () => {
    const target = await echo();
    const exporter = start({ args: ['--ingress', `tcp:80:127.0.0.1:${target.port}`] });
    const exporterIp = await exporter.ready();
    const importer = start();
    await importer.ready();
    const port = await freePort();
    const rule = `tcp:${port}:${exporterIp}:80`;
    const other = `tcp:${port}:100.64.0.200:80`;
    await importer.result('ProxyAddEgress', rule);
    const socket = await dial(port);
    socket.write('one');
    expect(await next(socket)).toBe('one');

    await importer.result('ProxyAddEgress', other);
    await importer.result('ProxyRemoveEgress', rule); // another one is left: no waiting
    const removal = importer.result('ProxyRemoveEgress', other);
    const isBlocked = (call: Promise<string>) =>
      Promise.race([call.then(() => false), new Promise<true>(done => setTimeout(() => done(true), 300))]);
    // A list that is asked for on another connection may overtake the removal.
    let list: Promise<string>;
    do list = importer.result('ProxyList');
    while (!(await isBlocked(list)));
    expect(await isBlocked(removal)).toBe(true);
    expect(await importer.result('Status')).toBe('Status: Running\n');
    socket.destroy();
    expect(await removal).toBe(`Removed ingress proxy rule: ${other}\n`);
    expect(await list).toBe('');
  });

  it('does not remove a rule of a flag', async () => {
    const rule = `tcp:${await freePort()}:100.64.0.9:80`;
    const nexd = start({ args: ['--egress', rule] });
    await nexd.ready();
    await expect(nexd.result('ProxyRemoveEgress', rule)).rejects.toThrow(
      'no matching egress proxy rule found',
    );
    await nexd.result('ProxyAddEgress', rule);
    expect(await nexd.result('ProxyList')).toBe(`--egress ${rule}\n--egress ${rule}\n`);
  });

  it('answers several requests on one connection', async () => {
    const nexd = start();
    await nexd.ready();
    const { connect } = await import('node:net');
    const socket = connect(nexd.socketPath);
    socket.write('{"method":"NexdCtl.Version","params":[""],"id":7}{"method":"NexdCtl.Status",');
    expect(await next(socket)).toBe('{"id":7,"result":"dev","error":null}\n');
    socket.write('"params":[""],"id":8}\n');
    expect(await next(socket)).toBe('{"id":8,"result":"Status: Running\\n","error":null}\n');
    socket.destroy();
  });

  it('shows no address and keeps rule calls waiting until it is registered', async () => {
    server.control.faults.add({ method: 'POST', path: '/api/devices', answer: 'delay', delayMs: 600 });
    const nexd = start();
    await waitFor(() => nexd.result('Status').then(text => text === 'Status: Running\n'));
    expect(await nexd.result('GetTunnelIPv4')).toBe('');
    const begun = performance.now();
    await nexd.result('ProxyList');
    expect(performance.now() - begun).toBeGreaterThan(100);
    await nexd.ready();
  });

  it('registers at the fourth attempt', async () => {
    server.control.faults.add({
      method: 'POST',
      path: '/api/devices',
      answer: 'status',
      status: 500,
      times: 3,
    });
    await start().ready();
  });

  it('comes back after the API was down', async () => {
    const nexd = start();
    const ip = await nexd.ready();
    await server.control.apiDown('refuse');
    await waitFor(() => nexd.log.includes('Failed to reconcile state'));
    await server.control.apiUp();
    await waitFor(() => deviceAt(ip)?.online === true);
    expect(await nexd.result('GetTunnelIPv4')).toBe(ip);
  });

  it('panics when the first reconcile fails and it has ingress rules', async () => {
    server.control.faults.add({ method: 'POST', path: '/api/events', answer: 'status', status: 503 });
    const nexd = start({ args: ['--ingress', 'tcp:80:127.0.0.1:80'] });
    expect(await nexd.exited).toBe(2);
    expect(nexd.log).toContain('panic: runtime error');
  });

  it('fails on SIGTERM during its start', async () => {
    server.control.faults.add({ method: 'GET', path: '/api/reg-keys/me', answer: 'hang' });
    const nexd = start();
    await waitFor(() => nexd.result('Status'));
    nexd.process.kill('SIGTERM');
    expect(await nexd.exited).toBe(1);
  });

  it.each<[string, (nexdKey: CreatedKey) => Promise<unknown>]>([
    [
      'an expired key',
      ({ id }) => operator.call('PATCH', `/api/reg-keys/${id}`, { expires_at: '2020-01-01T00:00:00Z' }),
    ],
    ['a deleted key', ({ id }) => operator.call('DELETE', `/api/reg-keys/${id}`)],
  ])('ends with 1 at once for %s', async (_, spoil) => {
    const bad = await operator.createKey();
    await spoil(bad);
    const nexd = start({ regKey: bad.bearer_token });
    expect(await nexd.exited).toBe(1);
    expect(nexd.log).toContain('could not fetch registration settings: undefined response type');
  });

  it('ends with 1 after four attempts when the device of its single-use key was deleted', async () => {
    const single = await operator.createKey({ single_use: true });
    const first = start({ regKey: single.bearer_token });
    server.control.deleteDevice(await first.ready());
    await first.kill();
    const second = start({ regKey: single.bearer_token, directory: first.directory });
    expect(await second.exited).toBe(1);
    expect(second.log.match(/device join error - retrying/g)).toHaveLength(4);
  });

  it.each([
    [['--unix-socket', '/x'], 'flag provided but not defined: -unix-socket'],
    [['--egress', 'tcp:80:100.64.0.1'], 'Failed to add egress proxy rule'],
    [
      ['--egress', 'tcp:80:100.64.0.1:80', '--egress', 'tcp:80:100.64.0.1:80'],
      'port already in use by another proxy rule',
    ],
  ])('ends with 1 for %j', async (args, message) => {
    const nexd = start({ args });
    expect(await nexd.exited).toBe(1);
    expect(nexd.log).toContain(message);
  });

  it('does not trust a server it was not told to', async () => {
    const nexd = start({ env: { SSL_CERT_FILE: '/dev/null' } });
    expect(await nexd.exited).toBe(1);
    expect(nexd.log).toMatch(/certificate/);
  });

  it('reaches the target by its name, looked up for each connection', async () => {
    const target = await echo();
    const exporter = start({ args: ['--ingress', `tcp:80:localhost:${target.port}`] });
    const exporterIp = await exporter.ready();
    const port = await freePort();
    const importer = start({ args: ['--egress', `tcp:${port}:${exporterIp}:80`] });
    await importer.ready();
    await waitFor(async () => (await ask(port, 'by name')) === 'by name');
  });
});
