/** What a NexlinkImport means, given what other clusters export. */

import type { Protocol } from '../../api/v1alpha1/meta.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { GatewayNeeds } from '../gateway/ensure.ts';
import { gatewayName } from '../runtime/names.ts';
import type { Namespace } from '../runtime/objects.ts';
import { realmOf, type RealmSettings } from '../realm/realm.ts';
import type { ServiceOffer, ServiceRecord } from '../metadata/record.ts';
import {
  affinityDispute,
  Disputes,
  portNameDispute,
  protocolDispute,
  type Disagreement,
} from './disputes.ts';
import type { ExporterRecord } from './registry.ts';

/** Where an import belongs. */
export interface ImportPlace {
  readonly realm: string;
  /** The exported name; of no meaning when a device is imported. */
  readonly name: string;
  /** The Service to make. */
  readonly service: string;
  readonly gateway: string;
  /** The address that the gateway must ask for. */
  readonly tunnelIP: string | undefined;
}

/** What an import needs of its gateway. */
export const needsOf = ({ realm, tunnelIP }: ImportPlace): GatewayNeeds => ({
  direction: 'Import',
  realm,
  tunnelIP,
});

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
    gateway: gatewayName(nxi.spec.gateway, 'Import', realm, nxi.spec.tunnelIP),
    tunnelIP: nxi.spec.tunnelIP,
  };
}

/** One port of the imported Service with the far ends that serve it. */
export interface MergedPort {
  readonly name: string;
  readonly protocol: Protocol;
  /** The Service's port. */
  readonly port: number;
  readonly appProtocol: string | undefined;
  /** None while nobody carries the port. */
  readonly targets: readonly MergedTarget[];
}

export interface MergedTarget {
  readonly address: string;
  readonly port: number;
  /** Whether it is a gateway, whose agent answers probes. */
  readonly hasAgent: boolean;
}

export interface MergedPorts {
  readonly ports: readonly MergedPort[];
  /** The session affinity that exporters have, in seconds, 0 for None; undefined when none says. */
  readonly affinitySeconds: number | undefined;
  /** What exporters disagree about: ports first. One entry for each field and cluster that is not followed. */
  readonly disagreements: readonly Disagreement[];
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
    disagreements: [],
    affinitySeconds: undefined,
    ports: ports.map(({ name, port, devicePort = port, protocol = 'TCP', appProtocol }) => ({
      name: name ?? freeName(`${protocol.toLowerCase()}-${port}`, named),
      protocol,
      port,
      appProtocol,
      targets: exporters.map(({ device, hasAgent }) => ({
        address: device.ipv4!,
        port: devicePort,
        hasAgent,
      })),
    })),
  };
}

/** What an exporter offers, as far as it can be merged with others. */
export interface Exporting {
  readonly device: { readonly hostname: string; readonly ipv4: string | undefined };
  readonly cluster: string | undefined;
  readonly hasAgent?: boolean;
  readonly services: readonly ServiceRecord[];
  readonly announced?: readonly ServiceOffer[];
}

interface Offer {
  readonly exporter: Exporting;
  readonly service: ServiceOffer;
  /** On the device; undefined while it carries nothing. */
  readonly port: number | undefined;
}

const keyOf = ({ service }: Offer) => `${service.protocol}/${service.servicePort}`;

/**
 * The union of the exporters' ports, as the Multi-Cluster Services API has it: traffic to a port goes only to those
 * that carry it. Where two say different things, the oldest export (then the lesser cluster id) that says something
 * counts.
 */
export function mergePorts(exporters: readonly Exporting[]): MergedPorts {
  const offers = exporters
    .flatMap(exporter => [
      ...exporter.services.map((service): Offer => ({ exporter, service, port: service.port })),
      ...(exporter.announced ?? []).map((service): Offer => ({ exporter, service, port: undefined })),
    ])
    .sort(byPrecedence);
  const disputes = new Disputes();
  const ports = new Map<string, { named: boolean; offer: Offer; targets: MergedTarget[] }>();
  const names = new Map<string, Offer>();
  const protocols = new Map<string, Offer>();
  let affinity: Offer | undefined;
  for (const offer of offers) {
    const { portName, appProtocol, affinitySeconds } = offer.service;
    const key = keyOf(offer);
    const holder = portName === undefined ? undefined : (names.get(portName) ?? offer);
    if (holder && keyOf(holder) !== key) disputes.add(portNameDispute, holder, offer);

    const { device, hasAgent = false } = offer.exporter;
    let port = ports.get(key);
    if (!port) {
      ports.set(key, (port = { named: holder === offer, offer, targets: [] }));
      if (holder === offer) names.set(portName!, offer);
    }
    const target = offer.port && { address: device.ipv4!, port: offer.port, hasAgent };
    if (target && !port.targets.some(known => known.address === target.address && known.port === target.port))
      port.targets.push(target);

    if (appProtocol !== undefined) {
      const first = protocols.get(key) ?? offer;
      protocols.set(key, first);
      if (first.service.appProtocol !== appProtocol) disputes.add(protocolDispute, first, offer);
    }
    if (affinitySeconds !== undefined) {
      affinity ??= offer;
      if (affinity.service.affinitySeconds !== affinitySeconds)
        disputes.add(affinityDispute, affinity, offer);
    }
  }

  return {
    disagreements: disputes.sorted(),
    affinitySeconds: affinity?.service.affinitySeconds,
    ports: [...ports].map(
      ([
        key,
        {
          named,
          offer: { service },
          targets,
        },
      ]) => ({
        name: named ? service.portName! : freeName(`${service.protocol}-${service.servicePort}`, names),
        protocol: service.protocol === 'udp' ? 'UDP' : 'TCP',
        port: service.servicePort,
        appProtocol: protocols.get(key)?.service.appProtocol,
        targets,
      }),
    ),
  };
}

function byPrecedence(a: Offer, b: Offer): number {
  const [left, right] = [a.service, b.service];
  return (
    compareText(left.created ?? '9999', right.created ?? '9999') ||
    compareText(a.exporter.cluster ?? '', b.exporter.cluster ?? '') ||
    left.servicePort - right.servicePort ||
    compareText(left.protocol, right.protocol) ||
    compareText(a.exporter.device.ipv4 ?? '', b.exporter.device.ipv4 ?? '') ||
    (a.port ?? 0) - (b.port ?? 0)
  );
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** A name that no other port was given. */
function freeName(name: string, taken: { has(name: string): boolean }): string {
  let candidate = name;
  for (let count = 2; taken.has(candidate); count++) candidate = `${name}-${count}`;
  return candidate;
}
