/** What is deleted, stripped or edited behind the controller's back, in any order. */

import { describe, expect, test } from '@jest/globals';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import type { Service, StatefulSet } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { Exporter } from './harness/foreign.ts';
import { useLab } from './harness/use-lab.ts';
import { flawsAfter } from './harness/runs.ts';
import { exportWeb, nxe, nxi, service } from './harness/scenarios.ts';
import { systemNamespace, type World } from './harness/world.ts';

const lab = useLab();
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const child = 'nexlink-export-shop';

/** An export and an import that work. */
async function linked(): Promise<World> {
  const world = await lab().world();
  await world.start();
  await (await Exporter.add(world)).offer(['api']);
  await exportWeb(world);
  await world.create(resources.imports, nxi());
  await world.untilCondition(resources.imports, 'api', 'True Ready');
  await world.settle(1_000);
  return world;
}

/** What is ours in Nexodus. */
const oursIn = ({ nexodusState }: World): string[] => [
  ...nexodusState.reg_keys.flatMap(({ description }) =>
    description.startsWith('nexlink:there/') ? [] : [description],
  ),
  ...nexodusState.devices.flatMap(({ hostname, reg_key_id, id }) =>
    reg_key_id && hostname.startsWith('nexlink-') && !isForeign(nexodusState, id) ? [hostname] : [],
  ),
];
const isForeign = ({ reg_keys: keys }: World['nexodusState'], id: string) =>
  keys.some(({ device_id, description }) => device_id === id && description.startsWith('nexlink:there/'));

const deletions: { readonly [what: string]: (world: World) => Promise<unknown> } = {
  'the export': world => world.delete(resources.exports, 'web'),
  'the import': world => world.delete(resources.imports, 'api'),
  'its Service': world => world.delete(resources.services, 'web'),
  'the imported Service': world => world.delete(resources.services, 'api'),
  'the Secret': world => world.delete(resources.secrets, child),
  'the gateway': world => world.delete(resources.gateways, 'export-shop'),
  'the namespace': world => world.delete(resources.namespaces, 'shop'),
  'its device': async world => {
    const device = world.nexodusState.devices.find(
      each => each.hostname === `${child}-0` && !isForeign(world.nexodusState, each.id),
    );
    if (device) world.nexodus.control.deleteDevice(device.id);
  },
};

describe('28 everything is deleted', () => {
  const all = Object.keys(deletions);
  const orders: string[][] = [
    all,
    all.toReversed(),
    ['the Secret', 'the gateway', 'its device', 'the namespace'],
    ['its device', 'the export', 'the import', 'its Service', 'the namespace'],
    ['the namespace'],
  ];
  test.each(orders.map(order => [order.join(', '), order] as const))(
    '28 in this order: %s; nothing is left',
    async (_name, order) => {
      const world = await linked();
      for (const what of order) await deletions[what]!(world);
      await world.until(
        'the namespace is gone',
        () => !lab().mirror.get(resources.namespaces, undefined, 'shop'),
        40_000,
      );
      await world.until('nothing of ours is left in Nexodus', () => oursIn(world).length === 0, 20_000);
      await world.settle(200);
      expect(lab().mirror.all('shop')).toEqual([]);
      expect(await world.writesDuring(300)).toEqual([]);
      expect((await world.touched()).filter(what => !what.includes('shop/'))).toEqual([]);
      expect(await world.leaks()).toEqual([]);
      expect(world.violations).toEqual([]);
    },
    90_000,
  );

  test('28 the finalizer is taken away while Nexodus is down: what is left there is swept once it is back', async () => {
    const world = await linked();
    await world.nexodus.control.apiDown('refuse');
    await world.delete(resources.exports, 'web');
    await world.untilCondition(resources.gateways, 'export-shop', 'False Deleting');
    await world.patch(resources.gateways, 'export-shop', { metadata: { finalizers: null } });
    await world.until('the gateway is gone', () => !world.get(resources.gateways, 'export-shop'));
    // As was asked for, it went before its key.
    expect(world.violations.splice(0)).toHaveLength(1);
    await world.nexodus.control.apiUp();
    await world.until('it is swept', () => !oursIn(world).some(what => what.includes('export-shop')), 40_000);
    expect(await flawsAfter(world)).toEqual([]);
  }, 90_000);
});

describe('29 somebody edits what is ours', () => {
  const edits: [string, (world: World) => Promise<unknown>][] = [
    [
      'the finalizer is taken away',
      world => world.patch(resources.gateways, 'export-shop', { metadata: { finalizers: null } }),
    ],
    ['the StatefulSet is deleted', world => world.delete(resources.statefulSets, child)],
    [
      'the StatefulSet is edited',
      world =>
        world.patch<StatefulSet>(resources.statefulSets, child, {
          spec: { replicas: 5, template: { spec: { terminationGracePeriodSeconds: 1 } } },
        }),
    ],
    ['the rules are deleted', world => world.delete(resources.configMaps, `${child}-rules`)],
    ['the rules are emptied', world => world.patch(resources.configMaps, `${child}-rules`, { data: null })],
    ['the role is emptied', world => world.patch(resources.roles, child, { rules: null })],
    ['the role binding is deleted', world => world.delete(resources.roleBindings, child)],
    ['the service account is deleted', world => world.delete(resources.serviceAccounts, child)],
    ['the CA is deleted', world => world.delete(resources.configMaps, `${child}-ca`)],
    ['the imported Service is deleted', world => world.delete(resources.services, 'api')],
    [
      'the imported Service is given another selector',
      world => world.patch(resources.services, 'api', { spec: { selector: { app: 'another' } } }),
    ],
    [
      'the target of a port of the imported Service is edited',
      world =>
        world.patch(resources.services, 'api', {
          spec: {
            ports: [{ ...world.get<Service>(resources.services, 'api')!.spec!.ports![0], targetPort: 9 }],
          },
        }),
    ],
    ...(
      [
        ['the StatefulSet', 'statefulSets', child],
        ['the Secret', 'secrets', child],
        ['the rules', 'configMaps', `${child}-rules`],
        ['the imported Service', 'services', 'api'],
      ] as const
    ).map(([what, kind, name]): [string, (world: World) => Promise<unknown>] => [
      `${what} loses its owner`,
      world => world.patch<KubeObject>(resources[kind], name, { metadata: { ownerReferences: null } }),
    ]),
  ];
  test.each(edits)(
    '29 %s: it is as before',
    async (_what, edit) => {
      const world = await linked();
      const before = world.state();
      await edit(world);
      await sleep(100);
      expect(await flawsAfter(world, before)).toEqual([]);
    },
    60_000,
  );

  test('29 the Secret with the keys is deleted: the replica becomes another device, and nothing of the old one stays', async () => {
    const world = await linked();
    const before = world.state();
    await world.delete(resources.secrets, child);
    await world.until('another one', () => world.get(resources.secrets, child));
    expect(await flawsAfter(world, before)).toEqual([]);
  }, 60_000);
});

test('28 a gateway that a user made is deleted, its export with it: it goes last, and nothing of it is left', async () => {
  const world = await lab().world();
  await world.start();
  await world.create<NexlinkGateway>(resources.gateways, {
    metadata: { name: 'own' },
    spec: { direction: 'Export', realm: 'shop', replicas: 2 },
  });
  await world.create(resources.services, service());
  await world.create(resources.exports, nxe('web', { gateway: 'own' }));
  await world.untilCondition(resources.exports, 'web', 'True Exported');
  expect(oursIn(world)).not.toEqual([]);
  await world.delete(resources.gateways, 'own');
  await world.delete(resources.exports, 'web');
  await world.until('the gateway is gone', () => !world.get(resources.gateways, 'own'));
  expect(oursIn(world)).toEqual([]);
  expect(await flawsAfter(world)).toEqual([]);
}, 60_000);

test('28 the Secret with the login is deleted last: nothing is left of it either', async () => {
  const world = await linked();
  await world.delete(resources.exports, 'web');
  await world.delete(resources.imports, 'api');
  await world.until(
    'the gateways are gone',
    () => lab().mirror.list(resources.gateways, 'shop').length === 0,
  );
  await world.setCredentials(undefined);
  expect(oursIn(world)).toEqual([]);
  await world.until('nothing is left', () => lab().mirror.all(systemNamespace).length === 0);
  expect(await flawsAfter(world)).toEqual([]);
}, 60_000);
