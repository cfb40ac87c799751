import { keysOfCluster } from '../runtime/names.ts';
import { isOfInstall, type RegKey } from '../runtime/nexodus.ts';

/** Pure: the keys that this install made for gateways that do not exist. */
export function planSweep(
  keys: readonly RegKey[],
  clusterID: string,
  install: string,
  exists: (namespace: string, gateway: string) => boolean,
): RegKey[] {
  const prefix = keysOfCluster(clusterID);
  return keys.filter(key => {
    const { description } = key;
    if (!description.startsWith(prefix) || !isOfInstall(key, install)) return false;
    const [namespace, gateway, ordinal, ...rest] = description.slice(prefix.length).split('/');
    if (!namespace || !gateway || ordinal === undefined || rest.length > 0) return false;
    return !exists(namespace, gateway);
  });
}
