/** Events tell changes, each once: not the present state, and nothing again to a controller that starts. */

import { beforeEach, expect, test } from '@jest/globals';
import { importLabel } from '../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../api/v1alpha1/nexlinkimport.ts';
import { resources } from './runtime/resources.ts';
import { aNamespace, anExport, aService } from './testing/builders.ts';
import { World } from './testing/world.ts';

let world: World;
const record = (cluster: string) => ({
  realm: 'shop',
  cluster,
  exports: ['api'],
  services: [{ name: 'api', protocol: 'tcp', port: 20000, servicePort: 80 }],
});
const setOnline = (id: string, online: boolean) => {
  const device = world.nexodus.devices.get(id)!;
  world.nexodus.addDevice({ ...device, online }, device);
};
/** The events since the last call, after everything was looked at again, by a controller that has just started too. */
async function news(): Promise<string[]> {
  await world.settle();
  await world.idleWrites();
  world.start();
  await world.pass(75_000);
  return world.events.splice(0).map(({ about, type, reason }) => `${about}: ${type} ${reason}`);
}
const exporters = () =>
  world.server.get<NexlinkImport>(resources.imports, 'shop', 'api')?.status?.exporters ?? [];

beforeEach(() => {
  world = new World({ stale: true });
  world.add(resources.namespaces, aNamespace('shop', { [importLabel]: 'true' }));
  world.addForeignDevice('far', record('there'));
});

test('a start is told by one event for each object, without trouble', async () => {
  world.add(resources.services, aService());
  world.add(resources.exports, anExport());
  expect((await news()).sort()).toEqual([
    'NexlinkExport web: Normal Exported',
    'NexlinkGateway export-shop: Normal Ready',
    'NexlinkGateway import-shop: Normal Ready',
    'NexlinkImport api: Normal Ready',
  ]);
});

test('an exporter that starts later than its metadata is no trouble either', async () => {
  world.nexodus.putMetadata('far', { ...record('there'), services: [] });
  await world.settle();
  world.addForeignDevice('second', record('there'));
  await world.settle();
  world.nexodus.putMetadata('far', record('there'));
  expect((await news()).sort()).toEqual([
    'NexlinkGateway import-shop: Normal Ready',
    'NexlinkImport api: Normal Ready',
  ]);
});

test('one that does not start at all is', async () => {
  world.nexodus.putMetadata('far', { ...record('there'), services: [] });
  expect(await news()).toContain('NexlinkImport api: Warning NoExporter');
});

test('exporters that cannot be reached, leave, and come back are told', async () => {
  await news();
  const [lost, found] = [
    'NexlinkImport api: Warning ExporterLost',
    'NexlinkImport api: Normal ExporterFound',
  ];
  world.addForeignDevice('further', record('elsewhere'));
  expect(await news()).toEqual([found]);
  setOnline('further', false);
  expect(await news()).toEqual([lost]);
  expect(exporters().map(({ state, lostSince }) => [state, lostSince !== undefined])).toEqual([
    ['Reachable', false],
    ['Offline', true],
  ]);
  world.nexodus.deleteDevice('further');
  expect(await news()).toEqual([]);
  world.addForeignDevice('further', record('elsewhere'));
  expect(await news()).toEqual([found]);
  world.nexodus.deleteDevice('further');
  expect(await news()).toEqual([lost]);
  setOnline('far', false);
  expect((await news()).sort()).toEqual([lost, 'NexlinkImport api: Warning NoExporter']);
  setOnline('far', true);
  expect((await news()).sort()).toEqual([found, 'NexlinkImport api: Normal Ready']);
});

test('what is left out of a record stands at its device, while the rest of it is used', async () => {
  await news();
  const value = record('there');
  const hostile = { name: 'api', protocol: 'tcp', port: 70000, portName: '\u202e$(reboot)' };
  world.nexodus.putMetadata('far', { ...value, services: [...value.services, hostile] });
  expect(await news()).toEqual([]);
  expect(exporters()).toMatchObject([
    {
      state: 'Reachable',
      message: 'left out: services[1].port: must be an integer from 1 to 65535, not 70000',
    },
  ]);
  world.nexodus.putMetadata('far', value);
  await news();
  expect(exporters()[0]).not.toHaveProperty('message');
});
