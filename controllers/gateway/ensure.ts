/** Pure: how exports and imports come to their gateway. */

import { apiVersion, finalizer, managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkGateway, NexlinkGatewaySpec } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { Action } from '../runtime/actions.ts';
import { resources } from '../runtime/resources.ts';

/** Makes the gateway when it is missing. It is the user's to change from then on, and goes when nothing uses it. */
export function planEnsureGateway(
  namespace: string,
  name: string,
  spec: Pick<NexlinkGatewaySpec, 'direction' | 'realm'>,
  found: NexlinkGateway | undefined,
): Action[] {
  if (found) return [];
  const object: NexlinkGateway = {
    apiVersion,
    kind: 'NexlinkGateway',
    metadata: { name, namespace, labels: { [managedByLabel]: 'controller' }, finalizers: [finalizer] },
    spec,
  };
  return [{ do: 'create', resource: resources.gateways, object }];
}

/** Why a gateway cannot serve this direction and realm; undefined when it can, or does not exist yet. */
export function mismatch(
  gateway: NexlinkGateway | undefined,
  spec: Pick<NexlinkGatewaySpec, 'direction' | 'realm'>,
): string | undefined {
  if (!gateway) return undefined;
  const { direction, realm } = gateway.spec;
  if (direction === spec.direction && realm === spec.realm) return undefined;
  return `NexlinkGateway ${gateway.metadata.name} has direction ${direction} and realm ${realm}, not ${spec.direction} and ${spec.realm}: name another one in spec.gateway.`;
}
