/**
 * One controller, as it is in its image, with many exports and imports: how long it takes from nothing, after a
 * restart, and when all labels go and come again, and what that takes of memory and CPU. Against an API server of its
 * own and the stand-in for Nexodus; gateway pods are imitated, and take CPU of the same machine. Fails when something
 * is written at rest. `--exports 1000 --imports 1000 --spaces 10 --rest 120`; `--profiles FOLDER` writes a CPU
 * profile of each controller; needs `npm run build`.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { exportLabel, importLabel } from '../../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../../../api/v1alpha1/nexlinkimport.ts';
import { conditionOf } from '../../../controllers/runtime/conditions.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import type { ControllerProcess } from '../../../e2e/faults/harness/controller-process.ts';
import { Exporter } from '../../../e2e/faults/harness/foreign.ts';
import { Lab } from '../../../e2e/faults/harness/lab.ts';
import { service } from '../../../e2e/faults/harness/scenarios.ts';
import { World } from '../../../e2e/faults/harness/world.ts';
import { until } from '../../../e2e/harness/wait.ts';
import { filesOf, parseReading, type Reading } from '../footprint/proc.ts';
import { busiest, kindsOf, renderPhases, type Phase } from './table.ts';

const { values } = parseArgs({
  options: {
    exports: { type: 'string', default: '1000' },
    imports: { type: 'string', default: '1000' },
    spaces: { type: 'string', default: '10' },
    rest: { type: 'string', default: '120' },
    profiles: { type: 'string' },
  },
});
const count = { exports: Number(values.exports), imports: Number(values.imports) };
const spaces = Array.from({ length: Number(values.spaces) }, (_, index) => `space-${index}`);
const patience = { timeoutMs: 7_200_000, everyMs: 500 };
const root = path.resolve(import.meta.dirname, '../../..');
const read = (...parts: string[]): string => readFileSync(path.join(root, ...parts), 'utf8');

/** Things by number, in turn in each of the namespaces. */
const all = (number: number, name: string) =>
  Array.from({ length: number }, (_, index) => ({
    namespace: spaces[index % spaces.length]!,
    name: `${name}-${index}`,
  }));
const exported = all(count.exports, 'web');
const imported = all(count.imports, 'api');

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: { readonly containers: readonly { readonly env: { name: string; value?: string }[] }[] };
    };
  };
}

/** As the image and the Deployment start it. */
const asInstalled = {
  program: 'dist/controller.mjs',
  nodeArguments: [
    ...read('dist/controller').split('\n')[0]!.split(' ').slice(1),
    ...(values.profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profiles}`]),
  ],
  environment: Object.fromEntries(
    (
      parse(read('config/manager/deployment.yaml')) as Deployment
    ).spec.template.spec.containers[0]!.env.flatMap(({ name, value }) =>
      value !== undefined && name.startsWith('MALLOC_') ? [[name, value]] : [],
    ),
  ),
};

const lab = await Lab.start('10.0.0.0/16');
const world = await World.create(lab, { labels: { [importLabel]: 'true' }, spaces });
const phases: Phase[] = [];
let controller: ControllerProcess;

const reading = (): Reading =>
  parseReading(
    filesOf(controller.pid)
      .map(file => readFileSync(file, 'utf8'))
      .join(''),
  );

const isReady = ({ metadata, status }: NexlinkExport | NexlinkImport): boolean => {
  const ready = conditionOf(status?.conditions, 'Ready');
  return ready?.status === 'True' && ready.observedGeneration === metadata.generation;
};
const readyOf = (resource: typeof resources.exports): number =>
  lab.mirror.list<NexlinkExport | NexlinkImport>(resource).filter(isReady).length;

const allReady = async () => {
  const seen = () => `${readyOf(resources.exports)} exports, ${readyOf(resources.imports)} imports`;
  await until(
    'everything is Ready',
    () => readyOf(resources.exports) === count.exports && readyOf(resources.imports) === count.imports,
    { ...patience, explain: async () => [seen(), world.dataPlane.trouble, ...world.log(10)].join('\n') },
  );
};

/** Does something and waits for its end, which is told beside what the controller needed for it. */
async function phase(name: string, work: () => Promise<unknown>): Promise<void> {
  const start = performance.now();
  const [writes, since] = [world.writes.length, Date.now()];
  await work();
  const seconds = (performance.now() - start) / 1000;
  const written = world.writes.slice(writes);
  const of = (api: string) => written.filter(write => write.api === api).length;
  const asked = controller.nexodus.served.map(({ atMs }) => atMs);
  phases.push({
    name,
    seconds,
    reading: reading(),
    kubernetesWrites: of('kubernetes'),
    nexodusWrites: of('nexodus'),
    nexodusBusiest: busiest(asked, 10_000),
  });
  const kinds = kindsOf(written).map(([kind, number]) => `${kind} ${number}`);
  console.log(
    [`${new Date(since).toISOString().slice(11, 19)}  ${name}: ${seconds.toFixed(1)} s`, ...kinds].join(
      '\n  ',
    ),
  );
}

const label = (value: 'true' | null) =>
  Promise.all(
    exported.map(({ namespace, name }) =>
      world.patch(
        resources.services,
        name,
        { metadata: { labels: { [exportLabel]: value } } },
        undefined,
        namespace,
      ),
    ),
  );

/** Nothing is written for 10 s, then nothing for as long as is asked for. */
async function rest(): Promise<number> {
  for (let before = -1; before !== world.writes.length;) {
    before = world.writes.length;
    await sleep(10_000);
  }
  return (await world.writesDuring(Number(values.rest) * 1000)).length;
}

try {
  await Promise.all(
    exported.map(({ namespace, name }) => {
      const { metadata, ...rest } = service(name, undefined, { [exportLabel]: 'true' });
      return world.create(resources.services, { ...rest, metadata: { ...metadata, namespace } });
    }),
  );
  for (const space of spaces) {
    const names = imported.flatMap(({ namespace, name }) => (namespace === space ? [name] : []));
    await (await Exporter.add(world, `export-${space}`)).offer(names, { realm: space });
  }
  console.log(
    `${count.exports} labeled Services and ${count.imports} exported names elsewhere, in ${spaces.length} namespaces`,
  );

  controller = await world.startProcess(asInstalled);
  await phase('all of it from nothing', allReady);
  let written = 0;
  await phase(`rest of ${values.rest} s`, async () => (written += await rest()));

  controller.signal('SIGTERM');
  await controller.ended;
  controller = await world.startProcess(asInstalled);
  const { namespace, name } = exported[0]!;
  await phase('a change right after a restart', async () => {
    await until(
      'the new one leads',
      () => controller.lines.some(line => line.includes('this replica leads')),
      patience,
    );
    const ports = [{ name: 'http', port: 81 }];
    await world.patch(resources.services, name, { spec: { ports } }, undefined, namespace);
    await until(
      'the change is published',
      () =>
        lab.mirror
          .get<NexlinkExport>(resources.exports, namespace, name)
          ?.status?.ports?.some(({ port }) => port === 81),
      patience,
    );
    await allReady();
  });
  await phase('all labels go', async () => {
    await label(null);
    await until('no export is left', () => lab.mirror.list(resources.exports).length === 0, patience);
  });
  await phase('all labels come', async () => {
    await label('true');
    await allReady();
  });
  await phase(`rest of ${values.rest} s again`, async () => (written += await rest()));
  console.log(`\n${renderPhases(phases)}\n\n${written} writes at rest`);
  process.exitCode = written === 0 ? 0 : 1;
} finally {
  await Promise.all(world.processes.map(each => each.kill()));
  for (const exporter of world.exporters) exporter.stop();
  await world.dataPlane.stop();
  await world.nexodus.close();
  await lab.stop();
}
