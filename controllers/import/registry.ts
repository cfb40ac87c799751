/** What other clusters export, by realm and name: the directory's records, decoded and joined. */

import type { ImportDevice, NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { decode } from '../metadata/decode.ts';
import type { DeviceRecord, ServiceOffer, ServiceRecord } from '../metadata/record.ts';
import { keysOfCluster } from '../runtime/names.ts';
import type { Device, Directory } from '../runtime/nexodus.ts';
import { findDevice, indexDevices, type DeviceIndex, type DeviceLookup } from './device.ts';
import type { ImportPlace } from './resolve.ts';

/** A live device of another cluster with what it says about one exported name. */
export interface ExporterRecord {
  readonly device: Device;
  readonly cluster: string | undefined;
  /** Whether it is a gateway, whose agent answers probes. */
  readonly hasAgent: boolean;
  /** What carries bytes now; empty while it starts, or when nothing behind it is ready. */
  readonly services: readonly ServiceRecord[];
  /** The other ports of the name. */
  readonly announced: readonly ServiceOffer[];
  /** What of its record was left out. */
  readonly problems: readonly string[];
}

/** The exporters of each name, for each realm. */
export type Registry = ReadonlyMap<string, ReadonlyMap<string, readonly ExporterRecord[]>>;

/** A record with its services by name: as long as it is the same, so are the lists, which are then compared at once. */
interface Decoded {
  readonly record: DeviceRecord;
  readonly services: ReadonlyMap<string, readonly ServiceRecord[]>;
  readonly announced: ReadonlyMap<string, readonly ServiceOffer[]>;
}

const none: readonly never[] = [];

/** Joins devices with their records; devices of our own cluster are left out. Order: by device id. */
function buildRegistry(
  devices: Iterable<Decoded & { readonly device: Device }>,
  isOurs: (device: Device, record: DeviceRecord) => boolean,
): Registry {
  const realms = new Map<string, Map<string, ExporterRecord[]>>();
  const sorted = [...devices].sort((a, b) => (a.device.id < b.device.id ? -1 : 1));
  for (const { device, record, services, announced } of sorted) {
    if (record.realm === '' || isOurs(device, record) || device.ipv4 === undefined) continue;
    const names = realms.get(record.realm) ?? new Map<string, ExporterRecord[]>();
    realms.set(record.realm, names);
    for (const name of record.exports) {
      const exporters = names.get(name) ?? [];
      names.set(name, exporters);
      exporters.push({
        device,
        cluster: record.cluster,
        hasAgent: record.gateway !== undefined,
        services: services.get(name) ?? none,
        announced: announced.get(name) ?? none,
        problems: record.problems,
      });
    }
  }
  return realms;
}

/** The exporters of a name. */
export const exportersOf = (registry: Registry, realm: string, name: string): readonly ExporterRecord[] =>
  registry.get(realm)?.get(name) ?? [];

/** Who serves an import. */
export interface FoundExporters {
  readonly exporters: readonly ExporterRecord[];
  /** Why the device that it names is not among them; undefined when it is, or none is named. */
  readonly missing: string | undefined;
}

/** The exporters of the name that is imported, or the device that the import names. */
export function findExporters(
  { spec }: NexlinkImport,
  { realm, name }: ImportPlace,
  registry: RegistrySource,
): FoundExporters {
  if (!spec.device) return { exporters: exportersOf(registry.current(), realm, name), missing: undefined };
  const found = registry.find(spec.device);
  if ('missing' in found) return { exporters: [], missing: found.missing };
  const { device } = found;
  const record = registry.record(device.id);
  const exporter = {
    device,
    cluster: record?.cluster,
    hasAgent: record?.gateway !== undefined,
    services: none,
    announced: none,
    problems: none,
  };
  return { exporters: [exporter], missing: undefined };
}

/** Nexodus' devices with what they publish, kept decoded: a record is read once for each of its versions. */
export class RegistrySource {
  readonly #directory: Pick<Directory, 'devices' | 'metadata' | 'regKeys' | 'onChange'>;
  readonly #cluster: string;
  readonly #decoded = new WeakMap<object, Decoded>();
  #registry: Registry | undefined;
  #devices: DeviceIndex | undefined;
  #ours: ReadonlySet<string> | undefined;

  constructor(directory: Pick<Directory, 'devices' | 'metadata' | 'regKeys' | 'onChange'>, cluster: string) {
    this.#directory = directory;
    this.#cluster = cluster;
    directory.onChange(() => (this.#registry = this.#devices = this.#ours = undefined));
  }

  /** What a device publishes; undefined when that is nothing, or not to be understood at all. */
  record(deviceID: string): DeviceRecord | undefined {
    return this.#decode(deviceID)?.record;
  }

  /**
   * The device that a selector names. What our keys were made for, and what says that it is of this cluster, is a
   * gateway of ours.
   */
  find(selector: ImportDevice): DeviceLookup {
    this.#devices ??= indexDevices(this.#directory.devices());
    const ours = (this.#ours ??= this.#keyed());
    return findDevice(
      selector,
      this.#devices,
      ({ id }) => ours.has(id) || this.record(id)?.cluster === this.#cluster,
    );
  }

  /** The registry as of now. */
  current(): Registry {
    if (this.#registry) return this.#registry;
    const ours = new Set(this.#directory.regKeys().flatMap(key => key.deviceID ?? []));
    const devices = this.#directory.devices().flatMap(device => {
      const decoded = this.#decode(device.id);
      return decoded ? [{ device, ...decoded }] : [];
    });
    this.#registry = buildRegistry(devices, (device, record) =>
      record.cluster === undefined ? ours.has(device.id) : record.cluster === this.#cluster,
    );
    return this.#registry;
  }

  /** The devices of the keys of our gateways. */
  #keyed(): ReadonlySet<string> {
    const prefix = keysOfCluster(this.#cluster);
    const keys = this.#directory.regKeys().filter(({ description }) => description.startsWith(prefix));
    return new Set(keys.flatMap(({ deviceID }) => deviceID ?? []));
  }

  #decode(deviceID: string): Decoded | undefined {
    const value = this.#directory.metadata(deviceID);
    if (typeof value !== 'object' || value === null) return undefined;
    const known = this.#decoded.get(value);
    if (known) return known;
    const record = decode(value);
    const byName = <T extends ServiceOffer>(offers: readonly T[]) => Map.groupBy(offers, ({ name }) => name);
    const decoded = { record, services: byName(record.services), announced: byName(record.announced) };
    this.#decoded.set(value, decoded);
    return decoded;
  }
}
