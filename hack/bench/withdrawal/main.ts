/**
 * An export is deleted: how long it still answers, and what becomes of open connections, with Nexodus there and away.
 * `--runs 20`, `--open 50` connections, `--nexodus there,frozen,refusing,limited`. Runs against `.cache/environment`.
 * With a Nexodus of one's own, `--mode 'command {}'` brings it into a state; {} is `there`, `frozen`, and so on.
 */

import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { NexlinkImport } from '../../../api/v1alpha1/nexlinkimport.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import { environment } from '../../../e2e/harness/environment.ts';
import { TrafficClient, trafficServer } from '../../../e2e/traffic/traffic.ts';
import { judge, renderTable, type Run } from './table.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20' },
    open: { type: 'string', default: '50' },
    nexodus: { type: 'string', default: 'there,frozen,refusing,limited' },
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
const wanted = values.nexodus.split(',');
const unknown = wanted.filter(name => !states[name]);
if (unknown.length) throw new Error(`no state ${unknown.join()}: there are ${Object.keys(states).join()}`);
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

async function prepare(): Promise<TrafficClient> {
  await bring('there');
  for (const cluster of [a, b]) await cluster.remove(resources.namespaces, undefined, space);
  for (const cluster of [a, b]) await cluster.gone(resources.namespaces, undefined, space, 120_000);
  await Promise.all([a, b].map(cluster => cluster.namespace(space)));
  // Made by a user, it stays when nobody exports it any more, and so does its Service.
  await b.writer.apply(resources.imports, {
    apiVersion: 'nexlink.nexodus.io/v1alpha1',
    kind: 'NexlinkImport',
    metadata: { name: 'page', namespace: space },
    spec: {},
  } as NexlinkImport);
  await trafficServer(env, a, space, 'page', 'a');
  // Another one keeps the gateway: its end would end everything.
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

async function measure(client: TrafficClient, nexodus: string): Promise<Run> {
  await client.calm(['a'], 2000, 120_000);
  await bring(nexodus);
  await sleep(1_000);
  await a.remove(resources.exports, space, 'page');
  const at = Date.now();
  await sleep(8_000);
  const samples = await client.settled();
  await bring('there');
  await a.export(space, 'page');
  const run = judge(samples, nexodus, at, Number(values.open));
  console.log(
    `${nexodus}: answered for ${run.answeredMs} ms, open ones ended after ${run.endedMs ?? 'never'} ms, left hanging: ${run.hung.map(ms => `one that began after ${ms} ms`).join(', ') || 'none'}`,
  );
  return run;
}

const runs: Run[] = [];
try {
  const client = await prepare();
  for (const state of wanted)
    for (let run = 0; run < Number(values.runs); run++) runs.push(await measure(client, state));
} finally {
  await bring('there');
  if (runs.length) console.log(`\n${renderTable(runs)}`);
  for (const cluster of [a, b]) await cluster.remove(resources.namespaces, undefined, space);
}
