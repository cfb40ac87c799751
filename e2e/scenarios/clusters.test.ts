/** Three clusters that export and import each other's Services. */

import { describe, expect, test } from '@jest/globals';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import { environment } from '../harness/environment.ts';
import { leftovers } from '../harness/leftovers.ts';
import { useNamespaces } from '../harness/space.ts';
import { eventually, until } from '../harness/wait.ts';

const env = environment();
const { a, b, c } = env;
const clusters = [a, b, c];
const space = 'e2e-clusters';

const textOf = (cluster: Cluster) => `web of ${cluster.name}`;
const imported = (cluster: Cluster, name: string) =>
  cluster.get<NexlinkImport>(resources.imports, space, name);

useNamespaces(
  env,
  clusters.map(cluster => [cluster, { [space]: { imports: true } }] as const),
  async () => {
    await Promise.all(
      clusters.flatMap(cluster => [cluster.web(space, 'web', textOf(cluster)), cluster.clientPod(space)]),
    );
  },
);

/** Waits until an import has exactly these clusters as exporters that can be reached, and answers with each one's page. */
async function servedBy(cluster: Cluster, name: string, exporters: readonly Cluster[]): Promise<void> {
  const texts = exporters.map(textOf).sort();
  const loop = `for i in $(seq 24); do curl -s --max-time 2 http://${name}/ || echo; done`;
  let last: string[] = [];
  await until(
    `${name} in ${cluster.name} answers with ${texts.join(' and ')} and nothing else`,
    async () => {
      const answers = await cluster.exec(space, 'client', 'bash', '-c', loop);
      last = [...new Set(answers.trim().split('\n'))].sort();
      return last.join() === texts.join();
    },
    { timeoutMs: 60_000, explain: async () => `last: ${last.join()}\n${await cluster.overview(space)}` },
  );
  await eventually(async () => {
    const clusterIDs = (await imported(cluster, name))!.status!.exporters!.map(exporter => exporter.cluster);
    expect(new Set(clusterIDs).size).toBe(exporters.length);
  });
}

describe('clusters', () => {
  test('a Service that one of them exports is imported by the others, and only there', async () => {
    await c.export(space, 'only-c', { service: 'web', name: 'only-c' });
    await Promise.all([servedBy(a, 'only-c', [c]), servedBy(b, 'only-c', [c])]);
    expect(await imported(c, 'only-c')).toBeUndefined();
    await c.remove(resources.exports, space, 'only-c');
    await Promise.all([a, b].map(cluster => cluster.gone(resources.imports, space, 'only-c', 30_000)));
  }, 180_000);

  test('a name that several of them export is one import with several exporters', async () => {
    await Promise.all([a, b].map(cluster => cluster.export(space, 'page', { service: 'web', name: 'page' })));
    await servedBy(c, 'page', [a, b]);
    // Who exports a name has it already.
    expect(await Promise.all([a, b].map(cluster => imported(cluster, 'page')))).toEqual([
      undefined,
      undefined,
    ]);
  }, 180_000);

  test('an import follows exporters that join and leave', async () => {
    const before = (await imported(c, 'page'))!;
    await a.remove(resources.exports, space, 'page');
    await servedBy(c, 'page', [b]);
    await servedBy(a, 'page', [b]);
    await a.export(space, 'page', { service: 'web', name: 'page' });
    await a.gone(resources.imports, space, 'page', 30_000);
    await servedBy(c, 'page', [a, b]);
    const after = (await imported(c, 'page'))!;
    expect(after.metadata.uid).toBe(before.metadata.uid);
    expect(after.status!.clusterIPs).toEqual(before.status!.clusterIPs);
    await Promise.all([a, b].map(cluster => cluster.remove(resources.exports, space, 'page')));
    await Promise.all(clusters.map(cluster => cluster.gone(resources.imports, space, 'page', 30_000)));
  }, 240_000);

  test('deleting the namespace in one of them leaves the links of the others alone', async () => {
    await a.export(space, 'keep', { service: 'web', name: 'keep' });
    await Promise.all([servedBy(b, 'keep', [a]), servedBy(c, 'keep', [a])]);
    await b.export(space, 'page', { service: 'web', name: 'page' });
    await servedBy(c, 'page', [b]);
    await a.remove(resources.namespaces, undefined, space);
    await a.gone(resources.namespaces, undefined, space, 60_000);
    await Promise.all([b, c].map(cluster => cluster.gone(resources.imports, space, 'keep', 30_000)));
    await servedBy(c, 'page', [b]);
    const ofA = (await leftovers(env, space)).filter(line => line.includes(`/${space}/`));
    const ids = await Promise.all([b, c].map(clusterID));
    expect(ofA.filter(line => !ids.some(id => line.includes(id)))).toEqual([]);
  }, 240_000);
});

async function clusterID(cluster: Cluster): Promise<string> {
  return (await cluster.get(resources.namespaces, undefined, 'kube-system'))!.metadata.uid!;
}
