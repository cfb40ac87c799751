/** Whether what conditions say is so. */

import type { NexlinkExport } from '../../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../../api/v1alpha1/nexlinkimport.ts';
import { conditionOf } from '../../../controllers/runtime/conditions.ts';
import type { Service } from '../../../controllers/runtime/objects.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import { namespace, type World } from './world.ts';

/** Conditions that are not about the object as it is, and objects that say `Ready` and are not. */
export function dishonest(world: World): string[] {
  const { mirror } = world.lab;
  const gateways = mirror.list<NexlinkGateway>(resources.gateways, namespace);
  const exports = mirror.list<NexlinkExport>(resources.exports, namespace);
  const imports = mirror.list<NexlinkImport>(resources.imports, namespace);
  return [
    ...[...gateways, ...exports, ...imports].flatMap(({ kind, metadata, status }) =>
      (status?.conditions ?? []).flatMap(({ type, observedGeneration }) =>
        observedGeneration === metadata.generation ? [] : [`${type} of ${kind} ${metadata.name} is stale`],
      ),
    ),
    ...gateways
      .filter(isReady)
      .flatMap(({ metadata: { name } }) =>
        world.dataPlane.podsOf(name).some(({ inside }) => inside.isReady)
          ? []
          : [`no pod of gateway ${name} works`],
      ),
    ...exports.filter(isReady).flatMap(nxe => flawOfExport(world, nxe)),
    ...imports.filter(isReady).flatMap(nxi => flawOfImport(world, nxi)),
  ];
}

const isReady = ({ status }: NexlinkGateway | NexlinkExport | NexlinkImport): boolean =>
  conditionOf(status?.conditions, 'Ready')?.status === 'True';

/** A way from a published port through nexd to the Service. */
function flawOfExport(world: World, { metadata: { name }, spec, status }: NexlinkExport): string[] {
  const service = world.get<Service>(resources.services, spec.service ?? name);
  const host = spec.target?.address ?? service?.spec?.clusterIP;
  const { metadata } = world.nexodusState;
  const isReached = world.dataPlane.podsOf(status!.gateway!).some(({ inside }) => {
    const record = metadata.find(({ device_id }) => device_id === inside.identity?.deviceID)?.value as
      { services: { name: string; protocol: string; port: number; servicePort: number }[] } | undefined;
    const published = record?.services.filter(each => each.name === status!.name) ?? [];
    return (
      published.length > 0 &&
      published.every(({ protocol, port, servicePort }) =>
        inside.rules?.ingress.some(
          rule =>
            rule.protocol === protocol &&
            rule.port === port &&
            rule.host === host &&
            (rule.targetPort === servicePort || spec.ports !== undefined),
        ),
      )
    );
  });
  return isReached ? [] : [`export ${name} is Ready, and nothing leads to it`];
}

/** A way from the Service through nexd to a device that lives. */
function flawOfImport(world: World, { metadata: { name }, status }: NexlinkImport): string[] {
  const service = world.get<Service>(resources.services, status?.service ?? name);
  const live = new Set(world.nexodusState.devices.map(({ ipv4 }) => ipv4));
  const isReached = world.dataPlane
    .podsOf(status!.gateway!)
    .some(({ inside }) =>
      service?.spec?.ports?.some(({ targetPort, protocol = 'TCP' }) =>
        inside.rules?.egress.some(
          rule => rule.port === targetPort && rule.protocol === protocol.toLowerCase() && live.has(rule.host),
        ),
      ),
    );
  return isReached ? [] : [`import ${name} is Ready, and its Service leads nowhere`];
}
