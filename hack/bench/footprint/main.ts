/**
 * Memory and CPU of controllers and agents: with one Service linked from a to b, with 200, and with 200 after all of
 * them were deleted and created again `--churns 2` times; then CPU profiles of the importing side, into
 * `.cache/footprint`, unless `--no-profiles`. Runs against `.cache/environment`.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { exportLabel } from '../../../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../../../api/v1alpha1/nexlinkimport.ts';
import type { KubeObject } from '../../../controllers/runtime/kube.ts';
import type { Pod, Service } from '../../../controllers/runtime/objects.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import type { Cluster } from '../../../e2e/harness/cluster.ts';
import { system } from '../../../e2e/harness/controllers.ts';
import { environment } from '../../../e2e/harness/environment.ts';
import { Node } from '../../../e2e/harness/node.ts';
import { until } from '../../../e2e/harness/wait.ts';
import { profileOf } from './inspector.ts';
import { filesOf, parseReading, type Reading } from './proc.ts';
import { renderFootprint, renderProfile, type Measured } from './table.ts';

const { values } = parseArgs({
  options: {
    services: { type: 'string', default: '200' },
    churns: { type: 'string', default: '2' },
    // V8 takes a minute or two to give back what it needed for a moment.
    settle: { type: 'string', default: '120' },
    seconds: { type: 'string', default: '60' },
    profiles: { type: 'boolean', default: true },
  },
  allowNegative: true,
});
const { a, b } = environment();
const space = 'bench-footprint';
const count = Number(values.services);
const names = Array.from({ length: count }, (_, index) => `page-${index}`);
const profileSeconds = 30;
const folder = path.resolve(import.meta.dirname, '../../../.cache/footprint');

interface Target {
  readonly cluster: Cluster;
  readonly kind: Measured['kind'];
  readonly name: string;
  readonly pod: Pod;
}

async function prepare(): Promise<void> {
  await removeAll();
  await Promise.all([a.namespace(space), b.namespace(space, { imports: true })]);
  await Promise.all([
    a.web(space, 'web', 'web of a', { labels: { [exportLabel]: 'true' } }),
    b.clientPod(space),
  ]);
  await importsReady(['web']);
}

async function removeAll(): Promise<void> {
  await Promise.all([a, b].map(cluster => cluster.remove(resources.namespaces, undefined, space)));
  await Promise.all([a, b].map(cluster => cluster.gone(resources.namespaces, undefined, space, 180_000)));
}

/** Services of the one pod `web`. */
async function link(): Promise<void> {
  const start = performance.now();
  await Promise.all(
    names.map(name =>
      a.writer.apply<Service>(resources.services, {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace: space, labels: { [exportLabel]: 'true' } },
        spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
      }),
    ),
  );
  await importsReady(names);
  console.log(`${count} imports Ready ${seconds(start)} s after the first Service was created`);
}

async function unlink(): Promise<void> {
  const start = performance.now();
  await Promise.all(names.map(name => a.remove(resources.services, space, name)));
  await until('the imports are gone', async () => (await imports()).length === 1, {
    timeoutMs: 300_000,
    everyMs: 1000,
  });
  console.log(`${count} imports gone ${seconds(start)} s after the first Service was deleted`);
}

const imports = (): Promise<NexlinkImport[]> => b.list(resources.imports, space);

async function importsReady(wanted: readonly string[]): Promise<void> {
  await until(
    `${wanted.length} imports of ${space} are Ready`,
    async () => {
      const ready = (await imports()).filter(({ status }) =>
        status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
      );
      const found = new Set(ready.map(({ metadata }) => metadata.name));
      return wanted.every(name => found.has(name));
    },
    { timeoutMs: 300_000, everyMs: 500 },
  );
}

/** First, last and some in between. */
async function answer(): Promise<void> {
  const sample = names.filter((_, index) => index % Math.ceil(count / 9) === 0 || index === count - 1);
  for (const name of sample) await b.answers(space, `http://${name}/`, 'web of a');
  console.log(`${sample.length} of ${count} imported Services were asked, and answered`);
}

async function targets(): Promise<Target[]> {
  const of = async (cluster: Cluster, gateway: string): Promise<Target[]> => {
    const lease = await cluster.get<KubeObject & { spec: { holderIdentity: string } }>(
      resources.leases,
      system,
      'nexlink-controller',
    );
    const controllers = await cluster.list<Pod>(
      resources.pods,
      system,
      'app.kubernetes.io/component=controller',
    );
    const agents = await cluster.gatewayPods(space, gateway);
    const leads = ({ metadata }: Pod) => lease!.spec.holderIdentity.startsWith(`${metadata.name}_`);
    return [
      ...controllers.map((pod): Target => {
        const role = leads(pod) ? 'leader' : 'standby';
        return { cluster, kind: 'controller', name: `${cluster.name} ${role}`, pod };
      }),
      ...agents.map((pod, index): Target => {
        return { cluster, kind: 'agent', name: `${cluster.name} ${gateway} ${index}`, pod };
      }),
    ].sort((x, y) => (x.name < y.name ? -1 : 1));
  };
  return [...(await of(a, `export-${space}`)), ...(await of(b, `import-${space}`))];
}

async function read({ cluster, kind, pod }: Target): Promise<Reading> {
  const node = new Node(cluster);
  return parseReading(await node.read(...filesOf(await node.pid(pod, kind))));
}

/** Only controllers tell. */
async function heapUsed({ cluster, kind, pod }: Target): Promise<number | undefined> {
  if (kind === 'agent') return undefined;
  const url = `/api/v1/namespaces/${system}/pods/${pod.metadata.name}:8080/proxy/metrics`;
  const text = await cluster.kubectl('get', '--raw', url);
  return Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(text)?.[1]);
}

async function measure(state: string): Promise<Measured[]> {
  await sleep(Number(values.settle) * 1000);
  const found = await targets();
  const before = await Promise.all(found.map(read));
  await sleep(Number(values.seconds) * 1000);
  const after = await Promise.all(found.map(read));
  const measured: Measured[] = [];
  for (const [index, target] of found.entries()) {
    const { kind, name } = target;
    const [from, to] = [before[index]!, after[index]!];
    measured.push({ state, kind, name, from, to, heapUsed: await heapUsed(target) });
  }
  console.log(`\n${renderFootprint(measured)}\n`);
  return measured;
}

/** Of the leader and a gateway's agent in b, at the same time; `meanwhile` begins when both are under way. */
async function profile(state: string, meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  const found = await targets();
  const wanted = [
    found.find(({ cluster, name }) => cluster === b && name.endsWith('leader'))!,
    found.find(({ cluster, kind }) => cluster === b && kind === 'agent')!,
  ];
  const started = wanted.map(() => Promise.withResolvers<void>());
  const profiles = wanted.map(({ cluster, pod, kind }, index) =>
    profileOf(cluster, pod, kind, profileSeconds, started[index]!.resolve),
  );
  // One that fails before it is under way fails all.
  await Promise.race([Promise.all(started.map(({ promise }) => promise)), Promise.all(profiles)]);
  await Promise.all([meanwhile(), ...profiles]);
  for (const [index, { kind, name }] of wanted.entries()) {
    const file = path.join(folder, `${kind}-${state.replaceAll(' ', '-')}.cpuprofile`);
    const taken = await profiles[index]!;
    writeFileSync(file, JSON.stringify(taken));
    console.log(`\n${renderProfile(`${kind} ${name}, ${state}`, taken)}\n`);
  }
}

const seconds = (since: number): string => ((performance.now() - since) / 1000).toFixed(1);

const all: Measured[] = [];
try {
  await prepare();
  all.push(...(await measure('1 service')));
  await link();
  all.push(...(await measure(`${count} services`)));
  await answer();
  for (let churn = 0; churn < Number(values.churns); churn++) {
    await unlink();
    await link();
  }
  if (Number(values.churns) > 0) all.push(...(await measure(`${count}, churned`)));
  // After all memory was read: the inspector takes some.
  if (values.profiles) {
    mkdirSync(folder, { recursive: true });
    await unlink();
    await profile('linking', link);
    await sleep(Number(values.settle) * 1000);
    await profile('at rest');
  }
} finally {
  if (all.length) console.log(`\nall of it\n\n${renderFootprint(all)}`);
  await removeAll();
}
