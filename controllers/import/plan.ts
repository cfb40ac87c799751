/** Pure: the Service of an import. */

import { apiVersion, gatewayLabel, importNameLabel, managedByLabel } from '../../api/v1alpha1/labels.ts';
import { affinityOf, defaultAffinity } from '../export/resolve.ts';
import { planEnsureGateway, mismatch } from '../gateway/ensure.ts';
import { appliedAnnotation } from '../proxy/children.ts';
import { podLabels } from '../proxy/pod.ts';
import { deletion, type Action } from '../runtime/actions.ts';
import { covers, digest, sameJSON } from '../runtime/compare.ts';
import type { Service, ServicePort } from '../runtime/objects.ts';
import { importLabelValue } from '../runtime/names.ts';
import { resources } from '../runtime/resources.ts';
import { isOurs, type SeenImport } from './observe.ts';
import { needsOf } from './resolve.ts';

/** The port of an import with all that its Service needs. */
export interface ServedPort {
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP';
  readonly port: number;
  readonly listenPort: number;
  readonly appProtocol?: string;
}

/**
 * The ports that the Service shall have: those that the gateway has one for. While no exporter offers any, names and
 * application protocols come from the last status.
 */
export function servedPorts({ assigned, merged, nxi }: SeenImport): ServedPort[] {
  return assigned.map(({ protocol, port, gatewayPort }) => {
    const isIt = (other: { protocol: string; port: number }) =>
      other.protocol === protocol && other.port === port;
    const known = merged.ports.find(isIt) ?? nxi.status?.ports?.find(isIt);
    return {
      name: known?.name ?? `${protocol.toLowerCase()}-${port}`,
      protocol,
      port,
      listenPort: gatewayPort,
      ...(known?.appProtocol === undefined ? {} : { appProtocol: known.appProtocol }),
    };
  });
}

/**
 * The session affinity of the Service in seconds, 0 for None: what the spec says, else the exporters. While none of
 * them offers anything, the Service keeps what it has.
 */
export function servedAffinity({ nxi, merged, service }: SeenImport): number {
  const { sessionAffinity, sessionAffinityConfig } = nxi.spec.service ?? {};
  if (sessionAffinity === 'ClientIP')
    return sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinity;
  if (sessionAffinity === 'None') return 0;
  if (merged.ports.length > 0 || !service) return merged.affinitySeconds ?? 0;
  return affinityOf(service);
}

/** Whether a Service that is not ours has the name. */
export const isTaken = ({ service, nxi }: SeenImport): boolean =>
  service !== undefined && !isOurs(service, nxi);

/** Gateway, then the Service under its present name, then the removal of those that are of no use any more. */
export function planImport(seen: SeenImport): Action[] {
  const { nxi, place, gateway, service, owned, merged } = seen;
  const needs = needsOf(place);
  const actions: Action[] = [];
  const fits = !mismatch(gateway, needs);
  const ports = fits ? servedPorts(seen) : [];
  if (!isTaken(seen) && fits) {
    actions.push(...planEnsureGateway(nxi.metadata.namespace!, place.gateway, needs, gateway));
    if (ports.length) actions.push(...applyService(renderService(seen, ports), service));
  }
  // The gateway that carried the import before may have given its ports to another one.
  const isWaiting = ports.length === 0 && merged.ports.length === 0;
  const isAstray = (old: Service) =>
    !fits || (isWaiting && old.spec?.selector?.[gatewayLabel] !== place.gateway);
  for (const old of owned)
    if ((old.metadata.name !== place.service || isAstray(old)) && !old.metadata.deletionTimestamp)
      actions.push(deletion(resources.services, old));
  return actions;
}

function renderService(seen: SeenImport, ports: readonly ServedPort[]): Service {
  const { nxi, place } = seen;
  const affinity = servedAffinity(seen);
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
        [importNameLabel]: importLabelValue(nxi.metadata.name),
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
      // nexd listens on every address of its pod: where the cluster has two families, clients may use either.
      ipFamilyPolicy: 'PreferDualStack',
      selector: podLabels(place.gateway),
      ports: ports.map(({ name, protocol, port, listenPort, appProtocol }): ServicePort => ({
        name,
        protocol,
        port,
        targetPort: listenPort,
        ...(appProtocol === undefined ? {} : { appProtocol }),
      })),
      // None is not said: who gave the Service another affinity by hand keeps it, and its time without us in the way.
      ...(affinity === 0
        ? {}
        : {
            sessionAffinity: 'ClientIP',
            sessionAffinityConfig: { clientIP: { timeoutSeconds: affinity } },
          }),
    },
  };
  return {
    ...service,
    metadata: { ...service.metadata, annotations: { ...annotations, [appliedAnnotation]: digest(service) } },
  };
}

function applyService(wanted: Service, found: Service | undefined): Action[] {
  if (found?.metadata.deletionTimestamp) return [];
  if (found && isCurrent(found, wanted)) return [];
  const metadata = found ? { ...wanted.metadata, uid: found.metadata.uid! } : wanted.metadata;
  return [{ do: 'apply', resource: resources.services, object: { ...wanted, metadata } }];
}

function isCurrent(found: Service, wanted: Service): boolean {
  const [is, stamp] = [found, wanted].map(({ metadata }) => metadata.annotations?.[appliedAnnotation]);
  // With a label more, the selector fits no pod.
  return is === stamp && covers(found, wanted) && sameJSON(found.spec?.selector, wanted.spec?.selector);
}
