/** Makes a NexlinkImport for each name that other clusters export to the realm of a namespace that opted in. */

import { apiVersion, managedByLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { placeOf } from '../export/resolve.ts';
import type { RegistrySource } from '../import/registry.ts';
import { invalidRealmOf, realmOf, takesPartInDiscovery } from '../realm/realm.ts';
import { apply, type Action } from '../runtime/actions.ts';
import { Denied, Terminal } from '../runtime/errors.ts';
import type { Namespace } from '../runtime/objects.ts';
import type { Ports, Result } from '../runtime/ports.ts';
import { planDiscovery } from './plan.ts';

/** The mark of imports that discovery made, and may delete. */
export const discoveryMark = { [managedByLabel]: 'discovery' };

/**
 * How much one reconcile does: other namespaces wait meanwhile, and the liveness probe takes one of five minutes for a
 * controller that hangs.
 */
const turn = { actions: 200, ms: 60_000 };
/** So many in a row tell that it is not about a name. */
const mostFailures = 3;

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
  return takeTurn(actions, ports);
}

/**
 * Carries out as much as a turn allows, and asks for the next one at once. One name that is refused, or fails, must not
 * keep the others away; what fails again and again would fail for them too, each after a long wait.
 */
async function takeTurn(actions: readonly Action[], ports: Ports): Promise<Result> {
  const end = ports.clock.monotonic() + turn.ms;
  let count = 0;
  let refusal: unknown;
  let failures = 0;
  for (const action of actions) {
    if (count === turn.actions || ports.clock.monotonic() >= end) {
      // When all were refused, they would be the next time, too.
      if (count === 0) break;
      return { requeueAfterMs: 0 };
    }
    const { error } = await apply([action], ports);
    if (error === undefined) {
      count++;
      failures = 0;
    } else if (!isRefusal(error) && ++failures === mostFailures) throw error;
    else if (refusal === undefined || refusal instanceof Terminal) refusal = error;
  }
  if (refusal !== undefined) throw refusal;
  return {};
}

/** By the API server's schema, or by a policy. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Terminal || (error instanceof Denied && error.code === 'Forbidden');

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
