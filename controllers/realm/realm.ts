/** Who belongs to which realm, and who consented to what. */

import { importLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { Cache } from '../runtime/kube.ts';
import type { Namespace } from '../runtime/objects.ts';

export interface RealmSettings {
  /** The realm of namespaces without a label; undefined: each namespace's own name. */
  readonly realm?: string | undefined;
  readonly autoImport: 'labeled' | 'all' | 'none';
  /** The controller's own namespace. */
  readonly systemNamespace: string;
}

const isLabel = (text: string) => text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);

/** The label of a namespace that names no realm, as it is no DNS label; undefined when there is none or it is good. */
export function invalidRealmOf(labels: Namespace['metadata']['labels']): string | undefined {
  const label = labels?.[realmLabel];
  return label === undefined || isLabel(label) ? undefined : label;
}

/** The realm of a namespace. A label that is no DNS label counts as absent. */
export function realmOf(
  namespace: string,
  labels: Namespace['metadata']['labels'],
  settings: RealmSettings,
): string {
  const label = labels?.[realmLabel];
  if (label !== undefined && isLabel(label)) return label;
  return settings.realm ?? namespace;
}

/** Whether a namespace is being deleted, so that nothing can be made in it. */
export const isEnding = (
  namespace: string,
  { namespaces }: { readonly namespaces: Pick<Cache<Namespace>, 'get'> },
): boolean => namespaces.get(undefined, namespace)?.metadata.deletionTimestamp !== undefined;

/** Whether discovery may make imports in this namespace. */
export function takesPartInDiscovery(namespace: Namespace, settings: RealmSettings): boolean {
  if (namespace.metadata.deletionTimestamp) return false;
  switch (settings.autoImport) {
    case 'none':
      return false;
    case 'labeled':
      return namespace.metadata.labels?.[importLabel] === 'true';
    case 'all':
      return (
        !namespace.metadata.name.startsWith('kube-') && namespace.metadata.name !== settings.systemNamespace
      );
  }
}
