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
  const obstacle = service && isLabeled(service) ? obstacleOf(service) : undefined;
  if (obstacle) ports.events.event(service!, 'Warning', obstacle.reason, obstacle.message);
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

const isLabeled = ({ metadata }: Service): boolean =>
  !metadata.deletionTimestamp && metadata.labels?.[exportLabel] === 'true';

/** Why the label of a Service makes no export. */
function obstacleOf({ metadata: { name, ownerReferences = [] } }: Service) {
  const nxi = ownerReferences.find(({ kind, controller }) => controller && kind === resources.imports.kind);
  // A policy that labels all Services would have clusters export to each other what each of them imports.
  if (nxi)
    return {
      reason: 'Imported',
      message: `Its label ${exportLabel} does nothing: it is the Service of NexlinkImport ${nxi.name}, and is exported where it comes from. To pass it on from here, apply a NexlinkExport.`,
    };
  if (/^\d/.test(name))
    return {
      reason: 'InvalidName',
      message: `Its label ${exportLabel} does nothing: not all clusters allow a Service whose name starts with a digit. Make another Service with the same selector, and label that one.`,
    };
  return undefined;
}

/** Pure: a user's own NexlinkExport of that name is left alone; ours goes with the label. */
export function planLabeled(service: Service | undefined, found: NexlinkExport | undefined): Action[] {
  const ours = found?.metadata.labels?.[managedByLabel] === 'service-label';
  if (!service || !isLabeled(service) || obstacleOf(service)) {
    if (!found || !ours || found.metadata.deletionTimestamp) return [];
    return [deletion(resources.exports, found)];
  }
  const labels = service.metadata.labels!;
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
