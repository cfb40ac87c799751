/** The last step of every reconcile: one status write, when there is news, and an event for each change that matters. */

import type { Condition } from '../../api/v1alpha1/meta.ts';
import { sameJSON } from './compare.ts';
import { conditionOf, isStarting, judge, type Conditioned, type Judgement } from './conditions.ts';
import { NotFound } from './errors.ts';
import type { Resource } from './kube.ts';
import type { Ports } from './ports.ts';
import { longestWaitMs } from './waiting.ts';

/**
 * Writes the fields of `status` and the conditions, unless all of it stands there already. Fields of `status` that
 * other managers own, such as the agents' reports, are not compared and not written. Conditions of the types in
 * `dropped` go. Of a new object, that it only waits may be told later: resolves to how much later, ms, or undefined.
 */
export async function reportStatus(
  object: Conditioned,
  resource: Resource,
  status: { readonly [field: string]: unknown },
  judgements: readonly Judgement[],
  {
    kube,
    events,
    clock,
    waiting,
  }: Pick<Ports, 'kube' | 'events' | 'clock'> & Partial<Pick<Ports, 'waiting'>>,
  dropped: readonly string[] = [],
): Promise<number | undefined> {
  const before = object.status?.conditions;
  const conditions = judge(before, judgements, object.metadata.generation, clock.now(), dropped);
  const wanted: { readonly [field: string]: unknown } = { ...status, conditions };
  const found = object.status as { readonly [field: string]: unknown } | undefined;
  if (Object.entries(wanted).every(([field, value]) => sameJSON(value, found?.[field]))) return undefined;
  if (waiting && isStarting(object, clock.now(), longestWaitMs) && onlyWaits(conditions)) {
    const ms = waiting.waitMs(object.metadata.uid!);
    if (ms > 0) return ms;
  }

  const { name, namespace, uid } = object.metadata;
  const news = {
    apiVersion: object.apiVersion,
    kind: object.kind,
    metadata: { name, namespace: namespace!, uid: uid! },
    status: wanted,
  };
  try {
    await kube.applyStatus(resource, news);
  } catch (error) {
    // It was deleted meanwhile, which the cache has yet to hear of: there is nobody to tell.
    if (error instanceof NotFound) return undefined;
    throw error;
  }
  for (const condition of conditions) {
    const type = eventType(condition);
    const old = before?.find(other => other.type === condition.type);
    if (type && !(old?.status === condition.status && old.reason === condition.reason))
      events.event(object, type, condition.reason, condition.message);
  }
  return undefined;
}

/** Whether nothing is wrong, and the object is only not ready yet. */
const onlyWaits = (conditions: readonly Condition[]): boolean =>
  conditionOf(conditions, 'Ready')?.reason === 'Pending' &&
  conditions.every(condition => eventType(condition) === undefined);

/** Waiting is no event, and neither is the absence of trouble. */
function eventType({ type, status, reason }: Condition): 'Normal' | 'Warning' | undefined {
  if (type === 'Ready') {
    if (status === 'True') return 'Normal';
    return ['Pending', 'Invalid', 'Conflict', 'Idle', 'Deleting'].includes(reason) ? undefined : 'Warning';
  }
  if (type === 'Conflict') return status === 'True' ? 'Warning' : undefined;
  return status === 'False' && reason !== 'Pending' ? 'Warning' : undefined;
}
