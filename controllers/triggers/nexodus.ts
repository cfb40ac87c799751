/** Which change in Nexodus wakes which key. */

import { exportedName } from '../export/resolve.ts';
import { deviceKeys } from '../import/device.ts';
import { diffRegistries } from '../import/diff.ts';
import type { Registry, RegistrySource } from '../import/registry.ts';
import type { DeviceRecord } from '../metadata/record.ts';
import { sameJSON } from '../runtime/compare.ts';
import { keyOf, keysOfCluster } from '../runtime/names.ts';
import type { Device, DirectoryChange, RegKey } from '../runtime/nexodus.ts';
import type { Ports } from '../runtime/ports.ts';
import type { Users } from './users.ts';
import type { Wake } from './wake.ts';

export class NexodusTriggers {
  readonly #ports: Pick<Ports, 'caches' | 'directory' | 'clusterID'>;
  readonly #registry: RegistrySource;
  readonly #users: Users;
  readonly #wake: Wake;
  readonly #everything: () => void;
  #known: Registry = new Map();
  /** Devices as they were before the change that is being told. */
  readonly #devices: Map<string, Device>;
  /** What devices of ours published then. */
  readonly #records = new Map<string, DeviceRecord>();
  /** Keys of our gateways, likewise. */
  #keys: ReadonlyMap<string, RegKey>;

  constructor(
    ports: Pick<Ports, 'caches' | 'directory' | 'clusterID'>,
    registry: RegistrySource,
    users: Users,
    wake: Wake,
    everything: () => void,
  ) {
    this.#ports = ports;
    this.#registry = registry;
    this.#users = users;
    this.#wake = wake;
    this.#everything = everything;
    this.#devices = new Map(ports.directory.devices().map(device => [device.id, device]));
    this.#keys = this.#ownKeys();
  }

  onChange(change: DirectoryChange): void {
    const { caches } = this.#ports;
    const own = this.#ownKeys();
    const keys = change.regKeys ? this.#changedKeys(own) : [];
    for (const key of keys) this.#wake.gateway(this.#gatewayOf(key));
    for (const deviceID of change.deviceIDs) this.#ownDevice(deviceID, own);
    const registry = this.#registry.current();
    const { names, realms } = diffRegistries(this.#known, registry);
    this.#known = registry;
    for (const [realm, changed] of names)
      for (const name of changed) {
        this.#importers(realm, name);
        this.#rivals(realm, name);
      }
    const devices = this.#changesOf(change);
    this.#importersOfDevices(devices, keys);
    this.#askersOf(devices);
    if (change.health) this.#everything();
    else if (realms.size > 0)
      for (const { metadata } of caches.namespaces.list()) this.#wake.discovery(metadata.name);
  }

  /** The gateway of ours that has a device which changed, and those that it carries whom that may concern. */
  #ownDevice(deviceID: string, own: ReadonlyMap<string, RegKey>): void {
    const gateways = new Set<string>();
    for (const key of own.values()) if (key.deviceID === deviceID) gateways.add(this.#gatewayOf(key));
    // A key may be gone together with its device.
    for (const gateway of this.#ports.caches.gateways.list())
      if (gateway.status?.replicas?.some(replica => replica.deviceID === deviceID))
        gateways.add(keyOf(gateway));
    if (gateways.size === 0) return void this.#records.delete(deviceID);
    const names = this.#republished(deviceID);
    for (const gateway of gateways) {
      this.#wake.gateway(gateway);
      this.#users.wake(
        gateway,
        user => names === undefined || (user.kind === 'NexlinkExport' && names.has(exportedName(user))),
      );
    }
  }

  /**
   * The names for which a device publishes other services than before, when nothing else of it has changed: metadata
   * changes with every export that a gateway carries.
   */
  #republished(deviceID: string): ReadonlySet<string> | undefined {
    const [was, is] = [this.#records.get(deviceID), this.#registry.record(deviceID)];
    if (is) this.#records.set(deviceID, is);
    else this.#records.delete(deviceID);
    const device = this.#ports.directory.device(deviceID);
    if (!was || !is || !device || !sameJSON(device, this.#devices.get(deviceID))) return undefined;
    const [before, now] = [was, is].map(({ services }) => Map.groupBy(services, ({ name }) => name));
    return new Set(
      [...before!.keys(), ...now!.keys()].filter(name => !sameJSON(before!.get(name), now!.get(name))),
    );
  }

  /** Imports of a name, and the gateways that carry them. */
  #importers(realm: string, name: string): void {
    for (const nxi of this.#ports.caches.imports.byIndex('name', name)) {
      if (this.#users.importPlace(nxi).realm === realm) this.#users.wakeImport(nxi);
    }
  }

  /** Exports of a name that other clusters export too: they may disagree. */
  #rivals(realm: string, name: string): void {
    for (const nxe of this.#ports.caches.exports.byIndex('exported', name))
      if (this.#users.exportPlace(nxe).realm === realm) this.#wake.export(keyOf(nxe));
  }

  /**
   * Imports that name a device by what it was or is called. A key may make it a gateway of ours, which no import may
   * use, or have made it one.
   */
  #importersOfDevices(changed: readonly Device[], keys: readonly RegKey[]): void {
    const { caches, directory } = this.#ports;
    const keyed = keys.flatMap(({ deviceID }) =>
      deviceID === undefined ? [] : (directory.device(deviceID) ?? []),
    );
    for (const key of new Set([...changed, ...keyed].flatMap(deviceKeys)))
      for (const nxi of caches.imports.byIndex('device', key)) this.#users.wakeImport(nxi);
  }

  /** Gateways that ask for an address which a device got or gave up. */
  #askersOf(changed: readonly Device[]): void {
    const addresses = new Set(changed.map(({ ipv4 }) => ipv4));
    for (const gateway of this.#ports.caches.gateways.list()) {
      const { tunnelIP } = gateway.spec;
      if (tunnelIP !== undefined && addresses.has(tunnelIP)) this.#wake.gateway(keyOf(gateway));
    }
  }

  /** Devices that changed, as they were and as they are. */
  #changesOf({ deviceIDs }: DirectoryChange): Device[] {
    return [...deviceIDs].flatMap(id => {
      const [before, now] = [this.#devices.get(id), this.#ports.directory.device(id)];
      if (now) this.#devices.set(id, now);
      else this.#devices.delete(id);
      return [before, now].filter(device => device !== undefined);
    });
  }

  #ownKeys(): Map<string, RegKey> {
    const { directory, clusterID } = this.#ports;
    const prefix = keysOfCluster(clusterID);
    const keys = directory.regKeys().filter(({ description }) => description.startsWith(prefix));
    return new Map(keys.map(key => [key.id, key]));
  }

  /** Keys that changed, as they were and as they are. */
  #changedKeys(now: ReadonlyMap<string, RegKey>): RegKey[] {
    const before = this.#keys;
    this.#keys = now;
    return [...new Set([...before.keys(), ...now.keys()])].flatMap(id => {
      const [was, is] = [before.get(id), now.get(id)];
      return sameJSON(was, is) ? [] : [was, is].filter(key => key !== undefined);
    });
  }

  /** The gateway, as `namespace/name`, that a key was made for. */
  #gatewayOf({ description }: RegKey): string {
    const [namespace, name] = description.slice(keysOfCluster(this.#ports.clusterID).length).split('/');
    return `${namespace}/${name}`;
  }
}
