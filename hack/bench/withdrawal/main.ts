/**
 * A link is withdrawn: how long it still answers, and what becomes of open connections, with Nexodus there and away.
 * `--runs 20`, `--open 50` connections, `--nexodus there,frozen,refusing,limited`, `--ways deleted` (the export; or
 * `last,retargeted,realm,invalid,clients`), `--controllers running,restarted,killed`. Runs against `.cache/environment`.
 * With a Nexodus of one's own, `--mode 'command {}'` brings it into a state; {} is `there`, `frozen`, and so on.
 */

import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { realmLabel } from '../../../api/v1alpha1/labels.ts';
import type { NexlinkImport, NexlinkImportSpec } from '../../../api/v1alpha1/nexlinkimport.ts';
import type { Pod } from '../../../controllers/runtime/objects.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import type { Cluster } from '../../../e2e/harness/cluster.ts';
import { system } from '../../../e2e/harness/controllers.ts';
import { environment } from '../../../e2e/harness/environment.ts';
import { Node } from '../../../e2e/harness/node.ts';
import { TrafficClient, trafficServer } from '../../../e2e/traffic/traffic.ts';
import { judge, renderTable, type Run, type What } from './table.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    open: { type: 'string', default: '50' },
    nexodus: { type: 'string', default: 'there,frozen,refusing,limited' },
    ways: { type: 'string', default: 'deleted' },
    controllers: { type: 'string', default: 'running' },
    mode: { type: 'string' },
  },
});
const env = environment();
const { a, b, sim } = env;
const space = 'bench-withdrawal';
const states: { readonly [name: string]: () => Promise<unknown> } = {
  there: async () => {},
  frozen: () => sim!.call('POST', '/faults', { path: '/api/**', answer: 'hang' }),
  refusing: () => sim!.call('POST', '/api/down', { mode: 'refuse' }),
  limited: () =>
    sim!.call('POST', '/faults', { path: '/api/**', answer: 'status', status: 429, retryAfter: 1 }),
};

/** What becomes of the controllers at the moment of the withdrawal. */
const controllers: { readonly [name: string]: () => Promise<unknown> } = {
  running: async () => {},
  // All of them, so that nobody takes over before another one has started.
  restarted: () =>
    eachController((cluster, { metadata }) => cluster.remove(resources.pods, system, metadata.name)),
  killed: () => eachController((cluster, pod) => new Node(cluster).killContainer(pod, 'controller')),
};

async function eachController(act: (cluster: Cluster, pod: Pod) => Promise<unknown>): Promise<void> {
  for (const cluster of [a, b]) {
    const pods = await cluster.list<Pod>(resources.pods, system);
    await Promise.all(pods.map(pod => act(cluster, pod)));
  }
}

/** Ways to withdraw the link from the client, and to bring it back. */
const ways: {
  readonly [name: string]: { withdraw: () => Promise<unknown>; restore: () => Promise<unknown> };
} = {
  deleted: {
    withdraw: () => a.remove(resources.exports, space, 'page'),
    restore: () => a.export(space, 'page'),
  },
  // With the last export its gateway goes.
  last: {
    withdraw: () => Promise.all(['page', 'other'].map(name => a.remove(resources.exports, space, name))),
    restore: () => Promise.all(['page', 'other'].map(name => a.export(space, name))),
  },
  // Then another Service answers under its name.
  retargeted: {
    withdraw: () => a.export(space, 'page', { service: 'other' }),
    restore: () => a.export(space, 'page'),
  },
  realm: {
    withdraw: () => a.namespace(space, { labels: { [realmLabel]: `${space}-elsewhere` } }),
    restore: () => a.namespace(space),
  },
  invalid: {
    withdraw: () => a.export(space, 'page', { ports: [{ port: 80, targetPort: 'none-has-this-name' }] }),
    restore: () => a.export(space, 'page'),
  },
  // A NetworkPolicy says nothing to those whom it does not let in: new connections are left hanging.
  clients: {
    withdraw: () => importPage({ clients: [{ podSelector: { matchLabels: { app: 'another' } } }] }),
    restore: () => importPage({}),
  },
};

function named<T>(what: string, of: { readonly [name: string]: T }, list: string): string[] {
  const names = list.split(',');
  const unknown = names.filter(name => !of[name]);
  if (unknown.length) throw new Error(`no ${what} ${unknown.join()}: there are ${Object.keys(of).join()}`);
  return names;
}

const wanted = {
  states: named('state', states, values.nexodus),
  ways: named('way', ways, values.ways),
  controllers: named('state of the controllers', controllers, values.controllers),
};
if (!sim && values.mode === undefined && values.nexodus !== 'there')
  throw new Error('a Nexodus of your own takes --mode "command {}", or --nexodus there');

async function bring(state: string): Promise<void> {
  if (values.mode !== undefined)
    execFileSync('/bin/sh', ['-c', values.mode.replaceAll('{}', state)], { stdio: 'ignore' });
  else if (sim) {
    await sim.calm();
    await states[state]!();
  }
}

/** Made by a user, it stays when nobody exports it any more, and so does its Service. */
const importPage = (spec: NexlinkImportSpec) =>
  b.writer.apply<NexlinkImport>(resources.imports, {
    apiVersion: 'nexlink.nexodus.io/v1alpha1',
    kind: 'NexlinkImport',
    metadata: { name: 'page', namespace: space },
    spec,
  });

async function prepare(): Promise<TrafficClient> {
  await bring('there');
  for (const cluster of [a, b]) await cluster.remove(resources.namespaces, undefined, space);
  for (const cluster of [a, b]) await cluster.gone(resources.namespaces, undefined, space, 120_000);
  await Promise.all([a, b].map(cluster => cluster.namespace(space)));
  await importPage({});
  await trafficServer(env, a, space, 'page', 'a');
  // Another one keeps the gateway.
  await trafficServer(env, a, space, 'other', 'other');
  await a.export(space, 'other');
  await a.export(space, 'page');
  const client = await TrafficClient.start(env, b, space, 'page', {
    expected: ['a'],
    lasting: Number(values.open),
    // What is withdrawn is closed within three seconds; every run waits as long as the client does.
    patience: { connectMs: 3000, answerMs: 3000 },
  });
  await client.calm(['a']);
  return client;
}

async function measure(client: TrafficClient, what: What): Promise<Run> {
  const { way, nexodus } = what;
  await client.calm(['a'], 2000, 120_000);
  await bring(nexodus);
  await sleep(1_000);
  await controllers[what.controllers]!();
  const asked = Date.now();
  await ways[way]!.withdraw();
  const at = Date.now();
  await sleep(8_000);
  const samples = await client.settled();
  await bring('there');
  await ways[way]!.restore();
  const run = judge(samples, what, { asked, at }, Number(values.open));
  console.log(
    `${way}, Nexodus ${nexodus}, controllers ${what.controllers}: answered for ${run.answeredMs} ms, open ones ended after ${run.endedMs ?? 'never'} ms, left hanging: ${run.hung.length ? `${run.hung.length}, which began after ${run.hung[0]} to ${run.hung.at(-1)} ms` : 'none'}`,
  );
  return run;
}

const runs: Run[] = [];
try {
  const client = await prepare();
  for (const way of wanted.ways)
    for (const nexodus of wanted.states)
      for (const controllers of wanted.controllers)
        for (let run = 0; run < Number(values.runs); run++)
          runs.push(await measure(client, { way, nexodus, controllers }));
} finally {
  await bring('there');
  if (runs.length) console.log(`\n${renderTable(runs)}`);
  for (const cluster of [a, b]) await cluster.remove(resources.namespaces, undefined, space);
}
