/**
 * Pure: replaces the pods of an older template, one at a time. A StatefulSet that does so by itself takes the next pod
 * while another one is away for some other reason: two changes within seconds, or a change while a pod is evicted,
 * would leave nobody to carry traffic. So its update strategy is `OnDelete`, and this says which pod is deleted.
 */

import { deletion, type Action } from '../runtime/actions.ts';
import { childName } from '../runtime/names.ts';
import type { Pod, StatefulSet } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { childKey, type SeenGateway } from './observe.ts';
import { isReady } from './pods.ts';

/** How long a new pod has to be ready before the next one goes: by then importers have found it. */
export const settledMs = 5_000;
/** The label by which a StatefulSet says of which revision a pod is. */
const revisionLabel = 'controller-revision-hash';

export interface RolloutPlan {
  readonly actions: readonly Action[];
  /** When the next pod may go, if nothing else happens. */
  readonly requeueAfterMs?: number;
}

const nothing: RolloutPlan = { actions: [] };

export function planRollout(
  { gateway, children, pods }: Pick<SeenGateway, 'gateway' | 'children' | 'pods'>,
  replicas: number,
  now: Date,
): RolloutPlan {
  const set = children.get(childKey(resources.statefulSets, childName(gateway.metadata.name))) as
    StatefulSet | undefined;
  const revision = revisionOf(set);
  if (revision === undefined) return nothing;
  const wanted = Array.from({ length: replicas }, (_, ordinal) => pods.get(ordinal)).reverse();
  const there = wanted.filter(pod => pod !== undefined && !pod.metadata.deletionTimestamp) as Pod[];
  // One is on its way: the others carry its traffic.
  if (there.length < replicas) return nothing;
  const old = there.filter(({ metadata }) => metadata.labels?.[revisionLabel] !== revision);
  const first = old.find(pod => !isReady(pod)) ?? old[0];
  if (!first) return nothing;
  const others = there.filter(pod => pod !== first);
  // What a new template does not heal would otherwise take one pod after the other with it. One of the old template
  // that is not ready carries nothing.
  if (isReady(first) && !others.every(isReady)) return nothing;
  const waitMs = isReady(first) ? Math.max(0, ...others.map(pod => settledMs - readyForMs(pod, now))) : 0;
  return waitMs > 0
    ? { actions: [], requeueAfterMs: waitMs }
    : { actions: [deletion(resources.pods, first)] };
}

/** The revision that all pods shall have; undefined while the StatefulSet controller has not seen the template. */
function revisionOf(set: StatefulSet | undefined): string | undefined {
  if (!set?.status || set.metadata.deletionTimestamp) return undefined;
  const { observedGeneration = 0, updateRevision } = set.status;
  return observedGeneration < (set.metadata.generation ?? 0) ? undefined : updateRevision;
}

function readyForMs({ status }: Pod, now: Date): number {
  const since = status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime;
  return since === undefined ? Infinity : now.getTime() - Date.parse(since);
}
