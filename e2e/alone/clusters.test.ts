/** How long it takes until all clusters know of an export, and of its end. Prints its figures. */

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import { environment } from '../harness/environment.ts';
import { isLong } from '../harness/length.ts';
import { useNamespaces } from '../harness/space.ts';
import { summary, until } from '../harness/wait.ts';

const env = environment();
const { a, b, c } = env;
const space = 'e2e-clusters-times';
const text = 'web of a';
const rounds = isLong ? 20 : 1;
const ready = { type: 'Ready', status: 'True' } as const;

useNamespaces(
  env,
  [
    [a, { [space]: {} }],
    [b, { [space]: { imports: true } }],
    [c, { [space]: { imports: true } }],
  ],
  async () => {
    await Promise.all([a.web(space, 'web', text), b.clientPod(space), c.clientPod(space)]);
  },
);

const imported = (cluster: Cluster, name: string) =>
  cluster.get<NexlinkImport>(resources.imports, space, name);

test('times from an export to the others, and from its end', async () => {
  // Keeps the gateways, which is what is to be measured here; times.test.ts has the other case.
  await a.export(space, 'keep', { service: 'web', name: 'keep' });
  await Promise.all([b, c].map(cluster => cluster.answers(space, 'http://keep/', text)));
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

/** When a pod has had the page for the first time, ms since the epoch. */
async function firstAnswer(cluster: Cluster, name: string, timeoutSeconds: number): Promise<number> {
  const url = `http://${name}.${space}.svc.cluster.local./`;
  const loop = `until [ "$(curl -s --connect-timeout 0.2 --max-time 1 ${url})" = "${text}" ]; do sleep 0.01; done; date +%s%N`;
  const told = await cluster.exec(space, 'client', 'timeout', String(timeoutSeconds), 'bash', '-c', loop);
  return Number(BigInt(told.trim()) / 1_000_000n);
}
