/** Pure: how exports and imports come to their gateway. */

import { apiVersion, finalizer, managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkGateway, NexlinkGatewaySpec } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { Action } from '../runtime/actions.ts';
import { resources } from '../runtime/resources.ts';

/** What an export or import needs of its gateway. */
export interface GatewayNeeds extends Pick<NexlinkGatewaySpec, 'direction' | 'realm'> {
  readonly tunnelIP?: string | undefined;
}

/** Makes the gateway when it is missing. It is the user's to change from then on, and goes when nothing uses it. */
export function planEnsureGateway(
  namespace: string,
  name: string,
  { direction, realm, tunnelIP }: GatewayNeeds,
  found: NexlinkGateway | undefined,
): Action[] {
  if (found) return [];
  const object: NexlinkGateway = {
    apiVersion,
    kind: 'NexlinkGateway',
    metadata: { name, namespace, labels: { [managedByLabel]: 'controller' }, finalizers: [finalizer] },
    spec: { direction, realm, ...(tunnelIP === undefined ? {} : { tunnelIP }) },
  };
  return [{ do: 'create', resource: resources.gateways, object }];
}

/** Why a gateway cannot serve what needs this; undefined when it can, or does not exist yet. */
export function mismatch(gateway: NexlinkGateway | undefined, needs: GatewayNeeds): string | undefined {
  if (!gateway) return undefined;
  const { direction, realm, tunnelIP } = gateway.spec;
  const who = `NexlinkGateway ${gateway.metadata.name}`;
  if (direction !== needs.direction || realm !== needs.realm)
    return `${who} has direction ${direction} and realm ${realm}, not ${needs.direction} and ${needs.realm}: name another one in spec.gateway.`;
  if (needs.tunnelIP === undefined || tunnelIP === needs.tunnelIP) return undefined;
  return `${who} asks for ${tunnelIP === undefined ? 'no tunnel address' : `the tunnel address ${tunnelIP}`}, not for ${needs.tunnelIP}: write ${needs.tunnelIP} in its spec.tunnelIP, or name another one in spec.gateway.`;
}
