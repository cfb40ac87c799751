/** Pure: the actions that bring a gateway to what it should be, in the order in which they are safe. */

import { finalizer, managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { DeviceRecord } from '../metadata/record.ts';
import type { Identity, Rule } from '../proxy/rules.ts';
import { appliedAnnotation, child, fixedChildren, rulesChild, type Child } from '../proxy/children.ts';
import { deletion, type Action } from '../runtime/actions.ts';
import { covers, sameJSON } from '../runtime/compare.ts';
import { childName } from '../runtime/names.ts';
import type { NetworkPolicy } from '../runtime/objects.ts';
import type { GatewayDefaults } from '../runtime/ports.ts';
import { resources } from '../runtime/resources.ts';
import { identityData } from './identity.ts';
import { childKey, isOurs, type SeenGateway } from './observe.ts';
import { planClosing, planRemoval, planWithdrawal } from './plan-devices.ts';
import { planMetadata } from './plan-metadata.ts';
import type { FreedPort } from './freed-ports.ts';
import { planRules } from './plan-rules.ts';

export interface GatewayContext {
  readonly defaults: GatewayDefaults;
  readonly cluster: string;
  /** What a device publishes now, decoded. */
  readonly decodeRecord: (deviceID: string) => DeviceRecord | undefined;
}

export interface GatewayPlan {
  /** What is published; comes before the rules. */
  readonly metadata: readonly Action[];
  readonly rules: readonly Action[];
  /** Ports that were given up and are not free yet. */
  readonly freed: readonly FreedPort[];
  /** The rest, for which identities must be there. */
  readonly pods: readonly Action[];
  /** The digest of the rules that the pods shall have. */
  readonly revision: string;
}

/** How many pods the gateway shall have: a tunnel address belongs to one device. */
export function replicasOf({ gateway }: SeenGateway, defaults: GatewayDefaults): number {
  const { replicas, tunnelIP } = gateway.spec;
  return tunnelIP === undefined ? (replicas ?? defaults.replicas) : Math.min(replicas ?? 1, 1);
}

/** Our finalizer must be there before anything is made in Nexodus. */
export function planFinalizer({ gateway }: SeenGateway): Action[] {
  const { finalizers = [], namespace, name, resourceVersion } = gateway.metadata;
  if (finalizers.includes(finalizer)) return [];
  return [patchFinalizers(namespace!, name, resourceVersion!, [...finalizers, finalizer])];
}

/**
 * Everything but keys, devices and the policy. `identities` are those that the replicas have, `inForce` the policy as
 * it is by now.
 */
export function planGateway(
  seen: SeenGateway,
  identities: ReadonlyMap<number, Identity>,
  { defaults, cluster, decodeRecord }: GatewayContext,
  inForce: Pick<SeenGateway, 'policy'> = seen,
): GatewayPlan {
  const { gateway } = seen;
  const { ingress, egress, ports, freed } = planRules(seen, inForce);
  const replicas = replicasOf(seen, defaults);
  const record = [...ports, ...freed.map(({ port }) => port)];
  const { child: rulesMap, rules } = rulesChild(gateway, ingress, egress, record, seen.rules.rules);
  const metadata =
    gateway.spec.direction === 'Export'
      ? planMetadata(seen, identities, replicas, ports, rules.revision, cluster, decodeRecord)
      : [];
  return {
    revision: rules.revision,
    metadata,
    rules: applyChildren(seen, [rulesMap]),
    freed,
    pods: [...applyChildren(seen, fixedChildren(gateway, replicas, defaults)), ...dropReports(seen)],
  };
}

/** The ConfigMap with these rules, and its ports as they are. */
export function planRulesMap(
  seen: SeenGateway,
  { ingress, egress }: { readonly ingress: readonly Rule[]; readonly egress: readonly Rule[] },
): Action[] {
  const { rules: before, ports, freed } = seen.rules;
  if (before && sameJSON(before.ingress, ingress) && sameJSON(before.egress, egress)) return [];
  return applyChildren(seen, [rulesChild(seen.gateway, ingress, egress, [...ports, ...freed], before).child]);
}

/** The Secret with the replicas' identities. A pod that starts before it is there waits long for its volume. */
export function planSecret(seen: SeenGateway, identities: ReadonlyMap<number, Identity>): Action[] {
  const own = childName(seen.gateway.metadata.name);
  const secret = child(seen.gateway, resources.secrets, own, { data: identityData(identities) });
  return applyChildren(seen, [secret]);
}

/** Applies the children that are not as they should be. */
export function applyChildren(seen: SeenGateway, children: readonly Child[]): Action[] {
  return children.flatMap(({ resource, object }): Action[] => {
    const found = seen.children.get(childKey(resource, object.metadata.name));
    if (found && isCurrent(found, object)) return [];
    const metadata =
      found && isOurs(found, seen.gateway.metadata.uid)
        ? { ...object.metadata, uid: found.metadata.uid! }
        : object.metadata;
    return [{ do: 'apply', resource, object: { ...object, metadata } }];
  });
}

/** What each child, as it was seen, is current for, by digest: nearly every look finds all of them as they were. */
const current = new WeakMap<Child['object'], string>();

function isCurrent(found: Child['object'], wanted: Child['object']): boolean {
  const digest = wanted.metadata.annotations![appliedAnnotation]!;
  if (current.get(found) === digest) return true;
  if (found.metadata.annotations?.[appliedAnnotation] !== digest || !covers(found, wanted)) return false;
  // Whoever adds a port to a policy lets somebody in.
  const specs = [found, wanted].map(object => (object as NetworkPolicy).spec);
  if (wanted.kind === resources.networkPolicies.kind && !sameJSON(specs[0], specs[1])) return false;
  current.set(found, digest);
  return true;
}

/** Reports of replicas that are no more; their agents cannot take them back. */
function dropReports({ gateway, reports, pods, identities }: SeenGateway): Action[] {
  const { namespace, name } = gateway.metadata;
  const list = gateway.status?.replicas ?? [];
  return [...reports.keys()].flatMap((ordinal): Action[] => {
    if (pods.has(ordinal) || identities.has(ordinal)) return [];
    const at = list.findIndex(report => report.ordinal === ordinal);
    return [
      {
        do: 'jsonPatch',
        ref: { resource: resources.gateways, namespace: namespace!, name },
        operations: [
          { op: 'test', path: `/status/replicas/${at}/ordinal`, value: ordinal },
          { op: 'remove', path: `/status/replicas/${at}` },
        ],
        subresource: 'status',
      },
    ];
  });
}

/** A gateway that we made and nothing uses. */
export const isUnused = ({ gateway, exports, imports }: SeenGateway): boolean =>
  gateway.metadata.labels?.[managedByLabel] === 'controller' && exports.length === 0 && imports.length === 0;

/** Deletes a gateway that nothing uses any more; its own deletion does the rest. */
export const planDeletion = ({ gateway }: SeenGateway): Action[] => [deletion(resources.gateways, gateway)];

/**
 * The end of a gateway: metadata, pods, devices, keys, and the finalizer last. Stops where pods are still there, and
 * goes on when they are gone.
 */
export function planEnd(seen: SeenGateway, now: Date): Action[] {
  const { gateway, children, pods } = seen;
  const { namespace, name, finalizers = [], resourceVersion } = gateway.metadata;
  if (!finalizers.includes(finalizer)) return [];
  const actions = planWithdrawal(seen);
  const set = children.get(childKey(resources.statefulSets, childName(name)));
  if (set && !set.metadata.deletionTimestamp) actions.push(deletion(resources.statefulSets, set));
  for (const pod of pods.values())
    if (!pod.metadata.deletionTimestamp) actions.push(deletion(resources.pods, pod, 2));
  // A pod on a node that was lost stays for as long as somebody lets it.
  if (set || pods.size > 0) return [...actions, ...planClosing(seen, now)];
  return [
    ...actions,
    ...planRemoval(seen),
    patchFinalizers(
      namespace!,
      name,
      resourceVersion!,
      finalizers.filter(item => item !== finalizer),
    ),
  ];
}

/** Replaces the finalizers, unless the object has changed meanwhile. */
function patchFinalizers(namespace: string, name: string, resourceVersion: string, value: string[]): Action {
  return {
    do: 'jsonPatch',
    ref: { resource: resources.gateways, namespace, name },
    operations: [
      { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'add', path: '/metadata/finalizers', value },
    ],
  };
}
