/** Pure: what a NexlinkExport says about itself. */

import type { ExportCondition, exportReasons, ReasonOf } from '../../api/v1alpha1/conditions.ts';
import type { ExportDevice, ExportedPort, NexlinkExportStatus } from '../../api/v1alpha1/nexlinkexport.ts';
import { passOnAddress } from '../gateway/address.ts';
import { mismatch } from '../gateway/ensure.ts';
import { originOf, type Disagreement } from '../import/disputes.ts';
import { mergePorts } from '../import/resolve.ts';
import type { DeviceRecord } from '../metadata/record.ts';
import { maxPorts } from '../proxy/ports.ts';
import { conditionOf, isStarting, type Judgement } from '../runtime/conditions.ts';
import { Conflict, messageOf } from '../runtime/errors.ts';
import { summarizePorts } from '../runtime/summary.ts';
import { serviceNameLabel } from './backends.ts';
import type { SeenExport } from './observe.ts';
import { needsOf, serviceRecord } from './resolve.ts';

type Reasons = typeof exportReasons;

const judgement = <C extends ExportCondition>(
  type: C,
  status: Judgement['status'],
  reason: ReasonOf<Reasons, C>,
  message: string,
): Judgement => ({ type, status, reason, message });

export interface ExportJudgement {
  readonly status: {
    readonly [Field in Exclude<keyof NexlinkExportStatus, 'conditions'>]:
      NexlinkExportStatus[Field] | undefined;
  };
  readonly conditions: readonly Judgement[];
  /** Types of conditions that do not apply. */
  readonly dropped: readonly string[];
}

/** The status of an export; `error` is what kept its gateway from being made. */
export function judgeExport(seen: SeenExport, error: unknown): ExportJudgement {
  const { resolved } = seen;
  const ports = exportedPorts(seen);
  const conflict = judgeConflict(seen);
  const address = passOnAddress(resolved.tunnelIP, seen.gateway, obstacle(seen, conflict));
  return {
    status: {
      realm: resolved.realm,
      name: resolved.name,
      gateway: resolved.gateway,
      ports,
      summary: { ports: summarizePorts(ports) },
      devices: seen.synced ? seen.devices.map(describeDevice) : seen.nxe.status?.devices,
    },
    conditions: [
      resolved.valid
        ? judgement(
            'Valid',
            'True',
            'Valid',
            [`${whatIs(seen)} can be exported.`, ...(resolved.notes ?? [])].join(' '),
          )
        : judgement('Valid', 'False', resolved.reason, resolved.message),
      judgeReady(seen, ports, conflict, error),
      conflict,
      ...address.conditions,
    ],
    dropped: address.dropped,
  };
}

/** Why no gateway asks for the address of the export. */
function obstacle({ resolved, gateway }: SeenExport, conflict: Judgement): string | undefined {
  if (conflict.reason === 'GatewayMismatch') return conflict.message;
  return resolved.valid || gateway ? undefined : resolved.message;
}

const whatIs = ({ nxe, resolved }: SeenExport): string =>
  nxe.spec.target ? `Target ${nxe.spec.target.address}` : `Service ${resolved.service}`;

function exportedPorts({ nxe, resolved, rules }: SeenExport): ExportedPort[] {
  if (!resolved.valid) return [];
  const assigned = rules.portsOf(nxe.metadata.uid);
  return resolved.ports.flatMap(({ name, protocol, port }): ExportedPort[] => {
    const found = assigned.find(other => other.protocol === protocol && other.port === port);
    if (!found) return [];
    return [{ ...(name === undefined ? {} : { name }), protocol, port, devicePort: found.gatewayPort }];
  });
}

function describeDevice({ device }: SeenExport['devices'][number]): ExportDevice {
  return {
    id: device.id,
    hostname: device.hostname,
    ...(device.ipv4 === undefined ? {} : { ipv4: device.ipv4 }),
    ...(device.ipv6 === undefined ? {} : { ipv6: device.ipv6 }),
  };
}

function judgeConflict(seen: SeenExport): Judgement {
  const { resolved, gateway, won } = seen;
  const wrong = mismatch(gateway, needsOf(resolved));
  if (wrong) return judgement('Conflict', 'True', 'GatewayMismatch', wrong);
  const lost = resolved.valid && resolved.ports.find(({ protocol, port }) => !won.has(`${protocol}/${port}`));
  if (lost)
    return judgement(
      'Conflict',
      'True',
      'PortConflict',
      `An older NexlinkExport of this namespace exports ${lost.protocol} port ${lost.port} as "${resolved.name}" through the same gateway: give this one another spec.name, spec.ports or spec.gateway.`,
    );
  const [first] = lostDisputes(seen);
  if (first)
    return judgement(
      'Conflict',
      'True',
      first.reason,
      `About ${first.field} of ${resolved.name}, importers follow ${originOf(first.winner)}, which says ${first.won}, not ${first.lost} as this one: ${first.remedy} in both clusters.`,
    );
  return judgement('Conflict', 'False', 'NoConflicts', 'No other object disagrees.');
}

/** What importers take from another cluster, which says something else. */
function lostDisputes({ nxe, resolved, won, rivals, cluster }: SeenExport): Disagreement[] {
  if (!resolved.valid || rivals.length === 0) return [];
  const services = resolved.ports
    .filter(({ protocol, port }) => won.has(`${protocol}/${port}`))
    .map(port => serviceRecord(nxe, resolved, port, port.port));
  const own = { cluster, device: { hostname: '', ipv4: undefined }, services };
  return mergePorts([...rivals, own]).disagreements.filter(({ loser }) => loser.exporter === own);
}

function judgeReady(
  seen: SeenExport,
  ports: readonly ExportedPort[],
  conflict: Judgement,
  error: unknown,
): Judgement {
  const { resolved, gateway } = seen;
  const no = (reason: ReasonOf<Reasons, 'Ready'>, message: string) =>
    judgement('Ready', 'False', reason, message);
  if (seen.isEnding) return no('Deleting', `Namespace ${seen.nxe.metadata.namespace} is being deleted.`);
  if (!resolved.valid) return no('Invalid', resolved.message);
  const lost = resolved.ports.filter(({ protocol, port }) => !seen.won.has(`${protocol}/${port}`));
  if (conflict.reason === 'GatewayMismatch' || (lost.length > 0 && lost.length === resolved.ports.length))
    return no('Conflict', conflict.message);
  if (error !== undefined && !(error instanceof Conflict)) return no('GatewayNotReady', messageOf(error));
  if (!gateway) return no('Pending', `NexlinkGateway ${resolved.gateway} is being made.`);

  const wanted = resolved.ports.length - lost.length;
  const serving = seen.devices.filter(
    ({ ready, current, record }) =>
      ready && (current || wasReady(seen)) && publishes(record, resolved.name, ports),
  );
  if (seen.isBacked && ports.length >= wanted && serving.length > 0 && hasRules(seen, ports))
    return judgement(
      'Ready',
      'True',
      'Exported',
      `Exported as ${resolved.name} in realm ${resolved.realm} by ${serving.map(({ device }) => device.ipv4).join(', ')}.`,
    );

  const connected = conditionOf(gateway.status?.conditions, 'Connected');
  if (
    connected?.status === 'False' &&
    ['Unauthorized', 'Unreachable', 'NexodusError', 'DuplicateClusterID'].includes(connected.reason)
  )
    return no('NexodusUnavailable', connected.message);
  const ready = conditionOf(gateway.status?.conditions, 'Ready');
  if (ready?.status === 'False' && ready.reason !== 'Pending')
    return no('GatewayNotReady', `NexlinkGateway ${resolved.gateway}: ${ready.message}`);
  if (!seen.isBacked && ready?.status === 'True')
    return isStarting(seen.nxe, seen.now)
      ? no('Pending', lacksBackend(seen))
      : no('NoEndpoint', lacksBackend(seen));
  if (ports.length < wanted && seen.rules.ports.length + seen.rules.freed.length >= maxPorts)
    return no(
      'GatewayNotReady',
      `NexlinkGateway ${resolved.gateway} has given out all of its ${maxPorts} ports: name another one in spec.gateway.`,
    );
  const [freed] = seen.rules.freed.filter(({ protocol, gatewayPort }) =>
    resolved.ports.some(other => other.protocol === protocol && other.port === gatewayPort),
  );
  if (ports.length < wanted && freed)
    return no(
      'Pending',
      `${freed.protocol} port ${freed.gatewayPort} of NexlinkGateway ${resolved.gateway} led to something else until now, and other clusters may still send there: it is free once they have let go, usually within 15 seconds.`,
    );
  if (ready?.status === 'True')
    return no('Pending', `NexlinkGateway ${resolved.gateway} is taking over its rules.`);
  return no('Pending', `NexlinkGateway ${resolved.gateway}: ${ready?.message ?? 'it is being started.'}`);
}

function lacksBackend({ nxe: { metadata }, resolved }: SeenExport): string {
  const { namespace } = metadata;
  return `Service ${namespace}/${resolved.service} has no ready endpoint with one of its ports, so other clusters are told that it carries nothing here. One comes with a ready pod that its selector matches and that has its target port, or with an EndpointSlice of your own; to see them: kubectl -n ${namespace} get endpointslices -l ${serviceNameLabel}=${resolved.service}.`;
}

/** What carried bytes for this generation goes on doing so while the gateway takes over rules of others. */
function wasReady({ nxe }: SeenExport): boolean {
  const old = conditionOf(nxe.status?.conditions, 'Ready');
  return old?.status === 'True' && old.observedGeneration === nxe.metadata.generation;
}

/** Whether the gateway's rules lead each of these ports to where the export wants it. */
const hasRules = ({ resolved, rules }: SeenExport, ports: readonly ExportedPort[]): boolean =>
  resolved.valid &&
  ports.every(({ protocol, port, devicePort }) => {
    const wanted = resolved.ports.find(other => other.protocol === protocol && other.port === port)!;
    const targets = rules.targetsOf({ protocol, gatewayPort: devicePort });
    return targets.includes(`${wanted.host}:${wanted.targetPort}`);
  });

/** Whether other clusters are told of every one of these ports. */
const publishes = (record: DeviceRecord | undefined, name: string, ports: readonly ExportedPort[]): boolean =>
  ports.length > 0 &&
  ports.every(({ protocol, devicePort }) =>
    record?.services.some(
      service =>
        service.name === name && service.port === devicePort && service.protocol === protocol.toLowerCase(),
    ),
  );
