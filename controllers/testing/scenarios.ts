/** What users, and misfortune, do to a world. */

import { importLabel, exportLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { KubeObject, Resource } from '../runtime/kube.ts';
import type { EndpointSlice, NetworkPolicy, Pod, Secret, Service } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { aGateway, aNamespace, anExport, anImport, aService, longAgo } from './builders.ts';
import type { World } from './world.ts';

export interface Scenario {
  /** Settled before anything is counted. */
  readonly given: readonly ((world: World) => void)[];
  /** What happens then; the world settles after each step. */
  readonly when: readonly ((world: World) => void)[];
  /** Whether keys and devices may be replaced by new ones. */
  readonly replaces?: boolean;
  /** Whether nothing may be left of it. */
  readonly leavesNothing?: boolean;
}

const ref = (resource: Resource, name: string, namespace = 'shop') => ({ resource, namespace, name });
export const remove = (resource: Resource, name: string) => (world: World) =>
  void world.server.delete(ref(resource, name), undefined, resource === resources.pods);
export const edit =
  <T extends KubeObject>(resource: Resource, name: string, change: (object: T) => void) =>
  (world: World) =>
    void world.server.edit<T>(ref(resource, name), change);

export const namespace =
  (labels: { [key: string]: string } = {}) =>
  (world: World) =>
    world.add(resources.namespaces, aNamespace('shop', labels));
export const service =
  (name = 'web', ports?: Parameters<typeof aService>[1]) =>
  (world: World) =>
    world.add(resources.services, aService(name, ports, { clusterIP: '', clusterIPs: [] }));
export const nxe =
  (name = 'web', spec?: Parameters<typeof anExport>[1]) =>
  (world: World) =>
    world.add(resources.exports, anExport(name, spec));
export const nxi =
  (name = 'api', spec?: Parameters<typeof anImport>[1]) =>
  (world: World) =>
    world.add(resources.imports, anImport(name, spec));

export const record = (
  names: readonly string[],
  cluster = 'there',
  port = 8080,
  created = longAgo,
  realm = 'shop',
) => ({
  version: 1,
  realm,
  cluster,
  gateway: 'export-shop',
  exports: names,
  services: names.map(name => ({
    name,
    protocol: 'tcp',
    port: 20000,
    servicePort: port,
    portName: 'http',
    namespace: 'shop',
    created,
  })),
});
/** A record whose names carry nothing yet. */
const announcing = (names: readonly string[]) => {
  const { services, ...value } = record(names);
  return { ...value, announced: services.map(({ port: _, ...offer }) => offer) };
};
/** A record whose services say more. */
const carrying = (more: object) => {
  const value = record(['api']);
  return { ...value, services: value.services.map(service => ({ ...service, ...more })) };
};
export const foreign = (id: string, value: object) => (world: World) => world.addForeignDevice(id, value);
export const publish = (id: string, value: object) => (world: World) => world.nexodus.putMetadata(id, value);

const deviceIDs = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'] as const;
const plain = (id: string, hostname: string) => (world: World) => world.addPlainDevice(id, hostname);
const byName = { device: { hostname: 'db' }, ports: [{ port: 5432 }] };

const askedFor = '100.64.0.9';
const asker = 'export-shop-100-64-0-9';
const plainAt = (address: string) => (world: World) => world.addPlainDevice(deviceIDs[0], 'laptop', address);
const setAddress = (name: string, tunnelIP: string | undefined) =>
  edit<NexlinkGateway>(resources.gateways, name, gateway => {
    if (tunnelIP === undefined) delete gateway.spec.tunnelIP;
    else gateway.spec.tunnelIP = tunnelIP;
  });

const client = { clients: [{ podSelector: { matchLabels: { app: 'client' } } }] };
const team = { clients: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] };
const setSpec = (name: string, spec: NexlinkImport['spec']) =>
  edit<NexlinkImport>(resources.imports, name, object => {
    object.spec = spec;
  });
/** Two exporters, so that addresses tell what is reached. */
const offered = [namespace(), foreign('far', record(['api'])), foreign('far-db', record(['db']))];
const guarded = [...offered, nxi('db', client)];
const policy = 'nexlink-import-shop';

const ownDevice = (world: World, ordinal = 0, gateway = 'export-shop'): string =>
  [...world.nexodus.keys.values()].find(({ description }) => description.endsWith(`/${gateway}/${ordinal}`))!
    .deviceID!;

const outage = (is: boolean) => (world: World) => void (world.nexodus.isDown = is);
export const setLabels = (labels: { [key: string]: string }) =>
  edit(resources.services, 'web', object => {
    object.metadata.labels = labels;
  });

const setReplicas = (name: string, replicas: number) =>
  edit<NexlinkGateway>(resources.gateways, name, gateway => {
    gateway.spec.replicas = replicas;
  });

const exported = [namespace(), service(), nxe()];
const setReady = (name: string, ready: boolean) =>
  edit<EndpointSlice>(resources.endpointSlices, name, slice => {
    slice.endpoints = [{ conditions: { ready } }];
  });
const optedIn = [namespace({ [importLabel]: 'true' })];
const imported = [...optedIn, foreign('far', record(['api']))];

export const scenarios: { readonly [name: string]: Scenario } = {
  'an export is created': { given: [namespace(), service()], when: [nxe()] },
  'a Service is labeled': {
    given: [namespace(), service()],
    when: [setLabels({ [exportLabel]: 'true' })],
  },
  'the label of a Service goes': {
    given: [namespace(), service(), setLabels({ [exportLabel]: 'true' })],
    when: [setLabels({})],
  },
  'a second export joins the gateway': { given: exported, when: [service('db'), nxe('db')] },
  'the port of the Service changes': {
    given: exported,
    when: [
      edit<Service>(resources.services, 'web', object => {
        object.spec!.ports = [{ name: 'http', port: 81, protocol: 'TCP' }];
      }),
    ],
  },
  'the Service gets, and loses, what is carried along': {
    given: exported,
    when: [
      edit<Service>(resources.services, 'web', ({ spec }) => {
        spec!.ports![0]!.appProtocol = 'http';
        spec!.sessionAffinity = 'ClientIP';
        spec!.sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } };
      }),
      edit<Service>(resources.services, 'web', ({ spec }) => {
        delete spec!.ports![0]!.appProtocol;
        delete spec!.sessionAffinity;
        delete spec!.sessionAffinityConfig;
      }),
    ],
  },
  'a Service with an IPv6 address only is exported': {
    given: [
      namespace(),
      world =>
        world.add(
          resources.services,
          aService('web', undefined, { clusterIP: 'fd00::7', clusterIPs: ['fd00::7'] }),
        ),
    ],
    when: [nxe()],
  },
  'the target port of an export changes': {
    given: [
      namespace(),
      service('web', [
        { name: 'http', port: 80 },
        { name: 'alt', port: 8080 },
      ]),
      nxe('web', { ports: [{ port: 80 }] }),
    ],
    when: [
      edit(resources.exports, 'web', object => {
        (object as ReturnType<typeof anExport>).spec.ports = [{ port: 80, targetPort: 8080 }];
      }),
    ],
  },
  'something outside the cluster is exported': {
    given: [namespace()],
    when: [nxe('db', { target: { address: 'db.example.com' }, ports: [{ name: 'sql', port: 5432 }] })],
  },
  'an export changes from a Service to a target, and to another': {
    given: exported,
    when: ['2001:db8::7', '192.0.2.7'].map(address =>
      edit<NexlinkExport>(resources.exports, 'web', object => {
        object.spec = { target: { address }, ports: [{ port: 80, targetPort: 8080 }] };
      }),
    ),
  },
  'the Service is replaced': {
    given: exported,
    when: [remove(resources.services, 'web'), service('other'), service()],
  },
  'the endpoints of the Service become unready, and ready again': {
    given: exported,
    when: [setReady('web', false), setReady('web', true)],
  },
  'one of two Services has no ready endpoint, and its gateway is scaled': {
    given: [...exported, service('db'), nxe('db')],
    when: [setReady('db', false), setReplicas('export-shop', 1)],
  },
  'a Service is exported before an endpoint of it is ready': {
    given: [namespace(), service(), setReady('web', false)],
    when: [nxe(), world => world.clock.advance(30_000), setReady('web', true)],
  },
  'the EndpointSlices of the Service are deleted': {
    given: exported,
    when: [remove(resources.endpointSlices, 'web')],
  },
  'the endpoints become unready while Nexodus is away': {
    given: exported,
    when: [outage(true), setReady('web', false), outage(false)],
  },
  'one of two exports is deleted': {
    given: [...exported, service('db'), nxe('db')],
    when: [remove(resources.exports, 'db')],
  },
  'the last export is deleted': { given: exported, when: [remove(resources.exports, 'web')] },
  'the gateway is deleted': {
    given: exported,
    when: [remove(resources.gateways, 'export-shop')],
    replaces: true,
  },
  'the gateway is scaled up': { given: exported, when: [setReplicas('export-shop', 3)] },
  'the gateway is scaled down': { given: exported, when: [setReplicas('export-shop', 1)] },
  'the gateway is scaled to nothing and back': {
    given: exported,
    when: [setReplicas('export-shop', 0), setReplicas('export-shop', 2)],
    replaces: true,
  },
  'a pod is deleted': { given: exported, when: [remove(resources.pods, 'nexlink-export-shop-0')] },
  'nexd restarts': {
    given: exported,
    when: [
      world => world.cluster.restart(world.server.get<Pod>(resources.pods, 'shop', 'nexlink-export-shop-0')!),
    ],
  },
  'a device is deleted behind our back': {
    given: exported,
    when: [world => world.nexodus.deleteDevice(ownDevice(world))],
    replaces: true,
  },
  'a device is deleted, then its nexd restarts again and again': {
    given: exported,
    when: [
      world => {
        const pod = world.server.get<Pod>(resources.pods, 'shop', 'nexlink-export-shop-0')!;
        for (let count = 0; count < 3; count++) world.cluster.restart(pod);
        world.nexodus.deleteDevice(ownDevice(world));
      },
    ],
    replaces: true,
  },
  'a key is deleted behind our back, then its pod': {
    given: exported,
    when: [
      world => {
        const deviceID = ownDevice(world);
        const key = [...world.nexodus.keys.values()].find(each => each.deviceID === deviceID)!;
        world.nexodus.deleteKey(key.id);
      },
      remove(resources.pods, 'nexlink-export-shop-0'),
    ],
    replaces: true,
  },
  'a key is deleted behind our back, then the gateway scaled down': {
    given: exported,
    when: [
      world => {
        const deviceID = ownDevice(world, 1);
        const key = [...world.nexodus.keys.values()].find(each => each.deviceID === deviceID)!;
        world.nexodus.deleteKey(key.id);
      },
      setReplicas('export-shop', 1),
    ],
  },
  'metadata is deleted behind our back': {
    given: exported,
    when: [world => world.nexodus.deleteMetadata(ownDevice(world))],
  },
  'the Secret is deleted': {
    given: exported,
    when: [remove(resources.secrets, 'nexlink-export-shop')],
    replaces: true,
  },
  'the rules are deleted': {
    given: exported,
    when: [remove(resources.configMaps, 'nexlink-export-shop-rules')],
  },
  'the StatefulSet is deleted': {
    given: exported,
    when: [remove(resources.statefulSets, 'nexlink-export-shop')],
  },
  'the realm of the namespace changes': {
    given: exported,
    when: [
      world =>
        void world.server.edit({ resource: resources.namespaces, name: 'shop' }, object => {
          object.metadata.labels = { [realmLabel]: 'prod' };
        }),
    ],
  },
  'the namespace is deleted': {
    given: [...exported, foreign('far', record(['api'])), nxi()],
    when: [world => void world.server.delete({ resource: resources.namespaces, name: 'shop' })],
  },
  'another cluster exports something': { given: optedIn, when: [foreign('far', record(['api']))] },
  'another cluster exports under the name of a Service of ours': {
    given: [...optedIn, service('api')],
    when: [foreign('far', record(['api'])), remove(resources.services, 'api')],
  },
  'an import is made before anybody exports': {
    given: [namespace()],
    when: [nxi(), foreign('far', record(['api']))],
  },
  'an import names another Service': {
    given: imported,
    when: [
      world => {
        world.server.delete(ref(resources.imports, 'api'));
        world.add(resources.imports, anImport('api', { realm: 'shop', service: { name: 'far-api' } }));
      },
    ],
  },
  'an import changes the name of its Service': {
    given: [namespace(), foreign('far', record(['api'])), nxi()],
    when: [
      edit<NexlinkImport>(resources.imports, 'api', object => {
        object.spec.service = { name: 'far-api' };
      }),
    ],
  },
  'a plain device is imported before it is there': {
    given: [namespace()],
    when: [nxi('db', byName), plain(deviceIDs[0], 'db')],
  },
  'a plain device is imported, goes, and comes back as another': {
    given: [namespace(), plain(deviceIDs[0], 'db'), nxi('db', byName)],
    when: [
      world => world.nexodus.deleteDevice(deviceIDs[0]),
      world => void world.addForeignDevice('taker', { realm: 'shop', cluster: 'there' }),
      plain(deviceIDs[1], 'db'),
    ],
  },
  'a second device takes the name of one that is imported, until the import says which': {
    given: [namespace(), plain(deviceIDs[0], 'db'), nxi('db', byName)],
    when: [
      plain(deviceIDs[1], 'DB'),
      edit<NexlinkImport>(resources.imports, 'db', object => {
        object.spec.device = { id: deviceIDs[1] };
      }),
    ],
  },
  'the ports of an imported device change while it is away': {
    given: [namespace(), plain(deviceIDs[0], 'db'), nxi('db', byName)],
    when: [
      world => world.nexodus.deleteDevice(deviceIDs[0]),
      edit<NexlinkImport>(resources.imports, 'db', object => {
        object.spec.ports = [{ name: 'sql', port: 5433, devicePort: 5432 }];
      }),
      plain(deviceIDs[0], 'db'),
    ],
  },
  'a gateway of our own is imported as a device': {
    given: exported,
    when: [nxi('loop', { device: { hostname: 'nexlink-export-shop-0' }, ports: [{ port: 80 }] })],
  },
  'an import for some pods joins an open one': { given: [...offered, nxi()], when: [nxi('db', client)] },
  'an open import joins one for some pods': { given: guarded, when: [nxi()] },
  'an import is limited to some pods, to others, and no longer': {
    given: [...offered, nxi(), nxi('db')],
    when: [setSpec('db', client), setSpec('db', team), setSpec('db', {})],
  },
  'an import for some pods makes room for an open one': {
    given: guarded,
    when: [
      world => {
        remove(resources.imports, 'db')(world);
        nxi()(world);
      },
      nxi('db'),
    ],
  },
  'an import for some pods makes room for one for others': {
    given: guarded,
    when: [
      world => {
        remove(resources.imports, 'db')(world);
        nxi('api', team)(world);
      },
    ],
  },
  'an open import makes room for one for some pods': {
    given: [...offered, nxi()],
    when: [
      world => {
        remove(resources.imports, 'api')(world);
        nxi('db', client)(world);
      },
    ],
  },
  'an import for some pods leads elsewhere, and is for all': {
    given: guarded,
    when: [setSpec('db', { name: 'api' }), setSpec('db', client)],
  },
  'an import for some pods comes and goes at once': {
    given: [...offered, nxi()],
    when: [nxi('db', client), remove(resources.imports, 'db')],
  },
  'an imported device is only for some pods, then another port of it for all': {
    given: [namespace(), plain(deviceIDs[0], 'db'), nxi('db', { ...byName, ...client })],
    when: [setSpec('db', { ...byName, ports: [{ port: 5432, devicePort: 22 }] })],
  },
  'an import for some pods moves to another gateway': {
    given: [...guarded, nxi()],
    when: [setSpec('db', { ...client, gateway: 'mine' })],
  },
  'the gateway of an import for some pods is deleted': {
    given: [...guarded, nxi()],
    when: [remove(resources.gateways, 'import-shop')],
    replaces: true,
  },
  'pods of a gateway with an import for some pods are replaced while it goes': {
    given: [...guarded, nxi()],
    when: [
      world => {
        remove(resources.pods, 'nexlink-import-shop-0')(world);
        remove(resources.imports, 'db')(world);
      },
    ],
  },
  'the rules of an import for some pods are deleted': {
    given: [...guarded, nxi()],
    when: [remove(resources.configMaps, 'nexlink-import-shop-rules')],
  },
  'somebody deletes the NetworkPolicy, then adds a port to it': {
    given: guarded,
    when: [
      remove(resources.networkPolicies, policy),
      edit<NetworkPolicy>(resources.networkPolicies, policy, object => {
        object.spec!.ingress![0]!.ports!.push({ protocol: 'TCP', port: 20000 });
      }),
    ],
  },
  'a NetworkPolicy of the user is in the way, and goes': {
    given: [
      ...offered,
      nxi(),
      world =>
        world.add(resources.networkPolicies, {
          apiVersion: 'networking.k8s.io/v1',
          kind: 'NetworkPolicy',
          metadata: { name: policy, namespace: 'shop' },
          spec: { podSelector: { matchLabels: { app: 'mine' } }, policyTypes: ['Ingress'] },
        } as NetworkPolicy),
    ],
    when: [
      nxi('db', client),
      remove(resources.networkPolicies, policy),
      world => world.clock.advance(60_000),
    ],
  },
  'a second cluster exports the same name with other ports': {
    given: imported,
    when: [foreign('further', record(['api'], 'elsewhere', 9090, '2025-01-01T00:00:00Z'))],
  },
  'the exporter changes its port': {
    given: imported,
    when: [publish('far', record(['api'], 'there', 9090))],
  },
  'the exporter has nothing ready for a while': {
    given: imported,
    when: [publish('far', { ...record(['api']), services: [] }), publish('far', record(['api']))],
  },
  'an export is announced, carried, and announced again': {
    given: [...optedIn, foreign('far', announcing(['api']))],
    when: [publish('far', record(['api'])), publish('far', announcing(['api']))],
  },
  'what the exporter says of its Service changes, while it has nothing ready too': {
    given: [...optedIn, foreign('far', carrying({ appProtocol: 'http', affinitySeconds: 60 }))],
    when: [
      publish('far', { ...record(['api']), services: [] }),
      publish('far', carrying({ appProtocol: 'grpc', affinitySeconds: 90 })),
      publish('far', carrying({})),
    ],
  },
  'the exporter goes': { given: imported, when: [world => world.nexodus.deleteDevice('far')] },
  'the namespace no longer takes part': {
    given: imported,
    when: [
      world =>
        void world.server.edit({ resource: resources.namespaces, name: 'shop' }, object => {
          object.metadata.labels = {};
        }),
    ],
  },
  'the namespace exports what it imports': {
    given: imported,
    when: [service('web'), nxe('web', { name: 'api' })],
  },
  'an export is created while Nexodus is away': {
    given: [namespace(), service()],
    when: [outage(true), nxe(), outage(false)],
  },
  'a second export joins, and a pod goes, while Nexodus is away': {
    given: exported,
    when: [
      outage(true),
      service('db'),
      nxe('db'),
      remove(resources.pods, 'nexlink-export-shop-0'),
      outage(false),
    ],
  },
  'the last export is deleted while Nexodus is away': {
    given: exported,
    when: [outage(true), remove(resources.exports, 'web'), outage(false)],
  },
  'somebody puts a device of others into the Secret': {
    given: [...exported, foreign('00000000-0000-4000-8000-000000000abc', record(['api']))],
    when: [
      edit<Secret>(resources.secrets, 'nexlink-export-shop', secret => {
        const identity = JSON.parse(Buffer.from(secret.data!['0.json']!, 'base64').toString()) as object;
        const altered = { ...identity, deviceID: '00000000-0000-4000-8000-000000000abc' };
        secret.data!['0.json'] = Buffer.from(JSON.stringify(altered)).toString('base64');
      }),
    ],
    replaces: true,
  },
  'somebody puts nonsense into the Secret': {
    given: exported,
    when: [
      edit<Secret>(resources.secrets, 'nexlink-export-shop', secret => {
        secret.data = { '0.json': 'bnVsbA==', '1.json': '***', x: '' };
      }),
    ],
    replaces: true,
  },
  'a Secret of the user is in the way, and goes': {
    given: [
      namespace(),
      service(),
      world =>
        world.add(resources.secrets, {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: { name: 'nexlink-export-shop', namespace: 'shop' },
        }),
    ],
    when: [nxe(), remove(resources.secrets, 'nexlink-export-shop'), world => world.clock.advance(60_000)],
  },
  'owner references and finalizers are taken away': {
    given: exported,
    when: [
      edit(resources.gateways, 'export-shop', object => {
        object.metadata.finalizers = [];
      }),
      edit(resources.statefulSets, 'nexlink-export-shop', object => {
        object.metadata.ownerReferences = [];
      }),
    ],
  },
  'the owner reference of the Service of an import is taken away': {
    given: imported,
    when: [
      edit(resources.services, 'api', object => {
        object.metadata.ownerReferences = [];
      }),
    ],
  },
  'somebody adds an owner to the Service of an import': {
    given: imported,
    when: [
      edit(resources.services, 'api', object => {
        object.metadata.ownerReferences!.push({
          apiVersion: 'v1',
          kind: 'Namespace',
          name: 'shop',
          uid: 'uid-x',
        });
      }),
    ],
  },
  'two exports and an import ask for addresses': {
    given: [namespace(), service(), service('db'), foreign('far', record(['api']))],
    when: [
      nxe('web', { tunnelIP: askedFor }),
      nxe('db', { tunnelIP: askedFor }),
      nxi('api', { tunnelIP: '100.64.0.10' }),
    ],
  },
  'an address that is asked for is taken, until its holder goes': {
    given: [namespace(), service(), plainAt(askedFor)],
    when: [nxe('web', { tunnelIP: askedFor }), world => world.nexodus.deleteDevice(deviceIDs[0])],
    replaces: true,
  },
  'the holder of an address goes, and another device is faster': {
    given: [namespace(), service(), plainAt(askedFor), nxe('web', { tunnelIP: askedFor })],
    when: [
      world => {
        world.nexodus.deleteDevice(deviceIDs[0]);
        world.addPlainDevice(deviceIDs[1], 'desktop', askedFor);
      },
      world => world.nexodus.deleteDevice(deviceIDs[1]),
    ],
    replaces: true,
  },
  'the holder of an address goes while Nexodus is away': {
    given: [namespace(), service(), plainAt(askedFor), nxe('web', { tunnelIP: askedFor })],
    when: [
      outage(true),
      world => world.nexodus.deleteDevice(deviceIDs[0]),
      nxe('www', { service: 'web', tunnelIP: askedFor }),
      outage(false),
    ],
    replaces: true,
  },
  'an address is asked for that no device can have, then another': {
    given: [namespace(), service()],
    when: [
      nxe('web', { tunnelIP: '192.0.2.9' }),
      edit<NexlinkExport>(resources.exports, 'web', object => {
        object.spec.tunnelIP = askedFor;
      }),
    ],
    replaces: true,
  },
  'a gateway asks for another address, for one it has, and for none': {
    given: [
      namespace(),
      service(),
      world => world.add(resources.gateways, aGateway({ tunnelIP: askedFor }, { name: 'mine' })),
      nxe('web', { gateway: 'mine' }),
    ],
    when: [
      setAddress('mine', '100.64.0.10'),
      setAddress('mine', undefined),
      setAddress('mine', '100.64.0.10'),
      setAddress('mine', askedFor),
    ],
    replaces: true,
  },
  'the key of a gateway is deleted behind our back, then it asks for another address': {
    given: [namespace(), service(), nxe('web', { tunnelIP: askedFor })],
    when: [
      world => {
        const deviceID = ownDevice(world, 0, asker);
        const key = [...world.nexodus.keys.values()].find(each => each.deviceID === deviceID)!;
        world.nexodus.deleteKey(key.id);
      },
      edit<NexlinkExport>(resources.exports, 'web', object => {
        object.spec.gateway = asker;
        object.spec.tunnelIP = '100.64.0.10';
      }),
      setAddress(asker, '100.64.0.10'),
    ],
    replaces: true,
  },
  'the Secret of a gateway that has its address is deleted': {
    given: [namespace(), service(), nxe('web', { tunnelIP: askedFor })],
    when: [remove(resources.secrets, `nexlink-${asker}`)],
    replaces: true,
  },
  'a gateway that a user made is used, then deleted': {
    given: [
      namespace(),
      service(),
      world => world.add(resources.gateways, aGateway({ replicas: 1 }, { name: 'mine' })),
    ],
    when: [nxe('web', { gateway: 'mine' }), remove(resources.gateways, 'mine')],
    replaces: true,
  },
};
