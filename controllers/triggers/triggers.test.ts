import { beforeEach, describe, expect, test } from '@jest/globals';
import { gatewayLabel, managedByLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { serviceNameLabel } from '../export/backends.ts';
import type { CacheEvent, KubeObject } from '../runtime/kube.ts';
import { rulesName } from '../runtime/names.ts';
import type { EndpointSlice, Pod } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import type { anImport } from '../testing/builders.ts';
import { aCondition, aGateway, aNamespace, anExport, aPod, aService, longAgo } from '../testing/builders.ts';
import { aReport } from '../testing/seen.ts';
import { Shop } from './testing/shop.ts';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

const added = <T extends KubeObject>(object: T) => ({ type: 'added', object }) as const;
const changed = <T extends KubeObject>(previous: T, change: (object: T) => void) => {
  const object = structuredClone(previous);
  change(object);
  return { type: 'updated', object, previous } as const;
};

describe('wakes, when', () => {
  test('an export is new: it, its rivals, its gateway, its namespace', () => {
    shop.triggers.onExport(added(shop.get<ReturnType<typeof anExport>>(resources.exports, 'web')));
    shop.expectWoken(
      'discovery shop',
      'export shop/web',
      'export shop/www',
      'gateway shop/export-shop',
      'labeled shop/web',
    );
  });

  test('an export moves: both gateways', () => {
    shop.triggers.onExport(
      changed(shop.get<ReturnType<typeof anExport>>(resources.exports, 'db'), object => {
        object.metadata.generation! += 1;
        object.spec.gateway = 'default';
      }),
    );
    expect([...shop.woken]).toEqual(
      expect.arrayContaining(['gateway shop/mine', 'gateway shop/export-shop']),
    );
  });

  test('only the status of an export changes: it alone', () => {
    shop.triggers.onExport(
      changed(shop.get<ReturnType<typeof anExport>>(resources.exports, 'web'), object => {
        object.status = { realm: 'shop' };
      }),
    );
    shop.expectWoken('export shop/web');
  });

  test('an import is new: it, its gateway, its namespace', () => {
    shop.triggers.onImport(added(shop.get<ReturnType<typeof anImport>>(resources.imports, 'api')));
    shop.expectWoken('import shop/api', 'gateway shop/import-shop', 'discovery shop');
  });

  test('a gateway changes: it and what it carries', () => {
    shop.triggers.onGateway(added(shop.get<ReturnType<typeof aGateway>>(resources.gateways, 'export-shop')));
    shop.expectWoken('gateway shop/export-shop', 'export shop/web', 'export shop/www');
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
      shop.triggers.onGateway(changed(before(), change));
      shop.expectWoken('gateway shop/mine', 'export shop/db');
    });

    test.each<[string, (gateway: Gateway) => void]>([
      ['what is not ours', ({ metadata }) => (metadata.annotations = { x: 'y' })],
      ['what its pods shall have', inStatus(status => (status.revision = 'two'))],
      ['how many pods others count', inStatus(status => (status.readyReplicas = 2))],
      ['how many pods have the rules', inStatus(programmed('False', 'Pending'))],
      ['that all pods have the rules', inStatus(programmed('True', 'Programmed'))],
      ['the words of a replica', inStatus(({ replicas }) => (replicas![0]!.message = 'other'))],
    ])('%s: it alone', (_what, change) => {
      shop.triggers.onGateway(changed(before(), change));
      shop.expectWoken('gateway shop/mine');
    });

    test('that it is there: it and what it carries', () => {
      shop.triggers.onGateway({ type: 'deleted', object: before() });
      shop.expectWoken('gateway shop/mine', 'export shop/db');
    });
  });

  test('a Service changes: its exports and their gateways', () => {
    shop.triggers.onService(added(shop.get<ReturnType<typeof aService>>(resources.services, 'web')));
    shop.expectWoken('labeled shop/web', 'export shop/web', 'export shop/www', 'gateway shop/export-shop');
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
      if (!after) shop.world.server.delete({ resource: endpointSlices, namespace: 'shop', name });
      else if (!before) shop.world.add(endpointSlices, after);
      else
        shop.world.server.edit<EndpointSlice>({ resource: endpointSlices, namespace: 'shop', name }, object =>
          Object.assign(object, after, { metadata: { ...object.metadata, labels: after.metadata.labels } }),
        );
      if (!after) shop.triggers.onEndpointSlice({ type: 'deleted', object: before! });
      else if (!before) shop.triggers.onEndpointSlice(added(after));
      else shop.triggers.onEndpointSlice({ type: 'updated', object: after, previous: before });
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
      if (before) shop.world.add(resources.endpointSlices, before);
      shop.clear();
      become(before, after);
      shop.expectWoken(...both);
    });

    test.each<[string, EndpointSlice | undefined, EndpointSlice | undefined]>([
      ['has no ready endpoint', undefined, unready],
      ['stays ready', ready, { ...ready, endpoints: [...ready.endpoints, {}] }],
      ['stays without a ready endpoint', unready, slice('one', undefined)],
      ['is of a Service that is not exported', undefined, slice('one', true, 'other')],
      ['is of no Service', undefined, { ...ready, metadata: { name: 'one', namespace: 'shop' } }],
    ])('%s: nothing', (_what, before, after) => {
      if (before) shop.world.add(resources.endpointSlices, before);
      shop.clear();
      become(before, after);
      shop.expectWoken();
    });

    test('gets the first ready endpoint of an imported Service: its import', () => {
      const owner = {
        apiVersion: 'x',
        kind: 'NexlinkImport',
        name: 'cache',
        uid: 'uid-cache',
        controller: true,
      };
      shop.world.add(resources.services, aService('cache', undefined, {}, { ownerReferences: [owner] }));
      const [none, one] = [slice('cache', false, 'cache'), slice('cache', true, 'cache')];
      shop.world.add(resources.endpointSlices, none);
      shop.clear();
      become(none, one);
      shop.expectWoken('import shop/cache');
    });

    test('is not the only one with a ready endpoint: nothing', () => {
      shop.world.add(resources.endpointSlices, slice('two', true));
      shop.world.add(resources.endpointSlices, ready);
      shop.clear();
      become(ready, unready);
      become(unready, ready);
      become(ready, undefined);
      shop.expectWoken();
    });
  });

  test('a Service has the name of an export of something outside: not that export', () => {
    const target = { target: { address: 'db.example' }, ports: [{ port: 1 }] };
    shop.world.add(resources.exports, anExport('outside', target));
    shop.triggers.onService(added(aService('outside')));
    shop.expectWoken('labeled shop/outside');
  });

  test('a Service has the name that an import wants', () => {
    shop.triggers.onService(added(aService('api')));
    shop.expectWoken('labeled shop/api', 'import shop/api');
  });

  test('a Service that an import made under another name changes', () => {
    const ownerReferences = [{ apiVersion: 'x', kind: 'NexlinkImport', name: 'api', uid: 'u' }];
    shop.triggers.onService(added(aService('old', [], {}, { ownerReferences })));
    shop.expectWoken('labeled shop/old', 'import shop/api');
  });

  test('the realm of a namespace changes: everything in it', () => {
    shop.triggers.onNamespace(
      changed(aNamespace(), object => {
        object.metadata.labels = { [realmLabel]: 'prod' };
      }),
    );
    shop.expectWoken(
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
    shop.triggers.onChild(added(aPod('export-shop')));
    shop.expectWoken('gateway shop/export-shop');
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
      shop.triggers.onPod(event);
      shop.expectWoken('gateway shop/mine', 'export shop/db');
    });

    test('changes otherwise: its gateway', () => {
      shop.triggers.onPod(changed(ready, ({ status }) => (status!.containerStatuses![0]!.restartCount = 1)));
      shop.expectWoken('gateway shop/mine');
    });
  });

  test('the rules change: the gateway and what it carries', () => {
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: 'shop', labels: { [gatewayLabel]: 'mine' } },
    };
    shop.triggers.onConfigMap(added(map));
    shop.expectWoken('gateway shop/mine', 'export shop/db');
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
    const uidOf = (name: string) => shop.get(resources.exports, name).metadata.uid!;
    const portOf = (name: string, gatewayPort: number) => ({
      owner: uidOf(name),
      protocol: 'TCP',
      port: 80,
      gatewayPort,
    });
    const rule = (port: number, host = '10.96.0.7') => ({ protocol: 'tcp', port, host, targetPort: 8080 });
    const ready = (name: string, status: 'True' | 'False') =>
      shop.world.server.edit<NexlinkExport>({ resource: resources.exports, namespace: 'shop', name }, nxe => {
        nxe.status = { conditions: [{ ...aCondition('Ready', status, 'X'), observedGeneration: 1 }] };
      });
    const from = (before: ReturnType<typeof rules>, after: ReturnType<typeof rules>) =>
      shop.triggers.onConfigMap({ type: 'updated', object: after, previous: before });
    beforeEach(() => {
      for (const name of ['web', 'www']) ready(name, 'True');
      shop.clear();
    });

    test('for others: what is ready sleeps on', () => {
      from(rules([portOf('web', 80)], [rule(80)]), rules([portOf('web', 80)], [rule(80), rule(81)]));
      shop.expectWoken('gateway shop/export-shop');
    });

    test.each([
      ['another port', () => rules([portOf('web', 81)], [rule(80), rule(81)])],
      ['no port', () => rules([], [rule(80)])],
      ['another target', () => rules([portOf('web', 80)], [rule(80, '10.96.0.8')])],
      ['no rule', () => rules([portOf('web', 80)], [])],
    ])('for one, which has %s now: it alone', (_what, after) => {
      from(rules([portOf('web', 80)], [rule(80)]), after());
      shop.expectWoken('gateway shop/export-shop', 'export shop/web');
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
        shop.world.server.edit<NexlinkGateway>(
          { resource: resources.gateways, namespace: 'shop', name: 'export-shop' },
          gateway => {
            gateway.status = { replicas: [{ ...aReport(0), appliedRevision }] };
          },
        );
      beforeEach(() => void ready('www', 'False'));

      test('it sleeps on until a pod has them', () => {
        report('2');
        shop.clear();
        from(before(), after());
        shop.expectWoken('gateway shop/export-shop');
      });

      test('a pod has told before that it has them: it may have waited for that', () => {
        report('3');
        shop.clear();
        from(before(), after());
        shop.expectWoken('gateway shop/export-shop', 'export shop/www');
      });

      test.each([
        ['these', '3', ['export shop/www']],
        ['others', 'y', []],
      ])('a pod tells that it has %s', (_what, revision, woken) => {
        report('2');
        shop.world.add(resources.configMaps, after());
        shop.clear();
        const gateway = shop.get<NexlinkGateway>(resources.gateways, 'export-shop');
        shop.triggers.onGateway(
          changed(gateway, ({ status }) => (status!.replicas![0]!.appliedRevision = revision)),
        );
        shop.expectWoken('gateway shop/export-shop', ...woken);
      });
    });
  });

  test('its policy changes: an import gateway and what it carries', () => {
    const policy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'x', namespace: 'shop', labels: { [gatewayLabel]: 'import-shop' } },
    };
    shop.triggers.onSharedChild(added(policy));
    shop.expectWoken('gateway shop/import-shop', 'import shop/api');
  });

  test('a child is given to another gateway: both', () => {
    shop.triggers.onChild(
      changed(
        aPod('export-shop') as KubeObject,
        ({ metadata }) => (metadata.labels = { [gatewayLabel]: 'mine' }),
      ),
    );
    shop.expectWoken('gateway shop/export-shop', 'gateway shop/mine');
  });

  test('rules are given to another gateway, or to none: the one that had them, and what it carries', () => {
    const map = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x', namespace: 'shop', labels: { [gatewayLabel]: 'mine' } },
    } satisfies KubeObject;
    for (const labels of [{ [gatewayLabel]: 'other' }, {}]) {
      shop.clear();
      shop.triggers.onConfigMap(changed(map as KubeObject, ({ metadata }) => (metadata.labels = labels)));
      expect([...shop.woken]).toEqual(expect.arrayContaining(['gateway shop/mine', 'export shop/db']));
    }
  });

  test('the controller starts: Services for their label, and exports that a Service may have left behind', () => {
    shop.world.add(resources.exports, anExport('left', { service: 'gone' }));
    shop.triggers.everything();
    for (const name of ['web', 'left']) expect(shop.woken).toContain(`labeled shop/${name}`);
  });

  test('objects of others change: nothing', () => {
    const other = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'shop' } };
    shop.triggers.onConfigMap(added(other));
    shop.triggers.onSharedChild(added(other));
    shop.triggers.onChild(added(other));
    shop.expectWoken();
  });
});
