import { beforeEach, describe, expect, test } from '@jest/globals';
import { gatewayLabel, managedByLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { serviceNameLabel } from '../export/backends.ts';
import { RegistrySource } from '../import/registry.ts';
import type { CacheEvent, KubeObject, Resource } from '../runtime/kube.ts';
import { rulesName } from '../runtime/names.ts';
import type { EndpointSlice, Pod } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import {
  aCondition,
  aGateway,
  aNamespace,
  anExport,
  anImport,
  aPod,
  aService,
  longAgo,
} from '../testing/builders.ts';
import { aReport } from '../testing/seen.ts';
import { World } from '../testing/world.ts';
import { Triggers } from './triggers.ts';

let world: World;
let woken: Set<string>;
let triggers: Triggers;

/** A namespace with two exports, one of them through a gateway of its own, and an import. */
beforeEach(() => {
  world = new World();
  world.add(resources.namespaces, aNamespace());
  world.add(resources.services, aService());
  world.add(resources.exports, anExport('web'));
  world.add(resources.exports, anExport('www', { service: 'web', name: 'web' }));
  world.add(resources.exports, anExport('db', { gateway: 'mine' }));
  world.add(resources.imports, anImport('api'));
  for (const spec of [{}, { direction: 'Import' as const }]) world.add(resources.gateways, aGateway(spec));
  world.add(resources.gateways, {
    ...aGateway({}, { name: 'mine' }),
    status: { replicas: [aReport()] },
  } as KubeObject);
  woken = new Set();
  restart();
});

/** Triggers as of a controller that has just started. */
function restart(): void {
  const wake = (controller: string) => (key: string) => void woken.add(`${controller} ${key}`);
  const { ports } = world.process;
  triggers = new Triggers(ports, new RegistrySource(ports.directory, 'here'), {
    export: wake('export'),
    import: wake('import'),
    gateway: wake('gateway'),
    discovery: wake('discovery'),
    labeled: wake('labeled'),
  });
}
const clear = () => woken.clear();

const get = <T extends KubeObject>(resource: Resource, name: string) =>
  structuredClone(world.server.get<T>(resource, resource.namespaced ? 'shop' : undefined, name)!);
const added = <T extends KubeObject>(object: T) => ({ type: 'added', object }) as const;
const changed = <T extends KubeObject>(previous: T, change: (object: T) => void) => {
  const object = structuredClone(previous);
  change(object);
  return { type: 'updated', object, previous } as const;
};
const expectWoken = (...keys: string[]) => expect([...woken].sort()).toEqual(keys.sort());

describe('wakes, when', () => {
  test('an export is new: it, its rivals, its gateway, its namespace', () => {
    triggers.onExport(added(get<ReturnType<typeof anExport>>(resources.exports, 'web')));
    expectWoken(
      'discovery shop',
      'export shop/web',
      'export shop/www',
      'gateway shop/export-shop',
      'labeled shop/web',
    );
  });

  test('an export moves: both gateways', () => {
    triggers.onExport(
      changed(get<ReturnType<typeof anExport>>(resources.exports, 'db'), object => {
        object.metadata.generation! += 1;
        object.spec.gateway = 'default';
      }),
    );
    expect([...woken]).toEqual(expect.arrayContaining(['gateway shop/mine', 'gateway shop/export-shop']));
  });

  test('only the status of an export changes: it alone', () => {
    triggers.onExport(
      changed(get<ReturnType<typeof anExport>>(resources.exports, 'web'), object => {
        object.status = { realm: 'shop' };
      }),
    );
    expectWoken('export shop/web');
  });

  test('an import is new: it, its gateway, its namespace', () => {
    triggers.onImport(added(get<ReturnType<typeof anImport>>(resources.imports, 'api')));
    expectWoken('import shop/api', 'gateway shop/import-shop', 'discovery shop');
  });

  test('a gateway changes: it and what it carries', () => {
    triggers.onGateway(added(get<ReturnType<typeof aGateway>>(resources.gateways, 'export-shop')));
    expectWoken('gateway shop/export-shop', 'export shop/web', 'export shop/www');
  });

  describe('of a gateway there changes', () => {
    type Gateway = ReturnType<typeof aGateway>;
    const before = (): Gateway => ({
      ...aGateway({}, { name: 'mine' }),
      status: {
        readyReplicas: 1,
        revision: 'one',
        replicas: [aReport(0, { peers: [{ address: '100.64.0.9', healthy: true }] })],
        conditions: [
          aCondition('Programmed', 'False', 'Pending'),
          aCondition('Ready', 'True', 'Ready'),
          aCondition('AddressGranted', 'False', 'Pending'),
        ],
      },
    });
    type Status = NonNullable<Gateway['status']>;
    const programmed =
      (is: 'True' | 'False', reason: string) =>
      ({ conditions }: Status) =>
        (conditions![0] = aCondition('Programmed', is, reason, { message: '2 of 2.' }));
    const inStatus = (change: (status: Status) => unknown) => (gateway: Gateway) => change(gateway.status!);

    test.each<[string, (gateway: Gateway) => void]>([
      ['its deletion', ({ metadata }) => (metadata.deletionTimestamp = longAgo)],
      ['its spec', ({ metadata }) => (metadata.generation = 2)],
      ['whether a replica is ready', inStatus(({ replicas }) => (replicas![0]!.ready = false))],
      ['the pod that reports', inStatus(({ replicas }) => (replicas![0]!.podUID = 'other'))],
      ['the device of a replica', inStatus(({ replicas }) => (replicas![0]!.deviceID = 'other'))],
      ['a far end', inStatus(({ replicas }) => (replicas![0]!.peers![0]!.healthy = false))],
      ['that a replica reports', inStatus(({ replicas }) => void replicas!.push(aReport(1)))],
      ['why it is not ready', inStatus(({ conditions }) => (conditions![1]!.message = 'other'))],
      [
        'which spec a condition is about',
        inStatus(({ conditions }) => (conditions![2]!.observedGeneration = 2)),
      ],
      ['that rules cannot be written', inStatus(programmed('False', 'Failed'))],
    ])('%s: it and what it carries', (_what, change) => {
      triggers.onGateway(changed(before(), change));
      expectWoken('gateway shop/mine', 'export shop/db');
    });

    test.each<[string, (gateway: Gateway) => void]>([
      ['what is not ours', ({ metadata }) => (metadata.annotations = { x: 'y' })],
      ['what its pods shall have', inStatus(status => (status.revision = 'two'))],
      ['how many pods others count', inStatus(status => (status.readyReplicas = 2))],
      ['how many pods have the rules', inStatus(programmed('False', 'Pending'))],
      ['that all pods have the rules', inStatus(programmed('True', 'Programmed'))],
      ['the words of a replica', inStatus(({ replicas }) => (replicas![0]!.message = 'other'))],
    ])('%s: it alone', (_what, change) => {
      triggers.onGateway(changed(before(), change));
      expectWoken('gateway shop/mine');
    });

    test('that it is there: it and what it carries', () => {
      triggers.onGateway({ type: 'deleted', object: before() });
      expectWoken('gateway shop/mine', 'export shop/db');
    });
  });

  test('a Service changes: its exports and their gateways', () => {
    triggers.onService(added(get<ReturnType<typeof aService>>(resources.services, 'web')));
    expectWoken('labeled shop/web', 'export shop/web', 'export shop/www', 'gateway shop/export-shop');
  });

  describe('an EndpointSlice', () => {
    const both = ['export shop/web', 'export shop/www', 'gateway shop/export-shop'];
    const slice = (name: string, ready: boolean | undefined, service = 'web', port = 'http') =>
      ({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name, namespace: 'shop', labels: { [serviceNameLabel]: service } },
        endpoints: ready === undefined ? [] : [{ conditions: { ready } }],
        ports: [{ name: port, protocol: 'TCP' }],
      }) satisfies EndpointSlice;
    /** As the cache tells it: it holds the slice as it is now. */
    const become = (before: EndpointSlice | undefined, after: EndpointSlice | undefined) => {
      const { endpointSlices } = resources;
      const { name } = (after ?? before)!.metadata;
      if (!after) world.server.delete({ resource: endpointSlices, namespace: 'shop', name });
      else if (!before) world.add(endpointSlices, after);
      else
        world.server.edit<EndpointSlice>({ resource: endpointSlices, namespace: 'shop', name }, object =>
          Object.assign(object, after, { metadata: { ...object.metadata, labels: after.metadata.labels } }),
        );
      if (!after) triggers.onEndpointSlice({ type: 'deleted', object: before! });
      else if (!before) triggers.onEndpointSlice(added(after));
      else triggers.onEndpointSlice({ type: 'updated', object: after, previous: before });
    };
    const [ready, unready] = [slice('one', true), slice('one', false)];

    test.each<[string, EndpointSlice | undefined, EndpointSlice | undefined]>([
      ['comes with the first ready endpoint', undefined, ready],
      ['gets the first ready endpoint', unready, ready],
      ['loses the last ready endpoint', ready, unready],
      ['goes with the last ready endpoint', ready, undefined],
      ['gets the port of the Service', slice('one', true, 'web', 'other'), ready],
      ['is given to the Service', slice('one', true, 'other'), ready],
      ['is given to another Service', ready, slice('one', true, 'other')],
    ])('%s: the exports of its Service and their gateways', (_what, before, after) => {
      if (before) world.add(resources.endpointSlices, before);
      clear();
      become(before, after);
      expectWoken(...both);
    });

    test.each<[string, EndpointSlice | undefined, EndpointSlice | undefined]>([
      ['has no ready endpoint', undefined, unready],
      ['stays ready', ready, { ...ready, endpoints: [...ready.endpoints, {}] }],
      ['stays without a ready endpoint', unready, slice('one', undefined)],
      ['is of a Service that is not exported', undefined, slice('one', true, 'other')],
      ['is of no Service', undefined, { ...ready, metadata: { name: 'one', namespace: 'shop' } }],
    ])('%s: nothing', (_what, before, after) => {
      if (before) world.add(resources.endpointSlices, before);
      clear();
      become(before, after);
      expectWoken();
    });

    test('gets the first ready endpoint of an imported Service: its import', () => {
      const owner = {
        apiVersion: 'x',
        kind: 'NexlinkImport',
        name: 'cache',
        uid: 'uid-cache',
        controller: true,
      };
      world.add(resources.services, aService('cache', undefined, {}, { ownerReferences: [owner] }));
      const [none, one] = [slice('cache', false, 'cache'), slice('cache', true, 'cache')];
      world.add(resources.endpointSlices, none);
      clear();
      become(none, one);
      expectWoken('import shop/cache');
    });

    test('is not the only one with a ready endpoint: nothing', () => {
      world.add(resources.endpointSlices, slice('two', true));
      world.add(resources.endpointSlices, ready);
      clear();
      become(ready, unready);
      become(unready, ready);
      become(ready, undefined);
      expectWoken();
    });
  });

  test('a Service has the name of an export of something outside: not that export', () => {
    const target = { target: { address: 'db.example' }, ports: [{ port: 1 }] };
    world.add(resources.exports, anExport('outside', target));
    triggers.onService(added(aService('outside')));
    expectWoken('labeled shop/outside');
  });

  test('a Service has the name that an import wants', () => {
    triggers.onService(added(aService('api')));
    expectWoken('labeled shop/api', 'import shop/api');
  });

  test('a Service that an import made under another name changes', () => {
    const ownerReferences = [{ apiVersion: 'x', kind: 'NexlinkImport', name: 'api', uid: 'u' }];
    triggers.onService(added(aService('old', [], {}, { ownerReferences })));
    expectWoken('labeled shop/old', 'import shop/api');
  });

  test('the realm of a namespace changes: everything in it', () => {
    triggers.onNamespace(
      changed(aNamespace(), object => {
        object.metadata.labels = { [realmLabel]: 'prod' };
      }),
    );
    expectWoken(
      'discovery shop',
      'export shop/web',
      'export shop/www',
      'export shop/db',
      'import shop/api',
      'gateway shop/export-shop',
      'gateway shop/import-shop',
      'gateway shop/mine',
    );
  });

  test('a child changes: its gateway', () => {
    triggers.onChild(added(aPod('export-shop')));
    expectWoken('gateway shop/export-shop');
  });

  describe('a pod', () => {
    const [ready, unready] = [aPod('mine'), aPod('mine', 0, { conditions: [] })];
    const updated = (previous: Pod, object: Pod) => ({ type: 'updated', object, previous }) as const;

    test.each<[string, CacheEvent<Pod>]>([
      ['comes', added(unready)],
      ['goes', { type: 'deleted', object: ready }],
      ['becomes ready', updated(unready, ready)],
      ['is not ready any more', updated(ready, unready)],
      ['is deleted', changed(ready, ({ metadata }) => (metadata.deletionTimestamp = 'now'))],
    ])('%s: its gateway and what that carries', (_what, event) => {
      triggers.onPod(event);
      expectWoken('gateway shop/mine', 'export shop/db');
    });

    test('changes otherwise: its gateway', () => {
      triggers.onPod(changed(ready, ({ status }) => (status!.containerStatuses![0]!.restartCount = 1)));
      expectWoken('gateway shop/mine');
    });
  });

  test('the rules change: the gateway and what it carries', () => {
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: 'shop', labels: { [gatewayLabel]: 'mine' } },
    };
    triggers.onConfigMap(added(map));
    expectWoken('gateway shop/mine', 'export shop/db');
  });

  describe('the rules of a gateway change', () => {
    const rules = (ports: object[], ingress: object[]) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: rulesName('export-shop'),
        namespace: 'shop',
        labels: { [gatewayLabel]: 'export-shop', [managedByLabel]: 'controller' },
      },
      data: {
        'ports.json': JSON.stringify(ports),
        'rules.json': JSON.stringify({ revision: `${ingress.length}`, ingress, egress: [] }),
      },
    });
    const uidOf = (name: string) => get(resources.exports, name).metadata.uid!;
    const portOf = (name: string, gatewayPort: number) => ({
      owner: uidOf(name),
      protocol: 'TCP',
      port: 80,
      gatewayPort,
    });
    const rule = (port: number, host = '10.96.0.7') => ({ protocol: 'tcp', port, host, targetPort: 8080 });
    const ready = (name: string, status: 'True' | 'False') =>
      world.server.edit<NexlinkExport>({ resource: resources.exports, namespace: 'shop', name }, nxe => {
        nxe.status = { conditions: [{ ...aCondition('Ready', status, 'X'), observedGeneration: 1 }] };
      });
    const from = (before: ReturnType<typeof rules>, after: ReturnType<typeof rules>) =>
      triggers.onConfigMap({ type: 'updated', object: after, previous: before });
    beforeEach(() => {
      for (const name of ['web', 'www']) ready(name, 'True');
      clear();
    });

    test('for others: what is ready sleeps on', () => {
      from(rules([portOf('web', 80)], [rule(80)]), rules([portOf('web', 80)], [rule(80), rule(81)]));
      expectWoken('gateway shop/export-shop');
    });

    test.each([
      ['another port', () => rules([portOf('web', 81)], [rule(80), rule(81)])],
      ['no port', () => rules([], [rule(80)])],
      ['another target', () => rules([portOf('web', 80)], [rule(80, '10.96.0.8')])],
      ['no rule', () => rules([portOf('web', 80)], [])],
    ])('for one, which has %s now: it alone', (_what, after) => {
      from(rules([portOf('web', 80)], [rule(80)]), after());
      expectWoken('gateway shop/export-shop', 'export shop/web');
    });

    describe('for others, while one is not ready', () => {
      const [before, after] = [
        [rule(80), rule(81)],
        [rule(80), rule(81), rule(82)],
      ].map(ingress => () => rules([portOf('web', 80), portOf('www', 81)], ingress)) as [
        () => ReturnType<typeof rules>,
        () => ReturnType<typeof rules>,
      ];
      const report = (appliedRevision: string) =>
        world.server.edit<NexlinkGateway>(
          { resource: resources.gateways, namespace: 'shop', name: 'export-shop' },
          gateway => {
            gateway.status = { replicas: [{ ...aReport(0), appliedRevision }] };
          },
        );
      beforeEach(() => void ready('www', 'False'));

      test('it sleeps on until a pod has them', () => {
        report('2');
        clear();
        from(before(), after());
        expectWoken('gateway shop/export-shop');
      });

      test('a pod has told before that it has them: it may have waited for that', () => {
        report('3');
        clear();
        from(before(), after());
        expectWoken('gateway shop/export-shop', 'export shop/www');
      });

      test.each([
        ['these', '3', ['export shop/www']],
        ['others', 'y', []],
      ])('a pod tells that it has %s', (_what, revision, woken) => {
        report('2');
        world.add(resources.configMaps, after());
        clear();
        const gateway = get<NexlinkGateway>(resources.gateways, 'export-shop');
        triggers.onGateway(
          changed(gateway, ({ status }) => (status!.replicas![0]!.appliedRevision = revision)),
        );
        expectWoken('gateway shop/export-shop', ...woken);
      });
    });
  });

  test('its policy changes: an import gateway and what it carries', () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'x', namespace: 'shop', labels: { [gatewayLabel]: 'import-shop' } },
    };
    triggers.onSharedChild(added(policy));
    expectWoken('gateway shop/import-shop', 'import shop/api');
  });

  test('a child is given to another gateway: both', () => {
    triggers.onChild(
      changed(
        aPod('export-shop') as KubeObject,
        ({ metadata }) => (metadata.labels = { [gatewayLabel]: 'mine' }),
      ),
    );
    expectWoken('gateway shop/export-shop', 'gateway shop/mine');
  });

  test('rules are given to another gateway, or to none: the one that had them, and what it carries', () => {
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: 'shop', labels: { [gatewayLabel]: 'mine' } },
    } satisfies KubeObject;
    for (const labels of [{ [gatewayLabel]: 'other' }, {}]) {
      clear();
      triggers.onConfigMap(changed(map as KubeObject, ({ metadata }) => (metadata.labels = labels)));
      expect([...woken]).toEqual(expect.arrayContaining(['gateway shop/mine', 'export shop/db']));
    }
  });

  test('the controller starts: Services for their label, and exports that a Service may have left behind', () => {
    world.add(resources.exports, anExport('left', { service: 'gone' }));
    triggers.everything();
    for (const name of ['web', 'left']) expect(woken).toContain(`labeled shop/${name}`);
  });

  test('objects of others change: nothing', () => {
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'shop' } };
    triggers.onConfigMap(added(other));
    triggers.onSharedChild(added(other));
    triggers.onChild(added(other));
    expectWoken();
  });
});

describe('of Nexodus, wakes, when', () => {
  const change = (deviceIDs: string[] = [], more = {}) =>
    triggers.onDirectory({ deviceIDs: new Set(deviceIDs), regKeys: false, health: false, ...more });
  const key = () => world.nexodus.createKey('nexlink:here/shop/export-shop/0', new Date(0));

  test('a device of ours changes: its gateway and what that carries', () => {
    const { deviceID } = key();
    change([deviceID!]);
    expectWoken('gateway shop/export-shop', 'export shop/web', 'export shop/www');
  });

  describe('a device of ours publishes other metadata', () => {
    const services = (port: number) => [
      { name: 'web', protocol: 'tcp', port: 80 },
      { name: 'shared', protocol: 'tcp', port },
    ];
    let deviceID: string;
    const device = (online: boolean) =>
      world.nexodus.addDevice({ id: deviceID, hostname: 'ours', publicKey: 'public', online });
    const publish = (port: number) =>
      world.nexodus.putMetadata(deviceID, {
        realm: 'shop',
        cluster: 'here',
        exports: ['web', 'shared'],
        services: services(port),
      });
    beforeEach(() => {
      world.add(resources.exports, anExport('other', { name: 'shared' }));
      deviceID = key().deviceID!;
      device(true);
      publish(81);
      change([deviceID]);
      clear();
    });

    test('for one name: its gateway and the exports of that name', () => {
      publish(82);
      change([deviceID]);
      expectWoken('gateway shop/export-shop', 'export shop/other');
    });

    test('and goes offline: everything that its gateway carries', () => {
      publish(82);
      device(false);
      change([deviceID]);
      expectWoken('gateway shop/export-shop', 'export shop/other', 'export shop/web', 'export shop/www');
    });
  });

  test('a key comes, opens or goes: its gateway, and no other', () => {
    const other = world.nexodus.createKey('nexlink:here/shop/import-shop/0', new Date(0));
    change([], { regKeys: true });
    expectWoken('gateway shop/import-shop');
    let id: string;
    for (const happen of [
      () => void ({ id } = key()),
      () => world.nexodus.expireKey(id, new Date(1)),
      () => world.nexodus.deleteKey(id),
    ]) {
      clear();
      happen();
      change([], { regKeys: true });
      expectWoken('gateway shop/export-shop');
    }
    clear();
    world.nexodus.deleteKey(other.id);
    change([], { regKeys: true });
    expectWoken('gateway shop/import-shop');
  });

  test('a key was there before the controller started, and goes: its gateway', () => {
    const { id } = key();
    restart();
    world.nexodus.deleteKey(id);
    change([], { regKeys: true });
    expectWoken('gateway shop/export-shop');
  });

  test('keys of others change: nothing', () => {
    world.nexodus.createKey('nexlink:there/shop/export-shop/0', new Date(0));
    change([], { regKeys: true });
    expectWoken();
  });

  test('a device goes together with its key: the gateway that reported it', () => {
    change(['device-0']);
    expectWoken('gateway shop/mine', 'export shop/db');
  });

  test('a name comes: its imports, their gateway, and every namespace', () => {
    world.addForeignDevice('far', { realm: 'shop', cluster: 'there', exports: ['api'] });
    world.process.deliver();
    change(['far']);
    expectWoken('import shop/api', 'gateway shop/import-shop', 'discovery shop');
  });

  test('a name has other ports: its imports and their gateway', () => {
    const value = { realm: 'shop', cluster: 'there', exports: ['api'], services: [] as object[] };
    world.addForeignDevice('far', value);
    change(['far']);
    woken.clear();
    world.nexodus.putMetadata('far', { ...value, services: [{ name: 'api', protocol: 'tcp', port: 80 }] });
    change(['far']);
    expectWoken('import shop/api', 'gateway shop/import-shop');
  });

  test('a name that exports of ours have changes: these exports', () => {
    for (const cluster of ['there', 'elsewhere']) {
      world.addForeignDevice('far', { realm: 'shop', cluster, exports: ['web'] });
      clear();
      change(['far']);
      for (const name of ['web', 'www']) expect(woken).toContain(`export shop/${name}`);
      expect(woken).not.toContain('export shop/db');
    }
  });

  test('a name of another realm changes: no import', () => {
    world.addForeignDevice('far', { realm: 'prod', cluster: 'there', exports: ['api'] });
    change(['far']);
    expectWoken('discovery shop');
  });

  describe('a device that an import names', () => {
    const both = ['import shop/db', 'gateway shop/import-shop'];
    beforeEach(() => {
      world.add(resources.imports, anImport('db', { device: { hostname: 'laptop' }, ports: [{ port: 1 }] }));
      world.addPlainDevice('one', 'laptop');
      world.process.deliver();
    });

    test('comes: the import and its gateway', () => {
      change(['one']);
      expectWoken(...both);
    });

    test.each<[string, () => void]>([
      ['goes', () => world.nexodus.deleteDevice('one')],
      ['gets another name', () => world.addPlainDevice('one', 'desktop')],
    ])('%s: again', (_what, happen) => {
      change(['one']);
      world.process.deliver();
      clear();
      happen();
      world.process.deliver();
      change(['one']);
      expectWoken(...both);
    });

    test('is of another name: nothing', () => {
      world.addPlainDevice('two', 'desktop');
      world.process.deliver();
      change(['two']);
      expectWoken();
    });

    test('was there before the controller started, and goes', () => {
      restart();
      world.nexodus.deleteDevice('one');
      world.process.deliver();
      change(['one']);
      expectWoken(...both);
    });

    test('becomes ours by a key, and is so no longer without it: again', () => {
      const { id, deviceID } = key();
      world.addPlainDevice(deviceID!, 'laptop');
      change([], { regKeys: true });
      expectWoken(...both, 'gateway shop/export-shop');
      clear();
      world.nexodus.deleteKey(id);
      change([], { regKeys: true });
      expectWoken(...both, 'gateway shop/export-shop');
    });

    test('is not that of a key that changes: nothing of it', () => {
      const { id, deviceID } = key();
      world.addPlainDevice(deviceID!, 'desktop');
      change([], { regKeys: true });
      world.nexodus.expireKey(id, new Date(1));
      change([], { regKeys: true });
      expectWoken('gateway shop/export-shop');
    });
  });

  describe('a device has the address that a gateway asks for, and', () => {
    beforeEach(() => {
      world.add(resources.gateways, aGateway({ tunnelIP: '100.64.0.9' }, { name: 'asks' }));
      world.addPlainDevice('one', 'laptop', '100.64.0.9');
      world.process.deliver();
    });

    test('comes: that gateway', () => {
      change(['one']);
      expectWoken('gateway shop/asks');
    });

    test.each<[string, () => void]>([
      ['goes', () => world.nexodus.deleteDevice('one')],
      ['gets another one', () => world.addPlainDevice('one', 'laptop', '100.64.0.10')],
    ])('%s: that gateway', (_what, happen) => {
      change(['one']);
      clear();
      happen();
      world.process.deliver();
      change(['one']);
      expectWoken('gateway shop/asks');
    });

    test('was there before the controller started: that gateway', () => {
      restart();
      world.nexodus.deleteDevice('one');
      world.process.deliver();
      change(['one']);
      expectWoken('gateway shop/asks');
    });

    test('another one comes: nothing', () => {
      world.addPlainDevice('two', 'desktop', '100.64.0.10');
      world.process.deliver();
      change(['two']);
      expectWoken();
    });
  });

  test('a name is exported that an import of a device has: nothing of it', () => {
    world.add(resources.imports, anImport('pc', { device: { hostname: 'x' }, ports: [{ port: 1 }] }));
    world.addForeignDevice('far', { realm: 'shop', cluster: 'there', exports: ['pc'] });
    world.process.deliver();
    change(['far']);
    expectWoken('discovery shop');
  });

  test('it comes or goes: everything', () => {
    change([], { health: true });
    expect([...woken]).toEqual(
      expect.arrayContaining(['export shop/web', 'import shop/api', 'gateway shop/mine', 'discovery shop']),
    );
  });
});
