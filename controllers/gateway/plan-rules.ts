/** Pure: the rules of a gateway's nexd, and which port stands for what. */

import type { Protocol } from '../../api/v1alpha1/meta.ts';
import { importedPorts, type MergedPort } from '../import/resolve.ts';
import { assignPorts, claimKey, type AssignedPort, type PortClaim } from '../proxy/ports.ts';
import type { Rule } from '../proxy/rules.ts';
import type { CarriedExport, CarriedImport, SeenGateway } from './observe.ts';

export interface RulesPlan {
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
  readonly ports: readonly AssignedPort[];
}

const protocolOf = (protocol: Protocol): Rule['protocol'] => (protocol === 'UDP' ? 'udp' : 'tcp');

/** The rules for what the gateway carries now. */
export const planRules = (seen: SeenGateway): RulesPlan =>
  seen.gateway.spec.direction === 'Export' ? exportRules(seen) : importRules(seen);

/**
 * The valid exports of which no older one has the same name, protocol and port: one device cannot offer a port of a
 * name twice.
 */
export function winners(
  exports: readonly CarriedExport[],
): { carried: CarriedExport; claims: PortClaim[] }[] {
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
    { preferOwn: true },
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

function importRules(seen: SeenGateway): RulesPlan {
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
      claim: { owner: carried.nxi.metadata.uid!, protocol: port.protocol, port: port.port },
      targets: port.targets,
    })),
  );
  const { ports } = assignPorts(
    wanted.map(({ claim }) => claim),
    recorded,
    { preferOwn: false },
  );
  const listenPort = new Map(ports.map(port => [claimKey(port), port.gatewayPort]));
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
  const kept = seen.egress.filter(rule =>
    ports.some(
      ({ protocol, gatewayPort }) => gatewayPort === rule.port && protocolOf(protocol) === rule.protocol,
    ),
  );
  return { ingress: [], egress: seen.nexodus.synced ? sortRules(egress) : kept, ports };
}

/** The record in the ConfigMap; should that be lost, the one in the status of the objects. */
function recordedPorts(
  seen: SeenGateway,
  objects: readonly { uid: string; ports: readonly Omit<AssignedPort, 'owner'>[] | undefined }[],
): readonly AssignedPort[] {
  if (seen.ports.length) return seen.ports;
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
