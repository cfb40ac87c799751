/** The API server is away, slow, forgetful or late. */

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { Service, StatefulSet } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Fault, Seen } from '../harness/fault-proxy.ts';
import { Exporter } from './harness/foreign.ts';
import { useLab } from './harness/use-lab.ts';
import { flawsAfter } from './harness/runs.ts';
import { exportWeb, nxe, nxi, service } from './harness/scenarios.ts';
import { namespace, type World } from './harness/world.ts';

const lab = useLab();
const isWatch = ({ isWatch }: Seen) => isWatch;
const isDelete = ({ method }: { method: string }) => method === 'DELETE';
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
/** An answer as the API server gives it. */
const refusal = (code: number, reason: string, headers: { [name: string]: string } = {}): Fault => ({
  do: 'answer',
  status: code,
  headers,
  body: JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message: reason,
  }),
});

let world: World;
/** The state with an export that works. */
let ready: string[];
beforeEach(async () => {
  world = await lab().world();
  await world.start();
  await exportWeb(world);
  await world.settle(1_000);
  ready = world.state();
}, 60_000);

describe('03 the API server is away for a minute of the controller’s time: nothing is deleted, and work goes on after', () => {
  const any = () => true;
  const outages: [string, Fault, (seen: Seen) => boolean][] = [
    ['connections are reset', { do: 'reset' }, any],
    ['everything is answered 500', refusal(500, 'InternalError'), any],
    ['everything is answered 429', refusal(429, 'TooManyRequests', { 'retry-after': '1' }), any],
    ['watches are answered 503', refusal(503, 'ServiceUnavailable'), isWatch],
  ];
  test.each(outages)(
    '03 %s',
    async (_how, fault, matches) => {
      const { kube, writes } = world.controller;
      const before = writes.length;
      const end = kube.add(fault, matches);
      kube.drop();
      await world.create(resources.services, service('late'));
      await world.create(resources.exports, nxe('late'));
      await world.delete(resources.services, 'web');
      await sleep(3_000);
      expect(writes.slice(before).filter(isDelete)).toEqual([]);
      end();
      await world.untilCondition(resources.exports, 'late', 'True Exported', 'Ready', 30_000);
      await world.untilCondition(resources.exports, 'web', 'False NoService', 'Valid');
      expect(await flawsAfter(world)).toEqual([]);
    },
    90_000,
  );

  test('03 it stands still, with all connections open', async () => {
    const { apiserver } = lab();
    const before = world.writes.length;
    await apiserver.freeze();
    await sleep(3_000);
    apiserver.thaw();
    await world.create(resources.services, service('late'));
    await world.create(resources.exports, nxe('late'));
    await world.untilCondition(resources.exports, 'late', 'True Exported', 'Ready', 30_000);
    expect(world.writes.slice(before).filter(isDelete)).toEqual([]);
    expect(await flawsAfter(world)).toEqual([]);
  }, 90_000);

  test('03 it crashes, and starts again with the same objects', async () => {
    const { apiserver } = lab();
    const before = world.writes.length;
    await apiserver.kill();
    await sleep(1_000);
    await apiserver.start();
    await world.create(resources.services, service('late'));
    await world.create(resources.exports, nxe('late'));
    await world.untilCondition(resources.exports, 'late', 'True Exported', 'Ready', 30_000);
    expect(world.writes.slice(before).filter(isDelete)).toEqual([]);
    expect(await flawsAfter(world)).toEqual([]);
  }, 120_000);
});

describe('04 a watch ends', () => {
  const ends: [string, Fault][] = [
    ['with 410, again and again', refusal(410, 'Expired')],
    [
      'with a 410 inside of it',
      {
        do: 'answer',
        status: 200,
        body: `{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}\n`,
      },
    ],
    ['cleanly, again and again', { do: 'answer', status: 200, body: '' }],
    ['in the middle of an event', { do: 'truncateAfter', bytes: 30 }],
  ];
  test.each(ends)(
    '04 %s: what went meanwhile is gone',
    async (_how, fault) => {
      const { kube } = world.controller;
      await world.create(resources.services, service('other'));
      await world.create(resources.exports, nxe('other'));
      await world.untilCondition(resources.exports, 'other', 'True Exported');
      kube.add(fault, isWatch);
      kube.drop(isWatch);
      await sleep(100);
      await world.delete(resources.exports, 'other');
      await world.delete(resources.services, 'other');
      await sleep(500);
      kube.clear();
      expect(await flawsAfter(world, ready)).toEqual([]);
    },
    60_000,
  );

  test('04 half-open: nothing waits longer than the watch may be silent', async () => {
    const { kube } = world.controller;
    kube.freeze(isWatch);
    await world.delete(resources.exports, 'web');
    const since = performance.now();
    await world.until(
      'the export is seen to be gone',
      () => !world.get(resources.gateways, 'export-shop'),
      70_000,
    );
    // 45 s at most, then 5 s of patience; the rest is for the machine.
    expect(performance.now() - since).toBeLessThan(65_000);
    // Each watch has a time of its own; until then what it tells of may be gone, and is written to in vain.
    const watched = (from: number) =>
      new Set(
        kube.served.flatMap(({ isWatch, isWrite, path, atMs }) =>
          isWatch && !isWrite && atMs >= from ? path.split('?')[0]! : [],
        ),
      );
    await world.until('every watch was begun anew', () => watched(since).size === watched(0).size, 70_000);
    expect(await flawsAfter(world)).toEqual([]);
  }, 180_000);
});

describe('05 watches stand still while writes work', () => {
  test('05 nothing is deleted or turned back on what is older', async () => {
    const { kube, writes } = world.controller;
    const thaw = kube.freeze(isWatch);
    const before = writes.length;
    // A new Service behind the same name and a user's own change to a child; Nexodus wakes the gateway.
    await world.delete(resources.services, 'web');
    await world.create(resources.services, service('web', [{ name: 'http', port: 8080 }]));
    await world.patch<StatefulSet>(resources.statefulSets, 'nexlink-export-shop', {
      metadata: { labels: { 'example.com/mine': 'yes' } },
    });
    const [device] = world.nexodusState.devices;
    await world.nexodusUser.call('DELETE', `/api/devices/${device!.id}/metadata/nexlink`);
    await world.until('the metadata is repaired', () => world.nexodusState.metadata.length > 0);
    await sleep(1_000);
    expect(writes.slice(before).filter(isDelete)).toEqual([]);
    expect(world.get(resources.statefulSets, 'nexlink-export-shop')!.metadata.labels).toHaveProperty([
      'example.com/mine',
    ]);
    thaw();
    await world.until('the new port is exported', () =>
      world.get<NexlinkExport>(resources.exports, 'web')!.status?.ports?.some(({ port }) => port === 8080),
    );
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);

  test('05 an import that was replaced keeps its Service, and its status is its own', async () => {
    await (await Exporter.add(world)).offer(['api']);
    await world.create(resources.imports, nxi());
    await world.untilCondition(resources.imports, 'api', 'True Ready');
    const thaw = world.controller.kube.freeze(isWatch);
    await world.delete(resources.imports, 'api');
    const made = await world.create(resources.imports, nxi());
    await world.until('its Service went with the old one', () => !world.get(resources.services, 'api'));
    await world.exporters[0]!.offer(['api'], { gateway: 'another' });
    await sleep(1_000);
    const { metadata, status } = world.get<NexlinkImport>(resources.imports, 'api')!;
    expect([metadata.uid, status]).toEqual([made.metadata.uid, undefined]);
    thaw();
    await world.untilCondition(resources.imports, 'api', 'True Ready');
    expect(world.get<Service>(resources.services, 'api')!.metadata.ownerReferences![0]!.uid).toBe(
      made.metadata.uid,
    );
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);
});

describe('06 an object is deleted and made again while nobody looks', () => {
  test('06 the new one counts, the old one is written to no more', async () => {
    const { kube } = world.controller;
    kube.add(refusal(410, 'Expired'), isWatch);
    kube.add(
      { do: 'hang' },
      ({ isWrite, isWatch, path }) => !isWrite && !isWatch && path.includes('nexlink'),
    );
    kube.drop(isWatch);
    await world.delete(resources.exports, 'web');
    const made = await world.create(resources.exports, nxe('web', { name: 'renamed' }));
    const before = world.writes.length;
    kube.clear();
    kube.drop();
    await world.until('the new one is exported', () => {
      const { metadata, status } = world.get<NexlinkExport>(resources.exports, 'web')!;
      return metadata.uid === made.metadata.uid && status?.name === 'renamed';
    });
    await world.untilCondition(resources.exports, 'web', 'True Exported');
    // What is meant for the old one, the API server refuses.
    const refused = world.writes
      .slice(before)
      .filter(({ path, status }) => path.includes('/nexlinkexports/web') && status >= 400);
    expect(refused).toEqual([]);
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);
});

describe('07 events come twice, and late', () => {
  test('07 a watch that begins far back changes nothing', async () => {
    const { kube } = world.controller;
    const before = world.writes.length;
    kube.add(
      {
        do: 'rewrite',
        path: path =>
          path.replace(/resourceVersion=(\d+)/, (_, version) => `resourceVersion=${Number(version) - 40}`),
      },
      isWatch,
    );
    const dropped = performance.now();
    kube.drop(isWatch);
    await world.until('a watch of exports has begun far back', () =>
      kube.served.some(
        ({ atMs, status, isWatch, path }) =>
          isWatch && atMs > dropped && status === 200 && path.includes('nexlinkexports'),
      ),
    );
    await sleep(1_500);
    kube.clear();
    expect(world.writes.slice(before)).toEqual([]);
    expect(await flawsAfter(world, ready)).toEqual([]);
  }, 60_000);
});

describe('08 writes are answered 409', () => {
  test.each([
    ['of status', ({ path, isWrite }: Seen) => isWrite && path.includes('/status')],
    ['of everything', ({ isWrite }: Seen) => isWrite],
  ])(
    '08 %s: it is looked at again, and what others wrote stays',
    async (_what, matches) => {
      const { kube } = world.controller;
      const label = { 'example.com/mine': 'yes' };
      for (const [resource, name] of [
        [resources.statefulSets, 'nexlink-export-shop'],
        [resources.gateways, 'export-shop'],
        [resources.exports, 'web'],
      ] as const)
        await world.patch(resource, name, { metadata: { labels: label } });
      await world.settle(200);
      const labeled = world.state();
      const conflict = refusal(409, 'Conflict');
      kube.add(conflict, matches, { times: 5 });
      await world.patch(resources.services, 'web', { spec: { ports: [{ name: 'http', port: 81 }] } });
      await world.until('port 81', () =>
        world.get<NexlinkExport>(resources.exports, 'web')!.status?.ports?.some(({ port }) => port === 81),
      );
      await world.untilCondition(resources.exports, 'web', 'True Exported');
      kube.add(conflict, matches, { times: 5 });
      await world.patch(resources.services, 'web', { spec: { ports: [{ name: 'http', port: 80 }] } });
      await world.until('port 80', () =>
        world.get<NexlinkExport>(resources.exports, 'web')!.status?.ports?.some(({ port }) => port === 80),
      );
      expect(await flawsAfter(world, labeled)).toEqual([]);
    },
    60_000,
  );
});

describe('09 one object cannot be dealt with', () => {
  test('09 its key waits longer and longer, the others go on', async () => {
    const { kube } = world.controller;
    const ofBad = ({ path, isWrite }: Seen) => isWrite && path.includes(`/${namespace}/nexlinkexports/bad/`);
    kube.add({ do: 'answer', status: 200, body: '{"neither":"an object"}' }, ofBad);
    await world.create(resources.exports, nxe('bad', { service: 'web', name: 'bad' }));
    await sleep(1_000);
    await world.create(resources.exports, nxe('good', { service: 'web', name: 'good' }));
    await world.untilCondition(resources.exports, 'good', 'True Exported');
    // In a minute of its time.
    await sleep(3_000);
    const times = kube.served.filter(ofBad).map(({ atMs }) => atMs);
    const gaps = times.slice(1).map((at, before) => at - times[before]!);
    expect(gaps.length).toBeLessThan(80);
    // Each try is a few requests, so that only the longest pause tells: of its time it is 8 seconds.
    expect(Math.max(...gaps)).toBeGreaterThan(400);
    kube.clear();
    await world.untilCondition(resources.exports, 'bad', 'True Exported');
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);
});
