import { gatewayLabel, importNameLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { serviceKeyOf } from '../export/backends.ts';
import { exportedName, serviceOf } from '../export/resolve.ts';
import { selectorKey } from '../import/device.ts';
import type { KubeObject } from '../runtime/kube.ts';
import type { EndpointSlice, Service } from '../runtime/objects.ts';

/** Index functions that caches must have. */
export const indexes = {
  exports: {
    service: (nxe: NexlinkExport) => {
      const service = serviceOf(nxe);
      return service === undefined ? [] : [`${nxe.metadata.namespace}/${service}`];
    },
    name: (nxe: NexlinkExport) => [`${nxe.metadata.namespace}/${exportedName(nxe)}`],
    exported: (nxe: NexlinkExport) => [exportedName(nxe)],
  },
  imports: {
    service: (nxi: NexlinkImport) => [
      `${nxi.metadata.namespace}/${nxi.spec.service?.name ?? nxi.metadata.name}`,
    ],
    name: (nxi: NexlinkImport) => (nxi.spec.device ? [] : [nxi.spec.name ?? nxi.metadata.name]),
    device: (nxi: NexlinkImport) => (nxi.spec.device ? [selectorKey(nxi.spec.device)] : []),
  },
  services: {
    import: ({ metadata: { namespace, labels } }: Service) => {
      const nxi = labels?.[importNameLabel];
      return nxi === undefined ? [] : [`${namespace}/${nxi}`];
    },
  },
  endpointSlices: {
    service: (slice: EndpointSlice) => {
      const service = serviceKeyOf(slice);
      return service === undefined ? [] : [service];
    },
  },
  pods: {
    gateway: (pod: KubeObject) => {
      const gateway = pod.metadata.labels?.[gatewayLabel];
      return gateway === undefined ? [] : [`${pod.metadata.namespace}/${gateway}`];
    },
  },
} as const;
