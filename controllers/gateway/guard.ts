/**
 * Pure: that only those reach a port of an import gateway who may use its import. The NetworkPolicy says who may reach
 * a port, the rules what a port leads to, and pods take rules over one after the other, some of them late. So:
 *
 * 1. The policy is written before the rules. Where it could not be, the rules lack the imports that it would let in
 *    too many to: see {@link isGuarded}. Opening needs no order, as the port has led to the same since it was guarded:
 *    when what an import leads to changes, it gets another port (`source` of its claims).
 * 2. A guarded port that is not used any more stays closed, now for everyone, and is not given to another import, until
 *    the rules lack it and every pod has said that it has those rules: see {@link lingeringPorts}. The policy itself is
 *    the record of such ports. With the last of them it goes.
 */

import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { accessTo } from '../import/clients.ts';
import { accessAt, closedPorts, isAtMost } from '../proxy/network-policy.ts';
import type { ListenPort } from '../proxy/ports.ts';
import type { NetworkPolicy } from '../runtime/objects.ts';
import type { SeenGateway } from './observe.ts';

/** Whether somebody may use an import, and its port lets in nobody else by the policy that is in force. */
export function isGuarded(policy: NetworkPolicy | undefined, nxi: NexlinkImport, port: ListenPort): boolean {
  const access = accessTo(nxi);
  return access.length > 0 && isAtMost(accessAt(policy, port), access);
}

/** Guarded ports that a pod may still have a rule for. */
export function lingeringPorts(seen: SeenGateway): ListenPort[] {
  const isSettled = haveRules(seen);
  return closedPorts(seen.policy).filter(port => !isSettled || seen.rules.targetsOf(port).length > 0);
}

/**
 * Whether every pod has the rules of the ConfigMap and no others. One that has not reported yet reads the ConfigMap as
 * it is; what a message tells of may be rules that nexd does not give up.
 */
function haveRules({ rules, pods, reports }: SeenGateway): boolean {
  return [...pods].every(([ordinal, { metadata }]) => {
    const report = reports.get(ordinal);
    if (report?.podUID !== metadata.uid) return true;
    return (
      rules.revision !== undefined &&
      report?.appliedRevision === rules.revision &&
      report?.message === undefined
    );
  });
}
