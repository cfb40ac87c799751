/**
 * How long a link takes, beside a Service of the same cluster, and that a link which stands writes nothing. Prints its
 * figures. kube-proxy takes up changes once a second, so that no link can be faster than such a Service.
 */

import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { auditWrites } from '../harness/audit.ts';
import { environment } from '../harness/environment.ts';
import { isLong } from '../harness/length.ts';
import { useSpace } from '../harness/space.ts';
import { summary, until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
const space = 'e2e-times';
const rounds = isLong ? 20 : 3;
const quietSeconds = isLong ? 120 : 30;

useSpace(env, space);

interface LinkTimes {
  /** Until the import says `Ready=True`, which waits for kube-proxy to take up the new Service. */
  readonly ready: number;
  /** Until a pod of B has had the page. */
  readonly curl: number;
  /** Whether the first request that began after `Ready=True` had it. */
  readonly answersWhenReady: boolean;
}

/** When a Service of B answers with `text` for the first time, ms since the epoch. */
function firstAnswer(name: string, text: string, timeoutSeconds: number): Promise<number> {
  const loop = `until [ "$(curl -s --connect-timeout 0.05 --max-time 1 http://${name}.${space}.svc.cluster.local./)" = "${text}" ]; do sleep 0.01; done; date +%s%N`;
  return b
    .exec(space, 'client', 'timeout', String(timeoutSeconds), 'bash', '-c', loop)
    .then(nanoseconds => Number(BigInt(nanoseconds.trim()) / 1_000_000n));
}

/** Makes a Service of B for a pod of B that is ready, and measures until it answers; seconds. */
async function bareSeconds(name: string): Promise<number> {
  const answered = firstAnswer(name, 'web of b', 30);
  await sleep(700);
  const began = Date.now();
  await b.writer.apply<Service>(resources.services, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: space },
    spec: { selector: { app: 'local' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  } as Service);
  return ((await answered) - began) / 1000;
}

/** Exports web under a name and measures; seconds. */
async function linkSeconds(name: string, timeoutSeconds: number): Promise<LinkTimes> {
  const answered = firstAnswer(name, 'web of a', timeoutSeconds);
  // The loop must run before the export is made.
  await sleep(700);
  const began = Date.now();
  await a.export(space, name, { service: 'web', name });
  await until(
    `import ${name} is ready`,
    async () => {
      const nxi = await b.get<NexlinkImport>(resources.imports, space, name);
      return nxi?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
    },
    { everyMs: 10, timeoutMs: timeoutSeconds * 1000, explain: () => b.overview(space) },
  );
  const ready = (Date.now() - began) / 1000;
  // Not long enough for TCP to try a second time.
  const first = await b
    .exec(
      space,
      'client',
      'curl',
      '--silent',
      '--show-error',
      '--connect-timeout',
      '0.8',
      '--max-time',
      '5',
      `http://${name}/`,
    )
    .catch(String);
  const curl = ((await answered) - began) / 1000;
  return { ready, curl, answersWhenReady: first.trim() === 'web of a' };
}

describe('times', () => {
  test('a link without gateways', async () => {
    const { ready, curl } = await linkSeconds('web', 60);
    console.log(
      `export created on no gateways → curl in B: ${curl.toFixed(2)} s (goal: under 12 s); Ready=True after ${ready.toFixed(2)} s`,
    );
    expect(curl).toBeLessThan(60);
  }, 90_000);

  test('links on existing gateways', async () => {
    await a.condition(resources.gateways, space, `export-${space}`, { type: 'Programmed', status: 'True' });
    await b.condition(resources.gateways, space, `import-${space}`, { type: 'Programmed', status: 'True' });
    await b.web(space, 'local', 'web of b');
    const times: LinkTimes[] = [];
    const bare: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(await bareSeconds(`bare-${round}`));
      await b.remove(resources.services, space, `bare-${round}`);
      await sleep(1500);
      times.push(await linkSeconds(`web-${round}`, 30));
      await a.remove(resources.exports, space, `web-${round}`);
      // A removal makes kube-proxy wait as well; it is not to count for the next round.
      await sleep(1500);
    }
    const tell = (what: string, values: number[]) => {
      const { median, worst } = summary(values);
      console.log(
        `${what}: median ${median.toFixed(3)} s, worst of ${rounds} ${worst.toFixed(3)} s; all: ${values.map(value => value.toFixed(2)).join(' ')}`,
      );
    };
    const exported = 'export created on existing gateways → ';
    tell('Service of B for a pod of B → curl in B', bare);
    tell(
      `${exported}curl in B`,
      times.map(({ curl }) => curl),
    );
    tell(
      `${exported}Ready=True in B`,
      times.map(({ ready }) => ready),
    );
    tell(
      'Ready=True after the first answer',
      times.map(({ ready, curl }) => ready - curl),
    );
    const ratio = summary(times.map(({ curl }) => curl)).median / summary(bare).median;
    console.log(`a link takes ${ratio.toFixed(2)} times as long as a Service (goal: 1.2)`);
    expect(summary(times.map(({ curl }) => curl)).worst).toBeLessThan(30);
    expect(times.map(({ answersWhenReady }) => answersWhenReady)).toEqual(times.map(() => true));
  }, 400_000);

  test('a link that stands writes nothing but Lease renewals', async () => {
    await b.answers(space, 'http://web/', 'web of a', 30_000);
    // The links before this made the machine busy: how long a packet takes is told anew once, up to 45 s later.
    await sleep(50_000);
    const since = Date.now();
    await sleep(quietSeconds * 1_000);
    const writes = (await Promise.all([a, b].map(cluster => auditWrites(cluster, since)))).flat();
    const leases = writes.filter(({ resource }) => resource === 'leases');
    const others = writes.filter(({ resource }) => resource !== 'leases');
    const nexodus = env.sim ? (await env.sim.requests(since)).filter(isNexodusWrite) : [];
    console.log(
      `${quietSeconds} seconds with links up: ${others.length} writes to the API servers by Nexlink beside ${leases.length} Lease renewals, ${nexodus.length} writes to Nexodus`,
    );
    // The filter meets what is ours.
    expect(leases.length).toBeGreaterThan(0);
    expect(others).toEqual([]);
    expect(nexodus).toEqual([]);
  }, 270_000);
});

const isNexodusWrite = ({
  method,
  template,
  token,
}: {
  method: string;
  template: string;
  token: string;
}): boolean =>
  ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) &&
  template.startsWith('/api/') &&
  !template.endsWith('/events') &&
  token !== '';
