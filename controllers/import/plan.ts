/** Pure: the Service of an import. */

import { apiVersion, gatewayLabel, importNameLabel, managedByLabel } from '../../api/v1alpha1/labels.ts';
import { planEnsureGateway, mismatch } from '../gateway/ensure.ts';
import { appliedAnnotation } from '../proxy/children.ts';
import { podLabels } from '../proxy/pod.ts';
import type { Action } from '../runtime/actions.ts';
import { covers, digest } from '../runtime/compare.ts';
import type { Service, ServicePort } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { isOurs, type SeenImport } from './observe.ts';

/** The port of an import with all that its Service needs. */
export interface ServedPort {
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly listenPort: number;
}

/**
 * The ports that the Service shall have: those that the gateway has one for. While no exporter offers any, the names
 * come from the last status.
 */
export function servedPorts({ assigned, merged, nxi }: SeenImport): ServedPort[] {
  return assigned.map(({ protocol, port, gatewayPort }) => {
    const isIt = (other: { protocol: string; port: number }) =>
      other.protocol === protocol && other.port === port;
    const name = merged.ports.find(isIt)?.name ?? nxi.status?.ports?.find(isIt)?.name;
    return { name: name ?? `${protocol.toLowerCase()}-${port}`, protocol, port, listenPort: gatewayPort };
  });
}

/** Whether a Service that is not ours has the name. */
export const isTaken = ({ service, nxi }: SeenImport): boolean =>
  service !== undefined && !isOurs(service, nxi);

/** Gateway, then the Service under its present name, then the removal of those that are of no use any more. */
export function planImport(seen: SeenImport): Action[] {
  const { nxi, place, gateway, service, owned, merged } = seen;
  const spec = { direction: 'Import', realm: place.realm } as const;
  const actions: Action[] = [];
  const fits = !mismatch(gateway, spec);
  const ports = fits ? servedPorts(seen) : [];
  if (!isTaken(seen) && fits) {
    actions.push(...planEnsureGateway(nxi.metadata.namespace!, place.gateway, spec, gateway));
    if (ports.length) actions.push(...applyService(renderService(seen, ports), service));
  }
  // The gateway that carried the import before may have given its ports to another one.
  const isWaiting = ports.length === 0 && merged.ports.length === 0;
  const isAstray = (old: Service) =>
    !fits || (isWaiting && old.spec?.selector?.[gatewayLabel] !== place.gateway);
  for (const old of owned)
    if ((old.metadata.name !== place.service || isAstray(old)) && !old.metadata.deletionTimestamp)
      actions.push({
        do: 'delete',
        ref: { resource: resources.services, namespace: old.metadata.namespace!, name: old.metadata.name },
        uid: old.metadata.uid!,
      });
  return actions;
}

function renderService({ nxi, place }: SeenImport, ports: readonly ServedPort[]): Service {
  const { labels = {}, annotations = {} } = nxi.spec.service ?? {};
  const service: Service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: place.service,
      namespace: nxi.metadata.namespace!,
      labels: {
        ...labels,
        'app.kubernetes.io/managed-by': 'nexlink',
        [managedByLabel]: 'controller',
        [importNameLabel]: nxi.metadata.name,
      },
      annotations,
      ownerReferences: [
        {
          apiVersion,
          kind: 'NexlinkImport',
          name: nxi.metadata.name,
          uid: nxi.metadata.uid!,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      type: 'ClusterIP',
      selector: podLabels(place.gateway),
      ports: ports.map(({ name, protocol, port, listenPort }): ServicePort => ({
        name,
        protocol,
        port,
        targetPort: listenPort,
      })),
    },
  };
  return {
    ...service,
    metadata: { ...service.metadata, annotations: { ...annotations, [appliedAnnotation]: digest(service) } },
  };
}

function applyService(wanted: Service, found: Service | undefined): Action[] {
  if (found?.metadata.deletionTimestamp) return [];
  const stamp = wanted.metadata.annotations![appliedAnnotation];
  if (found && found.metadata.annotations?.[appliedAnnotation] === stamp && covers(found, wanted)) return [];
  const metadata = found ? { ...wanted.metadata, uid: found.metadata.uid! } : wanted.metadata;
  return [{ do: 'apply', resource: resources.services, object: { ...wanted, metadata } }];
}
