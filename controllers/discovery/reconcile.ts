/** Makes a NexlinkImport for each name that other clusters export to the realm of a namespace that opted in. */

import { apiVersion, managedByLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { placeOf } from '../export/resolve.ts';
import type { RegistrySource } from '../import/registry.ts';
import { invalidRealmOf, realmOf, takesPartInDiscovery } from '../realm/realm.ts';
import { apply } from '../runtime/actions.ts';
import { Terminal } from '../runtime/errors.ts';
import type { Namespace } from '../runtime/objects.ts';
import type { Ports, Result } from '../runtime/ports.ts';
import { planDiscovery } from './plan.ts';

/** The mark of imports that discovery made, and may delete. */
export const discoveryMark = { [managedByLabel]: 'discovery' };

export async function reconcileDiscovery(
  namespace: string,
  ports: Ports,
  registry: RegistrySource,
): Promise<Result> {
  const { caches, directory, settings } = ports;
  const space = caches.namespaces.get(undefined, namespace);
  // While nothing is known of Nexodus, nothing is concluded from it.
  if (!space || !directory.synced) return {};
  const realm = realmOf(namespace, space.metadata.labels, settings);
  tellInvalidRealm(space, realm, ports);
  const offered = takesPartInDiscovery(space, settings)
    ? [...(registry.current().get(realm)?.keys() ?? [])]
    : [];
  const exported = caches.exports
    .list(namespace)
    .map(nxe => placeOf(nxe, space, settings))
    .filter(place => place.realm === realm)
    .map(place => place.name);
  const make = (name: string): NexlinkImport => ({
    apiVersion,
    kind: 'NexlinkImport',
    metadata: { name, namespace, labels: discoveryMark },
    spec: { realm },
  });
  const actions = planDiscovery({
    offered,
    exported,
    imports: caches.imports.list(namespace),
    realm,
    make,
  });
  // One name that cannot be imported must not keep the others away.
  const errors: unknown[] = [];
  for (const action of actions) {
    const { error } = await apply([action], ports);
    if (error !== undefined) errors.push(error);
  }
  if (errors.length) throw errors.find(error => !(error instanceof Terminal)) ?? errors[0];
  return {};
}

function tellInvalidRealm(space: Namespace, realm: string, { events }: Pick<Ports, 'events'>): void {
  const invalid = invalidRealmOf(space.metadata.labels);
  if (invalid === undefined) return;
  events.event(
    space,
    'Warning',
    'InvalidLabel',
    `The label ${realmLabel} is ${JSON.stringify(invalid)}, which is not a DNS label (lower case letters, digits and -, at most 63), and counts as absent: the realm of Namespace ${space.metadata.name} is ${realm}. Correct the label.`,
  );
}
