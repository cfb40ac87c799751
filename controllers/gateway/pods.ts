import type { Pod } from '../runtime/objects.ts';

/** Ready by the kubelet's word, and not on its way out. */
export const isPodReady = (pod: Pod): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  (pod.status?.conditions ?? []).some(condition => condition.type === 'Ready' && condition.status === 'True');
