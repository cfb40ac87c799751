import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RunningServer, startServer } from '../server/start.ts';
import {
  ask,
  askUdp,
  closeEverything,
  dial,
  echo,
  named,
  next,
  serve,
  sha256,
  type Target,
  udpEcho,
} from './endpoints.ts';
import { freePort, NexdProcess, waitFor } from './nexd-process.ts';
import { Operator } from './operator.ts';

const megabytes = 1024 * 1024;

// Processes start slowly on a machine that is busy with others.
jest.setTimeout(60_000);

describe('bytes through two nexd processes', () => {
  let server: RunningServer;
  let operator: Operator;
  /** The side of the service, and the side of its clients. */
  let exporter: NexdProcess;
  let importer: NexdProcess;
  let exporterIp: string;
  let importerIp: string;
  let echoTarget: Target;
  /** Ports of the tunnel address are free on the host, and may have a rule all the same: each is given once. */
  let lastDevicePort = 20_000;

  /** A rule pair from a new port of the importer to a target behind the exporter. */
  async function link(
    target: { readonly port: number },
    protocol = 'tcp',
    address = exporterIp,
  ): Promise<number> {
    const [port, devicePort] = [await freePort(), ++lastDevicePort];
    await exporter.result('ProxyAddIngress', `${protocol}:${devicePort}:127.0.0.1:${target.port}`);
    await importer.result('ProxyAddEgress', `${protocol}:${port}:${address}:${devicePort}`);
    return port;
  }

  beforeAll(async () => {
    // Streams break half a second after their start, so that following the devices has to recover.
    server = await startServer({
      accounts: [{ username: 'u', password: 'p' }],
      writeTimeoutMs: 500,
      rateLimit: null,
    });
    operator = await Operator.login(server, 'u', 'p');
    const { bearer_token } = await operator.createKey();
    exporter = new NexdProcess(server, bearer_token);
    importer = new NexdProcess(server, bearer_token);
    [exporterIp, importerIp] = await Promise.all([exporter.ready(), importer.ready()]);
    const bothHealthy = async (): Promise<boolean> =>
      (await Promise.all([exporter, importer].map(nexd => nexd.result('ListPeers')))).every(text =>
        text.includes('"Healthy":true'),
      );
    await waitFor(bothHealthy);
    echoTarget = await echo();
  });

  afterAll(async () => {
    await Promise.all([exporter.remove(), importer.remove(), closeEverything()]);
    await server.close();
  });

  it('go over TCP, to the IPv4 and the IPv6 tunnel address', async () => {
    expect(await ask(await link(echoTarget), 'hello')).toBe('hello');
    const ipv6 = await exporter.result('GetTunnelIPv6');
    expect(await ask(await link(echoTarget, 'tcp', `[${ipv6}]`), 'hello six')).toBe('hello six');
  });

  it('reach the egress port over IPv6 too', async () => {
    expect(await ask(await link(echoTarget), 'hello', '::1')).toBe('hello');
  });

  it('go over UDP, flow by flow', async () => {
    const target = await udpEcho();
    const port = await link(target, 'udp');
    expect(await Promise.all(['a', 'b', 'c'].map(text => askUdp(port, text)))).toEqual(['a', 'b', 'c']);
  });

  it('are all there and in order, 10 MB each way at once, to a reader that pauses', async () => {
    const port = await link(echoTarget);
    const sent = randomBytes(10 * megabytes);
    const socket = await dial(port);
    const received: Buffer[] = [];
    let count = 0;
    const all = new Promise<void>(resolve => {
      socket.on('data', (chunk: Buffer) => {
        received.push(chunk);
        count += chunk.length;
        if (count === sent.length) resolve();
        if (received.length % 20 !== 0) return;
        socket.pause();
        setTimeout(() => socket.resume(), 2);
      });
    });
    socket.write(sent);
    await all;
    socket.destroy();
    expect(sha256(Buffer.concat(received))).toBe(sha256(sent));
  });

  it('stop at the sender while nobody reads', async () => {
    const silent = await serve(socket => socket.pause());
    const socket = await dial(await link(silent));
    for (let i = 0; i < 64; i++) socket.write(Buffer.alloc(megabytes));
    await new Promise(resolve => setTimeout(resolve, 500));
    expect(socket.writableLength).toBeGreaterThan(32 * megabytes);
    socket.destroy();
  });

  it('do not mix up a hundred connections', async () => {
    const port = await link(echoTarget);
    const texts = Array.from({ length: 100 }, (_, index) => `connection ${index}`);
    expect(await Promise.all(texts.map(text => ask(port, text)))).toEqual(texts);
  });

  it('take turns among the rules of a port, beginning with the second', async () => {
    const targets = await Promise.all([named('first'), named('second')]);
    const [port, devicePort] = [await freePort(), ++lastDevicePort];
    for (const target of targets) {
      await exporter.result('ProxyAddIngress', `tcp:${devicePort}:127.0.0.1:${target.port}`);
    }
    await importer.result('ProxyAddEgress', `tcp:${port}:${exporterIp}:${devicePort}`);
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await ask(port, 'x'));
    expect(answers).toEqual(['second:x', 'first:x', 'second:x', 'first:x']);
  });

  it('are refused at once where no rule listens, on the peer and on the own address', async () => {
    for (const address of [exporterIp, importerIp]) {
      const port = await freePort();
      await importer.result('ProxyAddEgress', `tcp:${port}:${address}:9`);
      await expect(ask(port, 'x')).rejects.toThrow('closed');
    }
  });

  it('hang on an address that nobody has', async () => {
    const port = await freePort();
    await importer.result('ProxyAddEgress', `tcp:${port}:100.64.0.200:80`);
    const socket = await dial(port);
    await expect(next(socket, 700)).rejects.toThrow('silent');
    socket.destroy();
  });

  it('leave the client waiting when the service behind is gone', async () => {
    const gone = await echo();
    const port = await link(gone);
    await gone.close();
    const socket = await dial(port);
    socket.write('anybody?');
    await expect(next(socket, 700)).rejects.toThrow('silent');
    socket.write('still there?');
    await expect(next(socket, 2_000)).rejects.toThrow('closed');
  });

  it('have no half-close: the end of the client closes both sides, that of the service is not told', async () => {
    const afterEnd = await serve(socket =>
      socket.on('end', () => setTimeout(() => socket.end('too late'), 50)),
    );
    const client = await dial(await link(afterEnd));
    client.end('request');
    await expect(next(client)).rejects.toThrow('closed');

    const ending = await serve(socket => socket.end('bye'));
    const reader = await dial(await link(ending));
    expect(await next(reader)).toBe('bye');
    await expect(next(reader, 700)).rejects.toThrow('silent');
  });

  it('wait while a device is cut, and go on when it is healed', async () => {
    const port = await link(echoTarget);
    const socket = await dial(port);
    socket.write('before');
    expect(await next(socket)).toBe('before');
    server.control.cutDevice(exporterIp);
    socket.write('during');
    await expect(next(socket, 400)).rejects.toThrow('silent');
    const fresh = await dial(port);
    fresh.write('new');
    await expect(next(fresh, 400)).rejects.toThrow('silent');
    await expect(askUdp(port, 'lost', 300)).rejects.toThrow('silent');
    const [answer, freshAnswer] = [next(socket), next(fresh)];
    server.control.healDevice(exporterIp);
    expect(await answer).toBe('during');
    expect(await freshAnswer).toBe('new');
    for (const open of [socket, fresh]) open.destroy();
  });

  it('flow while the API is down', async () => {
    const port = await link(echoTarget);
    for (const mode of ['reset', 'refuse'] as const) {
      await server.control.apiDown(mode);
      expect(await ask(port, mode)).toBe(mode);
      await server.control.apiUp();
    }
  });

  it('count for the peer, whose handshake is fresh', async () => {
    const { peers } = JSON.parse(await importer.result('ListPeers')) as {
      peers: Record<
        string,
        { AllowedIPs: string[]; Tx: number; Rx: number; LatestHandshake: string; Healthy: boolean }
      >;
    };
    const peer = Object.values(peers).find(({ AllowedIPs }) => AllowedIPs.includes(`${exporterIp}/32`));
    expect(peer).toMatchObject({ Healthy: true });
    expect(peer?.Tx).toBeGreaterThan(10 * megabytes);
    expect(peer?.Rx).toBeGreaterThan(10 * megabytes);
    expect(Math.abs(Number(peer?.LatestHandshake) - Date.now() / 1000)).toBeLessThan(130);
  });

  it('do not leave connections behind', async () => {
    await waitFor(() => echoTarget.connections() === 0);
  });

  it('end when the device is deleted behind the back of its nexd, which runs on', async () => {
    const port = await link(echoTarget);
    expect(await ask(port, 'x')).toBe('x');
    server.control.deleteDevice(exporterIp);
    // Its peers learn of it by their event streams.
    await waitFor(() =>
      ask(port, 'x', undefined, 500).then(
        () => false,
        () => true,
      ),
    );
    await waitFor(() => exporter.log.includes('Failed to reconcile state'));
    expect(await exporter.result('Status')).toBe('Status: Running\n');
    expect(await exporter.result('GetTunnelIPv4')).toBe(exporterIp);
    await waitFor(async () => !(await importer.result('ListPeers')).includes(`"${exporterIp}/32"`));
  });
});
