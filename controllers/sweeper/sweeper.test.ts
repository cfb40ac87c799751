import { beforeEach, describe, expect, test } from '@jest/globals';
import { Terminal } from '../runtime/errors.ts';
import type { Ports } from '../runtime/ports.ts';
import { resources } from '../runtime/resources.ts';
import { aGateway, aNamespace, aRegKey } from '../testing/builders.ts';
import { World } from '../testing/world.ts';
import { planSweep } from './plan.ts';
import { Sweeper, sweepMs, sweptAtOnce } from './reconcile.ts';

describe('a key is a leftover', () => {
  const cases: [string, string, boolean][] = [
    ['when its gateway is gone', 'nexlink:here/shop/gone/0', true],
    ['not while its gateway is there', 'nexlink:here/shop/there/0', false],
    ['not when another cluster made it', 'nexlink:there/shop/gone/0', false],
    ['not when a cluster with a longer id did', 'nexlink:here2/shop/gone/0', false],
    ['not when somebody else made it', 'my key', false],
    ['not when it is named otherwise', 'nexlink:here/shop/gone', false],
    ['not when it is named for more', 'nexlink:here/shop/gone/0/x', false],
    ['not without a namespace', 'nexlink:here//gone/0', false],
  ];
  test.each(cases)('%s', (_name, description, answer) => {
    const keys = [aRegKey(0, { description })];
    const found = planSweep(
      keys,
      'here',
      'install',
      (namespace, gateway) => `${namespace}/${gateway}` === 'shop/there',
    );
    expect(found).toEqual(answer ? keys : []);
  });
});

test('a key that another install of this cluster id made is no leftover', () => {
  const description = 'nexlink:here/shop/gone/0';
  const keys = ['install', 'another'].map((install, at) => aRegKey(at, { description, install }));
  expect(planSweep(keys, 'here', 'install', () => false)).toEqual([keys[0]]);
});

describe('the sweeper', () => {
  let world: World;
  let sweeper: Sweeper;
  const left = () => [world.nexodus.keys.size, world.nexodus.devices.size, world.nexodus.metadata.size];

  beforeEach(() => {
    world = new World();
    world.add(resources.namespaces, aNamespace());
    const { deviceID, token } = world.nexodus.createKey('nexlink:here/shop/gone/0', new Date('2030-01-01'));
    world.nexodus.register(token, 'public', 'gone-0', world.clock.now());
    world.nexodus.putMetadata(deviceID!, { realm: 'shop' });
    sweeper = new Sweeper(world.process.ports);
  });

  test('removes metadata, device and key of what was left for a while', async () => {
    await sweeper.reconcile();
    expect(left()).toEqual([1, 1, 1]);
    world.clock.advance(sweepMs);
    await sweeper.reconcile();
    expect(left()).toEqual([0, 0, 0]);
  });

  test('removes a device that the directory has not heard of', async () => {
    world.nexodus.metadata.clear();
    await sweeper.reconcile();
    world.clock.advance(sweepMs);
    const [id, device] = [...world.nexodus.devices][0]!;
    world.nexodus.devices.delete(id);
    world.process.directory.pull();
    world.nexodus.devices.set(id, device);
    await sweeper.reconcile();
    expect(left()).toEqual([0, 0, 0]);
  });

  test('begins to count anew when the gateway was there meanwhile', async () => {
    await sweeper.reconcile();
    world.clock.advance(sweepMs);
    world.add(resources.gateways, aGateway({}, { name: 'gone' }));
    await sweeper.reconcile();
    world.server.delete({ resource: resources.gateways, namespace: 'shop', name: 'gone' });
    await sweeper.reconcile();
    expect(left()).toEqual([1, 1, 1]);
  });

  test('one that Nexodus does not let go of keeps no other, and is tried again', async () => {
    const { ports } = world.process;
    const { deviceID, token } = world.nexodus.createKey('nexlink:here/shop/gone/1', new Date('2030-01-01'));
    world.nexodus.register(token, 'other', 'gone-1', world.clock.now());
    world.process.deliver();
    const stuck = [...world.nexodus.devices.keys()].find(id => id !== deviceID)!;
    const nexodus: Ports['nexodus'] = {
      ...ports.nexodus,
      deleteMetadata: (id, key) => ports.nexodus.deleteMetadata(id, key),
      deleteRegKey: id => ports.nexodus.deleteRegKey(id),
      deleteDevice: id =>
        id === stuck ? Promise.reject(new Terminal('Rejected', 'no')) : ports.nexodus.deleteDevice(id),
    };
    const sweeper = new Sweeper({ ...ports, nexodus });
    await sweeper.reconcile();
    world.clock.advance(sweepMs);
    expect(await sweeper.reconcile()).toEqual({ requeueAfterMs: sweepMs });
    expect([...world.nexodus.devices.keys()]).toEqual([stuck]);
  });

  test('removes so many at a time, and comes back soon for the others', async () => {
    for (let at = 1; at <= sweptAtOnce; at++)
      world.nexodus.createKey(`nexlink:here/shop/gone-${at}/0`, new Date('2030-01-01'));
    await sweeper.reconcile();
    world.clock.advance(sweepMs);
    const { requeueAfterMs } = await sweeper.reconcile();
    expect([left()[0], requeueAfterMs]).toEqual([1, 1_000]);
    world.clock.advance(1_000);
    expect(await sweeper.reconcile()).toEqual({ requeueAfterMs: sweepMs });
    expect(left()).toEqual([0, 0, 0]);
  });

  test('many that Nexodus does not let go of do not keep the others from their turn', async () => {
    const { ports } = world.process;
    for (let at = 0; at <= sweptAtOnce; at++)
      world.nexodus.createKey(`nexlink:here/shop/stuck-${at}/0`, new Date('2030-01-01'));
    world.nexodus.createKey('nexlink:here/shop/last/0', new Date('2030-01-01'));
    world.process.deliver();
    const stuck = new Set(
      [...world.nexodus.keys.values()].flatMap(({ id, description }) =>
        description.includes('stuck') ? id : [],
      ),
    );
    const nexodus: Ports['nexodus'] = {
      ...ports.nexodus,
      deleteMetadata: (id, key) => ports.nexodus.deleteMetadata(id, key),
      deleteDevice: id => ports.nexodus.deleteDevice(id),
      deleteRegKey: id =>
        stuck.has(id) ? Promise.reject(new Terminal('Rejected', 'no')) : ports.nexodus.deleteRegKey(id),
    };
    const sweeper = new Sweeper({ ...ports, nexodus });
    await sweeper.reconcile();
    world.clock.advance(sweepMs);
    await sweeper.reconcile();
    await sweeper.reconcile();
    expect(new Set(world.nexodus.keys.keys())).toEqual(stuck);
  });

  test('removes nothing while Nexodus is away, and always comes back', async () => {
    expect(await sweeper.reconcile()).toEqual({ requeueAfterMs: sweepMs });
    world.clock.advance(sweepMs);
    world.nexodus.isDown = true;
    expect(await sweeper.reconcile()).toEqual({ requeueAfterMs: sweepMs });
    expect(left()).toEqual([1, 1, 1]);
  });
});
