import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { FaultProxy } from '../../e2e/harness/fault-proxy.ts';
import { eventually } from '../../e2e/harness/wait.ts';
import { freePorts } from '../../hack/test/free-ports.ts';
import { testConnection } from '../../hack/test/connection.ts';
import { serviceAccountToken } from '../../hack/test/service-account-token.ts';
import { KubeClient } from '../kube/client.ts';
import { ResourceWriter } from '../kube/writer.ts';
import { fixedChildren, rulesChild } from '../proxy/children.ts';
import type { Rule } from '../proxy/rules.ts';
import { systemClock, type Clock } from '../runtime/clock.ts';
import type { KubeObject } from '../runtime/kube.ts';
import { silentLog } from '../runtime/log.ts';
import { resources } from '../runtime/resources.ts';
import { FakeNexd } from './testing/fake-nexd.ts';
import { applyReplica } from './report.ts';
import { readSettings } from './settings.ts';
import { run } from './run.ts';

const namespace = 'agent-test';
const name = 'import-shop';
const gatewayRef = { resource: resources.gateways, namespace, name };
const to = (host: string, port = listenPort): Rule => ({ protocol: 'tcp', port, host, targetPort: 80 });
/** A port at which the agent takes connections, as it would for an import. */
const [listenPort] = (await freePorts(1)) as [number];

describe('the agent with a real API server', () => {
  let proxy: FaultProxy;
  let admin: KubeClient;
  let writer: ResourceWriter;
  let gateway: NexlinkGateway;
  let token: string;
  let folder: string;
  let nexd: FakeNexd;
  let health: string;
  const running: { stop: AbortController; ended: Promise<void> }[] = [];

  beforeAll(async () => {
    admin = new KubeClient(testConnection());
    writer = new ResourceWriter(admin);
    proxy = await new FaultProxy({ upstream: testConnection().server }).start();
    await writer.apply(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    gateway = await writer.create<NexlinkGateway>(resources.gateways, {
      apiVersion: 'nexlink.nexodus.io/v1alpha1',
      kind: 'NexlinkGateway',
      metadata: { name, namespace },
      spec: { direction: 'Import', realm: 'shop' },
    });
    // The rights that the controller gives to the pods, and no others.
    const defaults = {
      replicas: 1,
      nexdImage: 'nexd',
      agentImage: 'agent',
      stunServers: [],
      hostAliases: [],
      serviceURL: 'https://nexodus.test',
      insecureSkipTLSVerify: false,
    };
    for (const { resource, object } of fixedChildren(gateway, 1, defaults))
      if (resource.kind !== 'StatefulSet') await writer.apply(resource, object);
    token = await serviceAccountToken(admin, namespace, `nexlink-${name}`);
  });
  afterAll(async () => {
    await admin.close();
    await proxy.stop();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-'));
    await writeFile(join(folder, 'device-id'), 'device-1\n');
    nexd = new FakeNexd(join(folder, 'nexd.sock'));
    nexd.peers = { '100.64.0.2': true, '100.64.0.3': true };
    await nexd.start();
    proxy.clear();
    proxy.served.length = 0;
    await want([to('100.64.0.2')]);
  });
  afterEach(async () => {
    await stopAll();
    await nexd.stop();
    await rm(folder, { recursive: true, force: true });
    expect(nexd.harm).toEqual([]);
  });

  async function want(egress: Rule[]): Promise<string> {
    const { rules, child } = rulesChild(gateway, [], egress, []);
    await writer.apply(child.resource, child.object);
    return rules.revision;
  }
  async function startAgent(ordinal = 0): Promise<void> {
    const [port] = await freePorts(1);
    health = `http://127.0.0.1:${port}`;
    const settings = readSettings({
      NEXLINK_GATEWAY: name,
      NEXLINK_NAMESPACE: namespace,
      NEXLINK_DIRECTION: 'Import',
      // Other tests have others.
      NEXLINK_FIRST_PROBE_PORT: '19200',
      NEXLINK_FIRST_WAY_PORT: '14000',
      POD_NAME: `nexlink-${name}-${ordinal}`,
      POD_UID: `pod-${ordinal}`,
      NEXD_SOCKET: nexd.path,
      NEXD_STATE_DIR: folder,
      NEXLINK_HEALTH_ADDRESS: `127.0.0.1:${port}`,
    });
    const stop = new AbortController();
    const connection = testConnection(undefined, { server: proxy.url, token });
    // Nobody waits for it to drain.
    const clock: Clock = {
      ...systemClock,
      sleep: (ms, signal) => systemClock.sleep(stop.signal.aborted ? 10 : ms, signal),
    };
    running.push({ stop, ended: run(settings, connection, clock, silentLog, stop.signal) });
  }
  async function stopAll(): Promise<void> {
    for (const { stop, ended } of running.splice(0)) {
      stop.abort(new Error('stop'));
      await ended;
    }
  }
  /** The far ends to which nexd carries what the agent hands it. */
  const carried = () => nexd.rules.flatMap(rule => /^--egress tcp:1\d{4}:([\d.]+):80$/.exec(rule)?.[1] ?? []);
  const stored = () => admin.get<NexlinkGateway>(gatewayRef);
  const entry = async (ordinal = 0) =>
    (await stored()).status?.replicas?.find(replica => replica.ordinal === ordinal);
  const status = async (path: string) => (await fetch(health + path).catch(() => undefined))?.status;

  test('applies the rules and reports, with the rights of its Role', async () => {
    await startAgent();
    const revision = await want([to('100.64.0.2'), to('100.64.0.3')]);
    await until(async () => (await entry())?.appliedRevision === revision);
    expect(carried()).toEqual(['100.64.0.2', '100.64.0.3']);
    // What it hears of the peers comes later.
    const wanted = {
      ordinal: 0,
      podUID: 'pod-0',
      deviceID: 'device-1',
      tunnelIPv4: '100.64.0.9',
      tunnelIPv6: '200::9',
      appliedRevision: revision,
      ready: true,
      proof: 'Given',
      peers: [
        { address: '100.64.0.2', healthy: true },
        { address: '100.64.0.3', healthy: true },
      ],
    };
    await eventually(async () => expect(await entry()).toEqual(wanted));
    await eventually(async () => expect(await status('/readyz')).toBe(200));
    expect(await status('/healthz')).toBe(200);
  });

  test('applies a change within a second', async () => {
    await startAgent();
    await until(() => carried().length === 1);
    const times: number[] = [];
    for (let round = 0; round < 10; round++) {
      const host = round % 2 ? '100.64.0.2' : '100.64.0.3';
      const start = performance.now();
      await want([to(host)]);
      await until(() => carried().length === 1 && carried()[0] === host, 2);
      times.push(performance.now() - start);
    }
    console.log(`change to rule: ${times.map(Math.round).join(' ')} ms`);
    expect(Math.max(...times)).toBeLessThan(1000);
  });

  test('writes nothing while nothing changes', async () => {
    await startAgent();
    await until(async () => (await entry())?.ready === true);
    await pause(300);
    const { resourceVersion } = (await stored()).metadata;
    proxy.served.length = 0;
    await pause(4000);
    expect((await stored()).metadata.resourceVersion).toBe(resourceVersion);
    expect(proxy.served.filter(({ isWrite }) => isWrite)).toEqual([]);
  });

  test('leaves the entries and fields of others alone', async () => {
    await writer.applyStatus(resources.gateways, {
      ...objectOf(gateway),
      status: { readyReplicas: 7, revision: 'r' },
    } as KubeObject);
    await startAgent(0);
    await startAgent(1);
    await until(async () => (await entry(0))?.ready === true && (await entry(1))?.ready === true);
    expect((await stored()).status).toMatchObject({ readyReplicas: 7, revision: 'r' });
    await stopAll();
    expect((await entry(0))?.ready).toBe(false);
    expect((await entry(1))?.message).toBe('The pod is being stopped.');
  });

  test('goes on with the last rules while the API server is away, also after a restart', async () => {
    await startAgent();
    await until(() => carried().length === 1);
    await pause(100);
    await stopAll();
    proxy.add({ do: 'reset' });
    nexd.rules = [];
    await startAgent();
    await until(() => carried().length === 1);
    expect(carried()).toEqual(['100.64.0.2']);
    await until(async () => (await status('/readyz')) === 200);

    await want([to('100.64.0.3')]);
    await pause(500);
    expect(carried()).toEqual(['100.64.0.2']);
    proxy.clear();
    await until(() => carried()[0] === '100.64.0.3');
    await until(async () => (await entry())?.ready === true);
  });

  test('gives nexd its rules again after it came back without them', async () => {
    await startAgent();
    await until(async () => (await entry())?.ready === true);
    await nexd.stop();
    await until(async () => (await entry())?.ready === false);
    await eventually(async () => {
      expect((await entry())?.message).toContain('nexd is not running');
      expect(await status('/readyz')).toBe(503);
    });
    nexd.rules = [];
    await nexd.start();
    await until(async () => (await entry())?.ready === true);
    expect(carried()).toEqual(['100.64.0.2']);
  });

  test('leaves new connections to another replica while it is the only one that reaches nobody', async () => {
    const farEnd = await FarEnd.listen(19200);
    const other = (healthy: boolean) =>
      applyReplica(admin, { namespace, name })(
        { ordinal: 1, podUID: 'pod-1', ready: true, peers: [{ address: '100.64.0.2', healthy }] },
        AbortSignal.timeout(5000),
      );
    const isHealthy = async () => (await entry())?.peers?.[0]?.healthy;
    try {
      await other(false);
      await startAgent();
      await until(async () => farEnd.asked > 0 && (await status('/readyz')) === 200);

      // Nobody could stand in.
      farEnd.answers = false;
      await until(async () => (await isHealthy()) === false);
      await pause(500);
      expect(await status('/readyz')).toBe(200);

      // It does not read, and yet learns of it.
      await other(true);
      await until(async () => (await status('/readyz')) === 503);
      const page = await fetch(`${health}/readyz`);
      const message = 'replica 1 reaches far ends that do not answer here, so that new connections go there';
      expect(await page.text()).toBe(`${message}\n`);
      // The page tells it before the report is written.
      await eventually(async () => expect(await entry()).toMatchObject({ ready: true, message }));

      // Nor does it wait for ever for one that is gone, or of which it hears nothing any more.
      await other(false);
      await until(async () => (await status('/readyz')) === 200);
      await other(true);
      await until(async () => (await status('/readyz')) === 503);
      proxy.add({ do: 'reset' });
      await until(async () => (await status('/readyz')) === 200, 20, 30_000);
      proxy.clear();

      farEnd.answers = true;
      await until(async () => (await status('/readyz')) === 200 && (await isHealthy()) === true, 20, 45_000);
    } finally {
      await farEnd.close();
    }
  }, 90_000);

  test('applies what is valid and tells what is not', async () => {
    await startAgent();
    const revision = await want([to('100.64.0.2'), to('not an address', listenPort + 1)]);
    await until(async () => (await entry())?.appliedRevision === revision);
    expect(carried()).toEqual(['100.64.0.2']);
    await eventually(async () =>
      expect((await entry())?.message).toContain('the host "not an address" is no IP address'),
    );
  });

  test('keeps the rules of before when the ConfigMap is broken, and when it is gone', async () => {
    await startAgent();
    await until(async () => (await entry())?.ready === true);
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `nexlink-${name}-rules`, namespace },
    };
    await writer.apply(resources.configMaps, { ...map, data: { 'rules.json': '{' } } as KubeObject);
    await until(async () => (await entry())?.message?.includes('it is not JSON') === true);
    await eventually(async () => expect((await entry())?.ready).toBe(true));
    const found = await writer.read({ resource: resources.configMaps, namespace, name: map.metadata.name });
    await writer.delete(
      { resource: resources.configMaps, namespace, name: map.metadata.name },
      found!.metadata.uid!,
    );
    await pause(300);
    expect(carried()).toEqual(['100.64.0.2']);
    await want([to('100.64.0.3')]);
    await until(() => carried()[0] === '100.64.0.3');
  });

  test('sees a change that came while its watch was cut off without a word', async () => {
    await startAgent();
    await until(async () => (await entry())?.ready === true);
    proxy.drop(seen => seen.isWatch);
    await want([to('100.64.0.3')]);
    await until(() => carried()[0] === '100.64.0.3');
  });

  test('cannot read or write anything else', async () => {
    const agent = new KubeClient(testConnection(undefined, { token }));
    await expect(agent.list(resources.secrets, { namespace })).rejects.toMatchObject({ code: 'Forbidden' });
    await expect(agent.list(resources.configMaps, { namespace })).rejects.toMatchObject({
      code: 'Forbidden',
    });
    await agent.close();
  });
});

/** What a probe meets behind nexd: a far end that answers what it likes, or is silent. */
class FarEnd {
  answers = true;
  asked = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer(socket => {
    this.asked++;
    this.#sockets.add(socket);
    socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
    if (this.answers) socket.end('here\n');
  });

  static async listen(port: number): Promise<FarEnd> {
    const farEnd = new FarEnd();
    await new Promise<void>(resolve => farEnd.#server.listen(port, '127.0.0.1', resolve));
    return farEnd;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }
}

const objectOf = ({ apiVersion, kind, metadata: { name, namespace } }: NexlinkGateway) => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
});
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
async function until(met: () => boolean | Promise<boolean>, pollMs = 20, timeoutMs = 15_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!(await met())) {
    if (performance.now() > end) throw new Error(`still not so: ${met.toString()}`);
    await pause(pollMs);
  }
}
