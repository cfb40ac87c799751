/** What a NexlinkImport means, given what other clusters export. */

import type { Protocol } from '../../api/v1alpha1/meta.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { gatewayName } from '../runtime/names.ts';
import type { Namespace } from '../runtime/objects.ts';
import { realmOf, type RealmSettings } from '../realm/realm.ts';
import type { ExporterRecord } from './registry.ts';

/** Where an import belongs. */
export interface ImportPlace {
  readonly realm: string;
  /** The exported name; of no meaning when a device is imported. */
  readonly name: string;
  /** The Service to make. */
  readonly service: string;
  readonly gateway: string;
}

export function importPlaceOf(
  nxi: NexlinkImport,
  namespace: Namespace | undefined,
  settings: RealmSettings,
): ImportPlace {
  const realm = nxi.spec.realm ?? realmOf(nxi.metadata.namespace!, namespace?.metadata.labels, settings);
  return {
    realm,
    name: nxi.spec.name ?? nxi.metadata.name,
    service: nxi.spec.service?.name ?? nxi.metadata.name,
    gateway: gatewayName(nxi.spec.gateway, 'Import', realm),
  };
}

/** One port of the imported Service with the far ends that serve it. */
export interface MergedPort {
  readonly name: string;
  readonly protocol: Protocol;
  /** The Service's port. */
  readonly port: number;
  readonly appProtocol: string | undefined;
  readonly targets: readonly { readonly address: string; readonly port: number }[];
}

export interface MergedPorts {
  readonly ports: readonly MergedPort[];
  /** The session affinity that exporters have, in seconds, 0 for None; undefined when none says. */
  readonly affinitySeconds: number | undefined;
  /** What exporters disagree about; the oldest export won. Undefined when they agree. */
  readonly conflict: string | undefined;
}

/**
 * The ports of an import: of a device those of the spec, whether it is there or not, of an exported name those that
 * exporters offer.
 */
export function importedPorts(
  { spec: { device, ports = [] } }: NexlinkImport,
  exporters: readonly ExporterRecord[],
): MergedPorts {
  if (!device) return mergePorts(exporters);
  const named = new Set(ports.flatMap(({ name }) => name ?? []));
  return {
    conflict: undefined,
    affinitySeconds: undefined,
    ports: ports.map(({ name, port, devicePort = port, protocol = 'TCP', appProtocol }) => ({
      name: name ?? freeName(`${protocol.toLowerCase()}-${port}`, named),
      protocol,
      port,
      appProtocol,
      targets: exporters.map(exporter => ({ address: exporter.device.ipv4!, port: devicePort })),
    })),
  };
}

interface Offer {
  readonly portName: string | undefined;
  readonly protocol: Protocol;
  readonly port: number;
  readonly devicePort: number;
  readonly appProtocol: string | undefined;
  readonly affinitySeconds: number | undefined;
  readonly created: string;
  readonly cluster: string;
  readonly address: string;
}

/**
 * The union of the exporters' ports, as the Multi-Cluster Services API has it: traffic to a port goes only to those
 * that serve it. Where two say different things, the oldest export (then the lesser cluster id) that says something
 * counts.
 */
export function mergePorts(exporters: readonly ExporterRecord[]): MergedPorts {
  const offers = exporters
    .flatMap(({ device, cluster, services }) =>
      services.map((service): Offer => ({
        portName: service.portName,
        protocol: service.protocol === 'udp' ? 'UDP' : 'TCP',
        port: service.servicePort,
        devicePort: service.port,
        appProtocol: service.appProtocol,
        affinitySeconds: service.affinitySeconds,
        created: service.created ?? '9999',
        cluster: cluster ?? '',
        address: device.ipv4!,
      })),
    )
    .sort(
      (a, b) =>
        compareText(a.created, b.created) ||
        compareText(a.cluster, b.cluster) ||
        a.port - b.port ||
        compareText(a.protocol, b.protocol) ||
        compareText(a.address, b.address) ||
        a.devicePort - b.devicePort,
    );

  const ports = new Map<
    string,
    {
      name: string | undefined;
      appProtocol: string | undefined;
      offer: Offer;
      targets: MergedPort['targets'][number][];
    }
  >();
  const names = new Map<string, Offer>();
  let conflict: string | undefined;
  for (const offer of offers) {
    const key = `${offer.protocol}/${offer.port}`;
    const target = { address: offer.address, port: offer.devicePort };
    const port = ports.get(key);
    if (port) {
      port.appProtocol ??= offer.appProtocol;
      if (!port.targets.some(known => known.address === target.address && known.port === target.port))
        port.targets.push(target);
      continue;
    }
    const holder = offer.portName === undefined ? undefined : names.get(offer.portName);
    if (holder)
      conflict ??= `The port name "${offer.portName}" means ${holder.protocol} ${holder.port} in cluster "${holder.cluster}", the oldest export, and ${offer.protocol} ${offer.port} in cluster "${offer.cluster}": the first keeps the name; give the ports the same numbers, or other names.`;
    else if (offer.portName !== undefined) names.set(offer.portName, offer);
    const { appProtocol } = offer;
    ports.set(key, { name: holder ? undefined : offer.portName, appProtocol, offer, targets: [target] });
  }

  return {
    conflict,
    affinitySeconds: offers.find(({ affinitySeconds }) => affinitySeconds !== undefined)?.affinitySeconds,
    ports: [...ports.values()].map(({ name, appProtocol, offer, targets }) => ({
      name: name ?? freeName(`${offer.protocol.toLowerCase()}-${offer.port}`, names),
      protocol: offer.protocol,
      port: offer.port,
      appProtocol,
      targets,
    })),
  };
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A name that no other port was given. */
function freeName(name: string, taken: { has(name: string): boolean }): string {
  let candidate = name;
  for (let count = 2; taken.has(candidate); count++) candidate = `${name}-${count}`;
  return candidate;
}
