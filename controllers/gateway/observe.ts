/** Reads everything that a gateway's plan depends on. */

import type { GatewayReplica, NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { gatewayLabel } from '../../api/v1alpha1/labels.ts';
import { isBacked } from '../export/backends.ts';
import { resolveExport, serviceFor, type ResolvedExport } from '../export/resolve.ts';
import { importPlaceOf, type ImportPlace } from '../import/resolve.ts';
import { findExporters, type ExporterRecord, type RegistrySource } from '../import/registry.ts';
import { listenPort, portKey } from '../proxy/ports.ts';
import type { Identity } from '../proxy/rules.ts';
import type { KubeObject, Resource } from '../runtime/kube.ts';
import { childName, keysOfCluster, ordinalOf, podName, rulesName, splitKey } from '../runtime/names.ts';
import { isOfInstall, type Device, type NexodusFailure, type RegKey } from '../runtime/nexodus.ts';
import type { NetworkPolicy, Pod, Secret } from '../runtime/objects.ts';
import type { Ports } from '../runtime/ports.ts';
import { resources } from '../runtime/resources.ts';
import { mismatch } from './ensure.ts';
import { parseIdentities } from './identity.ts';
import { rulesMapOf, type RulesMap } from './rules-map.ts';

export interface SeenGateway {
  readonly gateway: NexlinkGateway;
  /** What it carries, valid or not, oldest first. One of the two is empty. */
  readonly exports: readonly CarriedExport[];
  readonly imports: readonly CarriedImport[];
  /** Child objects that exist, by `childKey`. */
  readonly children: ReadonlyMap<string, KubeObject>;
  readonly secret: Secret | undefined;
  readonly identities: ReadonlyMap<number, Identity>;
  /** As written last, with the ports. */
  readonly rules: RulesMap;
  /** The one that is in force, when it is ours. */
  readonly policy: NetworkPolicy | undefined;
  readonly pods: ReadonlyMap<number, Pod>;
  readonly reports: ReadonlyMap<number, GatewayReplica>;
  /** Freed ports: for how long, in ms, nobody has been known to send there. */
  readonly quietPorts: ReadonlyMap<string, number>;
  readonly nexodus: SeenNexodus;
}

export interface CarriedExport {
  readonly nxe: NexlinkExport;
  readonly resolved: ResolvedExport;
  /** Whether what it exports has a backend. */
  readonly isBacked: boolean;
}

export interface CarriedImport {
  readonly nxi: NexlinkImport;
  readonly place: ImportPlace;
  readonly exporters: readonly ExporterRecord[];
}

export interface SeenNexodus {
  readonly synced: boolean;
  readonly failure: NexodusFailure | undefined;
  /** Keys made for this gateway, with the replica each is for. */
  readonly keys: readonly { readonly ordinal: number; readonly key: RegKey }[];
  /** Live devices that are this gateway's, by id. */
  readonly devices: ReadonlyMap<string, Device>;
  /** What they publish under our key. */
  readonly published: ReadonlyMap<string, unknown>;
  /** The ports that the metadata of any of them names. */
  readonly publishedPorts: ReadonlySet<string>;
  /** The device of the VPC that has the address which the gateway asks for. */
  readonly holder: Device | undefined;
  /** What an identity's key is called. */
  readonly describe: (ordinal: number) => string;
}

/** Names a child in {@link SeenGateway.children}. */
export const childKey = (resource: Resource, name: string): string => `${resource.kind}/${name}`;

/** The gateway with its surroundings; undefined when it does not exist. `knownSecret`: one that the cache lacks. */
export function observeGateway(
  key: string,
  ports: Ports,
  registry: RegistrySource,
  quietPorts: SeenGateway['quietPorts'] = new Map(),
  knownSecret?: Secret,
): SeenGateway | undefined {
  const { namespace, name } = splitKey(key);
  const { caches, directory } = ports;
  const gateway = caches.gateways.get(namespace, name);
  if (!gateway) return undefined;

  const own = childName(name);
  const secret = knownSecret ?? caches.secrets.get(namespace, own);
  // A copy from elsewhere has the owner of there.
  const identities = parseIdentities(secret && isOurs(secret, gateway.metadata.uid) ? secret : undefined);
  const keys = keysOf(gateway, ports);
  const devices = ownDevices(keys, identities, directory);

  return {
    gateway,
    ...carried(gateway, ports, registry),
    children: childrenOf(namespace, name, ports),
    secret,
    identities,
    rules: rulesMapOf(caches.configMaps.get(namespace, rulesName(name))),
    policy: policyOf(gateway, ports),
    pods: new Map(
      caches.pods.byIndex('gateway', key).flatMap(pod => {
        const ordinal = replicaOf(pod, name);
        return ordinal === undefined ? [] : [[ordinal, pod] as const];
      }),
    ),
    reports: new Map((gateway.status?.replicas ?? []).map(report => [report.ordinal, report])),
    quietPorts,
    nexodus: {
      synced: directory.synced,
      failure: directory.failure,
      keys,
      devices,
      published: new Map([...devices.keys()].map(id => [id, directory.metadata(id)])),
      publishedPorts: new Set(
        [...devices.keys()].flatMap(id =>
          (registry.record(id)?.services ?? []).map(service => portKey(listenPort(service))),
        ),
      ),
      holder: holderOf(gateway.spec.tunnelIP, directory),
      describe: ordinal => `${keyPrefix(gateway, ports.clusterID)}${ordinal}`,
    },
  };
}

const keyPrefix = (gateway: NexlinkGateway, clusterID: string) =>
  `${keysOfCluster(clusterID)}${gateway.metadata.namespace}/${gateway.metadata.name}/`;

function keysOf(gateway: NexlinkGateway, { directory, clusterID, install }: Ports): SeenNexodus['keys'] {
  const prefix = keyPrefix(gateway, clusterID);
  return directory.regKeys().flatMap(key => {
    if (!key.description.startsWith(prefix) || !isOfInstall(key, install)) return [];
    const ordinal = Number(key.description.slice(prefix.length));
    return Number.isInteger(ordinal) ? [{ ordinal, key }] : [];
  });
}

/**
 * Devices of the gateway's keys; and of identities whose key is gone, when no other key of ours is for the device. Who
 * may write the Secret, or has put a copy of another one in its place, must not have us write to devices of others: an
 * identity has the device's private key, as {@link parseIdentities} sees to.
 */
function ownDevices(
  keys: SeenNexodus['keys'],
  identities: ReadonlyMap<number, Identity>,
  directory: Ports['directory'],
): Map<string, Device> {
  const proven = [...identities.values()].flatMap(({ deviceID, publicKey }) =>
    directory.device(deviceID)?.publicKey === publicKey ? deviceID : [],
  );
  const ids = new Set([...keys.flatMap(({ key }) => key.deviceID ?? []), ...proven]);
  const own = new Set(keys.map(({ key }) => key.id));
  for (const { id, deviceID } of directory.regKeys())
    if (deviceID !== undefined && !own.has(id)) ids.delete(deviceID);
  return new Map([...ids].flatMap(id => directory.device(id) ?? []).map(device => [device.id, device]));
}

/** Which replica a pod is; undefined for one that the gateway's StatefulSet did not make, whatever its labels say. */
function replicaOf({ metadata: { name, ownerReferences = [] } }: Pod, gateway: string): number | undefined {
  const ordinal = ordinalOf(name);
  if (ordinal === undefined || name !== podName(gateway, ordinal)) return undefined;
  const set = childName(gateway);
  const isMade = ownerReferences.some(
    owner => owner.kind === resources.statefulSets.kind && owner.name === set,
  );
  return isMade ? ordinal : undefined;
}

const holderOf = (tunnelIP: string | undefined, directory: Ports['directory']): Device | undefined =>
  tunnelIP === undefined ? undefined : directory.devices().find(({ ipv4 }) => ipv4 === tunnelIP);

/** The exports or imports of the namespace that name this gateway and that it can serve, oldest first. */
function carried(
  gateway: NexlinkGateway,
  { caches, settings }: Ports,
  registry: RegistrySource,
): Pick<SeenGateway, 'exports' | 'imports'> {
  const namespace = gateway.metadata.namespace!;
  const space = caches.namespaces.get(undefined, namespace);
  const { direction } = gateway.spec;
  const isMine = (place: { gateway: string; realm: string; tunnelIP: string | undefined }) =>
    place.gateway === gateway.metadata.name && !mismatch(gateway, { ...place, direction });
  if (direction === 'Export') {
    const exports = caches.exports.list(namespace).flatMap(nxe => {
      if (nxe.metadata.deletionTimestamp) return [];
      const resolved = resolveExport(nxe, space, serviceFor(nxe, caches), settings);
      return isMine(resolved) ? [{ nxe, resolved, isBacked: isBacked(nxe, caches) }] : [];
    });
    return { exports: exports.sort((a, b) => byAge(a.nxe, b.nxe)), imports: [] };
  }
  const imports = caches.imports.list(namespace).flatMap(nxi => {
    if (nxi.metadata.deletionTimestamp) return [];
    const place = importPlaceOf(nxi, space, settings);
    return isMine(place) ? [{ nxi, place, exporters: findExporters(nxi, place, registry).exporters }] : [];
  });
  return { exports: [], imports: imports.sort((a, b) => byAge(a.nxi, b.nxi)) };
}

/** Oldest first; of the same age, by name. */
export function byAge(a: KubeObject, b: KubeObject): number {
  const [left, right] = [a, b].map(
    ({ metadata }) => `${metadata.creationTimestamp ?? '9999'}/${metadata.namespace}/${metadata.name}`,
  );
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}

function policyOf(
  { metadata: { namespace, name, uid } }: NexlinkGateway,
  { caches }: Ports,
): NetworkPolicy | undefined {
  const found = caches.networkPolicies.get(namespace, childName(name));
  return found && isOurs(found, uid) ? found : undefined;
}

/** With our labels, a child is ours unless something else controls it: its owner reference may have been removed. */
export function isOurs({ metadata }: KubeObject, uid: string | undefined): boolean {
  const controller = metadata.ownerReferences?.find(owner => owner.controller);
  return controller === undefined || controller.uid === uid;
}

function childrenOf(namespace: string, gateway: string, { caches }: Ports): Map<string, KubeObject> {
  const found = new Map<string, KubeObject>();
  const kinds: [Resource, readonly KubeObject[]][] = [
    [resources.serviceAccounts, caches.serviceAccounts.list(namespace)],
    [resources.roles, caches.roles.list(namespace)],
    [resources.roleBindings, caches.roleBindings.list(namespace)],
    [resources.configMaps, caches.configMaps.list(namespace)],
    [resources.secrets, caches.secrets.list(namespace)],
    [resources.networkPolicies, caches.networkPolicies.list(namespace)],
    [resources.podDisruptionBudgets, caches.podDisruptionBudgets.list(namespace)],
    [resources.statefulSets, caches.statefulSets.list(namespace)],
  ];
  for (const [resource, objects] of kinds)
    for (const object of objects)
      if (object.metadata.labels?.[gatewayLabel] === gateway)
        found.set(childKey(resource, object.metadata.name), object);
  return found;
}
