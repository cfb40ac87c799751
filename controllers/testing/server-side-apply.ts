/** Server-side apply on plain JSON, for one manager: what it said before and says no longer goes, the rest stays. */

/** The keys of lists whose items are merged; every other list is replaced. */
const listKeys: { readonly [field: string]: readonly string[] } = {
  ownerReferences: ['uid'],
  conditions: ['type'],
  replicas: ['ordinal'],
  containers: ['name'],
  initContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  volumeMounts: ['mountPath'],
  ports: ['port', 'containerPort', 'protocol'],
};

type Json = { [key: string]: unknown };
const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const keyOf = (path: string): ((item: unknown) => string) | undefined => {
  const field = path.slice(path.lastIndexOf('.') + 1);
  // The lists of ports in the status of our own kinds are replaced.
  const keys = path === '.status.ports' ? undefined : listKeys[field];
  return keys && (item => JSON.stringify(keys.map(key => (item as Json)[key])));
};

/** `found` after its manager, who said `before`, says `wanted`. Nothing is changed in place. */
export function applyFields(found: unknown, before: unknown, wanted: unknown, path = ''): unknown {
  if (isMap(wanted)) {
    const result: Json = isMap(found) ? { ...found } : {};
    const old = isMap(before) ? before : {};
    for (const key of Object.keys(old)) if (!(key in wanted)) withdraw(result, key, old[key], path);
    for (const [key, value] of Object.entries(wanted))
      result[key] = applyFields(result[key], old[key], value, `${path}.${key}`);
    return result;
  }
  const key = keyOf(path);
  if (!Array.isArray(wanted) || !key) return wanted;
  const old = new Map((Array.isArray(before) ? before : []).map(item => [key(item), item]));
  const items = new Map((Array.isArray(found) ? found : []).map(item => [key(item), item as unknown]));
  const names = new Set(wanted.map(key));
  for (const name of old.keys()) if (!names.has(name)) items.delete(name);
  for (const item of wanted)
    items.set(key(item), applyFields(items.get(key(item)), old.get(key(item)), item));
  return [...items.values()];
}

/** Removes what a manager said under `key`; what others said there stays. */
function withdraw(from: Json, key: string, said: unknown, path: string): void {
  const found = from[key];
  const inner = `${path}.${key}`;
  const keyed = keyOf(inner);
  if (isMap(found) && isMap(said)) {
    const rest = { ...found };
    for (const [name, value] of Object.entries(said)) withdraw(rest, name, value, inner);
    if (Object.keys(rest).length) from[key] = rest;
    else delete from[key];
  } else if (keyed && Array.isArray(found) && Array.isArray(said)) {
    const names = new Set(said.map(keyed));
    const rest = found.filter(item => !names.has(keyed(item)));
    if (rest.length) from[key] = rest;
    else delete from[key];
  } else delete from[key];
}
