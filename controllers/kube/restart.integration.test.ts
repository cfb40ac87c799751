import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startAPIServer, type TestAPIServer } from '../../hack/test/apiserver.ts';
import { testConnection } from '../../hack/test/connection.ts';
import type { KubeObject } from '../runtime/kube.ts';
import { resources } from '../runtime/resources.ts';
import { Caches } from './caches.ts';
import { KubeClient } from './client.ts';
import { ResourceWriter } from './writer.ts';

let server: TestAPIServer;
let client: KubeClient;
beforeAll(async () => {
  server = await startAPIServer();
  client = new KubeClient(testConnection(server.kubeconfig), { deadlineMs: 2000 });
}, 60_000);
afterAll(async () => {
  await client.close();
  await server.stop();
});

const configMap = (name: string, value: string): KubeObject & { data: { value: string } } => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { value },
});

async function until(what: string, is: () => boolean, ms: number): Promise<void> {
  for (const end = performance.now() + ms; !is(); await new Promise(resolve => setTimeout(resolve, 20)))
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
}

test('caches outlive a crash of the API server and a compacted history, without a phantom delete', async () => {
  const caches = new Caches(client);
  const { cache } = caches.add<ReturnType<typeof configMap>>(resources.configMaps, { namespace: 'default' });
  const writer = new ResourceWriter(client, { observer: caches });
  const stop = new AbortController();
  const running = caches.run(stop.signal);
  await caches.synced();
  for (let index = 0; index < 100; index++)
    await writer.apply(resources.configMaps, configMap(`c-${index}`, '0'));
  const deleted: string[] = [];
  cache.onEvent(({ type, object }) => type === 'deleted' && deleted.push(object.metadata.name));
  const before = cache.size;

  await server.kill();
  await new Promise(resolve => setTimeout(resolve, 500));
  await expect(writer.apply(resources.configMaps, configMap('c-1', '1'))).rejects.toMatchObject({
    code: expect.stringMatching(/Unreachable|Timeout/),
  });
  expect(cache.size).toBe(before);
  await server.start();
  const back = performance.now();

  // Others write, and the history that a watch would go on from is thrown away.
  const others = new ResourceWriter(client);
  await others.apply(resources.configMaps, configMap('c-1', '2'));
  const { metadata } = await others.apply(resources.configMaps, configMap('c-2', '2'));
  await others.delete({ resource: resources.configMaps, namespace: 'default', name: 'c-2' }, metadata.uid!);
  const compaction = await fetch(`${server.etcd}/v3/kv/compaction`, {
    method: 'POST',
    body: JSON.stringify({ revision: metadata.resourceVersion }),
  });
  expect(compaction.status).toBe(200);

  await until(
    'the changes after the restart',
    () => cache.get('default', 'c-1')?.data.value === '2' && cache.get('default', 'c-2') === undefined,
    30_000,
  );
  expect(performance.now() - back).toBeLessThan(30_000);
  expect(deleted).toEqual(['c-2']);
  stop.abort();
  await running;
}, 60_000);

test('a request to an API server that stands still ends at its deadline, and goes on when it does', async () => {
  await server.freeze();
  const start = performance.now();
  const given = client.get({ resource: resources.namespaces, name: 'default' }, { repeat: 'never' });
  await expect(given).rejects.toMatchObject({ code: 'Timeout' });
  expect(performance.now() - start).toBeLessThan(3000);
  server.thaw();
  expect(await client.get({ resource: resources.namespaces, name: 'default' })).toBeDefined();
}, 30_000);
