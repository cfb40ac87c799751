/** The objects that a gateway consists of, as they should be. */

import { apiVersion, gatewayLabel, group, managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { digest, sameJSON } from '../runtime/compare.ts';
import type { KubeObject, Resource } from '../runtime/kube.ts';
import { caName, childName, rulesName } from '../runtime/names.ts';
import type { GatewayDefaults } from '../runtime/ports.ts';
import { apiVersionOf, resources } from '../runtime/resources.ts';
import { podLabels, renderPod } from './pod.ts';
import type { AssignedPort } from './ports.ts';
import type { Rule, Rules } from './rules.ts';

/** On each child: a digest of what was applied, so that a field that is no longer wanted is noticed. */
export const appliedAnnotation = `${group}/applied`;

export interface Child {
  readonly resource: Resource;
  readonly object: KubeObject;
}

/** A child of the gateway with the fields that all children have. */
export function child(gateway: NexlinkGateway, resource: Resource, name: string, body: object): Child {
  const object = {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    metadata: {
      name,
      namespace: gateway.metadata.namespace!,
      labels: {
        'app.kubernetes.io/managed-by': 'nexlink',
        [managedByLabel]: 'controller',
        [gatewayLabel]: gateway.metadata.name,
      },
      ownerReferences: [
        {
          apiVersion,
          kind: 'NexlinkGateway',
          name: gateway.metadata.name,
          uid: gateway.metadata.uid!,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    ...body,
  };
  return {
    resource,
    object: {
      ...object,
      metadata: { ...object.metadata, annotations: { [appliedAnnotation]: digest(object) } },
    },
  };
}

/**
 * The rules ConfigMap: what the agents apply, and the record of ports. The revision depends on the rules before, so
 * that none comes twice: a late report of a pod cannot be taken for one of now.
 */
export function rulesChild(
  gateway: NexlinkGateway,
  ingress: readonly Rule[],
  egress: readonly Rule[],
  ports: readonly AssignedPort[],
  before?: Rules,
): { child: Child; rules: Rules } {
  const same = before && sameJSON(before.ingress, ingress) && sameJSON(before.egress, egress);
  const revision = same ? before.revision : digest({ ingress, egress, before: before?.revision });
  const rules: Rules = { revision, ingress, egress };
  const data = { 'rules.json': JSON.stringify(rules), 'ports.json': JSON.stringify(ports) };
  return { rules, child: child(gateway, resources.configMaps, rulesName(gateway.metadata.name), { data }) };
}

interface Rendered {
  readonly spec: NexlinkGateway['spec'];
  readonly replicas: number;
  readonly defaults: GatewayDefaults;
  readonly children: readonly Child[];
}

/** By namespace, name and uid of the gateway. A gateway's status changes all the time, these hardly ever. */
const rendered = new Map<string, Rendered>();
const mostRendered = 1_000;

/** Everything but rules and keys, in the order in which it is needed. The StatefulSet comes last. */
export function fixedChildren(
  gateway: NexlinkGateway,
  replicas: number,
  defaults: GatewayDefaults,
): readonly Child[] {
  const { namespace, name, uid } = gateway.metadata;
  const { spec } = gateway;
  const key = `${namespace}/${name}/${uid}`;
  const known = rendered.get(key);
  if (known?.replicas === replicas && known.defaults === defaults && sameJSON(known.spec, spec))
    return known.children;
  const children = render(gateway, replicas, defaults);
  if (rendered.size === mostRendered) rendered.clear();
  rendered.set(key, { spec, replicas, defaults, children });
  return children;
}

function render(gateway: NexlinkGateway, replicas: number, defaults: GatewayDefaults): Child[] {
  const { name, namespace } = gateway.metadata;
  const own = childName(name);
  const serviceAccount = defaults.serviceAccountName ?? own;
  return [
    ...(defaults.serviceAccountName === undefined
      ? [child(gateway, resources.serviceAccounts, own, {})]
      : []),
    child(gateway, resources.roles, own, {
      rules: [
        {
          apiGroups: [''],
          resources: ['configmaps'],
          resourceNames: [rulesName(name)],
          verbs: ['list', 'watch'],
        },
        {
          apiGroups: [group],
          resources: ['nexlinkgateways/status'],
          resourceNames: [name],
          verbs: ['patch'],
        },
      ],
    }),
    child(gateway, resources.roleBindings, own, {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: own },
      subjects: [{ kind: 'ServiceAccount', name: serviceAccount, namespace }],
    }),
    ...(defaults.ca === undefined
      ? []
      : [child(gateway, resources.configMaps, caName(name), { data: { 'ca.crt': defaults.ca } })]),
    child(gateway, resources.podDisruptionBudgets, own, {
      spec: {
        maxUnavailable: 1,
        selector: { matchLabels: podLabels(name) },
        // A pod that carries nothing, as while Nexodus is away, holds up no drain.
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
      },
    }),
    child(gateway, resources.statefulSets, own, {
      spec: {
        replicas,
        serviceName: own,
        podManagementPolicy: 'Parallel',
        // Which pod goes next is planned in gateway/plan-rollout.ts.
        updateStrategy: { type: 'OnDelete' },
        selector: { matchLabels: podLabels(name) },
        template: renderPod(gateway, defaults),
      },
    }),
  ];
}
