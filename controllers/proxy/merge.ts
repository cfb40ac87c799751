/**
 * Strategic merge of a pod template: maps are merged, lists of named things by their key, other lists replaced,
 * `null` removes.
 */

/** The merge keys of a PodSpec's lists, as the API documentation gives them. */
const mergeKeys: ReadonlyMap<string, string> = new Map([
  ['containers', 'name'],
  ['initContainers', 'name'],
  ['ephemeralContainers', 'name'],
  ['volumes', 'name'],
  ['imagePullSecrets', 'name'],
  ['env', 'name'],
  ['ports', 'containerPort'],
  ['volumeMounts', 'mountPath'],
  ['volumeDevices', 'devicePath'],
  ['hostAliases', 'ip'],
  ['topologySpreadConstraints', 'topologyKey'],
]);

type Json = { [key: string]: unknown };
const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `base` with `patch` over it; neither is changed. */
export function strategicMerge<T>(base: T, patch: unknown): T {
  return merge(base, patch, undefined) as T;
}

function merge(base: unknown, patch: unknown, field: string | undefined): unknown {
  if (patch === undefined) return base;
  if (isMap(patch)) {
    const old: Json = isMap(base) ? base : {};
    const merged: Json = { ...old };
    for (const [key, value] of Object.entries(patch)) {
      if (value === null) delete merged[key];
      else merged[key] = merge(old[key], value, key);
    }
    return merged;
  }
  const key = field === undefined ? undefined : mergeKeys.get(field);
  if (key !== undefined && Array.isArray(base) && Array.isArray(patch)) return mergeByKey(base, patch, key);
  return patch;
}

function mergeByKey(base: readonly unknown[], patch: readonly unknown[], key: string): unknown[] {
  const keyOf = (item: unknown) => (isMap(item) ? item[key] : undefined);
  const merged = base.map(item => {
    const over = patch.find(other => keyOf(other) !== undefined && keyOf(other) === keyOf(item));
    return over === undefined ? item : merge(item, over, undefined);
  });
  const known = new Set(base.map(keyOf));
  const added = patch.filter(item => keyOf(item) === undefined || !known.has(keyOf(item)));
  return [...merged, ...added.map(item => merge(undefined, item, undefined))];
}
