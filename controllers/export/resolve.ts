/** What a NexlinkExport means, given the Service it names. */

import type { exportReasons, ReasonOf } from '../../api/v1alpha1/conditions.ts';
import type { Protocol } from '../../api/v1alpha1/meta.ts';
import type { ExportPort, NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import { gatewayName } from '../runtime/names.ts';
import type { Namespace, Service, ServicePort } from '../runtime/objects.ts';
import { realmOf, type RealmSettings } from '../realm/realm.ts';

/** One exported port and where its bytes go. */
export interface ResolvedPort {
  readonly name: string | undefined;
  readonly protocol: Protocol;
  /** The port that clients in other clusters use. */
  readonly port: number;
  /** Address or host name, and port, that the gateway dials. */
  readonly host: string;
  readonly targetPort: number;
}

/** Where an export belongs; known even when the export is not valid. */
export interface ExportPlace {
  readonly realm: string;
  readonly name: string;
  readonly service: string;
  readonly gateway: string;
}

export type ResolvedExport = ExportPlace &
  (
    | { readonly valid: true; readonly ports: readonly ResolvedPort[] }
    | {
        readonly valid: false;
        readonly reason: Exclude<ReasonOf<typeof exportReasons, 'Valid'>, 'Valid'>;
        readonly message: string;
      }
  );

/** The realm, name and gateway of an export. */
export function placeOf(
  nxe: NexlinkExport,
  namespace: Namespace | undefined,
  settings: RealmSettings,
): ExportPlace {
  const service = nxe.spec.service ?? nxe.metadata.name;
  const realm = nxe.spec.realm ?? realmOf(nxe.metadata.namespace!, namespace?.metadata.labels, settings);
  return {
    realm,
    service,
    name: nxe.spec.name ?? service,
    gateway: gatewayName(nxe.spec.gateway, 'Export', realm),
  };
}

/** The ports of an export with their targets, or why it cannot be exported. */
export function resolveExport(
  nxe: NexlinkExport,
  namespace: Namespace | undefined,
  service: Service | undefined,
  settings: RealmSettings,
): ResolvedExport {
  const place = placeOf(nxe, namespace, settings);
  const where = `Service ${nxe.metadata.namespace}/${place.service}`;
  const no = (
    reason: Exclude<ReasonOf<typeof exportReasons, 'Valid'>, 'Valid'>,
    message: string,
  ): ResolvedExport => ({
    ...place,
    valid: false,
    reason,
    message,
  });

  if (!service || service.metadata.deletionTimestamp)
    return no('NoService', `${where} does not exist: create it, or name another one in spec.service.`);
  if (service.spec?.type === 'ExternalName')
    return no(
      'InvalidServiceType',
      `${where} has type ExternalName, which has no address to forward to: export a Service with a selector or with endpoints of its own.`,
    );

  const headless = service.spec?.clusterIP === 'None';
  if (!headless && !service.spec?.clusterIP)
    return no('NoService', `${where} has no cluster IP yet: it is exported as soon as it has one.`);

  const offered = (service.spec?.ports ?? []).filter(port => port.protocol !== 'SCTP');
  if (offered.length === 0)
    return no(
      'InvalidPort',
      `${where} has no TCP or UDP port, and nothing else can be exported: add a port to it.`,
    );

  const ports: ResolvedPort[] = [];
  for (const wanted of nxe.spec.ports ?? offered.map(asExportPort)) {
    const target = findPort(offered, wanted);
    const named = `${wanted.protocol ?? 'TCP'} port ${wanted.targetPort ?? wanted.port}`;
    if (!target)
      return no(
        'InvalidPort',
        `${where} has no ${named}, which spec.ports asks for: it has ${offered.map(describePort).join(', ')}.`,
      );
    const dialled = headless ? headlessPort(target) : target.port;
    if (dialled === undefined)
      return no(
        'InvalidPort',
        `${where} is headless and its ${named} has the named targetPort "${target.targetPort}": write the number there.`,
      );
    ports.push({
      name: wanted.name ?? target.name,
      protocol: wanted.protocol ?? 'TCP',
      port: wanted.port,
      host: headless ? `${place.service}.${nxe.metadata.namespace}.svc` : service.spec!.clusterIP!,
      targetPort: dialled,
    });
  }
  const twice = ports.find((port, at) => ports.findIndex(other => samePort(other, port)) !== at);
  if (twice)
    return no(
      'InvalidPort',
      `spec.ports has ${twice.protocol} port ${twice.port} twice: remove one of them.`,
    );
  return { ...place, valid: true, ports };
}

const samePort = (a: ResolvedPort, b: ResolvedPort) => a.port === b.port && a.protocol === b.protocol;

const describePort = (port: ServicePort) =>
  `${port.protocol ?? 'TCP'} ${port.port}${port.name ? ` (${port.name})` : ''}`;

const asExportPort = (port: ServicePort): ExportPort => ({
  ...(port.name === undefined ? {} : { name: port.name }),
  port: port.port,
  protocol: (port.protocol ?? 'TCP') as Protocol,
});

function findPort(offered: readonly ServicePort[], wanted: ExportPort): ServicePort | undefined {
  const target = wanted.targetPort ?? wanted.port;
  return offered.find(
    port =>
      (port.protocol ?? 'TCP') === (wanted.protocol ?? 'TCP') &&
      (typeof target === 'number' ? port.port === target : port.name === target),
  );
}

/** A headless Service's name resolves to its pods, so that the pods' own port is dialled. */
function headlessPort(port: ServicePort): number | undefined {
  if (port.targetPort === undefined) return port.port;
  return typeof port.targetPort === 'number' ? port.targetPort : undefined;
}
