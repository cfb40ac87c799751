import { sameJSON } from '../runtime/compare.ts';
import type { ExporterRecord, Registry } from './registry.ts';

export interface RegistryDiff {
  /** Realm → names whose exporters changed in any way that an importer can see. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  /** Realms that gained or lost a name. */
  readonly realms: ReadonlySet<string>;
}

const visible = (exporters: readonly ExporterRecord[]) =>
  exporters.map(
    ({ device: { id, ipv4, online, hostname, symmetricNAT }, cluster, services, announced, problems }) => ({
      id,
      ipv4,
      online,
      hostname,
      symmetricNAT,
      cluster,
      services,
      announced,
      problems,
    }),
  );

/** Whether they consist of the same objects: what a change in Nexodus does not concern, most of it, stays as it is. */
const isUntouched = (was: readonly ExporterRecord[], is: readonly ExporterRecord[]): boolean =>
  was.length === is.length &&
  was.every((exporter, at) => {
    const other = is[at]!;
    return (
      exporter.device === other.device &&
      exporter.cluster === other.cluster &&
      exporter.services === other.services &&
      exporter.announced === other.announced &&
      exporter.problems === other.problems
    );
  });

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
      else if (isUntouched(was, is) || sameJSON(visible(was), visible(is))) continue;
      changed.push(name);
    }
    if (changed.length > 0) names.set(realm, changed);
  }
  return { names, realms };
}
