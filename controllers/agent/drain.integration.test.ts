import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { GatewayReplica, NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { freePort, NexdProcess, waitFor } from '../../e2e/nexodus-sim/contract/nexd-process.ts';
import { Operator } from '../../e2e/nexodus-sim/contract/operator.ts';
import { startServer, type RunningServer } from '../../e2e/nexodus-sim/server/start.ts';
import { eventually } from '../../e2e/harness/wait.ts';
import { testConnection } from '../../hack/test/connection.ts';
import { KubeClient } from '../kube/client.ts';
import { ResourceWriter } from '../kube/writer.ts';
import { rulesChild } from '../proxy/children.ts';
import type { Rule } from '../proxy/rules.ts';
import { systemClock } from '../runtime/clock.ts';
import { silentLog } from '../runtime/log.ts';
import { resources } from '../runtime/resources.ts';
import { run } from './run.ts';
import { readSettings } from './settings.ts';

jest.setTimeout(90_000);
const namespace = 'agents-drain-test';

const connectedTo = (server: Server): Promise<boolean> =>
  new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count > 0))),
  );

/** A gateway pod: nexd, and the agent as it runs. */
interface GatewayPod {
  readonly gateway: NexlinkGateway;
  readonly nexd: NexdProcess;
  readonly address: string;
  readonly health: string;
  readonly folder: string;
  stop(): Promise<void>;
}

describe('agents of gateways that know each other through nexd', () => {
  const client = new KubeClient(testConnection());
  const writer = new ResourceWriter(client);
  const backends: Server[] = [];
  const pods: GatewayPod[] = [];
  let service: RunningServer;
  let operator: Operator;
  let port: number;

  async function start(name: string, direction: 'Export' | 'Import'): Promise<GatewayPod> {
    const { bearer_token } = await operator.createKey();
    const nexd = new NexdProcess(service, bearer_token);
    const address = await nexd.ready();
    const folder = await mkdtemp(join(tmpdir(), 'agent-'));
    await writeFile(join(folder, 'device-id'), `device-of-${name}\n`);
    const gateway = await writer.create<NexlinkGateway>(resources.gateways, {
      apiVersion: 'nexlink.nexodus.io/v1alpha1',
      kind: 'NexlinkGateway',
      metadata: { name, namespace },
      spec: { direction, realm: 'shop' },
    });
    const [health, responder] = [await freePort(), await freePort()];
    const settings = readSettings({
      NEXLINK_GATEWAY: name,
      NEXLINK_NAMESPACE: namespace,
      NEXLINK_DIRECTION: direction,
      POD_NAME: `nexlink-${name}-0`,
      POD_UID: `pod-of-${name}`,
      NEXD_SOCKET: nexd.socketPath,
      NEXD_STATE_DIR: folder,
      NEXLINK_HEALTH_ADDRESS: `127.0.0.1:${health}`,
      NEXLINK_RESPONDER_PORT: `${responder}`,
      // Other tests have others.
      NEXLINK_FIRST_PROBE_PORT: '19100',
      NEXLINK_FIRST_WAY_PORT: '13000',
    });
    const signal = new AbortController();
    const ended = run(settings, testConnection(), systemClock, silentLog, signal.signal);
    const stop = () => {
      signal.abort(new Error('stop'));
      return ended;
    };
    return { gateway, nexd, address, health: `http://127.0.0.1:${health}`, folder, stop };
  }
  async function want({ gateway }: GatewayPod, ingress: Rule[], egress: Rule[]): Promise<void> {
    const { child } = rulesChild(gateway, ingress, egress, []);
    await writer.apply(child.resource, child.object);
  }
  const backend = async (text: string): Promise<Rule> => {
    const server = createServer((_, response) => response.end(text)).listen(0, '127.0.0.1');
    backends.push(server);
    await new Promise(resolve => server.once('listening', resolve));
    return {
      protocol: 'tcp',
      port: 80,
      host: '127.0.0.1',
      targetPort: (server.address() as AddressInfo).port,
    };
  };
  const to = (host: string): Rule => ({ protocol: 'tcp', port, host, targetPort: 80 });
  const ask = async (): Promise<string> => {
    const signal = AbortSignal.timeout(5_000);
    const answer = await fetch(`http://127.0.0.1:${port}/`, { signal, headers: { connection: 'close' } });
    return answer.text();
  };
  const entry = async ({ gateway }: GatewayPod): Promise<GatewayReplica | undefined> =>
    (
      await client.get<NexlinkGateway>({
        resource: resources.gateways,
        namespace,
        name: gateway.metadata.name,
      })
    ).status?.replicas?.[0];

  beforeAll(async () => {
    service = await startServer({ accounts: [{ username: 'u', password: 'p' }], rateLimit: null });
    operator = await Operator.login(service, 'u', 'p');
    port = await freePort();
    await writer.apply(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    for (const name of ['export-a', 'export-b', 'import-shop'])
      pods.push(await start(name, name.startsWith('export') ? 'Export' : 'Import'));
    const [a, b, importer] = pods as [GatewayPod, GatewayPod, GatewayPod];
    await want(a, [await backend('a')], []);
    await want(b, [await backend('b')], []);
    await want(importer, [], [to(a.address), to(b.address)]);
    for (const pod of pods) await waitFor(async () => (await entry(pod))?.ready === true);
  });
  afterAll(async () => {
    await Promise.all(pods.map(pod => pod.stop()));
    await Promise.all(pods.map(pod => pod.nexd.remove()));
    await Promise.all(pods.map(pod => rm(pod.folder, { recursive: true })));
    for (const server of backends) server.close();
    await service.close();
    await client.close();
  });

  test('tell how long it takes to the far ends, and then nothing more', async () => {
    const importer = pods[2]!;
    await waitFor(async () => {
      const { peers = [] } = (await entry(importer)) ?? {};
      return peers.length === 2 && peers.every(peer => peer.healthy && peer.rttMillis !== undefined);
    });
    await eventually(async () => {
      const metrics = await (await fetch(`${importer.health}/metrics`)).text();
      expect(metrics).toContain(`nexlink_agent_peer_willing{address="${pods[0]!.address}"} 1\n`);
    });
    const versionOf = async ({ gateway: { metadata } }: GatewayPod) => {
      const resource = resources.gateways;
      const found = await client.get<NexlinkGateway>({ resource, namespace, name: metadata.name });
      const times = found.status?.replicas?.[0]?.peers?.map(({ rttMillis }) => rttMillis);
      return { times, version: found.metadata.resourceVersion };
    };
    const before = await Promise.all(pods.map(versionOf));
    await new Promise(resolve => setTimeout(resolve, 10_000));
    for (const [at, { times, version }] of (await Promise.all(pods.map(versionOf))).entries())
      // A machine that is busy makes the times others, which is news.
      if (isDeepStrictEqual(times, before[at]!.times)) expect(version).toBe(before[at]!.version);
  });

  test('let an exporter stop when all others have let go of it, and lose no connection', async () => {
    const [a, , importer] = pods as [GatewayPod, GatewayPod, GatewayPod];
    const drained = join(a.nexd.directory, 'drained');
    const failures: unknown[] = [];
    let asked = 0;
    let over = false;
    const asking = (async () => {
      for (; !over; asked++) await ask().catch((error: unknown) => failures.push(error));
    })();
    await waitFor(() => asked > 20);
    expect(existsSync(drained)).toBe(false);
    const told = performance.now();
    await a.stop();
    const tookMs = performance.now() - told;
    console.log(`an exporter had drained after ${Math.round(tookMs)} ms`);
    expect(existsSync(drained)).toBe(true);
    expect(await entry(a)).toMatchObject({ ready: false, message: 'The pod is being stopped.' });
    // 10 seconds are for those that do not let go.
    expect(tookMs).toBeLessThan(9_000);
    a.nexd.process.kill('SIGTERM');
    expect(await a.nexd.exited).toBe(0);
    await waitFor(async () => (await entry(importer))?.peers?.some(peer => !peer.healthy) === true);
    over = true;
    await asking;
    expect(failures).toEqual([]);
    expect(await entry(importer)).toMatchObject({ ready: true });
  });

  test('name a closed port through which a device without an agent goes on, until it ends', async () => {
    const b = pods[1]!;
    const { bearer_token } = await operator.createKey();
    const machine = new NexdProcess(service, bearer_token);
    try {
      await machine.ready();
      const egress = await freePort();
      await machine.result('ProxyAddEgress', `tcp:${egress}:${b.address}:80`);
      const socket = connect(egress, '127.0.0.1').on('error', () => {});
      // A request that is not whole, so that the backend waits.
      socket.write('GET / HTTP/1.1\r\nhost: b\r\n');
      await waitFor(() => connectedTo(backends[1]!));
      await want(b, [], []);
      await waitFor(async () => isDeepStrictEqual((await entry(b))?.lingeringPorts, ['TCP/80']));
      socket.destroy();
      await waitFor(async () => (await entry(b))?.lingeringPorts === undefined);
    } finally {
      await machine.remove();
      await want(b, [await backend('b')], []);
      await waitFor(async () => (await ask()) === 'b');
    }
  });

  test('let an import gateway carry traffic for a while before it stops', async () => {
    const importer = pods[2]!;
    const stopped = importer.stop();
    await waitFor(async () => (await entry(importer))?.ready === false);
    expect((await fetch(`${importer.health}/readyz`)).status).toBe(503);
    expect(await ask()).toBe('b');
    expect(existsSync(join(importer.nexd.directory, 'drained'))).toBe(false);
    await stopped;
    expect(existsSync(join(importer.nexd.directory, 'drained'))).toBe(true);
  });
});
