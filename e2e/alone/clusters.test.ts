/** Three clusters that export and import each other's Services, and how long it takes until all of them know. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import { environment } from '../harness/environment.ts';
import { leftovers } from '../harness/leftovers.ts';
import { eventually, summary, until } from '../harness/wait.ts';

const env = environment();
const { a, b, c } = env;
const clusters = [a, b, c];
const space = 'e2e-clusters';
const rounds = 20;
const ready = { type: 'Ready', status: 'True' } as const;

const textOf = (cluster: Cluster) => `web of ${cluster.name}`;
const imported = (cluster: Cluster, name: string) =>
  cluster.get<NexlinkImport>(resources.imports, space, name);

beforeAll(async () => {
  await env.sim?.calm();
  await Promise.all(clusters.map(cluster => cluster.namespace(space, { imports: true })));
  await Promise.all(
    clusters.flatMap(cluster => [cluster.web(space, 'web', textOf(cluster)), cluster.clientPod(space)]),
  );
}, 180_000);

afterAll(async () => {
  await Promise.all(clusters.map(cluster => cluster.remove(resources.namespaces, undefined, space)));
  await Promise.all(clusters.map(cluster => cluster.gone(resources.namespaces, undefined, space, 120_000)));
}, 180_000);

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

  test('times from an export to the others, and from its end', async () => {
    // Keeps the gateways, which is what is to be measured here; times.test.ts has the other case.
    await a.export(space, 'keep', { service: 'web', name: 'keep' });
    await Promise.all([servedBy(b, 'keep', [a]), servedBy(c, 'keep', [a])]);
    const joined = new Map([b, c].map(cluster => [cluster, [] as number[]]));
    const left = new Map([b, c].map(cluster => [cluster, [] as number[]]));
    for (let round = 0; round < rounds; round++) {
      const name = `round-${round}`;
      const answered = [b, c].map(async cluster => ({ cluster, at: await firstAnswer(cluster, name, 60) }));
      // The loops must run before the export is made.
      await sleep(700);
      await a.export(space, name, { service: 'web', name });
      const exported = await until(
        `export ${name} is ready`,
        async () => {
          const nxe = await a.get<NexlinkImport>(resources.exports, space, name);
          return nxe?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')
            ? Date.now()
            : undefined;
        },
        { everyMs: 10, timeoutMs: 60_000, explain: () => a.overview(space) },
      );
      for (const { cluster, at } of await Promise.all(answered))
        joined.get(cluster)!.push((at - exported) / 1000);
      await Promise.all([b, c].map(cluster => cluster.condition(resources.imports, space, name, ready)));
      const removed = Date.now();
      await a.remove(resources.exports, space, name);
      await Promise.all(
        [b, c].map(async cluster => {
          await until(`import ${name} is gone`, async () => !(await imported(cluster, name)), {
            everyMs: 20,
          });
          left.get(cluster)!.push((Date.now() - removed) / 1000);
        }),
      );
    }
    for (const [what, times] of [
      ['export ready in nexlink-a → its Service answers in', joined],
      ['export deleted in nexlink-a → import gone in', left],
    ] as const)
      for (const [cluster, values] of times) {
        const { median, worst } = summary(values);
        console.log(
          `${what} ${cluster.name}: median ${median.toFixed(2)} s, worst of ${values.length} ${worst.toFixed(2)} s`,
        );
        expect(values).toHaveLength(rounds);
      }
  }, 600_000);

  test('deleting the namespace in one of them leaves the links of the others alone', async () => {
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

/** When a pod has had the page for the first time, ms since the epoch. */
async function firstAnswer(cluster: Cluster, name: string, timeoutSeconds: number): Promise<number> {
  const url = `http://${name}.${space}.svc.cluster.local./`;
  const loop = `until [ "$(curl -s --connect-timeout 0.2 --max-time 1 ${url})" = "${textOf(a)}" ]; do sleep 0.01; done; date +%s%N`;
  const told = await cluster.exec(space, 'client', 'timeout', String(timeoutSeconds), 'bash', '-c', loop);
  return Number(BigInt(told.trim()) / 1_000_000n);
}

async function clusterID(cluster: Cluster): Promise<string> {
  return (await cluster.get(resources.namespaces, undefined, 'kube-system'))!.metadata.uid!;
}
