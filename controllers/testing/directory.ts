import type { NexodusServer } from './nexodus-server.ts';
import type { Device, Directory, DirectoryChange, NexodusFailure, RegKey } from '../runtime/nexodus.ts';

/** The directory over a {@link NexodusServer}: as far as it was pulled; empty at first. */
export class MemoryDirectory implements Directory {
  synced = false;
  failure: NexodusFailure | undefined;
  readonly vpcID = 'vpc';
  readonly #server: NexodusServer;
  #devices = new Map<string, Device>();
  #keys = new Map<string, RegKey>();
  #metadata = new Map<string, object>();
  readonly #listeners: ((change: DirectoryChange) => void)[] = [];

  constructor(server: NexodusServer) {
    this.#server = server;
  }

  device(id: string): Device | undefined {
    return this.#devices.get(id);
  }

  devices(): readonly Device[] {
    return [...this.#devices.values()];
  }

  metadata(deviceID: string): unknown {
    return this.#devices.has(deviceID) ? this.#metadata.get(deviceID) : undefined;
  }

  regKeys(): readonly RegKey[] {
    return [...this.#keys.values()];
  }

  refresh(): void {
    this.pull();
  }

  onChange(listener: (change: DirectoryChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Takes over what the server has now, or of it one device or key. Tells of what is different. */
  pull(only?: string): void {
    if (this.#server.isDown) {
      if (this.failure) return;
      const message = 'https://try.example cannot be reached: see that it runs.';
      this.failure = { reason: 'Unreachable', message, since: new Date(0) };
      return this.#tell({ deviceIDs: new Set(), regKeys: false, health: true });
    }
    const health = !this.synced || this.failure !== undefined;
    this.synced = true;
    this.failure = undefined;
    const deviceIDs = new Set<string>();
    take(this.#devices, this.#server.devices, only, id => deviceIDs.add(id));
    take(this.#metadata, this.#server.metadata, only, id => deviceIDs.add(id));
    let regKeys = false;
    take(this.#keys, this.#server.keys, only, () => (regKeys = true));
    if (deviceIDs.size || regKeys || health) this.#tell({ deviceIDs, regKeys, health });
  }

  #tell(change: DirectoryChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function take<T>(
  into: Map<string, T>,
  from: ReadonlyMap<string, T>,
  only: string | undefined,
  changed: (id: string) => void,
): void {
  for (const id of only === undefined ? new Set([...into.keys(), ...from.keys()]) : [only]) {
    const value = from.get(id);
    if (into.get(id) === value) continue;
    if (value === undefined) into.delete(id);
    else into.set(id, value);
    changed(id);
  }
}
