import type { Pod } from '../runtime/objects.ts';

/** Ready by the word of the kubelet, or of who speaks for it when its node is lost. */
export const isReady = ({ status }: Pod): boolean =>
  (status?.conditions ?? []).some(condition => condition.type === 'Ready' && condition.status === 'True');

/** The kubelet writes both times when it first looks at a pod, in whole seconds. */
const startMs = 2_000;

/** Whether it was not ready yet since it started. */
export function isStarting({ status }: Pod): boolean {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  if (ready?.status !== 'False') return false;
  return Date.parse(ready.lastTransitionTime ?? '') - Date.parse(status!.startTime ?? '') <= startMs;
}

/** Ready, and not on its way out. */
export const isPodReady = (pod: Pod): boolean => pod.metadata.deletionTimestamp === undefined && isReady(pod);
