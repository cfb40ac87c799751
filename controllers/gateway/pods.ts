import type { Pod } from '../runtime/objects.ts';

/** Ready by the word of the kubelet, or of who speaks for it when its node is lost. */
export const isReady = ({ status }: Pod): boolean =>
  (status?.conditions ?? []).some(condition => condition.type === 'Ready' && condition.status === 'True');

/** Ready, and not on its way out. */
export const isPodReady = (pod: Pod): boolean => pod.metadata.deletionTimestamp === undefined && isReady(pod);
