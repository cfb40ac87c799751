/**
 * How long a cache of 10,000 ConfigMaps takes to fill, what it costs in memory, and how long it stops everything else:
 * `node hack/bench/cache.ts [objects]`, against an API server of its own. Run it with `--memory-saver-mode` as the
 * image does.
 */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startAPIServer } from '../test/apiserver.ts';
import { testConnection } from '../test/connection.ts';
import { Caches } from '../../controllers/kube/caches.ts';
import { KubeClient } from '../../controllers/kube/client.ts';
import { ResourceWriter } from '../../controllers/kube/writer.ts';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { spawn } from 'node:child_process';

const count = Number(process.argv[2] ?? 10_000);
const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
const configMap = (index: number, value = ''): KubeObject & { data: Record<string, string> } => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: `c-${index}`, namespace: 'default', labels: { app: `app-${index % 100}` } },
  data: { value, filler: 'x'.repeat(1500) },
});

/** Fills a cache in this process, which did nothing else before, then sees every object change once. */
async function measure(kubeconfig: string): Promise<void> {
  const client = new KubeClient(testConnection(kubeconfig));
  const rssBefore = process.memoryUsage.rss();
  const caches = new Caches(client);
  const { cache } = caches.add(resources.configMaps, {
    namespace: 'default',
    indexes: { app: ({ metadata }) => [metadata.labels?.['app'] ?? ''] },
  });
  const stop = new AbortController();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const start = performance.now();
  const running = caches.run(stop.signal);
  await caches.synced();
  const seconds = (performance.now() - start) / 1000;
  await new Promise(resolve => setTimeout(resolve, 50));
  delay.disable();
  console.log(
    `list + cache of ${cache.size}: ${seconds.toFixed(2)} s, longest stall ${Math.round(delay.max / 1e6)} ms, ` +
      `RSS ${megabytes(rssBefore)} -> ${megabytes(process.memoryUsage.rss())} MB`,
  );
  let changes = 0;
  let first = 0;
  await new Promise<void>(resolve => {
    cache.onEvent(({ type }) => {
      if (type !== 'updated') return;
      first ||= performance.now();
      if (++changes === count) resolve();
    });
    process.send!('ready');
  });
  console.log(
    `${changes} changes of others seen within ${((performance.now() - first) / 1000).toFixed(2)} s`,
  );
  console.log(`RSS at the end ${megabytes(process.memoryUsage.rss())} MB`);
  stop.abort();
  await running;
  await client.close();
}

if (process.env['BENCH_KUBECONFIG']) {
  await measure(process.env['BENCH_KUBECONFIG']);
  process.disconnect();
} else {
  const server = await startAPIServer();
  try {
    const client = new KubeClient(testConnection(server.kubeconfig));
    const writer = new ResourceWriter(client);
    const all = Array.from({ length: count }, (_, index) => index);
    let start = performance.now();
    await Promise.all(all.map(index => writer.create(resources.configMaps, configMap(index))));
    console.log(`${count} creates: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    const child = spawn(process.execPath, [...process.execArgv, import.meta.filename, String(count)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, BENCH_KUBECONFIG: server.kubeconfig },
    });
    const ended = new Promise(resolve => child.once('exit', resolve));
    await new Promise(resolve => child.once('message', resolve));
    start = performance.now();
    await Promise.all(all.map(index => writer.apply(resources.configMaps, configMap(index, 'changed'))));
    console.log(`${count} applies: ${((performance.now() - start) / 1000).toFixed(1)} s`);
    await ended;
    await client.close();
  } finally {
    await server.stop();
  }
}
