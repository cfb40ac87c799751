/** Pure: the NetworkPolicy of a gateway; that of an import gateway is there while one of its ports is guarded. */

import { accessTo } from '../import/clients.ts';
import type { Child } from '../proxy/children.ts';
import { exportPolicyChild, policyChild, type GuardedPorts } from '../proxy/network-policy.ts';
import { portKey } from '../proxy/ports.ts';
import { deletion, type Action } from '../runtime/actions.ts';
import type { NetworkPolicy } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { lingeringPorts } from './guard.ts';
import type { SeenGateway } from './observe.ts';
import { applyChildren } from './plan.ts';
import { planRules } from './plan-rules.ts';

export interface PolicyPlan {
  readonly actions: readonly Action[];
  /** What is in force once they are done. */
  readonly policy: NetworkPolicy | undefined;
}

/** What guard.ts asks of the policy; an export gateway's never changes. */
export function planPolicy(seen: SeenGateway): PolicyPlan {
  if (seen.gateway.spec.direction === 'Export') return applyPolicy(seen, exportPolicyChild(seen.gateway));
  const isUsed = seen.policy ?? seen.imports.find(({ nxi }) => nxi.spec.clients !== undefined);
  const guarded = isUsed ? guardedPorts(seen) : [];
  if (guarded.length === 0) return { actions: deletePolicy(seen), policy: undefined };
  return applyPolicy(seen, policyChild(seen.gateway, guarded));
}

const applyPolicy = (seen: SeenGateway, wanted: Child): PolicyPlan => ({
  actions: applyChildren(seen, [wanted]),
  policy: wanted.object,
});

/** By import, oldest first, and then those that nobody may use for now. */
function guardedPorts(seen: SeenGateway): GuardedPorts[] {
  const { ports } = planRules(seen);
  const guarded = seen.imports.flatMap(({ nxi }): GuardedPorts[] => {
    const access = accessTo(nxi);
    const own = ports.filter(({ owner }) => owner === nxi.metadata.uid);
    return access === 'everyone' || own.length === 0 ? [] : [{ peers: access, ports: own }];
  });
  const used = new Set(ports.map(portKey));
  const lingering = lingeringPorts(seen).filter(port => !used.has(portKey(port)));
  return lingering.length > 0 ? [...guarded, { peers: [], ports: lingering }] : guarded;
}

const deletePolicy = ({ policy }: SeenGateway): Action[] =>
  policy && !policy.metadata.deletionTimestamp ? [deletion(resources.networkPolicies, policy)] : [];
