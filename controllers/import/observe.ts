import { importNameLabel, managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { GatewayReplica, NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { isServiceBacked } from '../export/backends.ts';
import { isReplicaReady, isReplicaThere, rulesMapOf, type RulesMap } from '../gateway/rules-map.ts';
import { portKey, type AssignedPort } from '../proxy/ports.ts';
import { childName, importLabelValue, podName, rulesName, splitKey } from '../runtime/names.ts';
import type { NexodusFailure } from '../runtime/nexodus.ts';
import type { NetworkPolicy, Service } from '../runtime/objects.ts';
import type { Ports } from '../runtime/ports.ts';
import { findExporters, type ExporterRecord, type RegistrySource } from './registry.ts';
import { importedPorts, importPlaceOf, type ImportPlace, type MergedPorts } from './resolve.ts';

export interface SeenImport {
  readonly nxi: NexlinkImport;
  readonly place: ImportPlace;
  readonly gateway: NexlinkGateway | undefined;
  /** What the gateway's pods tell, of those that are there. */
  readonly reports: readonly GatewayReplica[];
  readonly exporters: readonly ExporterRecord[];
  /** Why the device that it names is not to be had. */
  readonly missing: string | undefined;
  readonly merged: MergedPorts;
  /** The gateway's ports for this import. */
  readonly assigned: readonly AssignedPort[];
  /** The gateway's rules. */
  readonly rules: RulesMap;
  /** The gateway's NetworkPolicy. */
  readonly policy: NetworkPolicy | undefined;
  /** The ready replicas of the gateway, and whether each has exactly these rules, and some for each port. */
  readonly replicas: readonly { readonly current: boolean }[];
  /** The Service that has the wanted name, whoever made it. */
  readonly service: Service | undefined;
  /** Whether an endpoint of that Service is ready. */
  readonly isBacked: boolean;
  /** Services that this import made, under whatever name. */
  readonly owned: readonly Service[];
  readonly failure: NexodusFailure | undefined;
  readonly synced: boolean;
  readonly now: Date;
}

/** Reads everything that a NexlinkImport's plan depends on; undefined when it does not exist. */
export function observeImport(
  key: string,
  { caches, directory, settings, clock }: Ports,
  registry: RegistrySource,
): SeenImport | undefined {
  const { namespace, name } = splitKey(key);
  const nxi = caches.imports.get(namespace, name);
  if (!nxi) return undefined;
  const place = importPlaceOf(nxi, caches.namespaces.get(undefined, namespace), settings);
  const { exporters, missing } = findExporters(nxi, place, registry);
  const rules = rulesMapOf(caches.configMaps.get(namespace, rulesName(place.gateway)));
  const assigned = rules.portsOf(nxi.metadata.uid);
  const gateway = caches.gateways.get(namespace, place.gateway);
  const service = caches.services.get(namespace, place.service);
  const told = gateway?.status?.replicas ?? [];
  const podOf = ({ ordinal }: GatewayReplica) => caches.pods.get(namespace, podName(place.gateway, ordinal));
  return {
    nxi,
    place,
    exporters,
    gateway,
    reports: told.filter(report => isReplicaThere(report, podOf(report))),
    missing,
    merged: importedPorts(nxi, exporters),
    rules,
    policy: caches.networkPolicies.get(namespace, childName(place.gateway)),
    assigned,
    replicas: told
      .filter(report => isReplicaReady(report, podOf(report)))
      .map(({ appliedRevision, closedPorts = [] }) => ({
        current:
          appliedRevision === rules.revision && !assigned.some(port => closedPorts.includes(portKey(port))),
      })),
    service,
    isBacked: isServiceBacked(service, caches),
    owned: caches.services
      .byIndex('import', `${namespace}/${importLabelValue(name)}`)
      .filter(service => isOwnedBy(service, nxi)),
    failure: directory.failure,
    synced: directory.synced,
    now: clock.now(),
  };
}

/**
 * Whether the Service is this import's to write to: it made it, though somebody may have removed the owner reference
 * since.
 */
export function isOurs(service: Service, nxi: NexlinkImport): boolean {
  if (isOwnedBy(service, nxi)) return true;
  const { labels, ownerReferences = [] } = service.metadata;
  return (
    labels?.[managedByLabel] === 'controller' &&
    labels[importNameLabel] === importLabelValue(nxi.metadata.name) &&
    !ownerReferences.some(owner => owner.controller)
  );
}

/** Whether this import, not an earlier one of its name, made the Service. */
export const isOwnedBy = (service: Service, nxi: NexlinkImport): boolean =>
  service.metadata.ownerReferences?.some(owner => owner.uid === nxi.metadata.uid) ?? false;
