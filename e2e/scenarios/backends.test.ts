/** A Service whose last backend goes: importers are sent elsewhere, and come back with the first one. */

import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { Rules } from '../../controllers/proxy/rules.ts';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import type { ConfigMap } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import { environment } from '../harness/environment.ts';
import { useNamespaces } from '../harness/space.ts';
import { eventually, until } from '../harness/wait.ts';
import { summarize } from '../traffic/summary.ts';
import { renderTraffic, TrafficClient, trafficServer } from '../traffic/traffic.ts';

const env = environment();
const { a, b, c } = env;
const space = 'e2e-backends';
const importGateway = `import-${space}`;
const ready = { type: 'Ready', status: 'True' } as const;
const withdrawn = { type: 'Ready', status: 'False', reason: 'NoEndpoint' } as const;
const noExporter = { type: 'Ready', status: 'False', reason: 'NoExporter' } as const;

let client: TrafficClient;

useNamespaces(env, [
  [a, { [space]: {} }],
  [b, { [space]: { imports: true } }],
  [c, { [space]: {} }],
]);

beforeAll(async () => {
  await Promise.all([startBackend(a, 'a'), startBackend(c, 'c'), b.clientPod(space)]);
  await Promise.all([a, c].map(cluster => cluster.export(space, 'page')));
  client = await TrafficClient.start(env, b, space, 'page', {
    expected: ['a', 'c'],
    httpEveryMs: 50,
    lasting: 0,
  });
  await client.calm(['a', 'c']);
}, 360_000);

describe('an exported Service without a ready endpoint', () => {
  test('is withdrawn while its rules stay, and clients are served by the other exporter without a failure', async () => {
    const before = await exportRules();
    const began = Date.now();
    await a.remove(resources.pods, space, 'page');
    const { message } = await a.condition(resources.exports, space, 'page', withdrawn);
    expect(message).toContain(`Service ${space}/page has no ready endpoint`);
    await leadsTo([c]);
    const from = Date.now();
    await sleep(10_000);
    const samples = await client.settled();
    console.log(
      `last backend gone → let go by importers: ${from - began} ms\n${renderTraffic(samples, from)}`,
    );
    const { tried, failed, answers } = summarize(samples, { from });
    expect([failed, Object.keys(answers)]).toEqual([0, ['c']]);
    expect(tried).toBeGreaterThan(100);
    expect(await exportRules()).toBe(before);
    await b.condition(resources.imports, space, 'page', ready);
    await eventually(async () => expect(await warnings()).toBe(1));
  }, 240_000);

  test('is there again with its first ready endpoint', async () => {
    const began = Date.now();
    await startBackend(a, 'a');
    await a.condition(resources.exports, space, 'page', ready);
    await leadsTo([a, c]);
    console.log(`backend made → used by importers again: ${Date.now() - began} ms`);
    await client.calm(['a', 'c']);
  }, 240_000);

  test('has an import of no other exporter say so, and its Service refuse at once', async () => {
    await c.remove(resources.exports, space, 'page');
    await leadsTo([a]);
    const service = await b.get(resources.services, space, 'page');
    await a.remove(resources.pods, space, 'page');
    await b.condition(resources.imports, space, 'page', noExporter);
    await leadsTo([]);
    const ask = `curl --silent --max-time 5 --write-out '%{exitcode} %{time_total}' http://page/ || true`;
    for (let round = 0; round < 5; round++) {
      const [code, seconds] = (await b.exec(space, 'client', 'sh', '-c', ask)).split(' ').map(Number);
      expect(code).not.toBe(0);
      // With the name's lookup.
      expect(seconds).toBeLessThan(3);
    }
    const after = await b.get(resources.services, space, 'page');
    expect(after?.metadata.uid).toBe(service?.metadata.uid);

    await startBackend(a, 'a');
    await b.condition(resources.imports, space, 'page', ready);
    await client.calm(['a']);
  }, 360_000);
});

const startBackend = (cluster: Cluster, text: string): Promise<void> =>
  trafficServer(env, cluster, space, 'page', text);

/** What the export gateway's pods are to have, as text. */
async function exportRules(): Promise<string> {
  const map = await a.get<ConfigMap>(resources.configMaps, space, `nexlink-export-${space}-rules`);
  return map!.data!['rules.json']!;
}

async function addressesOf(cluster: Cluster): Promise<string[]> {
  const nxe = await cluster.get<NexlinkExport>(resources.exports, space, 'page');
  return nxe!.status!.devices!.map(({ ipv4 }) => ipv4!);
}

/** Waits until every pod of the import gateway sends to the tunnel addresses of these clusters, and to no others. */
async function leadsTo(clusters: readonly Cluster[]): Promise<void> {
  await until(
    `${importGateway} leads to ${clusters.map(({ name }) => name).join(', ') || 'nobody'}`,
    async () => {
      const addresses = (await Promise.all(clusters.map(addressesOf))).flat();
      const map = await b.get<ConfigMap>(resources.configMaps, space, `nexlink-${importGateway}-rules`);
      const { egress, revision } = JSON.parse(map!.data!['rules.json']!) as Rules;
      const hosts = [...new Set(egress.map(({ host }) => host))].sort();
      const { replicas = [] } = (await b.gateway(space, importGateway))!.status!;
      return (
        JSON.stringify(hosts) === JSON.stringify(addresses.sort()) &&
        replicas.every(({ appliedRevision }) => appliedRevision === revision)
      );
    },
    { timeoutMs: 30_000, explain: () => b.overview(space) },
  );
}

/** How many events of the export tell that it has no endpoint. */
async function warnings(): Promise<number> {
  const events = await a.list<KubeObject & { reason?: string }>(resources.events, space);
  return events.filter(({ reason }) => reason === 'NoEndpoint').length;
}
