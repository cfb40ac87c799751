import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { GatewayReplica, NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { eventually } from '../../e2e/harness/wait.ts';
import { freePorts } from '../../hack/test/free-ports.ts';
import { testConnection } from '../../hack/test/connection.ts';
import { newIdentity } from '../gateway/identity.ts';
import { KubeClient } from '../kube/client.ts';
import { ResourceWriter } from '../kube/writer.ts';
import { rulesChild } from '../proxy/children.ts';
import { resources } from '../runtime/resources.ts';
import { FakeNexd } from './testing/fake-nexd.ts';

jest.setTimeout(30_000);
const namespace = 'agent-program-test';
const name = 'export-shop';
const deviceID = '7c0e1d5e-0000-4000-8000-000000000001';

describe('the program, bundled as the image has it', () => {
  const client = new KubeClient(testConnection());
  const writer = new ResourceWriter(client);
  let gateway: NexlinkGateway;
  let folder: string;
  let nexd: FakeNexd;
  let env: Record<string, string>;
  let log = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'agent-'));
    await build({
      entryPoints: [join(import.meta.dirname, 'main.ts')],
      outfile: join(folder, 'agent.cjs'),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      alias: { undici: join(import.meta.dirname, 'https-dispatcher.ts') },
      logLevel: 'warning',
    });
    nexd = new FakeNexd(join(folder, 'nexd.sock'));
    await nexd.start();
    const connection = testConnection();
    const { headers, tls } = await connection.credentials();
    await mkdir(join(folder, 'account'));
    await writeFile(join(folder, 'account', 'token'), headers['authorization']!.replace('Bearer ', ''));
    await writeFile(join(folder, 'account', 'ca.crt'), String(tls.ca));
    await mkdir(join(folder, 'identity'));
    const { hostname, port } = new URL(connection.server);
    const ports = await freePorts(2);
    env = {
      NODE_OPTIONS: '--no-node-snapshot',
      NEXLINK_GATEWAY: name,
      NEXLINK_NAMESPACE: namespace,
      NEXLINK_DIRECTION: 'Export',
      NEXLINK_IDENTITY_DIR: join(folder, 'identity'),
      NEXLINK_SERVICE_ACCOUNT_DIR: join(folder, 'account'),
      NEXLINK_HEALTH_ADDRESS: `127.0.0.1:${ports[0]}`,
      NEXLINK_RESPONDER_PORT: `${ports[1]}`,
      POD_NAME: `nexlink-${name}-0`,
      POD_UID: 'pod',
      NEXD_SOCKET: nexd.path,
      NEXD_STATE_DIR: join(folder, 'state'),
      KUBERNETES_SERVICE_HOST: hostname,
      KUBERNETES_SERVICE_PORT: port,
    };
    await writer.apply(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    gateway = await writer.create<NexlinkGateway>(resources.gateways, {
      apiVersion: 'nexlink.nexodus.io/v1alpha1',
      kind: 'NexlinkGateway',
      metadata: { name, namespace },
      spec: { direction: 'Export', realm: 'shop' },
    });
  });
  afterAll(async () => {
    await nexd.stop();
    await client.close();
    await rm(folder, { recursive: true, force: true });
  });

  function start(command: string): { child: ChildProcess; exited: Promise<number | null> } {
    log = '';
    const child = spawn(process.execPath, ['--lite-mode', join(folder, 'agent.cjs'), command], { env });
    child.stderr!.on('data', chunk => (log += String(chunk)));
    return { child, exited: new Promise(resolve => child.once('exit', resolve)) };
  }
  const entry = async (): Promise<GatewayReplica | undefined> =>
    (await client.get<NexlinkGateway>({ resource: resources.gateways, namespace, name })).status
      ?.replicas?.[0];
  async function until(met: () => Promise<boolean>): Promise<void> {
    const end = performance.now() + 15_000;
    while (!(await met())) {
      if (performance.now() > end) throw new Error(`still not so: ${met.toString()}\n${log}`);
      await new Promise(resolve => setTimeout(resolve, 30));
    }
  }

  test('ends with what is wrong when its environment is not usable', async () => {
    const { POD_UID: uid, ...rest } = env;
    env = rest;
    expect(await start('run').exited).toBe(1);
    expect(JSON.parse(log)).toMatchObject({
      level: 'error',
      code: 'InvalidSettings',
      error: expect.stringContaining('POD_UID'),
    });
    env = { ...rest, POD_UID: uid! };
  });

  test('prepares the state, applies rules, reports, and says goodbye', async () => {
    const identity = newIdentity({ id: 'k', token: 'RK:x', deviceID, description: '' } as never, new Date());
    await writeFile(join(folder, 'identity', '0.json'), JSON.stringify(identity));
    expect(await start('init').exited).toBe(0);
    expect(log).not.toContain(identity.privateKey);

    const { child, exited } = start('run');
    const { rules, child: map } = rulesChild(
      gateway,
      [{ protocol: 'tcp', port: 80, host: 'web.shop.svc', targetPort: 80 }],
      [],
      [],
    );
    await writer.apply(map.resource, map.object);
    await until(async () => (await entry())?.appliedRevision === rules.revision);
    await eventually(async () =>
      expect(await entry()).toMatchObject({ ready: true, deviceID, podUID: 'pod' }),
    );
    // That of the probes comes when all others are there.
    await eventually(() =>
      expect(nexd.rules).toEqual([
        '--ingress tcp:80:web.shop.svc:80',
        `--ingress tcp:18999:127.0.0.1:${env['NEXLINK_RESPONDER_PORT']}`,
      ]),
    );
    const health = `http://${env['NEXLINK_HEALTH_ADDRESS']}`;
    await eventually(async () => {
      expect((await fetch(`${health}/readyz`)).status).toBe(200);
      expect(await (await fetch(`${health}/metrics`)).text()).toContain('nexlink_agent_ready 1');
    });

    const asked = async () => {
      const url = `http://127.0.0.1:${env['NEXLINK_RESPONDER_PORT']}/alive?from=other&uses=1`;
      const answer = await fetch(url).catch(() => undefined);
      return answer && `${answer.status} ${await answer.text()}`;
    };
    expect(await asked()).toMatch(/^200 alive\ninstance pod-\d+-\d+\n$/);
    // It does not wait for nexd to say so.
    nexd.silent.add('GetTunnelIPv4');
    await new Promise(resolve => setTimeout(resolve, 1_200));
    const drained = join(folder, 'drained');
    child.kill('SIGTERM');
    await until(async () => (await entry())?.ready === false);
    await eventually(async () =>
      expect(await entry()).toMatchObject({ message: 'The pod is being stopped.' }),
    );
    expect(await asked()).toMatch(/^503 draining\n/);
    expect((await fetch(`${health}/readyz`)).status).toBe(503);
    expect(existsSync(drained)).toBe(false);
    expect(await exited).toBe(0);
    expect(existsSync(drained)).toBe(true);
  });
});
