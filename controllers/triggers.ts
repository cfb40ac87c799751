/** Which change wakes which key. Waking too many costs a comparison; waking too few would be a bug. */

import { gatewayLabel, importNameLabel } from '../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../api/v1alpha1/nexlinkimport.ts';
import { hasBackend, serviceKeyOf } from './export/backends.ts';
import { exportedName, placeOf, serviceOf } from './export/resolve.ts';
import { isReady } from './gateway/pods.ts';
import { rulesMapOf, type RulesMap } from './gateway/rules-map.ts';
import { claimKey } from './proxy/ports.ts';
import { deviceKeys, selectorKey } from './import/device.ts';
import { diffRegistries } from './import/diff.ts';
import { importPlaceOf } from './import/resolve.ts';
import type { Registry, RegistrySource } from './import/registry.ts';
import { sameJSON } from './runtime/compare.ts';
import { conditionOf } from './runtime/conditions.ts';
import type { CacheEvent, KubeObject } from './runtime/kube.ts';
import { keyOf, keysOfCluster, rulesName, splitKey } from './runtime/names.ts';
import type { Device, DirectoryChange, RegKey } from './runtime/nexodus.ts';
import type { ConfigMap, EndpointSlice, Namespace, Pod, Service } from './runtime/objects.ts';
import type { Ports } from './runtime/ports.ts';

/** The queues of the controllers. */
export interface Wake {
  export(key: string): void;
  import(key: string): void;
  gateway(key: string): void;
  discovery(namespace: string): void;
  labeled(key: string): void;
}

/** Index functions that caches must have. */
export const indexes = {
  exports: {
    service: (nxe: NexlinkExport) => {
      const service = serviceOf(nxe);
      return service === undefined ? [] : [`${nxe.metadata.namespace}/${service}`];
    },
    name: (nxe: NexlinkExport) => [`${nxe.metadata.namespace}/${exportedName(nxe)}`],
    exported: (nxe: NexlinkExport) => [exportedName(nxe)],
  },
  imports: {
    service: (nxi: NexlinkImport) => [
      `${nxi.metadata.namespace}/${nxi.spec.service?.name ?? nxi.metadata.name}`,
    ],
    name: (nxi: NexlinkImport) => (nxi.spec.device ? [] : [nxi.spec.name ?? nxi.metadata.name]),
    device: (nxi: NexlinkImport) => (nxi.spec.device ? [selectorKey(nxi.spec.device)] : []),
  },
  services: {
    import: ({ metadata: { namespace, labels } }: Service) => {
      const nxi = labels?.[importNameLabel];
      return nxi === undefined ? [] : [`${namespace}/${nxi}`];
    },
  },
  endpointSlices: {
    service: (slice: EndpointSlice) => {
      const service = serviceKeyOf(slice);
      return service === undefined ? [] : [service];
    },
  },
  pods: {
    gateway: (pod: KubeObject) => {
      const gateway = pod.metadata.labels?.[gatewayLabel];
      return gateway === undefined ? [] : [`${pod.metadata.namespace}/${gateway}`];
    },
  },
} as const;

export class Triggers {
  readonly #ports: Pick<Ports, 'caches' | 'directory' | 'settings' | 'clusterID'>;
  readonly #registry: RegistrySource;
  readonly #wake: Wake;
  #known: Registry = new Map();
  /** Devices as they were before the change that is being told. */
  readonly #devices: Map<string, Device>;
  /** Keys of our gateways, likewise. */
  #keys: ReadonlyMap<string, RegKey>;

  constructor(
    ports: Pick<Ports, 'caches' | 'directory' | 'settings' | 'clusterID'>,
    registry: RegistrySource,
    wake: Wake,
  ) {
    this.#ports = ports;
    this.#registry = registry;
    this.#wake = wake;
    this.#devices = new Map(ports.directory.devices().map(device => [device.id, device]));
    this.#keys = this.#ownKeys();
  }

  /** Wakes every key there is: at the start, when the caches are full already. */
  everything(): void {
    const { caches } = this.#ports;
    for (const nxe of caches.exports.list()) this.#wake.export(keyOf(nxe));
    for (const nxi of caches.imports.list()) this.#wake.import(keyOf(nxi));
    for (const gateway of caches.gateways.list()) this.#wake.gateway(keyOf(gateway));
    for (const service of caches.services.list()) this.#wake.labeled(keyOf(service));
    // The Service of an export may have gone while no controller ran, and left it behind.
    for (const nxe of caches.exports.list()) this.#wake.labeled(keyOf(nxe));
    for (const namespace of caches.namespaces.list()) this.#wake.discovery(namespace.metadata.name);
  }

  onExport(event: CacheEvent<NexlinkExport>): void {
    const key = keyOf(event.object);
    this.#wake.export(key);
    if (event.type === 'updated' && !specChanged(event.object, event.previous)) return;
    this.#wake.labeled(key);
    this.#wake.discovery(event.object.metadata.namespace!);
    for (const nxe of event.type === 'updated' ? [event.object, event.previous] : [event.object]) {
      const place = this.#exportPlace(nxe);
      this.#wake.gateway(`${nxe.metadata.namespace}/${place.gateway}`);
      // Another export may win or lose its name by this one.
      const { exports } = this.#ports.caches;
      for (const other of exports.byIndex('name', `${nxe.metadata.namespace}/${place.name}`))
        if (this.#exportPlace(other).gateway === place.gateway) this.#wake.export(keyOf(other));
    }
  }

  onImport(event: CacheEvent<NexlinkImport>): void {
    this.#wake.import(keyOf(event.object));
    if (event.type === 'updated' && !specChanged(event.object, event.previous)) return;
    this.#wake.discovery(event.object.metadata.namespace!);
    for (const nxi of event.type === 'updated' ? [event.object, event.previous] : [event.object])
      this.#wake.gateway(`${nxi.metadata.namespace}/${this.#importPlace(nxi).gateway}`);
  }

  onGateway(event: CacheEvent<NexlinkGateway>): void {
    const key = keyOf(event.object);
    this.#wake.gateway(key);
    const isOther = event.type !== 'updated' || specChanged(event.object, event.previous) || !sameNews(event);
    if (isOther) this.#usersOf(key, () => true);
    // What is ready stays so while the pods take over the rules of others; what waits may do so for these rules.
    else if (
      !sameJSON(appliedBy(event.object), appliedBy(event.previous)) &&
      hasTakenOver(event.object, this.#rulesOf(event.object))
    )
      this.#usersOf(key, isNotReady);
  }

  onService({ object }: CacheEvent<Service>): void {
    const { caches } = this.#ports;
    const key = keyOf(object);
    this.#wake.labeled(key);
    this.#exportsOf(key);
    for (const nxi of caches.imports.byIndex('service', key)) this.#wake.import(keyOf(nxi));
    for (const nxi of importsOf(object)) this.#wake.import(nxi);
  }

  /**
   * Endpoints of busy Services change all the time: only whether one that is exported or imported has a backend is
   * news.
   */
  onEndpointSlice(event: CacheEvent<EndpointSlice>): void {
    const { caches } = this.#ports;
    const now = event.type === 'deleted' ? undefined : event.object;
    const before =
      event.type === 'added' ? undefined : event.type === 'deleted' ? event.object : event.previous;
    const slices = [now, before].flatMap(slice => slice ?? []);
    for (const key of new Set(slices.flatMap(slice => serviceKeyOf(slice) ?? []))) {
      const { namespace, name } = splitKey(key);
      const service = caches.services.get(namespace, name);
      const imports = service ? importsOf(service) : [];
      if (imports.length === 0 && caches.exports.byIndex('service', key).length === 0) continue;
      const others = caches.endpointSlices
        .byIndex('service', key)
        .filter(({ metadata }) => metadata.name !== event.object.metadata.name);
      const [is, was] = [now, before].map(
        slice =>
          service && hasBackend(service, slice && serviceKeyOf(slice) === key ? [...others, slice] : others),
      );
      if (is === was) continue;
      this.#exportsOf(key);
      for (const nxi of imports) this.#wake.import(nxi);
    }
  }

  onNamespace(event: CacheEvent<Namespace>): void {
    const { name } = event.object.metadata;
    this.#wake.discovery(name);
    if (event.type === 'updated' && sameLabels(event.object, event.previous) && !isNewlyEnding(event)) return;
    const { caches } = this.#ports;
    for (const nxe of caches.exports.list(name)) this.#wake.export(keyOf(nxe));
    for (const nxi of caches.imports.list(name)) this.#wake.import(keyOf(nxi));
    for (const gateway of caches.gateways.list(name)) this.#wake.gateway(keyOf(gateway));
  }

  /** Exports and imports ask of the pods themselves whether they are there and ready. */
  onPod(event: CacheEvent<Pod>): void {
    if (
      event.type === 'updated' &&
      isReady(event.object) === isReady(event.previous) &&
      !isNewlyEnding(event)
    )
      this.onChild(event);
    else this.onSharedChild(event);
  }

  /** StatefulSets, Secrets and the other objects that a gateway consists of. */
  onChild(event: CacheEvent<KubeObject>): void {
    for (const gateway of gatewaysOf(event)) this.#wake.gateway(gateway);
  }

  /** Children that all exports and imports of a gateway look at, such as the NetworkPolicy. */
  onSharedChild(event: CacheEvent<KubeObject>): void {
    this.onChild(event);
    for (const gateway of gatewaysOf(event)) this.#usersOf(gateway, () => true);
  }

  /**
   * A gateway's rules, with the ports of what it carries. Every export and import that comes changes them, and where
   * there are thousands most have nothing to do with that: whose ports and targets are the same, and who is ready.
   */
  onConfigMap(event: CacheEvent<ConfigMap>): void {
    if (event.type !== 'updated' || !sameLabels(event.object, event.previous))
      return this.onSharedChild(event);
    this.onChild(event);
    const rules = rulesMapOf(event.object);
    const owners = changedOwners(rulesMapOf(event.previous), rules);
    for (const key of gatewaysOf(event)) {
      const { namespace, name } = splitKey(key);
      // Its status may have come before these rules.
      const isTaken = hasTakenOver(this.#ports.caches.gateways.get(namespace, name), rules);
      this.#usersOf(key, user => owners.has(user.metadata.uid!) || (isTaken && isNotReady(user)));
    }
  }

  onDirectory(change: DirectoryChange): void {
    const { caches } = this.#ports;
    const own = this.#ownKeys();
    const keys = change.regKeys ? this.#changedKeys(own) : [];
    for (const key of keys) this.#wake.gateway(this.#gatewayOf(key));
    const isChanged = (deviceID?: string) => deviceID !== undefined && change.deviceIDs.has(deviceID);
    const changed = new Set<string>();
    for (const key of own.values()) if (isChanged(key.deviceID)) changed.add(this.#gatewayOf(key));
    // A key may be gone together with its device.
    for (const gateway of caches.gateways.list())
      if (gateway.status?.replicas?.some(({ deviceID }) => isChanged(deviceID))) changed.add(keyOf(gateway));
    for (const gateway of changed) {
      this.#wake.gateway(gateway);
      this.#usersOf(gateway, () => true);
    }
    const registry = this.#registry.current();
    const { names, realms } = diffRegistries(this.#known, registry);
    this.#known = registry;
    for (const [realm, changed] of names)
      for (const name of changed) {
        this.#importers(realm, name);
        this.#rivals(realm, name);
      }
    const devices = this.#changesOf(change);
    this.#importersOfDevices(devices, keys);
    this.#askersOf(devices);
    if (change.health) this.everything();
    else if (realms.size > 0)
      for (const { metadata } of caches.namespaces.list()) this.#wake.discovery(metadata.name);
  }

  /** Imports of a name, and the gateways that carry them. */
  #importers(realm: string, name: string): void {
    for (const nxi of this.#ports.caches.imports.byIndex('name', name)) {
      if (this.#importPlace(nxi).realm === realm) this.#importAndGateway(nxi);
    }
  }

  /** Exports of a name that other clusters export too: they may disagree. */
  #rivals(realm: string, name: string): void {
    for (const nxe of this.#ports.caches.exports.byIndex('exported', name))
      if (this.#exportPlace(nxe).realm === realm) this.#wake.export(keyOf(nxe));
  }

  /**
   * Imports that name a device by what it was or is called. A key may make it a gateway of ours, which no import may
   * use, or have made it one.
   */
  #importersOfDevices(changed: readonly Device[], keys: readonly RegKey[]): void {
    const { caches, directory } = this.#ports;
    const keyed = keys.flatMap(({ deviceID }) =>
      deviceID === undefined ? [] : (directory.device(deviceID) ?? []),
    );
    for (const key of new Set([...changed, ...keyed].flatMap(deviceKeys)))
      for (const nxi of caches.imports.byIndex('device', key)) this.#importAndGateway(nxi);
  }

  /** Gateways that ask for an address which a device got or gave up. */
  #askersOf(changed: readonly Device[]): void {
    const addresses = new Set(changed.map(({ ipv4 }) => ipv4));
    for (const gateway of this.#ports.caches.gateways.list()) {
      const { tunnelIP } = gateway.spec;
      if (tunnelIP !== undefined && addresses.has(tunnelIP)) this.#wake.gateway(keyOf(gateway));
    }
  }

  /** The exports of a Service, and the gateways that carry them. */
  #exportsOf(service: string): void {
    for (const nxe of this.#ports.caches.exports.byIndex('service', service)) {
      this.#wake.export(keyOf(nxe));
      this.#wake.gateway(`${nxe.metadata.namespace}/${this.#exportPlace(nxe).gateway}`);
    }
  }

  /** Devices that changed, as they were and as they are. */
  #changesOf({ deviceIDs }: DirectoryChange): Device[] {
    return [...deviceIDs].flatMap(id => {
      const [before, now] = [this.#devices.get(id), this.#ports.directory.device(id)];
      if (now) this.#devices.set(id, now);
      else this.#devices.delete(id);
      return [before, now].filter(device => device !== undefined);
    });
  }

  #ownKeys(): Map<string, RegKey> {
    const { directory, clusterID } = this.#ports;
    const prefix = keysOfCluster(clusterID);
    const keys = directory.regKeys().filter(({ description }) => description.startsWith(prefix));
    return new Map(keys.map(key => [key.id, key]));
  }

  /** Keys that changed, as they were and as they are. */
  #changedKeys(now: ReadonlyMap<string, RegKey>): RegKey[] {
    const before = this.#keys;
    this.#keys = now;
    return [...new Set([...before.keys(), ...now.keys()])].flatMap(id => {
      const [was, is] = [before.get(id), now.get(id)];
      return sameJSON(was, is) ? [] : [was, is].filter(key => key !== undefined);
    });
  }

  /** The gateway, as `namespace/name`, that a key was made for. */
  #gatewayOf({ description }: RegKey): string {
    const [namespace, name] = description.slice(keysOfCluster(this.#ports.clusterID).length).split('/');
    return `${namespace}/${name}`;
  }

  #importAndGateway(nxi: NexlinkImport): void {
    this.#wake.gateway(`${nxi.metadata.namespace}/${this.#importPlace(nxi).gateway}`);
    this.#wake.import(keyOf(nxi));
  }

  #rulesOf({ metadata: { namespace, name } }: NexlinkGateway): RulesMap {
    return rulesMapOf(this.#ports.caches.configMaps.get(namespace, rulesName(name)));
  }

  /** Those exports and imports that a gateway, as `namespace/name`, carries. */
  #usersOf(key: string, isMeant: (user: User) => boolean): void {
    const { caches } = this.#ports;
    const { namespace, name: gateway } = splitKey(key);
    for (const nxe of caches.exports.list(namespace))
      if (isMeant(nxe) && this.#exportPlace(nxe).gateway === gateway) this.#wake.export(keyOf(nxe));
    for (const nxi of caches.imports.list(namespace))
      if (isMeant(nxi) && this.#importPlace(nxi).gateway === gateway) this.#wake.import(keyOf(nxi));
  }

  #exportPlace(nxe: NexlinkExport) {
    return placeOf(
      nxe,
      this.#ports.caches.namespaces.get(undefined, nxe.metadata.namespace!),
      this.#ports.settings,
    );
  }

  #importPlace(nxi: NexlinkImport) {
    return importPlaceOf(
      nxi,
      this.#ports.caches.namespaces.get(undefined, nxi.metadata.namespace!),
      this.#ports.settings,
    );
  }
}

/** The imports, as `namespace/name`, that made a Service. */
const importsOf = ({ metadata: { namespace, ownerReferences = [] } }: Service): string[] =>
  ownerReferences.filter(({ kind }) => kind === 'NexlinkImport').map(({ name }) => `${namespace}/${name}`);

/** The gateways, as `namespace/name`, that a child says it belongs to, or did: one that lost it has to repair it. */
const gatewaysOf = (event: CacheEvent<KubeObject>): Set<string> =>
  new Set(
    (event.type === 'updated' ? [event.object, event.previous] : [event.object]).flatMap(object =>
      indexes.pods.gateway(object),
    ),
  );

const specChanged = (object: KubeObject, previous: KubeObject): boolean =>
  object.metadata.generation !== previous.metadata.generation ||
  object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp ||
  !sameLabels(object, previous);

type User = NexlinkExport | NexlinkImport;

/** Whether it does not say of its generation that it is ready. */
function isNotReady({ metadata, status }: User): boolean {
  const ready = conditionOf(status?.conditions, 'Ready');
  return ready?.status !== 'True' || ready.observedGeneration !== metadata.generation;
}

/** Uids of those whose ports, or where they lead, are others now. */
function changedOwners(before: RulesMap, now: RulesMap): ReadonlySet<string> {
  const [was, is] = [placesIn(before), placesIn(now)];
  return new Set([...was.keys(), ...is.keys()].filter(owner => was.get(owner) !== is.get(owner)));
}

const places = new WeakMap<RulesMap, ReadonlyMap<string, string>>();

/** The ports of each owner and where they lead, as one text. */
function placesIn(map: RulesMap): ReadonlyMap<string, string> {
  const known = places.get(map);
  if (known) return known;
  const texts = new Map<string, string>();
  for (const port of map.ports)
    texts.set(
      port.owner,
      `${texts.get(port.owner) ?? ''}${claimKey(port)} ${port.gatewayPort} ${map.targetsOf(port).join()};`,
    );
  places.set(map, texts);
  return texts;
}

/** Whether a pod of the gateway has these rules. */
const hasTakenOver = (gateway: NexlinkGateway | undefined, { revision }: RulesMap): boolean =>
  gateway?.status?.replicas?.some(({ appliedRevision }) => appliedRevision === revision) ?? false;

const appliedBy = ({ status }: NexlinkGateway) =>
  status?.replicas?.map(({ ordinal, appliedRevision }) => ({ ordinal, appliedRevision }));

/** Whether a gateway's status is the same in all that exports and imports go by, but for the rules that pods have. */
const sameNews = ({ object, previous }: { object: NexlinkGateway; previous: NexlinkGateway }): boolean =>
  sameJSON(newsIn(object), newsIn(previous));

/**
 * Not the numbers of pods: its users count for themselves, by reports, pods and rules. Programmed tells them of trouble
 * alone.
 */
const newsIn = ({ status }: NexlinkGateway) => ({
  replicas: status?.replicas?.map(replica => ({
    ...replica,
    message: undefined,
    appliedRevision: undefined,
  })),
  conditions: status?.conditions
    ?.filter(
      ({ type, status, reason }) => type !== 'Programmed' || (status === 'False' && reason !== 'Pending'),
    )
    .map(condition => ({ ...condition, lastTransitionTime: undefined })),
});

const isNewlyEnding = ({ object, previous }: { object: KubeObject; previous: KubeObject }): boolean =>
  object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp;

function sameLabels(a: KubeObject, b: KubeObject): boolean {
  const [left, right] = [a.metadata.labels ?? {}, b.metadata.labels ?? {}];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every(key => left[key] === right[key]);
}
