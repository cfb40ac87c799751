import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { conditionOf } from '../runtime/conditions.ts';
import { Denied } from '../runtime/errors.ts';
import type { Pod, Secret, Service } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { aNamespace, anExport, anImport, aService } from '../testing/builders.ts';
import { World } from '../testing/world.ts';

let world: World;
const gateway = () => world.server.get<NexlinkGateway>(resources.gateways, 'shop', 'export-shop');
const saysOf = (type: string) => {
  const { status, reason, message } = conditionOf(gateway()?.status?.conditions, type) ?? {};
  return { status, reason, message };
};
const count = (...kinds: (keyof typeof resources)[]) =>
  kinds.map(kind => world.server.list(resources[kind]).length);
const deviceID = () => [...world.nexodus.devices.keys()][0]!;

beforeEach(() => {
  world = new World();
  world.add(resources.namespaces, aNamespace());
  world.add(resources.services, aService());
});

describe('before Nexodus has answered', () => {
  beforeEach(async () => {
    world.nexodus.isDown = true;
    world.add(resources.exports, anExport());
    await world.settle();
  });

  test('rules are written, but no pods are started that would wait for their keys', () => {
    expect(count('configMaps', 'secrets', 'statefulSets', 'pods')).toEqual([1, 0, 0, 0]);
    expect(saysOf('Connected')).toMatchObject({ status: 'False', reason: 'Unreachable' });
    expect(saysOf('Ready')).toMatchObject({
      reason: 'NotReady',
      message: expect.stringMatching(/cannot be reached/),
    });
  });

  test('everything follows when it has', async () => {
    world.nexodus.isDown = false;
    await world.settle();
    expect(count('secrets', 'statefulSets', 'pods')).toEqual([1, 1, 2]);
    expect(saysOf('Ready')).toMatchObject({ status: 'True' });
  });
});

describe('while Nexodus is away and would have to be told something', () => {
  const statefulSet = { resource: resources.statefulSets, namespace: 'shop', name: 'nexlink-export-shop' };
  const targets = () => [
    ...new Set(
      world.server
        .list<Pod>(resources.pods)
        .flatMap(pod => world.cluster.rulesIn(pod)?.ingress.map(({ port, host }) => `${port} ${host}`)),
    ),
  ];
  const clusterIP = (address: string) => (service: Service) => {
    service.spec = { ...service.spec, clusterIP: address, clusterIPs: [address] };
  };
  const ofService = (name: string) => ({ resource: resources.services, namespace: 'shop', name });

  beforeEach(async () => {
    world.add(resources.services, aService('api', [{ port: 81 }]));
    world.add(resources.exports, anExport());
    world.add(resources.exports, anExport('api'));
    await world.settle();
    world.nexodus.isDown = true;
    world.server.delete({ resource: resources.exports, namespace: 'shop', name: 'api' });
    await world.settle();
  });

  test('other Services’ new addresses reach nexd, and what is still published keeps its rule', async () => {
    const [, api] = targets();
    world.server.edit<Service>(ofService('web'), clusterIP('10.96.9.9'));
    await world.settle();
    expect(targets()).toEqual(['80 10.96.9.9', api]);
    world.nexodus.isDown = false;
    await world.settle();
    expect(targets().filter(target => target === api)).toEqual([]);
    expect(saysOf('Programmed')).toMatchObject({ status: 'True' });
    expect(world.violations).toEqual([]);
  });

  test('a child that somebody deletes is made again', async () => {
    world.server.delete(statefulSet);
    await world.settle();
    expect(count('statefulSets', 'pods')).toEqual([1, 2]);
  });
});

describe('a gateway that nothing uses', () => {
  const nxe = { resource: resources.exports, namespace: 'shop', name: 'web' };
  beforeEach(async () => {
    world.add(resources.exports, anExport());
    await world.settle();
    world.server.delete(nxe);
    await world.process.work();
  });

  test('stays for a moment, with nothing published', () => {
    expect(gateway()!.metadata.deletionTimestamp).toBeUndefined();
    for (const value of world.nexodus.metadata.values())
      expect(value).toMatchObject({ exports: [], services: [] });
  });

  test('goes after that, with all that it had in Nexodus', async () => {
    world.clock.advance(5_000);
    await world.settle();
    expect(count('gateways', 'pods', 'secrets')).toEqual([0, 0, 0]);
    expect([world.nexodus.devices.size, world.nexodus.keys.size, world.nexodus.metadata.size]).toEqual([
      0, 0, 0,
    ]);
  });

  test('stays when it is used again', async () => {
    const { uid } = gateway()!.metadata;
    world.clock.advance(4_000);
    world.add(resources.exports, anExport());
    await world.settle();
    expect(gateway()!.metadata.uid).toBe(uid);
  });
});

describe('a child that somebody deletes is made again:', () => {
  test.each([
    resources.configMaps,
    resources.networkPolicies,
    resources.podDisruptionBudgets,
    resources.roles,
    resources.roleBindings,
    resources.secrets,
    resources.serviceAccounts,
    resources.statefulSets,
  ])('$kind', async resource => {
    world.add(resources.exports, anExport());
    await world.settle();
    const names = () => world.server.list(resource).map(({ metadata }) => metadata.name);
    const before = names();
    expect(before).toHaveLength(1);
    world.server.delete({ resource, namespace: 'shop', name: before[0]! });
    expect(names()).toEqual([]);
    await world.settle();
    expect(names()).toEqual(before);
  });
});

describe('a device that the directory lacks', () => {
  beforeEach(async () => {
    world.add(resources.exports, anExport());
    await world.settle();
  });

  test('is kept when Nexodus knows it', async () => {
    const [id, device] = [deviceID(), world.nexodus.devices.get(deviceID())!];
    world.nexodus.devices.delete(id);
    world.process.directory.pull();
    world.nexodus.devices.set(id, device);
    await world.settle();
    expect(world.nexodus.devices.get(id)).toBe(device);
  });

  test('is replaced when Nexodus does not know it, and its pod too', async () => {
    const [id, pods] = [deviceID(), world.server.list<Pod>(resources.pods)];
    world.nexodus.deleteDevice(id);
    await world.settle();
    expect(world.nexodus.devices.size).toBe(2);
    expect(world.nexodus.devices.has(id)).toBe(false);
    const now = world.server.list<Pod>(resources.pods).map(({ metadata }) => metadata.uid);
    expect(now.filter(uid => pods.some(pod => pod.metadata.uid === uid))).toHaveLength(1);
  });
});

test('a device in another VPC, as after a change of the setting, is replaced', async () => {
  world.add(resources.exports, anExport());
  await world.settle();
  const [id, device] = [deviceID(), world.nexodus.devices.get(deviceID())!];
  world.nexodus.devices.delete(id);
  world.process.directory.pull();
  world.nexodus.devices.set(id, { ...device, vpcID: 'other' });
  await world.settle();
  const vpcs = [...world.nexodus.devices.values()].map(({ vpcID }) => vpcID);
  expect(vpcs).toEqual(['vpc', 'vpc']);
  expect(world.nexodus.devices.has(id)).toBe(false);
});

test.each([
  ['keeps its identities, and gets the label back', () => {}],
  // Then the Secret alone tells which devices are ours.
  ['does so when keys are gone from Nexodus', () => world.nexodus.keys.clear()],
])('a Secret that somebody took our label off %s', async (_what, disturb) => {
  world.add(resources.exports, anExport());
  await world.settle();
  disturb();
  world.process.directory.pull();
  await world.settle();
  const ref = { resource: resources.secrets, namespace: 'shop', name: 'nexlink-export-shop' };
  const [before, ids] = [
    world.server.get<Secret>(ref.resource, 'shop', ref.name)!,
    [...world.nexodus.devices.keys()],
  ];
  world.server.edit<Secret>(ref, ({ metadata }) => void delete metadata.labels?.[managedByLabel]);
  await world.settle();
  const secret = world.server.get<Secret>(ref.resource, 'shop', ref.name)!;
  expect(secret.data).toEqual(before.data);
  expect(secret.metadata.labels).toEqual(before.metadata.labels);
  expect([...world.nexodus.devices.keys()]).toEqual(ids);
});

describe('an import for some pods, without the right to write NetworkPolicies', () => {
  const clients = [{ podSelector: { matchLabels: { app: 'client' } } }];
  const importer = () => world.server.get<NexlinkGateway>(resources.gateways, 'shop', 'import-shop');
  const says = (name: string) =>
    conditionOf(
      world.server.get<NexlinkImport>(resources.imports, 'shop', name)?.status?.conditions,
      'Ready',
    );
  const hosts = () =>
    new Set(
      world.server
        .list<Pod>(resources.pods)
        .flatMap(pod => world.cluster.rulesIn(pod)?.egress.map(({ host }) => host)),
    );
  const addressOf = (id: string) => world.nexodus.devices.get(id)!.ipv4;

  beforeEach(async () => {
    for (const id of ['api', 'db']) {
      world.addPlainDevice(id, id);
      world.add(resources.imports, anImport(id, { device: { hostname: id }, ports: [{ port: 80 }] }));
    }
    await world.settle();
    expect(hosts()).toEqual(new Set([addressOf('api'), addressOf('db')]));
    const apply = world.server.apply.bind(world.server);
    jest.spyOn(world.server, 'apply').mockImplementation((resource, ...rest) => {
      if (resource !== resources.networkPolicies) return apply(resource, ...rest) as never;
      throw new Denied('Forbidden', 'cannot apply NetworkPolicy shop/nexlink-import-shop: no right');
    });
    world.server.edit<NexlinkImport>(
      { resource: resources.imports, namespace: 'shop', name: 'db' },
      object => void (object.spec.clients = clients),
    );
    await world.settle();
  });
  afterEach(() => void jest.restoreAllMocks());

  test('loses its rules, and only it', () => {
    expect(hosts()).toEqual(new Set([addressOf('api')]));
    expect(says('api')).toMatchObject({ status: 'True' });
  });

  test('is told why, as is its gateway', () => {
    const why = /cannot apply NetworkPolicy shop\/nexlink-import-shop: no right/;
    expect(says('db')).toMatchObject({ reason: 'GatewayNotReady', message: expect.stringMatching(why) });
    expect(conditionOf(importer()?.status?.conditions, 'Programmed')).toMatchObject({
      reason: 'Failed',
      message: expect.stringMatching(why),
    });
  });

  test('works again once the right is given', async () => {
    jest.restoreAllMocks();
    world.clock.advance(600_000);
    await world.settle();
    expect(hosts()).toEqual(new Set([addressOf('api'), addressOf('db')]));
    expect(says('db')).toMatchObject({ status: 'True' });
    expect(world.violations).toEqual([]);
  });
});

test('while it is being deleted and Nexodus is away, it says so, and how to give it up', async () => {
  world.add(resources.exports, anExport());
  await world.settle();
  world.nexodus.isDown = true;
  world.server.delete({ resource: resources.gateways, namespace: 'shop', name: 'export-shop' });
  await world.settle();
  expect(saysOf('Ready')).toMatchObject({
    status: 'False',
    reason: 'Deleting',
    message: expect.stringMatching(/Nexodus is down.*kubectl -n shop patch nxg export-shop/),
  });
});

test('in a namespace that is being deleted nothing is made, and what is published withdrawn and told so at once', async () => {
  world.add(resources.exports, anExport());
  await world.settle();
  const { log } = world.start();
  world.server.delete({ resource: resources.namespaces, name: 'shop' });
  world.server.delete({ resource: resources.secrets, namespace: 'shop', name: 'nexlink-export-shop' });
  await world.process.work();
  expect(log.sort()).toEqual(['deleteMetadata', 'deleteMetadata', 'status NexlinkExport shop/web']);
  const { conditions } = world.server.get<NexlinkExport>(resources.exports, 'shop', 'web')!.status!;
  expect(conditionOf(conditions, 'Ready')).toMatchObject({ status: 'False', reason: 'Deleting' });
  expect(count('gateways', 'pods')).toEqual([1, 2]);
});
