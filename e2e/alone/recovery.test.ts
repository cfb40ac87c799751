/** Parts that are killed come back, and nothing is lost. */

import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { isReady } from '../../controllers/gateway/pods.ts';
import type { Pod, Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { killControllers, system } from '../harness/controllers.ts';
import { environment } from '../harness/environment.ts';
import { Node } from '../harness/node.ts';
import { useSpace } from '../harness/space.ts';
import { eventually, until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
const space = 'e2e-recovery';
const gateway = `export-${space}`;

useSpace(env, space, async () => {
  await a.export(space, 'web');
  await b.answers(space, 'http://web/', 'web of a');
  await Promise.all([a.scale(space, gateway, 2), b.scale(space, `import-${space}`, 2)]);
});

describe('recovery', () => {
  test('a gateway pod that is deleted comes back as the same device with the same tunnel address', async () => {
    const before = await until('the first replica is ready', async () => {
      const report = await replica(0);
      return report?.ready ? report : undefined;
    });
    const pod = `nexlink-${gateway}-0`;
    const old = (await a.get<Pod>(resources.pods, space, pod))!;
    await a.remove(resources.pods, space, pod);
    await until(
      'another pod carries the identity',
      async () => {
        const report = await replica(0);
        const now = await a.get<Pod>(resources.pods, space, pod);
        return (
          report?.ready === true && report.podUID === now?.metadata.uid && report.podUID !== old.metadata.uid
        );
      },
      { explain: () => a.overview(space) },
    );
    await eventually(async () => {
      const after = await replica(0);
      expect([after?.deviceID, after?.tunnelIPv4]).toEqual([before.deviceID, before.tunnelIPv4]);
    });
    await b.answers(space, 'http://web/', 'web of a', 30_000);
  }, 120_000);

  test('with the controllers killed traffic goes on, and changes are picked up afterwards', async () => {
    await Promise.all(
      [a, b].map(cluster =>
        cluster.kubectl('-n', system, 'scale', 'deploy/nexlink-controller', '--replicas=0'),
      ),
    );
    try {
      await Promise.all([a, b].map(killControllers));
      await a.web(space, 'late', 'late of a');
      await a.export(space, 'late');
      for (let round = 0; round < 10; round++) expect(await b.curl(space, 'http://web/')).toBe('web of a');
    } finally {
      await Promise.all(
        [a, b].map(cluster =>
          cluster.kubectl('-n', system, 'scale', 'deploy/nexlink-controller', '--replicas=2'),
        ),
      );
    }
    await b.answers(space, 'http://late/', 'late of a', 60_000);
    expect(await b.curl(space, 'http://web/')).toBe('web of a');
  }, 180_000);

  test.each<readonly [string, number, (pod: Pod) => Promise<unknown>]>([
    // They lead on until others can.
    ['deleted', 2_000, ({ metadata }) => a.remove(resources.pods, system, metadata.name)],
    // The next process need not wait 13 s for the lease of the one before.
    ['killed', 6_000, pod => new Node(a).killContainer(pod, 'controller')],
  ])(
    'an export that goes while all its controllers are %s is closed within %i ms',
    async (_how, withinMs, end) => {
      // Nobody takes the lease of a pod that is killed while it ends, and those of the test before may still lead.
      const controllers = await until('no controller is ending', async () => {
        const pods = await a.list<Pod>(resources.pods, system);
        return pods.every(({ metadata }) => !metadata.deletionTimestamp) && pods;
      });
      const { spec } = (await b.get<Service>(resources.services, space, 'web'))!;
      const closed = b.exec(
        space,
        'client',
        ...['timeout', '60', 'bash', '-c'],
        `while curl --silent --fail --output /dev/null --max-time 1 http://${spec!.clusterIP}/; do sleep 0.05; done; date +%s%3N`,
      );
      await Promise.all(controllers.map(end));
      await a.remove(resources.exports, space, 'web');
      const goneAt = Date.now();
      expect(Number((await closed).trim()) - goneAt).toBeLessThan(withinMs);

      await a.kubectl('-n', system, 'rollout', 'status', 'deploy/nexlink-controller', '--timeout=120s');
      await a.export(space, 'web');
      await b.answers(space, 'http://web/', 'web of a', 60_000);
    },
    240_000,
  );

  test('nexd that is killed registers again with a key that was closed', async () => {
    const pod = `nexlink-${gateway}-1`;
    const before = await replica(1);
    await a.exec(space, `${pod}`, '-c', 'nexd', 'sh', '-c', 'kill -9 1').catch(() => {});
    await a.kubectl('-n', space, 'exec', pod, '-c', 'nexd', '--', 'sh', '-c', 'kill 1').catch(() => {});
    await until(
      'nexd was restarted and the replica is ready',
      async () => {
        const found = await a.get<Pod>(resources.pods, space, pod);
        const nexd = found?.status?.containerStatuses?.find(({ name }) => name === 'nexd');
        return (nexd?.restartCount ?? 0) > 0 && nexd?.state?.running && (await replica(1))?.ready === true;
      },
      { timeoutMs: 120_000, explain: () => a.overview(space) },
    );
    expect((await replica(1))?.deviceID).toBe(before?.deviceID);
    await b.answers(space, 'http://web/', 'web of a', 30_000);
  }, 180_000);

  (env.sim ? test : test.skip)(
    'a device deleted behind our back is replaced by another one',
    async () => {
      const before = (await replica(0))!;
      await env.sim!.call('DELETE', `/devices/${before.deviceID}`);
      await until(
        'the replica is another device and ready',
        async () => {
          const report = await replica(0);
          return report?.ready === true && report.deviceID !== before.deviceID;
        },
        { timeoutMs: 120_000, explain: () => a.overview(space) },
      );
      await b.answers(space, 'http://web/', 'web of a', 30_000);
      await until(
        'one key is left of the replica',
        async () => {
          const { reg_keys: keys } = await env.sim!.state();
          return (
            keys.filter(({ description }) => description.endsWith(`/${space}/${gateway}/0`)).length === 1
          );
        },
        { timeoutMs: 30_000, explain: () => a.overview(space) },
      );
    },
    180_000,
  );

  (env.sim ? test : test.skip)(
    'an import replica that is cut off while Nexodus is down leaves new connections to the other one',
    async () => {
      const importer = `import-${space}`;
      const pod = async () => (await b.get<Pod>(resources.pods, space, `nexlink-${importer}-0`))!;
      await until('both replicas have heard both exporters', async () =>
        (await Promise.all([0, 1].map(ordinal => replica(ordinal, b, importer)))).every(
          report => report?.peers?.filter(peer => peer.rttMillis !== undefined).length === 2,
        ),
      );
      const before = (await replica(0, b, importer))!;
      const { uid } = (await pod()).metadata;
      // In this order: a nexd that cannot reach the stand-in hears of no cut, and keeps to the last word.
      await env.sim!.call('POST', `/devices/${before.deviceID}/cut`);
      await env.sim!.call('POST', '/api/down', { mode: 'refuse' });
      try {
        const began = Date.now();
        await until('its pod is not ready', async () => !isReady(await pod()), {
          timeoutMs: 15_000,
          everyMs: 100,
          explain: () => b.overview(space),
        });
        console.log(`device cut off → pod not ready: ${(Date.now() - began) / 1000} s`);
        // The kubelet hears of it before the report is written.
        await eventually(async () =>
          expect(await replica(0, b, importer)).toMatchObject({
            ready: true,
            message: expect.stringContaining('replica 1 reaches far ends that do not answer here'),
          }),
        );
        await sleep(2_000); // the nodes take it up
        for (let round = 0; round < 30; round++) expect(await b.curl(space, 'http://web/')).toBe('web of a');
        expect((await pod()).metadata.uid).toBe(uid);
      } finally {
        await env.sim!.calm();
      }
      await until(
        'the replica is reached again, and its pod is ready',
        async () => {
          const report = await replica(0, b, importer);
          return report?.ready === true && report.message === undefined && isReady(await pod());
        },
        { timeoutMs: 120_000, explain: () => b.overview(space) },
      );
    },
    300_000,
  );
});

async function replica(ordinal: number, cluster = a, name = gateway) {
  const found = await cluster.gateway(space, name);
  return found?.status?.replicas?.find(report => report.ordinal === ordinal);
}
