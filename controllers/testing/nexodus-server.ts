/** Nexodus in memory: keys, devices and metadata with the peculiarities that reconcilers have to know. */

import { NotFound, Terminal } from '../runtime/errors.ts';
import type { Device, RegKey } from '../runtime/nexodus.ts';

const uuid = (kind: string, count: number) => `${kind}0000-0000-4000-8000-${String(count).padStart(12, '0')}`;

/** Stored records are never changed in place, so that a copy of the maps is a copy of the state. */
export class NexodusServer {
  devices = new Map<string, Device>();
  keys = new Map<string, RegKey>();
  /** Outlives its device, and can then be neither read through the directory nor deleted. */
  metadata = new Map<string, object>();
  /** Keys whose device has existed: a key is good for one device, also after that is deleted. */
  spent = new Map<string, string>();
  /** What was made and removed here, and how often. */
  readonly counts = { 'keys made': 0, 'keys deleted': 0, 'devices deleted': 0 };
  #isDown = false;
  #count = 0;
  #version = 0;
  readonly #listeners = new Set<() => void>();

  constructor(from?: NexodusServer) {
    if (!from) return;
    this.devices = new Map(from.devices);
    this.keys = new Map(from.keys);
    this.metadata = new Map(from.metadata);
    this.spent = new Map(from.spent);
    this.#count = from.#count;
    this.#isDown = from.#isDown;
  }

  /** Whether it answers nobody; nexd goes on without it. */
  get isDown(): boolean {
    return this.#isDown;
  }

  set isDown(is: boolean) {
    this.#isDown = is;
    this.#tell();
  }

  /** Grows with every change. */
  get version(): number {
    return this.#version;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  createKey(description: string, expiresAt: Date): RegKey {
    const count = ++this.#count;
    const key: RegKey = {
      id: uuid('aaaa', count),
      description,
      token: `RK:${count}`,
      deviceID: uuid('dddd', count),
      expiresAt: expiresAt.toISOString(),
    };
    this.keys.set(key.id, key);
    this.counts['keys made']++;
    this.#tell();
    return key;
  }

  expireKey(id: string, expiresAt: Date): RegKey {
    const key = this.keys.get(id);
    if (!key) throw new NotFound(`reg key ${id} not found`);
    const next = { ...key, expiresAt: expiresAt.toISOString() };
    this.keys.set(id, next);
    this.#tell();
    return next;
  }

  deleteKey(id: string): void {
    if (!this.keys.delete(id)) return;
    this.counts['keys deleted']++;
    this.#tell();
  }

  /** What nexd does when it starts: its device, or why there is none. */
  register(
    token: string,
    publicKey: string,
    hostname: string,
    now: Date,
    requestedIP?: string,
  ): Device | string {
    if (this.#isDown) return 'connection refused';
    const key = [...this.keys.values()].find(other => other.token === token);
    if (!key?.deviceID) return 'invalid reg key';
    if (key.expiresAt !== undefined && Date.parse(key.expiresAt) <= now.getTime()) return 'expired reg key';
    const found = this.devices.get(key.deviceID);
    if (found && found.publicKey !== publicKey) return 'single use reg key exhausted';
    if (!found && this.spent.has(key.id)) return 'internal server error';
    this.spent.set(key.id, publicKey);
    return this.addDevice(
      { id: key.deviceID, hostname, publicKey, online: true },
      found?.ipv4 === undefined ? undefined : found,
      requestedIP,
    );
  }

  /**
   * A device as any member of the VPC may have one: with the address that it asks for when that is free and in the
   * range, else with the lowest free one.
   */
  addDevice(
    device: Pick<Device, 'id' | 'hostname' | 'publicKey' | 'online'>,
    found?: Pick<Device, 'ipv4' | 'ipv6'>,
    requestedIP = '',
  ): Device {
    const taken = new Set([...this.devices.values()].map(({ ipv4 }) => ipv4));
    let last = 1;
    while (taken.has(`100.64.0.${last}`)) last++;
    const isGranted = requestedIP.startsWith('100.64.') && !taken.has(requestedIP);
    const next: Device = {
      ownerID: 'me',
      vpcID: 'vpc',
      endpoints: [{ source: 'stun:one:3478', address: '203.0.113.7:30000' }],
      symmetricNAT: false,
      revision: ++this.#count,
      ipv4: found ? found.ipv4 : isGranted ? requestedIP : `100.64.0.${last}`,
      ipv6: found ? found.ipv6 : `200::${last.toString(16)}`,
      ...device,
    };
    this.devices.set(next.id, next);
    this.#tell();
    return next;
  }

  deleteDevice(id: string): void {
    if (!this.devices.delete(id)) return;
    this.counts['devices deleted']++;
    this.#tell();
  }

  putMetadata(deviceID: string, value: object): void {
    if (!this.devices.has(deviceID)) throw new NotFound(`device ${deviceID} not found`);
    const size = JSON.stringify(value).length;
    if (size > 1_000_000) throw new Terminal('TooLarge', `metadata of ${size} bytes`);
    this.metadata.set(deviceID, JSON.parse(JSON.stringify(value)) as object);
    this.#tell();
  }

  deleteMetadata(deviceID: string): void {
    if (this.devices.has(deviceID) && this.metadata.delete(deviceID)) this.#tell();
  }

  #tell(): void {
    this.#version++;
    for (const listener of this.#listeners) listener();
  }
}
