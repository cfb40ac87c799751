/** Pure: what a NexlinkImport says about itself. */

import type { ImportCondition, importReasons, ReasonOf } from '../../api/v1alpha1/conditions.ts';
import type { Exporter, NexlinkImportStatus } from '../../api/v1alpha1/nexlinkimport.ts';
import type { GatewayPeer, GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import { serviceNameLabel } from '../export/backends.ts';
import { passOnAddress } from '../gateway/address.ts';
import { mismatch } from '../gateway/ensure.ts';
import { maxPorts } from '../proxy/ports.ts';
import { accessAt } from '../proxy/network-policy.ts';
import { sameJSON } from '../runtime/compare.ts';
import { conditionOf, isStarting, timestamp, type Judgement } from '../runtime/conditions.ts';
import { Conflict, messageOf } from '../runtime/errors.ts';
import { accessTo, clientFlaws } from './clients.ts';
import { summarizePorts } from '../runtime/summary.ts';
import { describeSelector } from './device.ts';
import { originOf, type Disagreement } from './disputes.ts';
import { isOurs, type SeenImport } from './observe.ts';
import type { ExporterRecord } from './registry.ts';
import { isTaken, servedPorts } from './plan.ts';
import { needsOf } from './resolve.ts';

type Reasons = typeof importReasons;

const judgement = <C extends ImportCondition>(
  type: C,
  status: Judgement['status'],
  reason: ReasonOf<Reasons, C>,
  message: string,
): Judgement => ({ type, status, reason, message });

export interface ImportJudgement {
  readonly status: {
    readonly [Field in Exclude<keyof NexlinkImportStatus, 'conditions'>]:
      NexlinkImportStatus[Field] | undefined;
  };
  readonly conditions: readonly Judgement[];
  /** Types of conditions that do not apply. */
  readonly dropped: readonly string[];
}

/** The status of an import; `error` is what stopped its plan, `isNew` that nodes may not have taken up its endpoints yet. */
export function judgeImport(seen: SeenImport, error: unknown, isNew = false): ImportJudgement {
  const { place, nxi } = seen;
  const service = seen.service && isOurs(seen.service, nxi) ? seen.service : undefined;
  // Before Nexodus has answered, those of the controller before this one are the last that are known.
  const exporters = seen.synced ? describeExporters(seen) : (nxi.status?.exporters ?? []);
  const conflict = judgeConflict(seen);
  // Without the rules the status is the only record of them.
  const ports = seen.rules.rules ? servedPorts(seen) : nxi.status?.ports;
  const reached = exporters.filter(({ state }) => state === 'Reachable').length;
  const address = passOnAddress(place.tunnelIP, seen.gateway, obstacle(seen, conflict));
  return {
    status: {
      realm: place.realm,
      gateway: place.gateway,
      service: service?.metadata.name,
      clusterIPs: service?.spec?.clusterIPs,
      ports,
      exporters,
      summary: {
        ports: summarizePorts(ports ?? []),
        clusterIPs: (service?.spec?.clusterIPs ?? []).join(','),
        exporters: `${reached}/${exporters.length}`,
      },
    },
    conditions: [
      judgeValid(seen),
      judgeReady(seen, exporters, conflict, error, isNew),
      conflict,
      ...address.conditions,
    ],
    dropped: address.dropped,
  };
}

/** Why no gateway asks for the address of the import. */
const obstacle = ({ gateway }: SeenImport, { reason, message }: Judgement): string | undefined =>
  reason === 'GatewayMismatch' || (reason === 'ServiceExists' && !gateway) ? message : undefined;

function judgeValid(seen: SeenImport): Judgement {
  const flaws = clientFlaws(seen.nxi);
  if (flaws.length > 0)
    return judgement('Valid', 'False', 'InvalidClients', `Nobody may use it: ${flaws.join('; ')}.`);
  const whom = seen.nxi.spec.clients ? ' for the pods of spec.clients' : '';
  return judgement('Valid', 'True', 'Valid', `Imports ${whatIs(seen)}${whom}.`);
}

const whatIs = ({ nxi, place }: SeenImport): string =>
  nxi.spec.device
    ? `the device ${describeSelector(nxi.spec.device)}`
    : `${place.name} of realm ${place.realm}`;

function judgeConflict(seen: SeenImport): Judgement {
  const { place, gateway, merged, nxi } = seen;
  const wrong = mismatch(gateway, needsOf(place));
  if (wrong) return judgement('Conflict', 'True', 'GatewayMismatch', wrong);
  if (isTaken(seen))
    return judgement(
      'Conflict',
      'True',
      'ServiceExists',
      `Service ${nxi.metadata.namespace}/${place.service} exists and was not made by this import; it is left alone: set spec.service.name to a free name, or delete that Service.`,
    );
  // What this import says itself, exporters need not agree about.
  const own = nxi.spec.service?.sessionAffinity !== undefined;
  const [first, ...more] = merged.disagreements.filter(
    ({ reason }) => !own || reason !== 'SessionAffinityConflict',
  );
  if (first) return judgement('Conflict', 'True', first.reason, describeDisagreement(first, more.length));
  return judgement('Conflict', 'False', 'NoConflicts', 'No other object disagrees.');
}

function describeDisagreement(
  { field, winner, loser, won, lost, remedy }: Disagreement,
  more: number,
): string {
  const others = more === 0 ? '' : ` They disagree ${more} more time${more === 1 ? '' : 's'}.`;
  return `Exporters disagree about ${field}: ${won} says ${originOf(winner)}, which takes precedence, ${lost} says ${originOf(loser)}: ${remedy} in both.${others}`;
}

function describeExporters({ exporters, reports, nxi, now }: SeenImport): Exporter[] {
  const before = new Map((nxi.status?.exporters ?? []).map(exporter => [exporter.deviceID, exporter]));
  return exporters.map(exporter => {
    const { device, cluster } = exporter;
    const state = stateOf(device.ipv4!, device.online, reports);
    const rttMillis = shortest(device.ipv4!, reports);
    const lostSince = lostTime(before.get(device.id), state, now);
    const message = nxi.spec.device ? undefined : troubleOf(exporter);
    return {
      ...(cluster === undefined ? {} : { cluster }),
      deviceID: device.id,
      hostname: device.hostname,
      address: device.ipv4!,
      state,
      ...(rttMillis === undefined ? {} : { rttMillis }),
      ...(lostSince === undefined ? {} : { lostSince }),
      ...(message === undefined ? {} : { message }),
    };
  });
}

function lostTime(before: Exporter | undefined, state: Exporter['state'], now: Date): string | undefined {
  if (state === 'Reachable') return undefined;
  const isLost = before?.state === 'Reachable' && state !== 'Unknown';
  return isLost ? timestamp(now) : before?.lostSince;
}

const maxMessage = 256;

/** What is wrong with what an exporter publishes. */
function troubleOf({ services, problems }: ExporterRecord): string | undefined {
  const parts = [
    ...(services.length === 0
      ? ['carries nothing now: its gateway is starting, or nothing behind the Service is ready']
      : []),
    ...(problems.length === 0 ? [] : [`left out: ${problems.join('; ')}`]),
  ];
  if (parts.length === 0) return undefined;
  const text = parts.join('. ');
  return text.length > maxMessage ? `${text.slice(0, maxMessage - 1)}…` : text;
}

/** What carried bytes for this generation, on these ports, goes on doing so while the gateway takes over rules of others. */
function wasReady({ nxi, assigned }: SeenImport): boolean {
  const old = conditionOf(nxi.status?.conditions, 'Ready');
  const ports = new Set(nxi.status?.ports?.map(({ protocol, listenPort }) => `${protocol}/${listenPort}`));
  return (
    old?.status === 'True' &&
    old.observedGeneration === nxi.metadata.generation &&
    assigned.every(({ protocol, gatewayPort }) => ports.has(`${protocol}/${gatewayPort}`))
  );
}

/** Whether the gateway's rules lead from each port of the Service to somewhere, but for those that nobody carries. */
const hasRules = ({ assigned, rules, merged }: SeenImport): boolean =>
  assigned.every(
    ({ protocol, port, gatewayPort }) =>
      rules.targetsOf({ protocol, gatewayPort }).length > 0 ||
      merged.ports.some(
        idle => idle.protocol === protocol && idle.port === port && idle.targets.length === 0,
      ),
  );

/** Whether the gateway's policy lets in just the pods that may use it. */
function hasPolicy({ nxi, assigned, policy }: SeenImport): boolean {
  const access = accessTo(nxi);
  return assigned.every(port => sameJSON(accessAt(policy, port), access));
}

/** What the gateway's pods tell of a far end. */
const peersAt = (address: string, reports: readonly GatewayReplica[]): GatewayPeer[] =>
  reports.flatMap(report => report.peers?.find(peer => peer.address === address) ?? []);

/** The shortest round trip that a pod tells of. */
function shortest(address: string, reports: readonly GatewayReplica[]): number | undefined {
  const told = peersAt(address, reports).flatMap(peer => (peer.healthy ? (peer.rttMillis ?? []) : []));
  return told.length > 0 ? Math.min(...told) : undefined;
}

/** A working tunnel counts more than what Nexodus says about the device, which is late. */
function stateOf(address: string, online: boolean, reports: readonly GatewayReplica[]): Exporter['state'] {
  const told = peersAt(address, reports);
  if (told.some(peer => peer.healthy)) return 'Reachable';
  if (!online) return 'Offline';
  return told.length ? 'Unreachable' : 'Unknown';
}

function judgeReady(
  seen: SeenImport,
  exporters: readonly Exporter[],
  conflict: Judgement,
  error: unknown,
  isNew: boolean,
): Judgement {
  const { place, gateway, service, failure } = seen;
  const no = (reason: ReasonOf<Reasons, 'Ready'>, message: string) =>
    judgement('Ready', 'False', reason, message);
  if (conflict.reason === 'GatewayMismatch' || conflict.reason === 'ServiceExists')
    return no('Conflict', conflict.message);
  const valid = judgeValid(seen);
  if (valid.status === 'False') return no('Invalid', valid.message);
  if (!seen.synced) return no('NexodusUnavailable', failure?.message ?? 'Nexodus has not answered yet.');
  if (seen.missing !== undefined) return no('DeviceNotFound', seen.missing);
  const what = `${place.name} in realm ${place.realm}`;
  if (exporters.length === 0)
    return no(
      'NoExporter',
      `No other cluster exports ${what}: see kubectl get nxe there, and that both sides have the same realm.`,
    );
  const isDevice = seen.nxi.spec.device !== undefined;
  const serving = exporters.filter((_, at) => isDevice || seen.exporters[at]!.services.length > 0);
  if (serving.length === 0)
    return no(
      isStarting(seen.nxi, seen.now) ? 'Pending' : 'NoExporter',
      `${exporters.length} devices export ${what}, but none of them carries it now, as their gateways start or nothing behind the Service is ready: see kubectl get nxe in their clusters.`,
    );
  if (error !== undefined && !(error instanceof Conflict)) return no('GatewayNotReady', messageOf(error));

  const { assigned, merged, rules } = seen;
  if (assigned.length < merged.ports.length && rules.ports.length + rules.freed.length >= maxPorts)
    return no(
      'GatewayNotReady',
      `NexlinkGateway ${place.gateway} has given out all of its ${maxPorts} ports: name another one in spec.gateway.`,
    );
  const ready = conditionOf(gateway?.status?.conditions, 'Ready');
  if (ready?.status === 'False' && ready.reason !== 'Pending')
    return no('GatewayNotReady', `NexlinkGateway ${place.gateway}: ${ready.message}`);
  if (ready?.status !== 'True' || !service)
    return no('Pending', `NexlinkGateway ${place.gateway}: ${ready?.message ?? 'it is being started.'}`);
  if (!hasPolicy(seen)) {
    const programmed = conditionOf(gateway?.status?.conditions, 'Programmed');
    return programmed?.status === 'False' && programmed.reason !== 'Pending'
      ? no('GatewayNotReady', `NexlinkGateway ${place.gateway}: ${programmed.message}`)
      : no('Pending', `The NetworkPolicy of NexlinkGateway ${place.gateway} is being changed.`);
  }
  if (!seen.replicas.some(({ current }) => current || wasReady(seen)) || !hasRules(seen))
    return no('Pending', `The pods of NexlinkGateway ${place.gateway} are taking over new rules.`);

  if (!seen.isBacked)
    return no(
      'Pending',
      `Service ${place.service} has no ready endpoint yet; its endpoints: kubectl -n ${service.metadata.namespace} get endpointslices -l ${serviceNameLabel}=${place.service}.`,
    );
  const reached = serving.filter(({ state }) => state === 'Reachable');
  if (reached.length > 0 && isNew)
    return no(
      'Pending',
      `Service ${place.service} has its first ready endpoint: the nodes take it up within two seconds.`,
    );
  if (reached.length > 0)
    return judgement(
      'Ready',
      'True',
      'Ready',
      `Service ${place.service} reaches ${isDevice ? whatIs(seen) : `${reached.length} of ${exporters.length} exporters`}.`,
    );
  if (isStarting(seen.nxi, seen.now) || serving.some(({ state }) => state === 'Unknown'))
    return no(
      'Pending',
      `The tunnel to ${serving.map(({ address }) => address).join(', ')} is being set up.`,
    );
  return no(
    'NoExporter',
    `No tunnel to ${serving.map(({ address, state }) => `${address} (${state})`).join(', ')}: see ${isDevice ? 'that nexd runs on the device' : 'the gateway pods of the exporting cluster'}, and that UDP between the two gets through.${natTrouble(seen)}`,
  );
}

function natTrouble({ exporters }: SeenImport): string {
  const behind = exporters.flatMap(({ device }) => (device.symmetricNAT ? device.ipv4! : []));
  return behind.length === 0
    ? ''
    : ` Behind symmetric NAT, which without a relay device in the VPC lets no tunnel through: ${behind.join(', ')}.`;
}
