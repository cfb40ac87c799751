/** A tunnel address that an export asks for, from the request to the device that has it. */

import { beforeEach, expect, test } from '@jest/globals';
import type { NexlinkExport } from '../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../api/v1alpha1/nexlinkgateway.ts';
import { conditionOf } from './runtime/conditions.ts';
import type { KubeObject } from './runtime/kube.ts';
import type { Pod } from './runtime/objects.ts';
import { resources } from './runtime/resources.ts';
import { aGateway, aNamespace, anExport, anImport, aService } from './testing/builders.ts';
import { World } from './testing/world.ts';

const tunnelIP = '100.64.0.9';
const own = 'export-shop-100-64-0-9';

let world: World;

const conditionsOf = (name = 'web') =>
  world.server.get<NexlinkExport>(resources.exports, 'shop', name)?.status?.conditions;
/** What the export says, and the addresses of its gateway's devices. */
async function see(gateway = own) {
  await world.settle();
  const { reason, message } = conditionOf(conditionsOf(), 'AddressGranted') ?? {};
  const addresses = [...world.nexodus.devices.values()]
    .filter(({ hostname }) => hostname.startsWith(`nexlink-${gateway}-`))
    .map(({ ipv4 }) => ipv4);
  return { reason, message, addresses, ready: conditionOf(conditionsOf(), 'Ready')?.status };
}
const setAddress = (address: string | undefined, name = 'mine') =>
  world.server.edit<NexlinkGateway>({ resource: resources.gateways, namespace: 'shop', name }, gateway => {
    if (address === undefined) delete gateway.spec.tunnelIP;
    else gateway.spec.tunnelIP = address;
  });
const podUID = (gateway: string) =>
  world.server.get<Pod>(resources.pods, 'shop', `nexlink-${gateway}-0`)?.metadata.uid;
const rulesOf = (gateway: string) => {
  const pod = world.server.get<Pod>(resources.pods, 'shop', `nexlink-${gateway}-0`);
  return pod && world.cluster.rulesIn(pod)?.ingress;
};
const warnings = (about: string) =>
  world.events.filter(event => event.about === about && event.reason === 'AddressNotGranted');

beforeEach(() => {
  world = new World();
  world.add(resources.namespaces, aNamespace());
  world.add(resources.services, aService());
});

test('an export gets its address, by a gateway of its own with one pod', async () => {
  world.add(resources.exports, anExport('web', { tunnelIP }));
  expect(await see()).toMatchObject({ reason: 'AddressGranted', addresses: [tunnelIP], ready: 'True' });
});

test('exports of one address share its gateway, one without an address has another', async () => {
  world.add(resources.exports, anExport('web', { tunnelIP }));
  world.add(resources.exports, anExport('api', { service: 'web', tunnelIP }));
  world.add(resources.exports, anExport('db', { service: 'web' }));
  world.add(resources.imports, anImport('far', { tunnelIP: '100.64.0.10' }));
  await world.settle();
  expect(world.server.list(resources.gateways, 'shop').map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining([own, 'export-shop', 'import-shop-100-64-0-10']),
  );
  expect(world.nexodus.devices.size).toBe(4);
  expect(conditionOf(conditionsOf('db'), 'AddressGranted')).toBeUndefined();
});

test('an address that is taken: bytes flow, one warning names the holder, and it is had when that goes', async () => {
  world.addPlainDevice('holder', 'laptop-7', tunnelIP);
  world.add(resources.exports, anExport('web', { tunnelIP }));
  expect(await see()).toMatchObject({
    reason: 'AddressNotGranted',
    message: expect.stringContaining('which device laptop-7 (holder) has'),
    addresses: ['100.64.0.1'],
    ready: 'True',
  });
  await world.pass(300_000);
  expect(warnings('NexlinkExport web')).toHaveLength(1);
  expect(warnings(`NexlinkGateway ${own}`)).toHaveLength(1);
  world.nexodus.deleteDevice('holder');
  expect(await see()).toMatchObject({ reason: 'AddressGranted', addresses: [tunnelIP], ready: 'True' });
});

test('a holder that takes another address gives it up, too', async () => {
  world.addPlainDevice('holder', 'laptop-7', tunnelIP);
  world.add(resources.exports, anExport('web', { tunnelIP }));
  await see();
  world.addPlainDevice('holder', 'laptop-7', '100.64.0.20');
  expect(await see()).toMatchObject({ reason: 'AddressGranted', addresses: [tunnelIP] });
});

test('an address that no device can have is asked for once', async () => {
  world.add(resources.exports, anExport('web', { tunnelIP: '192.0.2.9' }));
  const name = 'export-shop-192-0-2-9';
  expect(await see(name)).toMatchObject({ reason: 'AddressNotGranted', addresses: ['100.64.0.1'] });
  const [before, keys] = [podUID(name), world.nexodus.keys.size];
  await world.pass(300_000);
  expect(podUID(name)).toBe(before);
  expect(world.nexodus.keys.size).toBe(keys);
});

test('another address replaces the device, one that it has and none do not', async () => {
  world.add(resources.gateways, aGateway({ tunnelIP }, { name: 'mine' }));
  world.add(resources.exports, anExport('web', { gateway: 'mine' }));
  expect((await see('mine')).addresses).toEqual([tunnelIP]);
  const first = podUID('mine');
  setAddress('100.64.0.10');
  expect((await see('mine')).addresses).toEqual(['100.64.0.10']);
  const second = podUID('mine');
  expect(second).not.toBe(first);
  setAddress(undefined);
  expect((await see('mine')).addresses).toContain('100.64.0.10');
  setAddress('100.64.0.10');
  expect((await see('mine')).addresses).toEqual(['100.64.0.10']);
  expect(podUID('mine')).toBe(second);
  expect(world.violations).toEqual([]);
});

test('a gateway that asks for another address carries the export only when it asks for the same', async () => {
  world.add(resources.gateways, aGateway({ tunnelIP: '100.64.0.10' }, { name: 'mine' }));
  world.add(resources.exports, anExport('web', { gateway: 'mine', tunnelIP }));
  expect(await see('mine')).toMatchObject({ reason: 'Pending', ready: 'False' });
  expect(conditionOf(conditionsOf(), 'Conflict')).toMatchObject({
    status: 'True',
    reason: 'GatewayMismatch',
    message: expect.stringContaining(`write ${tunnelIP} in its spec.tunnelIP`),
  });
  expect(rulesOf('mine')).toEqual([]);
  setAddress(tunnelIP);
  expect(await see('mine')).toMatchObject({ reason: 'AddressGranted', addresses: [tunnelIP], ready: 'True' });
});

test('an export that a gateway does not carry takes no port from one that it carries', async () => {
  world.add(resources.gateways, aGateway({ tunnelIP: '100.64.0.10' }, { name: 'mine' }));
  world.add(resources.exports, anExport('first', { service: 'web', name: 'web', gateway: 'mine', tunnelIP }));
  world.add(resources.exports, anExport('web', { gateway: 'mine' }));
  expect(await see('mine')).toMatchObject({ ready: 'True' });
  expect(conditionOf(conditionsOf('first'), 'Conflict')?.reason).toBe('GatewayMismatch');
});

test('the condition goes with the wish', async () => {
  world.add(resources.exports, anExport('web', { tunnelIP }));
  await see();
  world.server.edit<KubeObject & NexlinkExport>(
    { resource: resources.exports, namespace: 'shop', name: 'web' },
    nxe => {
      delete nxe.spec.tunnelIP;
    },
  );
  expect(await see('export-shop')).toMatchObject({ reason: undefined, ready: 'True' });
  await world.pass(75_000);
  expect(world.server.get(resources.gateways, 'shop', own)).toBeUndefined();
});
