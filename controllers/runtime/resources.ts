import { group, kinds, version } from '../../api/v1alpha1/resources.ts';
import type { Resource } from './kube.ts';

const resource = (
  group: string,
  version: string,
  kind: string,
  plural: string,
  namespaced = true,
): Resource => ({
  group,
  version,
  kind,
  plural,
  namespaced,
});

const ours = (kind: string): Resource =>
  resource(group, version, kind, kinds.find(info => info.kind === kind)!.plural);

/** The kinds that Nexlink reads or writes. */
export const resources = {
  exports: ours('NexlinkExport'),
  imports: ours('NexlinkImport'),
  gateways: ours('NexlinkGateway'),
  namespaces: resource('', 'v1', 'Namespace', 'namespaces', false),
  services: resource('', 'v1', 'Service', 'services'),
  endpointSlices: resource('discovery.k8s.io', 'v1', 'EndpointSlice', 'endpointslices'),
  pods: resource('', 'v1', 'Pod', 'pods'),
  secrets: resource('', 'v1', 'Secret', 'secrets'),
  configMaps: resource('', 'v1', 'ConfigMap', 'configmaps'),
  serviceAccounts: resource('', 'v1', 'ServiceAccount', 'serviceaccounts'),
  statefulSets: resource('apps', 'v1', 'StatefulSet', 'statefulsets'),
  deployments: resource('apps', 'v1', 'Deployment', 'deployments'),
  roles: resource('rbac.authorization.k8s.io', 'v1', 'Role', 'roles'),
  roleBindings: resource('rbac.authorization.k8s.io', 'v1', 'RoleBinding', 'rolebindings'),
  networkPolicies: resource('networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies'),
  podDisruptionBudgets: resource('policy', 'v1', 'PodDisruptionBudget', 'poddisruptionbudgets'),
  leases: resource('coordination.k8s.io', 'v1', 'Lease', 'leases'),
  events: resource('events.k8s.io', 'v1', 'Event', 'events'),
  clusterProperties: resource('about.k8s.io', 'v1beta1', 'ClusterProperty', 'clusterproperties', false),
} as const;

/** `apiVersion` of a resource's objects. */
export const apiVersionOf = (resource: Resource): string =>
  resource.group ? `${resource.group}/${resource.version}` : resource.version;
