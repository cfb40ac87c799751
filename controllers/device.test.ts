/** An import of a plain device, from the Service to the device's tunnel address. */

import { beforeEach, expect, test } from '@jest/globals';
import type { NexlinkImport } from '../api/v1alpha1/nexlinkimport.ts';
import { conditionOf } from './runtime/conditions.ts';
import type { Pod, Service } from './runtime/objects.ts';
import { resources } from './runtime/resources.ts';
import { aNamespace, anImport } from './testing/builders.ts';
import { World } from './testing/world.ts';

let world: World;

/** Reason and message of Ready, and where a connection to the Service's port ends. */
async function see(): Promise<{ ready: string | undefined; message: string; ends: string[] }> {
  await world.settle();
  const nxi = world.server.get<NexlinkImport>(resources.imports, 'shop', 'db');
  const { reason, message } = conditionOf(nxi?.status?.conditions, 'Ready') ?? {};
  const service = world.server.get<Service>(resources.services, 'shop', 'db');
  const targetPort = service?.spec?.ports?.find(({ port }) => port === 5432)?.targetPort;
  const ends = world.server
    .list<Pod>(resources.pods, 'shop')
    .flatMap(pod => world.cluster.rulesIn(pod)?.egress ?? [])
    .filter(rule => rule.port === targetPort)
    .map(({ host, targetPort }) => `${host}:${targetPort}`);
  return { ready: reason, message: message ?? '', ends: [...new Set(ends)] };
}
const addressOf = (id: string) => world.nexodus.devices.get(id)!.ipv4;

beforeEach(() => {
  world = new World();
  world.add(resources.namespaces, aNamespace());
  const spec = { device: { hostname: 'db' }, ports: [{ port: 5432, devicePort: 15432 }] };
  world.add(resources.imports, anImport('db', spec));
});

test('the Service is there before the device, and leads to it as soon as it comes', async () => {
  expect(await see()).toMatchObject({ ready: 'DeviceNotFound', ends: [] });
  expect(world.server.get(resources.services, 'shop', 'db')).toBeDefined();
  world.addPlainDevice('one', 'db');
  expect(await see()).toMatchObject({ ready: 'Ready', ends: [`${addressOf('one')}:15432`] });
});

test('a device that takes the place of another is followed', async () => {
  world.addPlainDevice('one', 'db');
  await see();
  world.nexodus.deleteDevice('one');
  expect(await see()).toMatchObject({ ready: 'DeviceNotFound', ends: [] });
  world.addPlainDevice('other', 'other');
  world.addPlainDevice('two', 'db');
  expect(await see()).toMatchObject({ ready: 'Ready', ends: [`${addressOf('two')}:15432`] });
});

test('of two devices of the name none is used, and the message asks for an id', async () => {
  world.addPlainDevice('one', 'db');
  world.addPlainDevice('two', 'DB');
  expect(await see()).toMatchObject({
    ready: 'DeviceNotFound',
    message: expect.stringMatching(/2 devices db: write spec\.device\.id/),
    ends: [],
  });
});
