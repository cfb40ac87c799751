/** The caches of the controller: which objects it holds in memory, and what of them. */

import { managedByLabel } from '../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../api/v1alpha1/nexlinkimport.ts';
import { leanSlice } from './export/backends.ts';
import type { Caches as CacheSet } from './kube/caches.ts';
import type { KubeObject } from './runtime/kube.ts';
import type {
  ConfigMap,
  EndpointSlice,
  Namespace,
  NetworkPolicy,
  Pod,
  Secret,
  Service,
  StatefulSet,
} from './runtime/objects.ts';
import type { Caches } from './runtime/ports.ts';
import { resources } from './runtime/resources.ts';
import { indexes } from './triggers/indexes.ts';
import type { Triggers } from './triggers/triggers.ts';

/** The label of everything that gateways consist of; pods have one of their own. */
const ours = { labelSelector: `${managedByLabel}=controller` };
const gatewayPods = { labelSelector: 'app.kubernetes.io/name=nexlink-gateway' };

/** kubectl keeps a whole copy of an object in this annotation. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

function lean<T extends KubeObject>(object: T): T {
  if (object.metadata.annotations?.[lastApplied] !== undefined)
    delete object.metadata.annotations[lastApplied];
  return object;
}

/** A Service without what nobody here reads: there may be many thousands. */
function leanService(service: Service): Service {
  delete (service as { status?: unknown }).status;
  return lean(service);
}

/** A reflector for each kind. */
export function addWatches(set: CacheSet) {
  return {
    exports: set.add<NexlinkExport>(resources.exports, { indexes: indexes.exports, transform: lean }),
    imports: set.add<NexlinkImport>(resources.imports, { indexes: indexes.imports, transform: lean }),
    gateways: set.add<NexlinkGateway>(resources.gateways, { transform: lean }),
    namespaces: set.add<Namespace>(resources.namespaces, { transform: lean }),
    services: set.add<Service>(resources.services, { indexes: indexes.services, transform: leanService }),
    endpointSlices: set.add<EndpointSlice>(resources.endpointSlices, {
      indexes: indexes.endpointSlices,
      transform: leanSlice,
    }),
    pods: set.add<Pod>(resources.pods, { ...gatewayPods, indexes: indexes.pods }),
    secrets: set.add<Secret>(resources.secrets, ours),
    configMaps: set.add<ConfigMap>(resources.configMaps, ours),
    statefulSets: set.add<StatefulSet>(resources.statefulSets, ours),
    serviceAccounts: set.add<KubeObject>(resources.serviceAccounts, ours),
    roles: set.add<KubeObject>(resources.roles, ours),
    roleBindings: set.add<KubeObject>(resources.roleBindings, ours),
    networkPolicies: set.add<NetworkPolicy>(resources.networkPolicies, ours),
    podDisruptionBudgets: set.add<KubeObject>(resources.podDisruptionBudgets, ours),
  };
}

export type Watches = ReturnType<typeof addWatches>;

/** The caches alone, as reconcilers see them. */
export const cachesOf = (watches: Watches): Caches => ({
  exports: watches.exports.cache,
  imports: watches.imports.cache,
  gateways: watches.gateways.cache,
  namespaces: watches.namespaces.cache,
  services: watches.services.cache,
  endpointSlices: watches.endpointSlices.cache,
  pods: watches.pods.cache,
  secrets: watches.secrets.cache,
  configMaps: watches.configMaps.cache,
  statefulSets: watches.statefulSets.cache,
  serviceAccounts: watches.serviceAccounts.cache,
  roles: watches.roles.cache,
  roleBindings: watches.roleBindings.cache,
  networkPolicies: watches.networkPolicies.cache,
  podDisruptionBudgets: watches.podDisruptionBudgets.cache,
});

/** Has every change wake what depends on it. */
export function listen(watches: Watches, triggers: Triggers): void {
  watches.exports.cache.onEvent(event => triggers.onExport(event));
  watches.imports.cache.onEvent(event => triggers.onImport(event));
  watches.gateways.cache.onEvent(event => triggers.onGateway(event));
  watches.namespaces.cache.onEvent(event => triggers.onNamespace(event));
  watches.services.cache.onEvent(event => triggers.onService(event));
  watches.endpointSlices.cache.onEvent(event => triggers.onEndpointSlice(event));
  watches.configMaps.cache.onEvent(event => triggers.onConfigMap(event));
  watches.networkPolicies.cache.onEvent(event => triggers.onSharedChild(event));
  watches.pods.cache.onEvent(event => triggers.onPod(event));
  for (const { cache } of [
    watches.secrets,
    watches.statefulSets,
    watches.serviceAccounts,
    watches.roles,
    watches.roleBindings,
    watches.podDisruptionBudgets,
  ] as { cache: { onEvent(listener: Triggers['onChild']): void } }[])
    cache.onEvent(event => triggers.onChild(event));
}
