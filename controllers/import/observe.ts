import { importNameLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { parsePorts, type AssignedPort } from '../proxy/ports.ts';
import { rulesName, splitKey } from '../runtime/names.ts';
import type { NexodusFailure } from '../runtime/nexodus.ts';
import type { Service } from '../runtime/objects.ts';
import type { Ports } from '../runtime/ports.ts';
import { exportersOf, type ExporterRecord, type RegistrySource } from './registry.ts';
import { importPlaceOf, mergePorts, type ImportPlace, type MergedPorts } from './resolve.ts';

export interface SeenImport {
  readonly nxi: NexlinkImport;
  readonly place: ImportPlace;
  readonly gateway: NexlinkGateway | undefined;
  readonly exporters: readonly ExporterRecord[];
  readonly merged: MergedPorts;
  /** The gateway's ports for this import. */
  readonly assigned: readonly AssignedPort[];
  /** The Service that has the wanted name, whoever made it. */
  readonly service: Service | undefined;
  /** Services that this import made, under whatever name. */
  readonly owned: readonly Service[];
  readonly failure: NexodusFailure | undefined;
  readonly synced: boolean;
}

/** Reads everything that a NexlinkImport's plan depends on; undefined when it does not exist. */
export function observeImport(
  key: string,
  { caches, directory, settings }: Ports,
  registry: RegistrySource,
): SeenImport | undefined {
  const { namespace, name } = splitKey(key);
  const nxi = caches.imports.get(namespace, name);
  if (!nxi) return undefined;
  const place = importPlaceOf(nxi, caches.namespaces.get(undefined, namespace), settings);
  const exporters = exportersOf(registry.current(), place.realm, place.name);
  const rules = caches.configMaps.get(namespace, rulesName(place.gateway));
  return {
    nxi,
    place,
    exporters,
    gateway: caches.gateways.get(namespace, place.gateway),
    merged: mergePorts(exporters),
    assigned: parsePorts(rules?.data?.['ports.json']).filter(({ owner }) => owner === nxi.metadata.uid),
    service: caches.services.get(namespace, place.service),
    owned: caches.services
      .list(namespace)
      .filter(service => service.metadata.labels?.[importNameLabel] === name && isOwnedBy(service, nxi)),
    failure: directory.failure,
    synced: directory.synced,
  };
}

/** Whether this import, not an earlier one of its name, made the Service. */
export const isOwnedBy = (service: Service, nxi: NexlinkImport): boolean =>
  service.metadata.ownerReferences?.some(owner => owner.uid === nxi.metadata.uid) ?? false;
