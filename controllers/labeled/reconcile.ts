/** Gives a Service with the label `nexlink.nexodus.io/export: "true"` a NexlinkExport, owned by it. */

import { apiVersion, exportLabel, managedByLabel, nameLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport, NexlinkExportSpec } from '../../api/v1alpha1/nexlinkexport.ts';
import { apply, deletion, type Action } from '../runtime/actions.ts';
import { sameJSON } from '../runtime/compare.ts';
import { Terminal } from '../runtime/errors.ts';
import { splitKey } from '../runtime/names.ts';
import type { Service } from '../runtime/objects.ts';
import type { Ports, Result } from '../runtime/ports.ts';
import { resources } from '../runtime/resources.ts';

export async function reconcileLabeled(key: string, ports: Ports): Promise<Result> {
  const { namespace, name } = splitKey(key);
  const service = ports.caches.services.get(namespace, name);
  const found = ports.caches.exports.get(namespace, name);
  const done = await apply(planLabeled(service, found), ports);
  if (service && done.error instanceof Terminal)
    ports.events.event(
      service,
      'Warning',
      'InvalidLabel',
      `The labels ${realmLabel} and ${nameLabel} must be valid for a NexlinkExport: ${done.error.message}`,
    );
  if (done.error !== undefined) throw done.error;
  return {};
}

/** Pure: a user's own NexlinkExport of that name is left alone; ours goes with the label. */
export function planLabeled(service: Service | undefined, found: NexlinkExport | undefined): Action[] {
  const ours = found?.metadata.labels?.[managedByLabel] === 'service-label';
  const labels = service?.metadata.labels;
  if (!service || service.metadata.deletionTimestamp || labels?.[exportLabel] !== 'true') {
    if (!found || !ours || found.metadata.deletionTimestamp) return [];
    return [deletion(resources.exports, found)];
  }
  const spec: NexlinkExportSpec = {
    ...(labels[realmLabel] === undefined ? {} : { realm: labels[realmLabel] }),
    ...(labels[nameLabel] === undefined ? {} : { name: labels[nameLabel] }),
  };
  if (found && (!ours || found.metadata.deletionTimestamp)) return [];
  if (found && sameJSON({ realm: found.spec.realm, name: found.spec.name }, spec)) return [];
  const { namespace, name, uid } = service.metadata;
  const object: NexlinkExport = {
    apiVersion,
    kind: 'NexlinkExport',
    metadata: {
      name,
      namespace: namespace!,
      ...(found?.metadata.uid === undefined ? {} : { uid: found.metadata.uid }),
      labels: { [managedByLabel]: 'service-label' },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid: uid!, controller: true }],
    },
    spec,
  };
  return [{ do: 'apply', resource: resources.exports, object }];
}
