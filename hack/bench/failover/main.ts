/**
 * Two exporters, one is cut off: how long connections fail, and when those that were open are ended. `--runs 20`, `--cuts pods,network,device` (or `crash`) and
 * `--controllers running,stopped` (those of the importing cluster). Runs against `.cache/environment`.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Pod } from '../../../controllers/runtime/objects.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import { killControllers, system } from '../../../e2e/harness/controllers.ts';
import { environment } from '../../../e2e/harness/environment.ts';
import { Node } from '../../../e2e/harness/node.ts';
import { until } from '../../../e2e/harness/wait.ts';
import { renderTraffic, TrafficClient, trafficServer } from '../../../e2e/traffic/traffic.ts';
import { recoveredAfter, renderCounts, summarize } from '../../../e2e/traffic/summary.ts';
import { renderTable, type Run } from './table.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    cuts: { type: 'string', default: 'pods,network,device' },
    controllers: { type: 'string', default: 'running,stopped' },
  },
});
const env = environment();
const { a, b, c } = env;
const space = 'bench-failover';
const gateway = `export-${space}`;
const names = { a: 'a', c: 'c' } as const;
const both = [names.a, names.c];
const node = new Node(a);
/** An open connection that is silent for so long was not ended by Nexlink, which is to do it within ten seconds. */
const openMs = 15_000;

/** Ways to cut off the exporter in a: how, and back again. */
const cuts: { readonly [name: string]: { cut: () => Promise<unknown>; restore: () => Promise<unknown> } } = {
  // They come back by themselves. The kubelet gives them a moment, in which they tell that they stop.
  pods: {
    cut: () => eachPod(({ metadata }) => a.remove(resources.pods, space, metadata.name, 0)),
    restore: async () => {},
  },
  // As when the machine runs out of memory: nobody tells anything.
  crash: {
    cut: () => eachPod(pod => Promise.all(['nexd', 'agent'].map(name => node.killContainer(pod, name)))),
    restore: async () => {},
  },
  network: { cut: () => node.cut(), restore: () => node.heal() },
  device: {
    cut: async () => {
      const devices = (await a.gateway(space, gateway))!.status!.replicas!.map(({ deviceID }) => deviceID!);
      await Promise.all(devices.map(id => env.sim!.call('POST', `/devices/${id}/cut`)));
    },
    restore: () => env.sim!.call('POST', '/devices/heal'),
  },
};

async function eachPod(act: (pod: Pod) => Promise<unknown>): Promise<void> {
  await Promise.all((await a.gatewayPods(space, gateway)).map(act));
}

async function prepare(): Promise<TrafficClient> {
  await restoreAll();
  for (const cluster of [a, b, c]) await cluster.remove(resources.namespaces, undefined, space);
  for (const cluster of [a, b, c]) await cluster.gone(resources.namespaces, undefined, space, 120_000);
  await Promise.all([a, b, c].map(cluster => cluster.namespace(space, { imports: cluster === b })));
  await Promise.all([
    trafficServer(env, a, space, 'page', names.a).then(() => a.export(space, 'page')),
    trafficServer(env, c, space, 'page', names.c).then(() => c.export(space, 'page')),
  ]);
  const client = await TrafficClient.start(env, b, space, 'page', {
    expected: both,
    patience: { connectMs: 1000, answerMs: 3000 },
    lasting: 8,
    // Long enough to tell what Nexlink ends from what ends by itself.
    lastingMs: openMs,
    // Else all of them would be with the other exporter after the first cut.
    lastingForMs: 10_000,
  });
  await client.calm(both);
  return client;
}

async function restoreAll(): Promise<void> {
  await node.heal();
  await env.sim?.calm();
  await scaleControllers(2);
}

async function scaleControllers(replicas: number): Promise<void> {
  await b.kubectl('-n', system, 'scale', 'deploy/nexlink-controller', `--replicas=${replicas}`);
  if (replicas > 0) {
    await b.kubectl('-n', system, 'rollout', 'status', 'deploy/nexlink-controller', '--timeout=120s');
    return;
  }
  await killControllers(b);
}

/** Both replicas of the exporter are there and answer; so the next cut finds what the one before found. */
async function untilWhole(client: TrafficClient): Promise<void> {
  await until(
    `gateway ${gateway} of a has two ready replicas`,
    async () => (await a.gateway(space, gateway))?.status?.readyReplicas === 2,
    { timeoutMs: 120_000, explain: () => a.overview(space) },
  );
  await client.calm(both, 5000, 120_000);
}

async function measure(client: TrafficClient, cut: string, controllers: string): Promise<Run> {
  await untilWhole(client);
  const cutAt = Date.now();
  let restoredAt: number;
  try {
    await cuts[cut]!.cut();
    await sleep(6000);
    await client.calm([names.c], 3000, 60_000).catch(() => {}); // then it has not recovered, which the samples tell
  } finally {
    restoredAt = Date.now();
    await cuts[cut]!.restore();
  }
  await untilWhole(client);
  await sleep(Math.max(0, cutAt + openMs + 2000 - Date.now()));
  const samples = await client.samples();
  const until = cut === 'pods' || cut === 'crash' ? Date.now() : restoredAt;
  const recovered = recoveredAfter(
    samples.filter(({ at }) => at < until),
    cutAt,
  );
  const failed = samples.filter(
    ({ kind, at, ms, failure }) => kind === 'http' && failure && at + ms >= cutAt && at < until,
  );
  const afterwards = summarize(samples, { from: until });
  const open = samples
    .filter(({ kind, at, ms }) => kind === 'lasting' && at < cutAt && at + ms >= cutAt)
    .map(({ at, ms, failure }) => ({ ms: at + ms - cutAt, how: failure! }));
  const kinds: { [what: string]: number } = {};
  for (const { failure } of failed) kinds[failure!] = (kinds[failure!] ?? 0) + 1;
  console.log(
    `${cut}, controllers ${controllers}: ${recovered === undefined ? 'not recovered' : `${recovered} ms`}, ` +
      `${failed.length} failed (${renderCounts(kinds)}), ${afterwards.failed} when it came back; ` +
      `open ones ended: ${open.map(({ ms, how }) => `${how} after ${ms} ms`).join(', ') || 'none'}`,
  );
  const firstMs = failed.length ? Math.max(0, Math.min(...failed.map(({ at }) => at)) - cutAt) : 0;
  return {
    cut,
    controllers,
    recoveredMs: recovered,
    failingMs: recovered === undefined ? undefined : recovered - firstMs,
    failed: failed.length,
    failedOnReturn: afterwards.failed,
    openMs: open.map(({ ms, how }) => (how === 'timeout' ? undefined : ms)),
  };
}

const wanted = values.cuts.split(',').filter(cut => cut !== 'device' || env.sim);
const unknown = wanted.filter(cut => !cuts[cut]);
if (unknown.length) throw new Error(`no cut ${unknown.join()}: there are ${Object.keys(cuts).join()}`);
if (wanted.join() !== values.cuts)
  console.log('a device can be cut only with the stand-in for Nexodus: left out');

const runs: Run[] = [];
try {
  const client = await prepare();
  for (const state of values.controllers.split(',')) {
    await scaleControllers(state === 'stopped' ? 0 : 2);
    for (let run = 0; run < Number(values.runs); run++)
      for (const cut of wanted) runs.push(await measure(client, cut, state));
  }
  console.log(`\nall of it\n${renderTraffic(await client.settled())}`);
} finally {
  await restoreAll();
  if (runs.length) console.log(`\n${renderTable(runs)}`);
  for (const cluster of [a, b, c]) await cluster.remove(resources.namespaces, undefined, space);
}
