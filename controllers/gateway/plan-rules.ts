/** Pure: the rules of a gateway's nexd, and which port stands for what. */

import type { Protocol } from '../../api/v1alpha1/meta.ts';
import type { ImportPort } from '../../api/v1alpha1/nexlinkimport.ts';
import { selectorKey } from '../import/device.ts';
import { importedPorts, type MergedPort } from '../import/resolve.ts';
import { assignPorts, claimKey, probePort, type AssignedPort, type PortClaim } from '../proxy/ports.ts';
import type { ServiceRecord } from '../metadata/record.ts';
import type { Rule } from '../proxy/rules.ts';
import type { NetworkPolicy } from '../runtime/objects.ts';
import type { CarriedExport, CarriedImport, SeenGateway } from './observe.ts';
import { isGuarded, lingeringPorts } from './guard.ts';

export interface RulesPlan {
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
  readonly ports: readonly AssignedPort[];
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
      return [{ owner: nxe.metadata.uid!, protocol, port }];
    });
    return [{ carried, claims }];
  });
}

function exportRules(seen: SeenGateway): RulesPlan {
  const won = winners(seen.exports);
  const { ports } = assignPorts(
    won.flatMap(({ claims }) => claims),
    recordedPorts(
      seen,
      seen.exports.map(({ nxe }) => ({
        uid: nxe.metadata.uid!,
        ports: nxe.status?.ports?.map(({ protocol, port, devicePort }) => ({
          protocol,
          port,
          gatewayPort: devicePort,
        })),
      })),
    ),
    { preferOwn: true, reserved: [{ protocol: 'TCP', gatewayPort: probePort }] },
  );
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
  return { ingress: sortRules(ingress), egress: [], ports };
}

/**
 * The rules of an export gateway while Nexodus does not take what it shall publish. A port that is still published for
 * something else than it is `wanted` for now keeps the rules that it has: others send connections there.
 */
export function rulesMeanwhile(
  ingress: readonly Rule[],
  wanted: readonly ServiceRecord[],
  published: readonly ServiceRecord[],
  before: readonly Rule[],
): Rule[] {
  const offers = new Set(wanted.map(offerOf));
  const held = new Set(published.filter(service => !offers.has(offerOf(service))).map(portOf));
  return sortRules([
    ...ingress.filter(rule => !held.has(portOf(rule))),
    ...before.filter(rule => held.has(portOf(rule))),
  ]);
}

const portOf = ({ protocol, port }: Pick<Rule, 'protocol' | 'port'>) => `${protocol}/${port}`;
const offerOf = (service: ServiceRecord) => `${portOf(service)}/${service.name}/${service.servicePort}`;

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
    })),
  );
  const { ports } = assignPorts(
    wanted.map(({ claim }) => claim),
    recorded,
    // What pods send elsewhere now is not given to another one at the same time.
    { preferOwn: false, blocked: [...recorded, ...lingeringPorts(seen)] },
  );
  const imports = new Map(seen.imports.map(({ nxi }) => [nxi.metadata.uid!, nxi]));
  const guarded = ports.filter(port => isGuarded(policy, imports.get(port.owner)!, port));
  const listenPort = new Map(guarded.map(port => [claimKey(port), port.gatewayPort]));
  const egress = wanted.flatMap(({ claim, targets }) => {
    const listen = listenPort.get(claimKey(claim));
    if (listen === undefined) return [];
    return targets.map((target): Rule => ({
      protocol: protocolOf(claim.protocol),
      port: listen,
      host: target.address,
      targetPort: target.port,
    }));
  });
  // Who exports is not known yet: what was known to the controller before this one stays.
  const kept = (seen.rules.rules?.egress ?? []).filter(rule =>
    guarded.some(
      ({ protocol, gatewayPort }) => gatewayPort === rule.port && protocolOf(protocol) === rule.protocol,
    ),
  );
  return { ingress: [], egress: seen.nexodus.synced ? sortRules(egress) : kept, ports };
}

/** What a port of an import leads to, whoever serves it at the moment. */
const sourceOf = (
  { nxi: { spec }, place }: CarriedImport,
  { protocol, port }: Pick<MergedPort, 'protocol' | 'port'>,
): string => {
  if (!spec.device) return place.name;
  const isIt = (other: ImportPort) => other.port === port && (other.protocol ?? 'TCP') === protocol;
  return `${selectorKey(spec.device)}/${spec.ports?.find(isIt)?.devicePort ?? port}`;
};

/** The record in the ConfigMap; should that be lost, the one in the status of the objects. */
function recordedPorts(
  seen: SeenGateway,
  objects: readonly { uid: string; ports: readonly Omit<AssignedPort, 'owner'>[] | undefined }[],
): readonly AssignedPort[] {
  if (seen.rules.ports.length) return seen.rules.ports;
  return objects.flatMap(({ uid, ports }) => (ports ?? []).map(port => ({ owner: uid, ...port })));
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
