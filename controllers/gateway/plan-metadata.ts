/** Pure: what each export device shall publish. */

import { serviceRecord } from '../export/resolve.ts';
import { encode, sameMetadata } from '../metadata/encode.ts';
import type { DeviceRecord, ServiceOffer, ServiceRecord } from '../metadata/record.ts';
import { sameJSON } from '../runtime/compare.ts';
import { claimKey, listenPort, portKey, type AssignedPort } from '../proxy/ports.ts';
import type { Action } from '../runtime/actions.ts';
import type { GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { Identity } from '../proxy/rules.ts';
import type { CarriedExport, SeenGateway } from './observe.ts';
import { deviceOf } from './plan-devices.ts';
import { isReplicaServing } from './rules-map.ts';

/**
 * The writes that bring the metadata of `replicas` devices up to date with rules of this `revision`. A service is
 * announced as soon as it is exported, published once the replica has its rule, and withdrawn as soon as it is no longer
 * exported, has no backend or the replica is not ready. They come after the rules, which do not wait for Nexodus.
 */
export function planMetadata(
  seen: SeenGateway,
  identities: ReadonlyMap<number, Identity>,
  replicas: number,
  ports: readonly AssignedPort[],
  revision: string,
  cluster: string,
  decodeRecord: (deviceID: string) => DeviceRecord | undefined,
): Action[] {
  const actions: Action[] = [];
  const exported = serviceRecords(seen.exports, ports);
  const wanted = serviceRecords(
    seen.exports.filter(({ isBacked }) => isBacked),
    ports,
  );
  for (const [ordinal, identity] of identities) {
    const { deviceID } = identity;
    // A replica beyond that number is on its way out: what it published has been withdrawn, and stays so.
    if (ordinal >= replicas || !seen.nexodus.devices.has(deviceID)) continue;
    const published = decodeRecord(deviceID);
    const services = servicesOf(seen, ordinal, identity, wanted, revision, published);
    const carried = new Set(services.map(offerOf));
    const value = encode({
      realm: seen.gateway.spec.realm,
      cluster,
      gateway: seen.gateway.metadata.name,
      // Not of exports for which no port is left: a record takes in no more than a gateway has ports.
      exports: exported.map(({ name }) => name),
      services,
      announced: exported.filter(service => !carried.has(offerOf(service))),
    });
    if (!sameMetadata(value, seen.nexodus.published.get(deviceID)))
      actions.push({ do: 'putMetadata', deviceID, value });
  }
  return actions;
}

function servicesOf(
  seen: SeenGateway,
  ordinal: number,
  identity: Identity,
  wanted: readonly ServiceRecord[],
  revision: string,
  published: DeviceRecord | undefined,
): readonly ServiceRecord[] {
  const report = seen.reports.get(ordinal);
  if (!isServing(seen, ordinal, identity, report)) return [];
  const closed = new Set(report?.closedPorts);
  const carried = closed.size ? wanted.filter(service => !closed.has(portKey(listenPort(service)))) : wanted;
  if (report?.appliedRevision === revision) return carried;
  // Rules are on their way: what was published and is still wanted has its rule; the rest waits.
  const before = new Map(published?.services.map(known => [offerOf(known), known]));
  return carried.filter(service =>
    sameJSON({ ...before.get(offerOf(service)), ...ruleless }, { ...service, ...ruleless }),
  );
}
/** No two services of a record have this in common. */
const offerOf = ({ name, protocol, servicePort }: ServiceOffer) => `${name}/${protocol}/${servicePort}`;
/** What needs no rule may change meanwhile. */
const ruleless = { appProtocol: undefined, affinitySeconds: undefined };

/** Whether a replica's nexd carries bytes, as its agent and the kubelet say. */
export function isServing(
  seen: SeenGateway,
  ordinal: number,
  identity: Identity,
  report: GatewayReplica | undefined = seen.reports.get(ordinal),
): boolean {
  return (
    report?.deviceID === deviceOf(seen, ordinal, identity) && isReplicaServing(report, seen.pods.get(ordinal))
  );
}

/** Every port of these exports that has one on the gateway. */
export function serviceRecords(
  exports: readonly CarriedExport[],
  ports: readonly AssignedPort[],
): ServiceRecord[] {
  const devicePort = new Map(ports.map(port => [claimKey(port), port.gatewayPort]));
  return exports.flatMap(({ nxe, resolved }) => {
    if (!resolved.valid) return [];
    return resolved.ports.flatMap((port): ServiceRecord[] => {
      const listen = devicePort.get(claimKey({ owner: nxe.metadata.uid!, ...port }));
      return listen === undefined ? [] : [serviceRecord(nxe, resolved, port, listen)];
    });
  });
}
