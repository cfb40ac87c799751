import { beforeEach, expect, test } from '@jest/globals';
import type { Namespace, Service } from './objects.ts';
import { aNamespace, aService } from '../testing/builders.ts';
import { World } from '../testing/world.ts';
import { apply, type Action } from './actions.ts';
import { resources } from './resources.ts';

const owner = { apiVersion: 'v1', kind: 'Namespace', name: 'shop', uid: 'uid-owner' };
const child = (name = 'web', uid?: string): Action => ({
  do: 'apply',
  resource: resources.services,
  object: {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: 'shop',
      labels: { nexlink: 'yes' },
      ownerReferences: [owner],
      ...(uid === undefined ? {} : { uid }),
    },
  },
});

let world: World;
const run = (...actions: Action[]) => apply(actions, world.process.ports);
const service = (name = 'web') => world.server.get<Service>(resources.services, 'shop', name);

beforeEach(() => {
  world = new World();
  world.add(resources.namespaces, aNamespace());
});

test('actions are carried out in their order', async () => {
  expect(await run(child('a'), child('b'))).toEqual({ count: 2 });
  expect(world.start().log).toEqual([]);
  expect(service('a')).toBeDefined();
  expect(service('b')).toBeDefined();
});

test('the first failure stops, and says how far it came', async () => {
  world.add(resources.services, aService('b'));
  const done = await run(child('a'), child('b'), child('c'));
  expect(done).toMatchObject({ count: 1, error: { code: 'AlreadyExists' } });
  expect(service('c')).toBeUndefined();
});

test('an object that somebody else made is left alone, and the message says what to do', async () => {
  world.add(resources.services, aService());
  const { error } = await run(child());
  expect(String(error)).toMatch(
    /Service shop\/web exists and does not belong to Namespace shop: rename or delete it/,
  );
  expect(service()!.metadata.labels).toBeUndefined();
});

test('an object that an earlier life made is adopted', async () => {
  world.add(resources.services, aService('web', [], {}, { ownerReferences: [owner] }));
  expect(await run(child())).toEqual({ count: 1 });
  expect(service()!.metadata.labels).toEqual({ nexlink: 'yes' });
});

test('an object that was replaced is not changed', async () => {
  world.add(resources.services, aService());
  expect((await run(child('web', 'uid-of-the-old-one'))).error).toMatchObject({ code: 'Conflict' });
  expect(service()!.metadata.labels).toBeUndefined();
});

test('an object that was replaced is not deleted', async () => {
  world.add(resources.services, aService());
  const ref = { resource: resources.services, namespace: 'shop', name: 'web' };
  expect(await run({ do: 'delete', ref, uid: 'uid-of-the-old-one' })).toEqual({ count: 1 });
  expect(service()).toBeDefined();
  await run({ do: 'delete', ref, uid: service()!.metadata.uid! });
  expect(service()).toBeUndefined();
});

test('a patch of an object that has changed is refused', async () => {
  const ref = { resource: resources.namespaces, name: 'shop' };
  const test = { op: 'test', path: '/metadata/resourceVersion', value: 'old' } as const;
  const done = await run({
    do: 'jsonPatch',
    ref,
    operations: [test, { op: 'add', path: '/metadata/labels', value: {} }],
  });
  expect(done.error).toMatchObject({ code: 'Conflict' });
  expect(world.server.get<Namespace>(resources.namespaces, undefined, 'shop')).toBeDefined();
});

test('Nexodus is written to, and what is gone already counts as done', async () => {
  const key = world.nexodus.createKey('nexlink:here/shop/g/0', new Date(0));
  world.nexodus.addDevice({ id: 'd', hostname: 'd', publicKey: 'p', online: true });
  const expiresAt = new Date('2027-01-01T00:00:00Z');
  await run(
    { do: 'putMetadata', deviceID: 'd', value: { realm: 'r' } },
    { do: 'expireRegKey', id: key.id, expiresAt },
  );
  expect(world.nexodus.metadata.get('d')).toEqual({ realm: 'r' });
  expect(world.nexodus.keys.get(key.id)!.expiresAt).toBe(expiresAt.toISOString());
  const end: Action[] = [
    { do: 'deleteMetadata', deviceID: 'd' },
    { do: 'deleteDevice', deviceID: 'd' },
    { do: 'deleteRegKey', id: key.id },
  ];
  expect(await run(...end, ...end)).toEqual({ count: 6 });
  expect([world.nexodus.metadata.size, world.nexodus.devices.size, world.nexodus.keys.size]).toEqual([
    0, 0, 0,
  ]);
});

test('metadata of a device that is gone is an error', async () => {
  expect((await run({ do: 'putMetadata', deviceID: 'gone', value: {} })).error).toMatchObject({
    code: 'NotFound',
  });
});

test('an event is recorded', async () => {
  await run({ do: 'event', about: aService(), type: 'Warning', reason: 'Why', note: 'Because.' });
  expect(world.events).toEqual([{ about: 'Service web', type: 'Warning', reason: 'Why', note: 'Because.' }]);
});
