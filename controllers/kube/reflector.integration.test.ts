import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testConnection } from '../../hack/test/connection.ts';
import { FaultProxy, type Fault, type Seen } from '../../e2e/harness/fault-proxy.ts';
import type { KubeObject } from '../runtime/kube.ts';
import { resources } from '../runtime/resources.ts';
import { Caches } from './caches.ts';
import { KubeClient } from './client.ts';
import type { Reflector, ReflectorOptions } from './reflector.ts';
import { ResourceWriter } from './writer.ts';

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}

let namespace: string;
let count = 0;
const configMap = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, labels: { test: 'reflector' } },
  data,
});
const isList = ({ path, isWatch }: Seen) => path.includes('/configmaps') && !isWatch;
const isWatch = (seen: Seen) => seen.isWatch;

/** Resolves when `is` holds; its error tells what it was waiting for. */
async function until(what: string, is: () => boolean, ms = 20_000): Promise<void> {
  for (const end = performance.now() + ms; !is(); await new Promise(resolve => setTimeout(resolve, 20)))
    if (performance.now() > end) throw new Error(`not within ${ms} ms: ${what}`);
}

describe('Reflector', () => {
  let proxy: FaultProxy;
  /** Writes past the proxy: what others do. */
  let others: ResourceWriter;
  let othersClient: KubeClient;
  let client: KubeClient;
  let caches: Caches;
  let stop: AbortController;
  let running: Promise<void> | undefined;

  beforeAll(async () => {
    proxy = await new FaultProxy({ upstream: testConnection().server }).start();
    othersClient = new KubeClient(testConnection());
    others = new ResourceWriter(othersClient);
  });
  afterAll(async () => {
    await othersClient.close();
    await proxy.stop();
  });
  beforeEach(async () => {
    namespace = `reflector-test-${++count}`;
    await others.apply(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    proxy.clear();
    proxy.served.length = 0;
    client = new KubeClient(testConnection(undefined, { server: proxy.url }), { deadlineMs: 1000 });
    caches = new Caches(client);
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await running;
    await client.close();
  });

  /** A reflector of the test's namespace, with everything that it reports. */
  function reflect(options: ReflectorOptions<ConfigMap> = {}) {
    const reflector = caches.add<ConfigMap>(resources.configMaps, {
      namespace,
      watchSeconds: 30,
      ...options,
    });
    const heard: string[] = [];
    reflector.cache.onEvent(({ type, object }) => heard.push(`${type} ${object.metadata.name}`));
    running = caches.run(stop.signal);
    return { reflector, cache: reflector.cache, heard };
  }
  const dataOf = ({ cache }: Reflector<ConfigMap>, name: string) =>
    cache.get(namespace, name)?.data?.['value'];

  test('lists 2000 objects in pages and follows changes', async () => {
    await Promise.all(
      Array.from({ length: 2000 }, (_, index) =>
        others.create(resources.configMaps, configMap(`c-${index}`)),
      ),
    );
    const { cache, heard } = reflect();
    await caches.synced();
    expect(cache.list(namespace)).toHaveLength(2000);
    expect(heard).toHaveLength(2000);
    expect(proxy.served.filter(isList)).toHaveLength(4);
    expect(cache.get(namespace, 'c-7')).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap' });
    expect(cache.get(namespace, 'c-7')!.metadata).not.toHaveProperty('managedFields');
    await others.apply(resources.configMaps, configMap('c-7', { value: 'changed' }));
    await others.create(resources.configMaps, configMap('new'));
    await until('both events', () => heard.length === 2002);
    expect(heard.slice(2000)).toEqual(['updated c-7', 'added new']);
  }, 60_000);

  test('lists anew when it is asked to, though its watch stands still', async () => {
    await others.apply(resources.configMaps, configMap('a', { value: 'old' }));
    await others.apply(resources.configMaps, configMap('b'));
    const { reflector, cache, heard } = reflect();
    await caches.synced();
    await until('the watch', () => proxy.served.some(isWatch));
    proxy.freeze(isWatch);
    await others.apply(resources.configMaps, configMap('a', { value: 'new' }));
    await others.delete(
      { resource: resources.configMaps, namespace, name: 'b' },
      cache.get(namespace, 'b')!.metadata.uid!,
    );
    expect(dataOf(reflector, 'a')).toBe('old');
    await caches.renew();
    expect([dataOf(reflector, 'a'), cache.get(namespace, 'b')]).toEqual(['new', undefined]);
    await others.apply(resources.configMaps, configMap('c'));
    await until('it watches again', () => heard.includes('added c'));
  }, 30_000);

  test('lists as soon as it can when it is asked to while the server is away', async () => {
    const { reflector } = reflect();
    await caches.synced();
    await until('the watch', () => proxy.served.some(isWatch));
    proxy.add({ do: 'reset' }, isList, { times: 2 });
    proxy.freeze(isWatch);
    await others.apply(resources.configMaps, configMap('a', { value: 'new' }));
    await caches.renew();
    expect(dataOf(reflector, 'a')).toBe('new');
  }, 30_000);

  test('reads large objects in smaller pages', async () => {
    const large = { value: 'x'.repeat(20_000) };
    for (let index = 0; index < 60; index++)
      await others.create(resources.configMaps, configMap(`l-${index}`, large));
    const small = new KubeClient(testConnection(undefined, { server: proxy.url }), { maxBytes: 300_000 });
    const { items } = await small.list(resources.configMaps, { namespace });
    expect(items).toHaveLength(60);
    // 500 and 50 at once are too many, 5 are not.
    expect(proxy.served.filter(isList)).toHaveLength(2 + 12);
    await small.close();
  });

  test('selects by label', async () => {
    await others.create(resources.configMaps, configMap('in'));
    await others.create(resources.configMaps, { ...configMap('out'), metadata: { name: 'out', namespace } });
    const { cache } = reflect({ labelSelector: 'test=reflector' });
    await caches.synced();
    expect(cache.list().map(({ metadata }) => metadata.name)).toEqual(['in']);
  });

  test('shows own writes at once, also when the watch is frozen', async () => {
    const { cache, heard } = reflect();
    await caches.synced();
    const thaw = proxy.freeze(isWatch);
    const writer = new ResourceWriter(client, { observer: caches });
    await writer.apply(resources.configMaps, configMap('a', { value: '1' }));
    await writer.apply(resources.configMaps, configMap('a', { value: '2' }));
    await writer.apply(resources.configMaps, configMap('b'));
    await writer.delete(
      { resource: resources.configMaps, namespace, name: 'b' },
      cache.get(namespace, 'b')!.metadata.uid!,
    );
    expect(cache.list().map(({ metadata, data }) => [metadata.name, data])).toEqual([['a', { value: '2' }]]);
    await until('the watch has begun', () => proxy.served.some(isWatch));
    thaw();
    await others.create(resources.configMaps, configMap('last'));
    await until('the watch has caught up', () => cache.get(namespace, 'last') !== undefined);
    expect(heard).toEqual(['added a', 'updated a', 'added b', 'deleted b', 'added last']);
  });

  const listFaults: [name: string, fault: Fault][] = [
    ['429', { do: 'answer', status: 429, headers: { 'retry-after': '1' } }],
    ['500', { do: 'answer', status: 500 }],
    ['a reset', { do: 'reset' }],
    ['half a list', { do: 'truncateAfter', bytes: 100 }],
    ['a list that stops', { do: 'freezeAfter', bytes: 100 }],
    [
      'a list of something else',
      { do: 'answer', status: 200, body: '{"kind":"List","items":[7],"metadata":{}}' },
    ],
    ['HTML', { do: 'answer', status: 200, body: '<html>' }],
    ['an unknown kind', { do: 'answer', status: 404, body: '404 page not found' }],
    [
      'a forgotten continue token',
      { do: 'answer', status: 410, body: '{"kind":"Status","reason":"Expired"}' },
    ],
  ];
  test.each(listFaults)(
    'starts after %s',
    async (_, fault) => {
      await others.create(resources.configMaps, configMap('a'));
      proxy.add(fault, isList, { times: 2 });
      const { cache } = reflect();
      await caches.synced();
      expect(cache.size).toBe(1);
    },
    15_000,
  );

  const gone = JSON.stringify({ kind: 'Status', code: 410, reason: 'Expired', message: 'too old' });
  const watchFaults: [name: string, fault: Fault, lists: boolean][] = [
    ['503', { do: 'answer', status: 503 }, false],
    ['a reset', { do: 'reset' }, false],
    ['an event cut short', { do: 'truncateAfter', bytes: 30 }, false],
    ['an event that is not JSON', { do: 'answer', status: 200, body: '{"type":\n' }, false],
    [
      'an event without an object',
      { do: 'answer', status: 200, body: '{"type":"ADDED","object":{}}\n' },
      false,
    ],
    ['a clean end', { do: 'answer', status: 200 }, false],
    ['410', { do: 'answer', status: 410, body: gone }, true],
    ['an event of 410', { do: 'answer', status: 200, body: `{"type":"ERROR","object":${gone}}\n` }, true],
  ];
  test.each(watchFaults)(
    'goes on after a watch with %s, and nothing seems deleted',
    async (_, fault, lists) => {
      await others.create(resources.configMaps, configMap('kept'));
      await others.create(resources.configMaps, configMap('deleted'));
      proxy.add(fault, isWatch, { times: 1 });
      const { reflector, cache, heard } = reflect();
      await caches.synced();
      const listsBefore = proxy.served.filter(isList).length;
      await until('the fault', () => proxy.served.some(isWatch));
      const { metadata } = cache.get(namespace, 'deleted')!;
      await others.delete({ resource: resources.configMaps, namespace, name: 'deleted' }, metadata.uid!);
      await others.apply(resources.configMaps, configMap('kept', { value: '1' }));
      await until('both changes', () => dataOf(reflector, 'kept') === '1' && cache.size === 1);
      expect(heard.filter(line => line.startsWith('deleted'))).toEqual(['deleted deleted']);
      expect(proxy.served.filter(isList).length > listsBefore).toBe(lists);
    },
    15_000,
  );

  test('a connection on which nothing comes any more is given up', async () => {
    const { reflector } = reflect({ watchSeconds: 1, slackMs: 300 });
    await caches.synced();
    await until('the watch has begun', () => proxy.served.some(isWatch));
    proxy.freeze(isWatch);
    await others.create(resources.configMaps, configMap('a', { value: '1' }));
    await until('the change', () => dataOf(reflector, 'a') === '1', 5000);
  });

  test('a server that never answers a watch is given up too', async () => {
    proxy.add({ do: 'hang' }, isWatch, { times: 1 });
    const { reflector } = reflect({ watchSeconds: 1, slackMs: 300 });
    await caches.synced();
    await others.create(resources.configMaps, configMap('a', { value: '1' }));
    await until('the change', () => dataOf(reflector, 'a') === '1', 5000);
  });

  test('a server that ends each watch at once is asked again more and more seldom', async () => {
    const { reflector } = reflect();
    await caches.synced();
    await until('the watch has begun', () => proxy.served.some(isWatch));
    proxy.served.length = 0;
    const end = proxy.add({ do: 'answer', status: 200, body: '' }, isWatch);
    proxy.drop(isWatch);
    await new Promise(resolve => setTimeout(resolve, 3_000));
    const asked = proxy.served.filter(isWatch).length;
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(10);
    end();
    await others.create(resources.configMaps, configMap('a', { value: '1' }));
    await until('the change', () => dataOf(reflector, 'a') === '1');
  }, 30_000);

  test('delete and recreate while nobody looked arrives as deleted and added', async () => {
    await others.create(resources.configMaps, configMap('a', { value: 'old' }));
    const { cache, heard } = reflect();
    await caches.synced();
    await until('the watch has begun', () => proxy.served.some(isWatch));
    proxy.add({ do: 'answer', status: 410, body: gone }, isWatch, { times: 1 });
    const { uid } = cache.get(namespace, 'a')!.metadata;
    proxy.freeze(isWatch);
    await others.delete({ resource: resources.configMaps, namespace, name: 'a' }, uid!);
    await others.create(resources.configMaps, configMap('a', { value: 'new' }));
    proxy.drop(isWatch);
    await until('the new one', () => heard.length === 3);
    expect(heard).toEqual(['added a', 'deleted a', 'added a']);
    expect(cache.get(namespace, 'a')!.metadata.uid).not.toBe(uid);
  });

  test('a watch that is rewound brings nothing back', async () => {
    await others.create(resources.configMaps, configMap('a', { value: '1' }));
    const { reflector, cache, heard } = reflect();
    await caches.synced();
    const from = cache.position!;
    const { uid } = cache.get(namespace, 'a')!.metadata;
    await others.apply(resources.configMaps, configMap('b', { value: '1' }));
    await others.delete({ resource: resources.configMaps, namespace, name: 'a' }, uid!);
    await others.apply(resources.configMaps, configMap('b', { value: '2' }));
    await until('all changes', () => dataOf(reflector, 'b') === '2');
    const before = heard.length;
    const rewound = (path: string) => path.replace(/resourceVersion=\d+/, `resourceVersion=${from}`);
    proxy.add({ do: 'rewrite', path: rewound }, isWatch);
    proxy.drop(isWatch);
    await others.apply(resources.configMaps, configMap('b', { value: '3' }));
    await until('the next change', () => dataOf(reflector, 'b') === '3');
    expect(heard.slice(before)).toEqual(['updated b']);
  });

  test('a kind that is absent counts as empty when it is optional', async () => {
    const optional = caches.add(resources.clusterProperties, { optional: true });
    running = caches.run(stop.signal);
    await caches.synced();
    expect(optional.cache.size).toBe(0);
    expect(optional.failure).toBeDefined();
  });

  test('ends when it is stopped, wherever it is', async () => {
    proxy.add({ do: 'hang' });
    reflect();
    await until('the request', () => proxy.served.length > 0);
    stop.abort();
    await running;
  });
});
