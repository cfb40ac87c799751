/** Pure: which imports to make and which to remove. */

import { managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { deletion, type Action } from '../runtime/actions.ts';
import { resources } from '../runtime/resources.ts';

export interface SeenNamespace {
  readonly realm: string;
  /** Names that other clusters export to the realm; none where the namespace has not opted in. */
  readonly offered: readonly string[];
  /** Names that the namespace itself exports to the realm: its own Service wins. */
  readonly exported: readonly string[];
  readonly imports: readonly NexlinkImport[];
  readonly make: (name: string) => NexlinkImport;
}

/**
 * The kubelet tells pods that the API server is at the Service `kubernetes` of their own namespace, where there is one:
 * another cluster must not put one there.
 */
const isAPIServer = (name: string): boolean => name === 'kubernetes';

/** Imports that a user made are left alone, and count as there. */
export function planDiscovery({ realm, offered, exported, imports, make }: SeenNamespace): Action[] {
  const own = new Set(exported);
  const wanted = new Set(offered.filter(name => !own.has(name) && !isAPIServer(name)));
  const actions: Action[] = [];
  for (const nxi of imports) {
    if (nxi.metadata.labels?.[managedByLabel] !== 'discovery' || nxi.metadata.deletionTimestamp) continue;
    if (wanted.has(nxi.metadata.name) && nxi.spec.realm === realm) continue;
    actions.push(deletion(resources.imports, nxi));
  }
  const there = new Set(imports.map(nxi => nxi.metadata.name));
  for (const name of [...wanted].sort())
    if (!there.has(name)) actions.push({ do: 'create', resource: resources.imports, object: make(name) });
  return actions;
}
