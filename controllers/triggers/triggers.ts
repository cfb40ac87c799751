/** Which change wakes which key. Waking too many costs a comparison; waking too few would be a bug. */

import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { hasBackend, serviceKeyOf } from '../export/backends.ts';
import { isReady } from '../gateway/pods.ts';
import { rulesMapOf, type RulesMap } from '../gateway/rules-map.ts';
import type { RegistrySource } from '../import/registry.ts';
import { sameJSON } from '../runtime/compare.ts';
import type { CacheEvent, KubeObject } from '../runtime/kube.ts';
import { keyOf, rulesName, splitKey } from '../runtime/names.ts';
import type { DirectoryChange } from '../runtime/nexodus.ts';
import type { ConfigMap, EndpointSlice, Namespace, Pod, Service } from '../runtime/objects.ts';
import type { Ports } from '../runtime/ports.ts';
import { indexes } from './indexes.ts';
import { appliedBy, changedOwners, hasTakenOver, sameNews, waitsForPods } from './news.ts';
import { NexodusTriggers } from './nexodus.ts';
import { Users } from './users.ts';
import type { Wake } from './wake.ts';

export class Triggers {
  readonly #ports: Pick<Ports, 'caches' | 'directory' | 'settings' | 'clusterID'>;
  readonly #wake: Wake;
  readonly #users: Users;
  readonly #nexodus: NexodusTriggers;

  constructor(
    ports: Pick<Ports, 'caches' | 'directory' | 'settings' | 'clusterID'>,
    registry: RegistrySource,
    wake: Wake,
  ) {
    this.#ports = ports;
    this.#wake = wake;
    this.#users = new Users(ports, wake);
    this.#nexodus = new NexodusTriggers(ports, registry, this.#users, wake, () => this.everything());
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
      const place = this.#users.exportPlace(nxe);
      this.#wake.gateway(`${nxe.metadata.namespace}/${place.gateway}`);
      // Another export may win or lose its name by this one.
      const { exports } = this.#ports.caches;
      for (const other of exports.byIndex('name', `${nxe.metadata.namespace}/${place.name}`))
        if (this.#users.exportPlace(other).gateway === place.gateway) this.#wake.export(keyOf(other));
    }
  }

  onImport(event: CacheEvent<NexlinkImport>): void {
    this.#wake.import(keyOf(event.object));
    if (event.type === 'updated' && !specChanged(event.object, event.previous)) return;
    this.#wake.discovery(event.object.metadata.namespace!);
    for (const nxi of event.type === 'updated' ? [event.object, event.previous] : [event.object])
      this.#wake.gateway(`${nxi.metadata.namespace}/${this.#users.importPlace(nxi).gateway}`);
  }

  onGateway(event: CacheEvent<NexlinkGateway>): void {
    const key = keyOf(event.object);
    this.#wake.gateway(key);
    const isOther = event.type !== 'updated' || specChanged(event.object, event.previous) || !sameNews(event);
    if (isOther) this.#users.wake(key, () => true);
    else {
      // What is ready stays so while the pods take over the rules of others; what waits may do so for these rules.
      const rules = this.#rulesOf(event.object);
      const isNews = !sameJSON(appliedBy(event.object), appliedBy(event.previous));
      if (isNews && hasTakenOver(event.object, rules)) this.#users.wake(key, waitsForPods(rules));
    }
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
    for (const gateway of gatewaysOf(event)) this.#users.wake(gateway, () => true);
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
      const waits = isTaken ? waitsForPods(rules) : () => false;
      this.#users.wake(key, user => owners.has(user.metadata.uid!) || waits(user));
    }
  }

  onDirectory(change: DirectoryChange): void {
    this.#nexodus.onChange(change);
  }

  /** The exports of a Service, and the gateways that carry them. */
  #exportsOf(service: string): void {
    for (const nxe of this.#ports.caches.exports.byIndex('service', service)) this.#users.wakeExport(nxe);
  }

  #rulesOf({ metadata: { namespace, name } }: NexlinkGateway): RulesMap {
    return rulesMapOf(this.#ports.caches.configMaps.get(namespace, rulesName(name)));
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

const isNewlyEnding = ({ object, previous }: { object: KubeObject; previous: KubeObject }): boolean =>
  object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp;

function sameLabels(a: KubeObject, b: KubeObject): boolean {
  const [left, right] = [a.metadata.labels ?? {}, b.metadata.labels ?? {}];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every(key => left[key] === right[key]);
}
