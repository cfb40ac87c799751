/** A Service without a ready endpoint: other clusters keep its name, and send nobody to it. */

import { beforeEach, expect, test } from '@jest/globals';
import type { NexlinkExport } from '../api/v1alpha1/nexlinkexport.ts';
import type { Rules } from './proxy/rules.ts';
import { conditionOf } from './runtime/conditions.ts';
import type { ConfigMap, EndpointSlice } from './runtime/objects.ts';
import { resources } from './runtime/resources.ts';
import { aNamespace, anExport, aService } from './testing/builders.ts';
import { World } from './testing/world.ts';

let world: World;
const setReady = (ready: boolean, name = 'web') =>
  world.server.edit<EndpointSlice>(
    { resource: resources.endpointSlices, namespace: 'shop', name },
    slice => void (slice.endpoints = [{ conditions: { ready } }]),
  );
const said = () => {
  const nxe = world.server.get<NexlinkExport>(resources.exports, 'shop', 'web')!;
  const { status, reason } = conditionOf(nxe.status?.conditions, 'Ready')!;
  return `${status} ${reason}`;
};
/** What each device publishes: `exports; services`. */
const published = () =>
  [...world.nexodus.metadata.values()].map(value => {
    const { exports, services } = value as { exports: string[]; services: { name: string }[] };
    return `${exports.join()}; ${services.map(({ name }) => name).join()}`;
  });
const rules = () => {
  const map = world.server.get<ConfigMap>(resources.configMaps, 'shop', 'nexlink-export-shop-rules');
  return JSON.parse(map!.data!['rules.json']!) as Rules;
};
const events = () =>
  world.events
    .splice(0)
    .filter(({ about }) => about === 'NexlinkExport web')
    .map(({ type, reason }) => `${type} ${reason}`);

beforeEach(async () => {
  world = new World();
  world.add(resources.namespaces, aNamespace());
  for (const name of ['db', 'web']) {
    world.add(resources.services, aService(name, undefined, { clusterIP: '' }));
    world.add(resources.exports, anExport(name));
  }
  await world.settle();
  expect([said(), published()]).toEqual(['True Exported', Array(2).fill('db,web; db,web')]);
  events();
});

test('it is withdrawn, while its name and its rules stay, and is back with its first ready endpoint', async () => {
  const before = rules();
  setReady(false);
  await world.settle();
  expect([said(), published()]).toEqual(['False NoEndpoint', Array(2).fill('db,web; db')]);
  expect(rules()).toEqual(before);
  expect(events()).toEqual(['Warning NoEndpoint']);
  setReady(true);
  await world.settle();
  expect([said(), published()]).toEqual(['True Exported', Array(2).fill('db,web; db,web')]);
  expect(rules()).toEqual(before);
  expect(events()).toEqual(['Normal Exported']);
  expect(world.violations).toEqual([]);
});

test('it is told once, also by a controller that starts then', async () => {
  setReady(false);
  await world.settle();
  events();
  const { log } = world.start();
  await world.pass(75_000);
  expect([log, events()]).toEqual([[], []]);
});

test('other changes of its endpoints make nobody look at anything', async () => {
  const edit = (change: (slice: EndpointSlice) => void) =>
    world.server.edit({ resource: resources.endpointSlices, namespace: 'shop', name: 'web' }, change);
  let reads = 0;
  const { exports } = world.process.ports.caches;
  const get = exports.get.bind(exports);
  exports.get = (...args) => (reads++, get(...args));
  for (let count = 2; count < 10; count++)
    edit(slice => void (slice.endpoints = Array(count).fill({ conditions: { ready: true } })));
  await world.process.work();
  expect(reads).toBe(0);
  setReady(false);
  await world.process.work();
  expect(reads).toBeGreaterThan(0);
});

test('a new export waits for its first endpoint without a warning, for a while', async () => {
  world.add(resources.services, aService('api', undefined, { clusterIP: '' }));
  await world.settle();
  setReady(false, 'api');
  world.add(resources.exports, anExport('api', {}, {}));
  await world.settle();
  const ready = () =>
    conditionOf(
      world.server.get<NexlinkExport>(resources.exports, 'shop', 'api')?.status?.conditions,
      'Ready',
    )?.reason;
  const told = () => world.events.filter(({ reason }) => reason === 'NoEndpoint').length;
  expect([ready(), told()]).toEqual(['Pending', 0]);
  world.clock.advance(30_000);
  await world.settle();
  expect([ready(), told()]).toEqual(['NoEndpoint', 1]);
});
