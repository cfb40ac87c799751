import { sameJSON } from '../runtime/compare.ts';
import type { ExporterRecord, Registry } from './registry.ts';

export interface RegistryDiff {
  /** Realm → names whose exporters changed in any way that an importer can see. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Realms that gained or lost a name. */
  readonly realms: ReadonlySet<string>;
}

const visible = (exporters: readonly ExporterRecord[]) =>
  exporters.map(({ device: { id, ipv4, online, hostname, symmetricNAT }, cluster, services, problems }) => ({
    id,
    ipv4,
    online,
    hostname,
    symmetricNAT,
    cluster,
    services,
    problems,
  }));

/** What is different between two registries. */
export function diffRegistries(before: Registry, after: Registry): RegistryDiff {
  const names = new Map<string, readonly string[]>();
  const realms = new Set<string>();
  if (before === after) return { names, realms };
  for (const realm of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(realm), after.get(realm)];
    const changed: string[] = [];
    for (const name of new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])) {
      const [was, is] = [old?.get(name), now?.get(name)];
      if (was === undefined || is === undefined) realms.add(realm);
      else if (sameJSON(visible(was), visible(is))) continue;
      changed.push(name);
    }
    if (changed.length > 0) names.set(realm, changed);
  }
  return { names, realms };
}
