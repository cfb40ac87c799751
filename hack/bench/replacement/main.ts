/**
 * Pods of both gateways of a link are deleted, one after the other: how long until the next one is ready and bytes come
 * through its tunnels, and whether it answers when it says that it is ready. `--runs 6` of each side, two replicas each.
 * Runs against `.cache/environment`.
 */

import { parseArgs } from 'node:util';
import type { GatewayReplica } from '../../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../../api/v1alpha1/nexlinkimport.ts';
import type { Pod } from '../../../controllers/runtime/objects.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import { environment } from '../../../e2e/harness/environment.ts';
import { until } from '../../../e2e/harness/wait.ts';
import { renderTable, type Run } from './table.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '6' } } });
const { a, b } = environment();
const space = 'bench-replacement';
const sides = [
  { side: 'import', cluster: b, gateway: `import-${space}` },
  { side: 'export', cluster: a, gateway: `export-${space}` },
] as const;
type Side = (typeof sides)[number];

async function prepare(): Promise<number> {
  await remove();
  await Promise.all([a.namespace(space), b.namespace(space, { imports: true })]);
  await Promise.all([a.web(space, 'web', 'web of a'), b.clientPod(space)]);
  await a.export(space, 'web');
  await b.answers(space, 'http://web/', 'web of a', 120_000);
  await Promise.all(sides.map(({ cluster, gateway }) => cluster.scale(space, gateway, 2)));
  const nxi = await b.get<NexlinkImport>(resources.imports, space, 'web');
  return nxi!.status!.ports![0]!.listenPort;
}

async function remove(): Promise<void> {
  for (const cluster of [a, b]) await cluster.remove(resources.namespaces, undefined, space);
  for (const cluster of [a, b]) await cluster.gone(resources.namespaces, undefined, space, 120_000);
}

/** When the port of a pod answers for the first time, ms since the epoch. */
function firstAnswer(address: string, port: number): Promise<number> {
  const loop = `until [ "$(curl -s --connect-timeout 0.2 --max-time 1 http://${address}:${port}/)" = "web of a" ]; do sleep 0.02; done; date +%s%N`;
  return b
    .exec(space, 'client', 'timeout', '120', 'bash', '-c', loop)
    .then(nanoseconds => Number(BigInt(nanoseconds.trim()) / 1_000_000n));
}

const isReady = ({ status }: Pod): boolean =>
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

async function replica({ cluster, gateway }: Side, uid: string): Promise<GatewayReplica | undefined> {
  const { status } = (await cluster.gateway(space, gateway)) ?? {};
  return status?.replicas?.find(({ podUID }) => podUID === uid);
}

async function measure(side: Side, ordinal: number, port: number): Promise<Run> {
  const { cluster, gateway } = side;
  const name = `nexlink-${gateway}-${ordinal}`;
  const get = () => cluster.get<Pod>(resources.pods, space, name);
  const patience = { timeoutMs: 120_000, everyMs: 20, explain: () => cluster.overview(space) };
  const former = (await get())!.metadata.uid;
  const deletedAt = Date.now();
  await cluster.remove(resources.pods, space, name);
  const { metadata, status } = await until(
    `pod ${name} is another one, with an address`,
    async () => {
      const pod = await get();
      return pod?.metadata.uid !== former && pod?.status?.podIP ? pod : undefined;
    },
    patience,
  );
  const answered = side.side === 'import' ? firstAnswer(status!.podIP!, port) : undefined;
  const uid = metadata.uid!;
  const seen = (what: string, probe: () => Promise<unknown>) =>
    until(what, async () => ((await probe()) ? Date.now() : undefined), patience);
  const [addressAt, provedAt, readyAt] = await Promise.all([
    seen(`${name} has a tunnel address`, async () => (await replica(side, uid))?.tunnelIPv4),
    seen(`${name} is proved`, async () => (await replica(side, uid))?.proof === 'Given'),
    seen(`${name} is ready`, async () => isReady((await get())!)),
  ]);
  const answerMs = answered && (await answered) - readyAt;
  await cluster.scale(space, gateway, 2);
  const run = { side: side.side, readyMs: readyAt - deletedAt, provedMs: provedAt - addressAt, answerMs };
  console.log(JSON.stringify(run));
  return run;
}

const runs: Run[] = [];
try {
  const port = await prepare();
  for (const side of sides)
    for (let run = 0; run < Number(values.runs); run++) runs.push(await measure(side, run % 2, port));
} finally {
  if (runs.length) console.log(`\n${renderTable(runs)}`);
  await remove();
}
