import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { mismatch } from '../gateway/ensure.ts';
import { byAge } from '../gateway/observe.ts';
import { winners } from '../gateway/plan-rules.ts';
import { isReplicaReady, rulesMapOf, type RulesMap } from '../gateway/rules-map.ts';
import { hasSTUN } from '../gateway/stun.ts';
import { exportersOf, type ExporterRecord, type RegistrySource } from '../import/registry.ts';
import type { DeviceRecord } from '../metadata/record.ts';
import { isEnding } from '../realm/realm.ts';
import { podName, rulesName, splitKey } from '../runtime/names.ts';
import type { Device } from '../runtime/nexodus.ts';
import type { Ports } from '../runtime/ports.ts';
import { isBacked } from './backends.ts';
import { needsOf, resolveExport, serviceFor, type ResolvedExport } from './resolve.ts';

export interface SeenExport {
  readonly nxe: NexlinkExport;
  readonly resolved: ResolvedExport;
  readonly gateway: NexlinkGateway | undefined;
  /** Those of its ports that no older export of the gateway has under the same name. */
  readonly won: ReadonlySet<string>;
  /** The gateway's rules and ports. */
  readonly rules: RulesMap;
  /** Whether Nexodus has ever answered, so that the devices are known. */
  readonly synced: boolean;
  /** What other clusters export under its name. */
  readonly rivals: readonly ExporterRecord[];
  /** Whether its namespace is being deleted. */
  readonly isEnding: boolean;
  /** Whether what it exports has a backend. */
  readonly isBacked: boolean;
  /** The id of this cluster. */
  readonly cluster: string;
  /** The gateway's devices. */
  readonly devices: readonly SeenDevice[];
  readonly now: Date;
}

export interface SeenDevice {
  readonly device: Device;
  /** What it publishes. */
  readonly record: DeviceRecord | undefined;
  /** Its pod is ready, and can have peers. */
  readonly ready: boolean;
  /** Its nexd has exactly the present rules. */
  readonly current: boolean;
}

/** Reads what a NexlinkExport's status depends on; undefined when it does not exist. */
export function observeExport(
  key: string,
  { caches, directory, settings, clusterID, clock }: Ports,
  registry: RegistrySource,
): SeenExport | undefined {
  const { namespace, name } = splitKey(key);
  const nxe = caches.exports.get(namespace, name);
  if (!nxe) return undefined;
  const space = caches.namespaces.get(undefined, namespace);
  const resolve = (other: NexlinkExport) => resolveExport(other, space, serviceFor(other, caches), settings);
  const resolved = resolve(nxe);
  const gateway = caches.gateways.get(namespace, resolved.gateway);
  const rules = rulesMapOf(caches.configMaps.get(namespace, rulesName(resolved.gateway)));
  const siblings = caches.exports
    .byIndex('name', `${namespace}/${resolved.name}`)
    .map(other => ({ nxe: other, resolved: resolve(other) }))
    .filter(
      other =>
        !other.nxe.metadata.deletionTimestamp &&
        other.resolved.gateway === resolved.gateway &&
        other.resolved.realm === resolved.realm &&
        !mismatch(gateway, needsOf(other.resolved)),
    )
    .sort((a, b) => byAge(a.nxe, b.nxe));
  return {
    nxe,
    resolved,
    gateway,
    won: new Set(
      winners(siblings)
        .filter(({ carried }) => carried.nxe === nxe)
        .flatMap(({ claims }) => claims.map(({ protocol, port }) => `${protocol}/${port}`)),
    ),
    rules,
    synced: directory.synced,
    rivals: exportersOf(registry.current(), resolved.realm, resolved.name),
    isEnding: isEnding(namespace, caches),
    isBacked: isBacked(nxe, caches),
    cluster: clusterID,
    devices: (gateway?.status?.replicas ?? []).flatMap((report): SeenDevice[] => {
      const { ordinal, deviceID, appliedRevision } = report;
      const device = deviceID === undefined ? undefined : directory.device(deviceID);
      const pod = caches.pods.get(namespace, podName(resolved.gateway, ordinal));
      return device
        ? [
            {
              device,
              record: registry.record(device.id),
              ready: isReplicaReady(report, pod) && hasSTUN(device),
              current: appliedRevision !== undefined && appliedRevision === rules.revision,
            },
          ]
        : [];
    }),
    now: clock.now(),
  };
}
