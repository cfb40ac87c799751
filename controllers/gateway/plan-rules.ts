/** Pure: the rules of a gateway's nexd, and which port stands for what. */

import type { Protocol } from '../../api/v1alpha1/meta.ts';
import type { ImportPort, NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { selectorKey } from '../import/device.ts';
import { importedPorts, type MergedPort } from '../import/resolve.ts';
import {
  assignPorts,
  claimKey,
  portKey,
  probePort,
  sameSource,
  type AssignedPort,
  type Follows,
  type PortClaim,
} from '../proxy/ports.ts';
import type { Rule } from '../proxy/rules.ts';
import { digest } from '../runtime/compare.ts';
import type { NetworkPolicy } from '../runtime/objects.ts';
import type { CarriedExport, CarriedImport, SeenGateway } from './observe.ts';
import { freedPorts, type FreedPort } from './freed-ports.ts';
import { isGuarded, lingeringPorts } from './guard.ts';

export interface RulesPlan {
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
  readonly ports: readonly AssignedPort[];
  /** Ports that were given up and are not free yet. */
  readonly freed: readonly FreedPort[];
}

const protocolOf = (protocol: Protocol): Rule['protocol'] => (protocol === 'UDP' ? 'udp' : 'tcp');

/** The rules for what the gateway carries now, under the policy that is in force. */
export const planRules = (seen: SeenGateway, { policy }: Pick<SeenGateway, 'policy'> = seen): RulesPlan =>
  seen.gateway.spec.direction === 'Export' ? exportRules(seen) : importRules(seen, policy);

type Claimant = Pick<CarriedExport, 'nxe' | 'resolved'>;

/**
 * The valid exports of which no older one has the same name, protocol and port: one device cannot offer a port of a
 * name twice.
 */
export function winners(exports: readonly Claimant[]): { carried: Claimant; claims: PortClaim[] }[] {
  const offered = new Set<string>();
  return exports.flatMap(carried => {
    const { nxe, resolved } = carried;
    if (!resolved.valid) return [];
    const claims = resolved.ports.flatMap(({ protocol, port }): PortClaim[] => {
      const offer = `${resolved.name}/${protocol}/${port}`;
      if (offered.has(offer)) return [];
      offered.add(offer);
      const source = `${resolved.name} ${nxe.spec.target?.address ?? resolved.service}`;
      return [{ owner: nxe.metadata.uid!, protocol, port, source }];
    });
    return [{ carried, claims }];
  });
}

/**
 * An export may have a port that led to the same Service or target, whatever the name, and one that had the same name,
 * wherever it led: who still sends there by the name gets what it stands for now.
 */
const followsExport: Follows = (claim, record) => {
  if (sameSource(claim, record)) return true;
  const [is, was] = [claim.source!, record.source!];
  const [end, formerEnd] = [is.indexOf(' '), was.indexOf(' ')];
  const sameName = end === formerEnd && was.startsWith(is.slice(0, end + 1));
  return sameName || is.slice(end) === was.slice(formerEnd);
};

function exportRules(seen: SeenGateway): RulesPlan {
  const won = winners(seen.exports);
  const claims = won.flatMap(({ claims }) => claims);
  const recorded = recordedPorts(
    seen,
    seen.exports.map(({ nxe }) => ({
      uid: nxe.metadata.uid!,
      gateway: nxe.status?.gateway,
      ports: nxe.status?.ports?.map(({ protocol, port, devicePort }) => ({
        protocol,
        port,
        gatewayPort: devicePort,
      })),
    })),
  );
  const left = freedPorts(seen, recorded, isClaimedBy(claims, followsExport));
  const { ports } = assignPorts(claims, recorded, {
    preferOwn: true,
    reserved: [{ protocol: 'TCP', gatewayPort: probePort }],
    freed: left.map(({ port }) => port),
    follows: followsExport,
    // Who asks for an address means that others dial it, and the number.
    patient: seen.gateway.spec.tunnelIP !== undefined,
  });
  const freed = withoutTaken(left, ports);
  const gatewayPort = new Map(ports.map(port => [claimKey(port), port.gatewayPort]));
  const ingress = won.flatMap(({ carried: { nxe, resolved } }) =>
    !resolved.valid
      ? []
      : resolved.ports.flatMap(({ protocol, port, host, targetPort }): Rule[] => {
          const listen = gatewayPort.get(claimKey({ owner: nxe.metadata.uid!, protocol, port }));
          return listen === undefined
            ? []
            : [{ protocol: protocolOf(protocol), port: listen, host, targetPort }];
        }),
  );
  // A freed port refuses at once, whoever still sends there: no rule of it is kept.
  return { ingress: sortRules(ingress), egress: [], ports, freed };
}

/** Whether one of these claims goes on with a recorded port. */
function isClaimedBy(claims: readonly PortClaim[], follows: Follows): (port: AssignedPort) => boolean {
  const byKey = new Map(claims.map(claim => [claimKey(claim), claim]));
  return port => {
    const claim = byKey.get(claimKey(port));
    return claim !== undefined && follows(claim, port);
  };
}

/** Those that nobody follows. */
function withoutTaken(freed: readonly FreedPort[], ports: readonly AssignedPort[]): FreedPort[] {
  const taken = new Set(ports.map(portKey));
  return freed.filter(({ port }) => !taken.has(portKey(port)));
}

/** The ports of an import: what its spec says or exporters offer now, or, while none offers anything, what they offered last. */
export function importPorts(
  { nxi, exporters }: CarriedImport,
  recorded: readonly AssignedPort[],
): readonly Pick<MergedPort, 'protocol' | 'port' | 'targets'>[] {
  const { ports } = importedPorts(nxi, exporters);
  if (ports.length) return ports;
  return recorded
    .filter(({ owner }) => owner === nxi.metadata.uid)
    .map(({ protocol, port }) => ({ protocol, port, targets: [] }));
}

function importRules(seen: SeenGateway, policy: NetworkPolicy | undefined): RulesPlan {
  const recorded = recordedPorts(
    seen,
    seen.imports.map(({ nxi }) => ({
      uid: nxi.metadata.uid!,
      gateway: nxi.status?.gateway,
      ports: nxi.status?.ports?.map(({ protocol, port, listenPort }) => ({
        protocol,
        port,
        gatewayPort: listenPort,
      })),
    })),
  );
  const wanted = seen.imports.flatMap(carried =>
    importPorts(carried, recorded).map(port => ({
      claim: {
        owner: carried.nxi.metadata.uid!,
        protocol: port.protocol,
        port: port.port,
        source: sourceOf(carried, port),
      },
      targets: port.targets,
      clients: clientsOf(carried.nxi),
    })),
  );
  const claims = wanted.map(({ claim }) => claim);
  const freed = freedPorts(seen, recorded, isClaimedBy(claims, sameSource));
  const { ports } = assignPorts(claims, recorded, {
    preferOwn: false,
    freed: freed.map(({ port }) => port),
    blocked: lingeringPorts(seen),
  });
  const imports = new Map(seen.imports.map(({ nxi }) => [nxi.metadata.uid!, nxi]));
  const guarded = ports.filter(port => isGuarded(policy, imports.get(port.owner)!, port));
  const listenPort = new Map(guarded.map(port => [claimKey(port), port.gatewayPort]));
  const egress = wanted.flatMap(({ claim, targets, clients }) => {
    const listen = listenPort.get(claimKey(claim));
    if (listen === undefined) return [];
    return targets.map((target): Rule => ({
      protocol: protocolOf(claim.protocol),
      port: listen,
      host: target.address,
      targetPort: target.port,
      ...(target.hasAgent ? { agent: true } : {}),
      ...(clients === undefined ? {} : { clients }),
    }));
  });
  // Who exports is not known yet: what was known to the controller before this one stays.
  const kept = (seen.rules.rules?.egress ?? []).filter(rule =>
    guarded.some(
      ({ protocol, gatewayPort }) => gatewayPort === rule.port && protocolOf(protocol) === rule.protocol,
    ),
  );
  return { ingress: [], egress: seen.nexodus.synced ? sortRules(egress) : kept, ports, freed };
}

/** Who may use an import, as a digest; undefined: everyone. */
const clientsOf = ({ spec: { clients } }: NexlinkImport): string | undefined =>
  clients === undefined ? undefined : digest(clients);

/** What a port of an import leads to, whoever serves it at the moment. */
const sourceOf = (
  { nxi: { spec }, place }: CarriedImport,
  { protocol, port }: Pick<MergedPort, 'protocol' | 'port'>,
): string => {
  if (!spec.device) return place.name;
  const isIt = (other: ImportPort) => other.port === port && (other.protocol ?? 'TCP') === protocol;
  return `${selectorKey(spec.device)}/${spec.ports?.find(isIt)?.devicePort ?? port}`;
};

interface Recorded {
  readonly uid: string;
  /** The one that the status is of. */
  readonly gateway: string | undefined;
  readonly ports: readonly Omit<AssignedPort, 'owner'>[] | undefined;
}

/**
 * The record in the ConfigMap; should that be lost, the one in the status of the objects. A status that is still of
 * another gateway says nothing of this one.
 */
function recordedPorts(seen: SeenGateway, objects: readonly Recorded[]): readonly AssignedPort[] {
  if (seen.rules.ports.length + seen.rules.freed.length > 0) return seen.rules.ports;
  return objects.flatMap(({ uid, gateway = seen.gateway.metadata.name, ports = [] }) =>
    gateway === seen.gateway.metadata.name ? ports.map(port => ({ owner: uid, ...port })) : [],
  );
}

/** In a fixed order, so that equal rules have an equal digest. */
const sortRules = (rules: Rule[]): Rule[] =>
  rules.sort(
    (a, b) =>
      a.port - b.port ||
      (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : 0) ||
      (a.host < b.host ? -1 : a.host > b.host ? 1 : 0) ||
      a.targetPort - b.targetPort,
  );
