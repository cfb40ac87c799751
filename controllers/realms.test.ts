/** Namespaces that go to another realm, and what their Services lead to then. */

import { beforeEach, expect, test } from '@jest/globals';
import { realmLabel } from '../api/v1alpha1/labels.ts';
import type { Pod, Service } from './runtime/objects.ts';
import { resources } from './runtime/resources.ts';
import { aGateway, aNamespace, anImport } from './testing/builders.ts';
import { World } from './testing/world.ts';

let world: World;

const move = (realm: string) =>
  world.server.edit({ resource: resources.namespaces, name: 'shop' }, object => {
    object.metadata.labels = { [realmLabel]: realm };
  });

/** Where connections to port 80 of a Service end, through whatever gateway it selects. */
function ends(name: string): string[] {
  const service = world.server.get<Service>(resources.services, 'shop', name);
  const selector = Object.entries(service?.spec?.selector ?? {});
  const targetPort = service?.spec?.ports?.find(({ port }) => port === 80)?.targetPort;
  const rules = world.server
    .list<Pod>(resources.pods, 'shop')
    .filter(({ metadata }) => selector.every(([key, value]) => metadata.labels?.[key] === value))
    .flatMap(pod => world.cluster.rulesIn(pod)?.egress ?? [])
    .filter(({ port }) => port === targetPort);
  return [...new Set(rules.map(({ host, targetPort: port }) => `${host}:${port}`))];
}
const addressOf = (id: string) => world.nexodus.devices.get(id)!.ipv4;

beforeEach(async () => {
  world = new World();
  const service = (name: string, port: number) => ({ name, protocol: 'tcp', port, servicePort: 80 });
  world.addForeignDevice('red', {
    realm: 'red',
    cluster: 'there',
    services: [service('api', 20001), service('db', 20002)],
  });
  world.addForeignDevice('blue', { realm: 'blue', cluster: 'there', services: [service('api', 20003)] });
  world.add(resources.namespaces, aNamespace('shop', { [realmLabel]: 'red' }));
  world.add(resources.imports, anImport('api'));
  // This one stays in its realm, and with it the gateway.
  world.add(resources.imports, anImport('pinned', { name: 'db', realm: 'red' }));
  await world.settle();
  expect(ends('api')).toEqual([`${addressOf('red')}:20001`]);
});

test('an import that moves is answered by the exporters of the other realm', async () => {
  move('blue');
  await world.settle();
  expect(ends('api')).toEqual([`${addressOf('blue')}:20003`]);
  expect(ends('pinned')).toEqual([`${addressOf('red')}:20002`]);
});

test('one that moves where nobody exports it leads nowhere, also when another takes its old port', async () => {
  move('green');
  await world.settle();
  expect(ends('api')).toEqual([]);
  world.add(resources.imports, anImport('later', { name: 'db', realm: 'red' }));
  await world.settle();
  expect(ends('later')).toEqual([`${addressOf('red')}:20002`]);
  expect(ends('api')).toEqual([]);
});

test('nor does one whose gateway, of the name that it asks for, stays in the old realm', async () => {
  world.add(resources.gateways, aGateway({ direction: 'Import', realm: 'red' }, { name: 'mine' }));
  world.add(resources.imports, anImport('own', { name: 'api', gateway: 'mine' }));
  await world.settle();
  expect(ends('own')).toEqual([`${addressOf('red')}:20001`]);
  move('blue');
  await world.settle();
  world.add(resources.imports, anImport('later', { name: 'db', realm: 'red', gateway: 'mine' }));
  await world.settle();
  expect(ends('later')).toEqual([`${addressOf('red')}:20002`]);
  expect(ends('own')).toEqual([]);
});
