import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect as openConnection, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { resources } from '../runtime/resources.ts';
import { connect, type ConnectOptions } from './auth.ts';
import { KubeClient } from './client.ts';
import { inCluster } from './incluster.ts';

interface Config {
  users: { name: string; user: Record<string, unknown> }[];
  contexts: { name: string; context: { cluster: string; user: string } }[];
  [field: string]: unknown;
}

const shared = process.env['NEXLINK_TEST_KUBECONFIG']!;
let folder: string;
let config: Config;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kubeconfig-'));
  config = parse(await readFile(shared, 'utf8')) as Config;
});
afterAll(() => rm(folder, { recursive: true }));

/** The kubeconfig with another user. */
async function configWith(user: Record<string, unknown>, file = 'config'): Promise<string> {
  const name = path.join(folder, file);
  await writeFile(name, stringify({ ...config, users: [{ name: 'admin', user }] }));
  return name;
}

/** What a read with these options ends in: the object's name, or the error's code. */
async function read(options: ConnectOptions): Promise<string> {
  const client = new KubeClient(await connect(options), { deadlineMs: 5000, retryForMs: 1000 });
  try {
    return (await client.get({ resource: resources.namespaces, name: 'default' })).metadata.name;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.close();
  }
}

test('inCluster works with what the kubelet puts into a pod', async () => {
  const { clusters } = config as unknown as { clusters: [{ cluster: Record<string, string> }] };
  const { cluster } = clusters[0];
  const pod = await mkdtemp(path.join(folder, 'pod-'));
  await writeFile(path.join(pod, 'token'), (config.users[0]!.user as { token: string }).token);
  await writeFile(path.join(pod, 'ca.crt'), Buffer.from(cluster['certificate-authority-data']!, 'base64'));
  const { hostname, port } = new URL(cluster['server']!);
  const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
  const client = new KubeClient(inCluster({ folder: pod, env }));
  expect((await client.get({ resource: resources.namespaces, name: 'default' })).metadata.name).toBe(
    'default',
  );
  await client.close();
});

describe('connect', () => {
  test('uses a kubeconfig, given or of the environment', async () => {
    expect(await read({ kubeconfig: shared })).toBe('default');
    expect(await read({ env: { KUBECONFIG: shared } })).toBe('default');
  });

  test('uses a plugin, and asks it again when the server refuses its token', async () => {
    const { token } = config.users[0]!.user as { token: string };
    const plugin = path.join(folder, 'plugin');
    // The first answer is a token that has been withdrawn.
    const script = `#!/bin/sh
if [ -e ${folder}/asked ]; then token=${token}; else token=old; touch ${folder}/asked; fi
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"'$token'"}}'
`;
    await writeFile(plugin, script);
    await chmod(plugin, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: plugin, args: [] };
    expect(await read({ kubeconfig: await configWith({ exec }) })).toBe('default');
  });

  test('sees a token that is replaced in the file', async () => {
    const kubeconfig = await configWith({ token: 'old' });
    const client = new KubeClient(await connect({ kubeconfig }));
    const ref = { resource: resources.namespaces, name: 'default' };
    await expect(client.get(ref)).rejects.toMatchObject({ code: 'Unauthorized' });
    await configWith(config.users[0]!.user);
    expect((await client.get(ref)).metadata.name).toBe('default');
    await client.close();
  });

  test('does not trust another CA', async () => {
    const { clusters } = config as unknown as {
      clusters: { name: string; cluster: Record<string, string> }[];
    };
    const [{ name, cluster }] = clusters as [(typeof clusters)[0]];
    const file = path.join(folder, 'untrusted');
    const withoutCA = { server: cluster['server']! };
    await writeFile(file, stringify({ ...config, clusters: [{ name, cluster: withoutCA }] }));
    expect(await read({ kubeconfig: file })).toBe('Untrusted');
    await writeFile(
      file,
      stringify({
        ...config,
        clusters: [{ name, cluster: { ...withoutCA, 'insecure-skip-tls-verify': true } }],
      }),
    );
    expect(await read({ kubeconfig: file })).toBe('default');
  });

  test('goes through the proxy of the kubeconfig', async () => {
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket: Socket) => {
      asked.push(request.url!);
      const { hostname, port } = new URL(`http://${request.url}`);
      const upstream = openConnection({ host: hostname, port: Number(port) }, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [socket, upstream]) end.on('error', () => socket.destroy());
    });
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const { clusters } = config as unknown as {
      clusters: { name: string; cluster: Record<string, string> }[];
    };
    const [{ name, cluster }] = clusters as [(typeof clusters)[0]];
    const file = path.join(folder, 'proxied');
    const proxied = { ...cluster, 'proxy-url': `http://127.0.0.1:${port}` };
    await writeFile(file, stringify({ ...config, clusters: [{ name, cluster: proxied }] }));
    expect(await read({ kubeconfig: file })).toBe('default');
    expect(asked).toEqual([new URL(cluster['server']!).host]);
    proxy.close();
  });

  test('merges several files, and chooses a context', async () => {
    const second = path.join(folder, 'second');
    const context = { name: 'other', context: { cluster: 'nowhere', user: 'admin' } };
    await writeFile(
      second,
      stringify({ apiVersion: 'v1', kind: 'Config', clusters: [], users: [], contexts: [context] }),
    );
    const KUBECONFIG = [shared, second].join(path.delimiter);
    expect(await read({ env: { KUBECONFIG } })).toBe('default');
    await expect(connect({ env: { KUBECONFIG }, context: 'other' })).rejects.toThrow(
      /no cluster for context other/,
    );
    await expect(connect({ kubeconfig: shared, context: 'none' })).rejects.toThrow(/choose one of: test/);
  });

  test('says which file is wrong', async () => {
    await expect(connect({ kubeconfig: path.join(folder, 'absent') })).rejects.toThrow(
      /kubeconfig .*absent: .*ENOENT/,
    );
    const broken = path.join(folder, 'broken');
    await writeFile(broken, ':::');
    await expect(connect({ kubeconfig: broken })).rejects.toThrow(/kubeconfig .*broken/);
  });
});
