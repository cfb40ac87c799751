/** Whether an exported Service has a backend: without one it is withdrawn from the metadata, while its rules stay. */

import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import { keyOf } from '../runtime/names.ts';
import type { EndpointSlice, Service } from '../runtime/objects.ts';
import type { Caches } from '../runtime/ports.ts';
import { serviceFor, serviceOf } from './resolve.ts';

/** On an EndpointSlice: the name of its Service. */
export const serviceNameLabel = 'kubernetes.io/service-name';

/** The Service, as `namespace/name`, that an EndpointSlice belongs to; slices of other makers have none. */
export const serviceKeyOf = ({ metadata }: EndpointSlice): string | undefined => {
  const service = metadata.labels?.[serviceNameLabel];
  return service === undefined ? undefined : `${metadata.namespace}/${service}`;
};

/** A slice without what nobody here reads: there may be many, of a hundred endpoints each, and they change all the time. */
export function leanSlice(slice: EndpointSlice): EndpointSlice {
  const { apiVersion, kind, metadata, ports } = slice;
  const { name, namespace, uid, resourceVersion, labels } = metadata;
  const service = labels?.[serviceNameLabel];
  const lean: EndpointSlice = {
    apiVersion,
    kind,
    metadata: { name, namespace: namespace!, uid: uid!, resourceVersion: resourceVersion! },
    endpoints: hasReady(slice) ? oneReady : [],
  };
  if (service !== undefined) lean.metadata.labels = { [serviceNameLabel]: service };
  if (ports)
    lean.ports = ports.map(({ name, protocol }) => ({ name: name ?? '', protocol: protocol ?? 'TCP' }));
  return lean;
}

const oneReady = [{ conditions: { ready: true } }];

/** What does not say whether it is ready is ready: so the API has it. */
const hasReady = ({ endpoints }: EndpointSlice): boolean =>
  (endpoints ?? []).some(({ conditions }) => conditions?.ready !== false);

/**
 * Whether connections to a Service can end somewhere: one of its endpoints is ready, and has one of its ports. That may
 * not be so where no pod has a port of the name that the Service gives, or slices are written by hand. The name of a
 * headless Service leads to its endpoints whatever ports they have.
 */
export const hasBackend = ({ spec }: Service, slices: readonly EndpointSlice[]): boolean =>
  slices.some(
    slice =>
      hasReady(slice) &&
      (spec?.clusterIP === 'None' ||
        (spec?.ports ?? []).some(wanted =>
          (slice.ports ?? []).some(
            port =>
              (port.name ?? '') === (wanted.name ?? '') &&
              (port.protocol ?? 'TCP') === (wanted.protocol ?? 'TCP'),
          ),
        )),
  );

/** Whether a Service is there and has a backend. */
export const isServiceBacked = (
  service: Service | undefined,
  { endpointSlices }: Pick<Caches, 'endpointSlices'>,
): boolean => service !== undefined && hasBackend(service, endpointSlices.byIndex('service', keyOf(service)));

/** Whether what is exported has a backend. About a target outside the cluster nobody knows: it always counts. */
export const isBacked = (nxe: NexlinkExport, caches: Pick<Caches, 'services' | 'endpointSlices'>): boolean =>
  serviceOf(nxe) === undefined || isServiceBacked(serviceFor(nxe, caches), caches);
