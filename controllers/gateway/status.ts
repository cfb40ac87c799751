/** Pure: what a gateway says about itself. */

import type { gatewayReasons, GatewayCondition, ReasonOf } from '../../api/v1alpha1/conditions.ts';
import type { Judgement } from '../runtime/conditions.ts';
import type { Identity } from '../proxy/rules.ts';
import type { Device } from '../runtime/nexodus.ts';
import type { Pod } from '../runtime/objects.ts';
import { Denied, isInTheWay, messageOf, Terminal } from '../runtime/errors.ts';
import { addressGranted, judgeAddress } from './address.ts';
import { deviceOf } from './plan-devices.ts';
import { isServing } from './plan-metadata.ts';
import type { SeenGateway } from './observe.ts';
import { isReady } from './pods.ts';
import { isReplicaReady } from './rules-map.ts';
import { hasSTUN } from './stun.ts';

type Reasons = typeof gatewayReasons;

const judgement = <C extends GatewayCondition>(
  type: C,
  status: Judgement['status'],
  reason: ReasonOf<Reasons, C>,
  message: string,
): Judgement => ({ type, status, reason, message });

export interface GatewayJudgement {
  readonly readyReplicas: number;
  readonly conditions: readonly Judgement[];
  /** Types of conditions that do not apply. */
  readonly dropped: readonly string[];
}

/** The conditions of a gateway that shall have `replicas` pods with rules of this `revision`. */
export function judgeGateway(
  seen: SeenGateway,
  identities: ReadonlyMap<number, Identity>,
  replicas: number,
  revision: string | undefined,
  error: unknown,
): GatewayJudgement {
  const serving = [...identities].filter(
    ([ordinal, identity]) => ordinal < replicas && isServing(seen, ordinal, identity),
  );
  const programmed = serving.filter(([ordinal]) => {
    const report = seen.reports.get(ordinal);
    return report?.appliedRevision === revision && !report?.closedPorts?.length;
  });
  const connected = judgeConnected(seen, identities, replicas);
  const ready = serving.filter(([ordinal, identity]) => {
    if (!isReplicaReady(seen.reports.get(ordinal)!, seen.pods.get(ordinal))) return false;
    const { devices, synced, failure } = seen.nexodus;
    const device = devices.get(deviceOf(seen, ordinal, identity));
    // While Nexodus cannot be asked, the agent's word has to do.
    return device ? hasSTUN(device) : !synced || failure !== undefined;
  }).length;
  const address = judgeAddress(seen, replicas, identities.get(0));
  return {
    readyReplicas: ready,
    conditions: [
      judgeProgrammed(seen, replicas, programmed.length, error),
      connected,
      judgeReady(seen, replicas, ready, connected, error),
      ...(address ? [address] : []),
    ],
    dropped: address ? [] : [addressGranted],
  };
}

function judgeProgrammed(seen: SeenGateway, replicas: number, programmed: number, error: unknown): Judgement {
  if (isInTheWay(error)) return judgement('Programmed', 'False', 'ChildConflict', messageOf(error));
  // Pods may be fine as they are; but what is refused does not get better by waiting.
  if (error instanceof Terminal || error instanceof Denied)
    return judgement('Programmed', 'False', 'Failed', messageOf(error));
  if (programmed === replicas)
    return judgement(
      'Programmed',
      'True',
      'Programmed',
      `${programmed} of ${replicas} pods have every rule.${lingering(seen, replicas)}`,
    );
  const told = firstReport(seen, replicas);
  if (error !== undefined) return judgement('Programmed', 'False', 'Failed', messageOf(error));
  return judgement(
    'Programmed',
    'False',
    'Pending',
    `${programmed} of ${replicas} pods have every rule${told ? `; ${told}` : podTrouble(seen, replicas)}.`,
  );
}

/** The first pod through whose closed ports connections of before go on. */
function lingering(seen: SeenGateway, replicas: number): string {
  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const { podUID, lingeringPorts: ports = [] } = seen.reports.get(ordinal) ?? {};
    const pod = seen.pods.get(ordinal);
    if (!pod || podUID !== pod.metadata.uid || ports.length === 0) continue;
    const names = ports.slice(0, 3).join(', ') + (ports.length > 3 ? ` and ${ports.length - 3} more` : '');
    const { name, namespace } = pod.metadata;
    return ` Connections of before go on through ${names}, which takes no new ones: they are of devices without an agent, and end with their programs, or with the pod: kubectl -n ${namespace} delete pod ${name}`;
  }
  return '';
}

function judgeConnected(
  seen: SeenGateway,
  identities: ReadonlyMap<number, Identity>,
  replicas: number,
): Judgement & { reason: ReasonOf<Reasons, 'Connected'> } {
  const say = (status: Judgement['status'], reason: ReasonOf<Reasons, 'Connected'>, message: string) => ({
    ...judgement('Connected', status, reason, message),
    reason,
  });
  const { failure, devices } = seen.nexodus;
  if (failure) return say('False', failure.reason, failure.message);
  const own = [...identities].flatMap(([ordinal, identity]) => {
    const device = ordinal < replicas ? devices.get(deviceOf(seen, ordinal, identity)) : undefined;
    return device ? [device] : [];
  });
  const deaf = own.find(device => !hasSTUN(device));
  if (deaf)
    return say(
      'False',
      'NoSTUNAnswer',
      `Device ${deaf.hostname} got no answer from a STUN server and will find no peers: allow UDP from the pods to the servers of the setting gateway.stunServers, or name others there.`,
    );
  if (own.length < replicas)
    return say('False', 'Pending', `${own.length} of ${replicas} replicas are devices of Nexodus.`);
  return say(
    'True',
    'Connected',
    `${own.length} of ${replicas} replicas are devices of Nexodus.${natTrouble(own)}`,
  );
}

/** nexd looks once, when it starts. */
function natTrouble(devices: readonly Device[]): string {
  const names = devices.filter(({ symmetricNAT }) => symmetricNAT).map(({ hostname }) => hostname);
  return names.length === 0
    ? ''
    : ` Behind symmetric NAT: ${names.join(', ')}; without a relay device in the VPC other networks do not reach it. A new pod looks again.`;
}

function judgeReady(
  seen: SeenGateway,
  replicas: number,
  ready: number,
  connected: Judgement,
  error: unknown,
): Judgement {
  if (replicas === 0)
    return judgement(
      'Ready',
      'False',
      'Idle',
      'It has 0 replicas: set spec.replicas, without which the setting gateway.replicas counts.',
    );
  if (ready > 0) return judgement('Ready', 'True', 'Ready', `${ready} of ${replicas} pods carry traffic.`);
  if (error !== undefined) return judgement('Ready', 'False', 'NotReady', messageOf(error));
  if (connected.status === 'False' && connected.reason !== 'Pending')
    return judgement('Ready', 'False', 'NotReady', connected.message);
  const told = firstReport(seen, replicas);
  if (told) return judgement('Ready', 'False', 'NotReady', told);
  return judgement('Ready', 'False', 'Pending', `No pod is ready yet${podTrouble(seen, replicas)}.`);
}

/** What the first replica that is not ready, or lacks rules, says about it. */
function firstReport(seen: SeenGateway, replicas: number): string | undefined {
  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const report = seen.reports.get(ordinal);
    const pod = seen.pods.get(ordinal);
    if (report?.podUID !== pod?.metadata.uid) continue;
    if (report?.proof === 'Waiting')
      return `${pod!.metadata.name} waits for the first bytes through its tunnels, as another pod has them`;
    if (!report?.message) continue;
    if (report.ready === false || report.closedPorts?.length || (pod && !isReady(pod)))
      return `${pod?.metadata.name}: ${report.message.replace(/\.$/, '')}`;
  }
  return undefined;
}

/** What keeps a container from running, as the kubelet says. */
function podTrouble(seen: SeenGateway, replicas: number): string {
  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const pod = seen.pods.get(ordinal);
    const containers = [
      ...(pod?.status?.initContainerStatuses ?? []),
      ...(pod?.status?.containerStatuses ?? []),
    ];
    for (const { name, state, lastState } of containers) {
      const waiting = state?.waiting;
      if (!waiting?.reason || waiting.reason === 'PodInitializing' || waiting.reason === 'ContainerCreating')
        continue;
      const last = lastState?.terminated?.message?.trim().split('\n').at(-1);
      return `: container ${name} of pod ${pod!.metadata.name} waits (${waiting.reason})${last ? `, its last words: ${last.slice(0, 300)}` : ''}`;
    }
  }
  return '';
}

/** How long after the end of its grace period a pod that is still there is told of by name. */
export const overdueMs = 120_000;

/** The pod that should have ended long ago, as on a node that was lost. */
const overdue = ({ pods }: SeenGateway, now: Date): Pod | undefined =>
  [...pods.values()].find(
    ({ metadata: { deletionTimestamp } }) =>
      deletionTimestamp !== undefined && now.getTime() - Date.parse(deletionTimestamp) >= overdueMs,
  );

/** The conditions of a gateway that is being deleted, with what holds it up. */
export function judgeEnd(seen: SeenGateway, error: unknown, now: Date): GatewayJudgement {
  const { name, namespace } = seen.gateway.metadata;
  const lost = overdue(seen, now);
  const cause =
    error !== undefined
      ? messageOf(error)
      : seen.nexodus.failure
        ? seen.nexodus.failure.message
        : lost
          ? `Pod ${lost.metadata.name} should have ended at ${lost.metadata.deletionTimestamp}, and node ${lost.spec?.nodeName ?? '(none)'} has not said that it has. If that node is lost: kubectl delete node ${lost.spec?.nodeName ?? '…'}; or, when nothing runs there any more, kubectl -n ${namespace} delete pod ${lost.metadata.name} --force --grace-period=0.`
          : seen.pods.size > 0
            ? `${seen.pods.size} pods are stopping.`
            : 'Devices and keys are being removed from Nexodus.';
  const force =
    error !== undefined || seen.nexodus.failure || lost
      ? ` It is tried again until it works. To give it up: kubectl -n ${namespace} patch nxg ${name} --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'; what is left in Nexodus is swept once it can be reached.`
      : '';
  return {
    readyReplicas: 0,
    conditions: [
      judgement('Ready', 'False', 'Deleting', cause + force),
      ...(seen.gateway.spec.tunnelIP === undefined
        ? []
        : [judgement('AddressGranted', 'False', 'Pending', 'Its device is being removed from Nexodus.')]),
    ],
    dropped: [],
  };
}
