/**
 * Faults at random, with traffic on links that nobody changes: `--minutes 30 --seed 1`; `--only 'gateway|Nexodus'`
 * limits it to faults whose name matches. Runs against `.cache/environment`. Fails when a connection failed that no
 * fault explains, a fault could not be made good, or something is left over. `.cache/soak/journal.txt` then has what
 * pods and endpoints did.
 */

import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { leftovers } from '../harness/leftovers.ts';
import { until } from '../harness/wait.ts';
import type { Sample } from '../traffic/pod/record.ts';
import { clock, renderTraffic, TrafficClient, trafficServer } from '../traffic/traffic.ts';
import { changing, Faults, putChanging } from './faults.ts';
import { Journal } from './journal.ts';
import { explain, isLoss, renderExplained, since, type Injected } from './judge.ts';
import { clusterNames, describeFault, faultNames, faults, isPossible, links, needsWhole } from './plan.ts';
import { isReady, space, whole } from './space.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: '' },
    only: { type: 'string', default: '' },
    mode: { type: 'string' },
  },
});
const seed = values.seed === '' ? Date.now() % 1_000_000 : Number(values.seed);
const minutes = Number(values.minutes);
const env = environment();
const chosen = faultNames.filter(name => new RegExp(values.only).test(name));
const has = { standIn: env.sim !== undefined, command: values.mode !== undefined };
const names = chosen.filter(name => isPossible(name, has));
if (!Number.isInteger(seed) || !(minutes > 0) || names.length === 0)
  throw new Error(
    `usage: --minutes NUMBER --seed WHOLE-NUMBER --only PATTERN, and with NEXODUS=external --mode 'command {}', where {} is there, frozen or refusing; faults: ${faultNames.join(', ')}`,
  );

const httpEveryMs = 20;
const journalFile = path.resolve(import.meta.dirname, '../../.cache/soak/journal.txt');
const maker = new Faults(env, values.mode);
const injected: Injected[] = [];
const problems: string[] = [];
/** When all links carried traffic: what failed before is no fault of anybody's. */
let began = 0;
let journal: Journal | undefined;
const clients = new Map<string, TrafficClient>();
const say = (text: string) => console.log(`${clock(Date.now())}  ${text}`);

/** Returns false, as what was tried came to nothing. */
function problem(text: string): false {
  problems.push(text);
  say(`PROBLEM: ${text}`);
  return false;
}

async function prepare(): Promise<void> {
  await (env.sim ? env.sim.calm() : maker.bring('there'));
  const all = clusterNames.map(name => env[name]);
  await Promise.all(all.map(cluster => cluster.remove(resources.namespaces, undefined, space)));
  await Promise.all(all.map(cluster => cluster.gone(resources.namespaces, undefined, space, 120_000)));
  const importers = new Set(links.map(({ importer }) => importer));
  await Promise.all(clusterNames.map(name => env[name].namespace(space, { imports: importers.has(name) })));
  await Promise.all(
    links.flatMap(({ name, exporters }) =>
      exporters.map(async exporter => {
        const cluster = env[exporter];
        await trafficServer(env, cluster, space, name, exporter);
        await cluster.export(space, name);
      }),
    ),
  );
  for (const name of clusterNames) {
    await putChanging(env, name, 9000);
    await env[name].export(space, `${changing}-${name}`, { service: changing, name: `${changing}-${name}` });
  }
  for (const { name, importer, exporters } of links)
    clients.set(
      name,
      await TrafficClient.start(env, env[importer], space, name, {
        expected: exporters,
        httpEveryMs,
        udpEveryMs: 500,
      }),
    );
  await whole(env);
  journal = new Journal([...new Set(links.map(({ importer }) => env[importer]))]);
  await calm();
  began = Date.now();
  say('all links carry traffic');
}

const calm = async () => {
  for (const { name, exporters } of links) await clients.get(name)!.calm(exporters, 3000, 120_000);
};

async function disturb(): Promise<void> {
  const lasting: Promise<void | false>[] = [];
  const ends = Date.now() + minutes * 60_000;
  for (const fault of faults(seed, names)) {
    await sleep(Math.min(fault.pauseMs, Math.max(0, ends - Date.now())));
    if (Date.now() >= ends) break;
    if (needsWhole(fault)) {
      const is = await whole(env).catch((error: unknown) =>
        problem(`${describeFault(fault)} left out: two minutes after the last fault ${String(error)}`),
      );
      if (is === false) continue;
    }
    const from = Date.now();
    // Known from its beginning, should it fail half way.
    const index = injected.push({ fault, from, done: from }) - 1;
    try {
      const { done, over } = await maker.begin(fault);
      injected[index] = { fault, from, done };
      lasting.push(
        over.catch((error: unknown) => problem(`${describeFault(fault)} did not end: ${String(error)}`)),
      );
      console.log(`${clock(from)}  #${index + 1} ${describeFault(fault)}`);
    } catch (error) {
      problem(`#${index + 1} ${describeFault(fault)} could not be brought about: ${String(error)}`);
    }
  }
  await Promise.all(lasting);
}

/** After the last fault everything has to be as it was. */
async function judge(): Promise<void> {
  await whole(env).catch((error: unknown) => problem(`at the end: ${String(error)}`));
  await calm().catch((error: unknown) => problem(`at the end: ${String(error)}`));
  for (const name of clusterNames)
    for (const nxe of await env[name].list(resources.exports, space))
      if (!isReady(nxe)) problem(`at the end export ${nxe.metadata.name} of ${name} is not Ready`);
  const totals = { tried: 0, failed: 0, unexplained: 0, lost: 0 };
  for (const { name, exporters, importer } of links) {
    const samples = since(began, await clients.get(name)!.settled());
    console.log(`\nlink ${name}, from ${exporters.join(' and ')} to ${importer}`);
    console.log(renderTraffic(samples));
    for (const group of explain(name, samples, injected)) {
      if (group.kind === 'http') totals.failed += group.failures.length;
      console.log(`  ${renderExplained(group, injected)}`);
      if (group.by) continue;
      if (isLoss(group)) {
        totals.lost += group.failures.length;
        continue;
      }
      totals.unexplained += group.failures.length;
      console.log(meanwhile(group.failures));
    }
    const tried = samples.filter(({ kind }) => kind === 'http').length;
    totals.tried += tried;
    problems.push(...flawsOfClient(name, samples, tried));
  }
  console.log(
    `\n${injected.length} faults with seed ${seed} in ${minutes} minutes; ${totals.tried} connections tried, ` +
      `${totals.failed} failed; ${totals.unexplained} failures that no fault explains, besides ${totals.lost} single lost datagrams`,
  );
  if (totals.unexplained) problems.push(`${totals.unexplained} failures that no fault explains`);
}

/** Why what a client saw does not tell of the whole time. */
function flawsOfClient(link: string, samples: readonly Sample[], tried: number): string[] {
  const wanted = (Date.now() - began) / httpEveryMs;
  const recent = samples.some(
    ({ kind, at, failure }) => kind === 'udp' && !failure && at > Date.now() - 30_000,
  );
  return [
    ...(samples.some(({ kind, at }) => kind === 'start' && at > began)
      ? [`the client of ${link} began anew`]
      : []),
    ...(tried < wanted / 4
      ? [`the client of ${link} tried ${tried} connections, of about ${Math.round(wanted)}`]
      : []),
    ...(recent ? [] : [`no datagram of ${link} was answered in the last half minute`]),
  ];
}

/** What happened to the importer's pods shortly before. */
function meanwhile(failures: readonly Sample[]): string {
  const from = Math.min(...failures.map(({ at, ms, kind }) => (kind === 'lasting' ? at + ms : at)));
  const to = Math.max(...failures.map(({ at, ms }) => at + ms));
  return journal!
    .between(from - 20_000, to)
    .map(line => `    ${line}`)
    .join('\n');
}

async function cleanUp(): Promise<void> {
  await (env.sim ? env.sim.calm() : maker.bring('there'));
  const all = clusterNames.map(name => env[name]);
  await Promise.all(all.map(cluster => cluster.remove(resources.namespaces, undefined, space)));
  await Promise.all(all.map(cluster => cluster.gone(resources.namespaces, undefined, space, 180_000)));
  let left: string[] = [];
  await until(
    'Nexodus holds nothing of the soak',
    async () => {
      left = await leftovers(env, space);
      return left.length === 0;
    },
    { timeoutMs: 120_000, everyMs: 5000, explain: async () => left.join('; ') },
  );
}

say(`soak of ${minutes} minutes, seed ${seed}`);
if (names.length < chosen.length)
  say(
    `left out, as this Nexodus cannot be told to: ${chosen.filter(name => !names.includes(name)).join(', ')}`,
  );
try {
  await prepare();
  await disturb();
  await judge();
} finally {
  await journal?.stop();
  journal?.write(journalFile);
  await cleanUp().catch((error: unknown) => problem(String(error)));
}
console.log(problems.length ? `\n${problems.length} problems:\n${problems.join('\n')}` : '\nno problems');
process.exit(problems.length ? 1 : 0);
