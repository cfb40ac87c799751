/** What a NexlinkExport means, given the Service it names. */

import { targetFlaw } from '../../api/v1alpha1/address.ts';
import type { exportReasons, ReasonOf } from '../../api/v1alpha1/conditions.ts';
import type { Protocol } from '../../api/v1alpha1/meta.ts';
import type { ExportPort, NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { GatewayNeeds } from '../gateway/ensure.ts';
import type { ServiceRecord } from '../metadata/record.ts';
import type { Cache } from '../runtime/kube.ts';
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
  /** What the port speaks, when somebody says so. */
  readonly appProtocol: string | undefined;
}

/** Where an export belongs; known even when the export is not valid. */
export interface ExportPlace {
  readonly realm: string;
  readonly name: string;
  /** The Service; undefined when something outside the cluster is exported. */
  readonly service: string | undefined;
  readonly gateway: string;
  /** The address that the gateway must ask for. */
  readonly tunnelIP: string | undefined;
}

export type ResolvedExport = ExportPlace &
  (
    | {
        readonly valid: true;
        readonly ports: readonly ResolvedPort[];
        /** The Service's session affinity in seconds, 0 for None; undefined for a target, which has none to tell. */
        readonly affinitySeconds: number | undefined;
        /** What of the Service does not go along, and why: sentences. */
        readonly notes?: readonly string[];
      }
    | {
        readonly valid: false;
        readonly reason: Exclude<ReasonOf<typeof exportReasons, 'Valid'>, 'Valid'>;
        readonly message: string;
      }
  );

/** The name of the Service that is exported; undefined when it is something outside the cluster. */
export const serviceOf = ({ spec, metadata }: NexlinkExport): string | undefined =>
  spec.target ? undefined : (spec.service ?? metadata.name);

/** The Service that an export names, when it names one that exists. */
export function serviceFor(
  nxe: NexlinkExport,
  { services }: { readonly services: Pick<Cache<Service>, 'get'> },
): Service | undefined {
  const name = serviceOf(nxe);
  return name === undefined ? undefined : services.get(nxe.metadata.namespace, name);
}

/** The name that other clusters see. */
export const exportedName = (nxe: NexlinkExport): string =>
  nxe.spec.name ?? serviceOf(nxe) ?? nxe.metadata.name;

/** The realm, name and gateway of an export. */
export function placeOf(
  nxe: NexlinkExport,
  namespace: Namespace | undefined,
  settings: RealmSettings,
): ExportPlace {
  const service = serviceOf(nxe);
  const realm = nxe.spec.realm ?? realmOf(nxe.metadata.namespace!, namespace?.metadata.labels, settings);
  return {
    realm,
    service,
    name: exportedName(nxe),
    gateway: gatewayName(nxe.spec.gateway, 'Export', realm, nxe.spec.tunnelIP),
    tunnelIP: nxe.spec.tunnelIP,
  };
}

/** What an export needs of its gateway. */
export const needsOf = ({ realm, tunnelIP }: ExportPlace): GatewayNeeds => ({
  direction: 'Export',
  realm,
  tunnelIP,
});

/** The ports of an export with their targets, or why it cannot be exported. */
export function resolveExport(
  nxe: NexlinkExport,
  namespace: Namespace | undefined,
  service: Service | undefined,
  settings: RealmSettings,
): ResolvedExport {
  const place = placeOf(nxe, namespace, settings);
  const answer = nxe.spec.target
    ? targetPorts(nxe.spec.target, nxe.spec.ports ?? [])
    : servicePorts(nxe, place.service!, service);
  if (isFlaw(answer)) return { ...place, valid: false, ...answer };
  const twice = answer.find((port, at) => answer.findIndex(other => samePort(other, port)) !== at);
  if (twice)
    return {
      ...place,
      valid: false,
      ...no('InvalidPort', `spec.ports has ${twice.protocol} port ${twice.port} twice: remove one of them.`),
    };
  const notes = service ? notesOf(nxe, service) : [];
  return {
    ...place,
    valid: true,
    ports: answer,
    affinitySeconds: service && affinityOf(service),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

function notesOf(nxe: NexlinkExport, { spec }: Service): string[] {
  const left = nxe.spec.ports ? [] : (spec?.ports ?? []).filter(({ protocol }) => protocol === 'SCTP');
  return [
    ...(left.length === 0
      ? []
      : [
          `Left out: ${left.map(describePort).join(', ')}, as nothing but TCP and UDP goes through a gateway.`,
        ]),
    ...(spec?.internalTrafficPolicy === 'Local' && spec.clusterIP !== 'None'
      ? [
          'Its internalTrafficPolicy is Local: gateway pods reach it only on nodes that have a pod of it, and elsewhere connections to it hang. Remove the policy, or export another Service with the same selector.',
        ]
      : []),
  ];
}

/** The session affinity of a Service in seconds; 0 for None. */
export const affinityOf = ({ spec }: Service): number =>
  spec?.sessionAffinity === 'ClientIP'
    ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? defaultAffinity)
    : 0;
/** As the API server has it: three hours. */
export const defaultAffinity = 10_800;

/** What is published of a port that has `devicePort` on the gateway. */
export const serviceRecord = (
  { metadata }: NexlinkExport,
  { name, affinitySeconds }: ResolvedExport & { readonly valid: true },
  port: ResolvedPort,
  devicePort: number,
): ServiceRecord => ({
  name,
  protocol: port.protocol === 'UDP' ? 'udp' : 'tcp',
  port: devicePort,
  servicePort: port.port,
  portName: port.name,
  namespace: metadata.namespace!,
  created: metadata.creationTimestamp!,
  appProtocol: port.appProtocol,
  affinitySeconds,
});

/** Why something cannot be exported. */
interface Flaw {
  readonly reason: Exclude<ReasonOf<typeof exportReasons, 'Valid'>, 'Valid'>;
  readonly message: string;
}
const no = (reason: Flaw['reason'], message: string): Flaw => ({ reason, message });
const isFlaw = (answer: readonly ResolvedPort[] | Flaw): answer is Flaw => !Array.isArray(answer);

/** The address ends up in a rule of nexd: nothing that the schema of today refuses gets there. */
function targetPorts(
  { address }: NonNullable<NexlinkExport['spec']['target']>,
  wanted: readonly ExportPort[],
): readonly ResolvedPort[] | Flaw {
  const flaw = targetFlaw(address);
  if (flaw !== undefined) return no('InvalidTarget', `spec.target.address is ${flaw}.`);
  if (wanted.length === 0)
    return no('InvalidPort', `spec.ports is missing: write the ports of ${address} that are exported.`);
  const named = wanted.find(({ targetPort }) => typeof targetPort === 'string');
  if (named)
    return no(
      'InvalidPort',
      `spec.ports has the targetPort "${named.targetPort}", and ${address} has no names of ports: write the number.`,
    );
  return wanted.map(({ name, port, targetPort = port, protocol = 'TCP', appProtocol }) => ({
    name,
    protocol,
    port,
    host: address,
    targetPort: Number(targetPort),
    appProtocol,
  }));
}

function servicePorts(
  nxe: NexlinkExport,
  name: string,
  service: Service | undefined,
): readonly ResolvedPort[] | Flaw {
  const where = `Service ${nxe.metadata.namespace}/${name}`;
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
      host: headless ? `${name}.${nxe.metadata.namespace}.svc` : service.spec!.clusterIP!,
      targetPort: dialled,
      appProtocol: wanted.appProtocol ?? target.appProtocol,
    });
  }
  return ports;
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
