import { keysOfCluster } from '../runtime/names.ts';
import type { RegKey } from '../runtime/nexodus.ts';

/** Pure: the keys that this cluster made for gateways that do not exist. */
export function planSweep(
  keys: readonly RegKey[],
  clusterID: string,
  exists: (namespace: string, gateway: string) => boolean,
): RegKey[] {
  const prefix = keysOfCluster(clusterID);
  return keys.filter(({ description }) => {
    if (!description.startsWith(prefix)) return false;
    const [namespace, gateway, ordinal, ...rest] = description.slice(prefix.length).split('/');
    if (!namespace || !gateway || ordinal === undefined || rest.length > 0) return false;
    return !exists(namespace, gateway);
  });
}
