import { Conflict, Denied, NotFound, Transient } from '../../runtime/errors.ts';
import type { Device } from '../../runtime/nexodus.ts';
import type { NexodusClient, WatchSpec } from '../client.ts';
import type { MetadataRow, OwnedRegKey } from '../shapes.ts';

export const userID = '1fbcfceb-c258-4877-b017-fbc383d5e843';

type Calls = Pick<NexodusClient, keyof NexodusClient>;

interface DeviceRow extends Device {
  readonly deleted: boolean;
}

interface Stream {
  readonly push: (event: object) => void;
  readonly close: () => void;
}

/** Nexodus in memory, as its client sees it: revisions for each table, soft deletes, watches that resume at tail. */
export class TestService implements Calls {
  readonly calls: string[] = [];
  readonly devicesByID = new Map<string, DeviceRow>();
  readonly metadataByID = new Map<string, MetadataRow & { readonly deleted: boolean }>();
  readonly keys = new Map<string, OwnedRegKey>();
  user = userID;
  /** Whether watches end as soon as they are open. */
  hangUp = false;
  vpcs = new Set([userID]);
  /** Thrown by every call that it does not return undefined for. */
  fail: (call: string) => Error | undefined = () => undefined;
  /** Runs before a call answers, after it has read its data. */
  before: (call: string) => Promise<void> = () => Promise.resolve();
  readonly watches: { readonly specs: readonly WatchSpec[] }[] = [];
  #streams = new Set<Stream>();
  #deviceRevision = 0;
  #metadataRevision = 0;
  #keyCount = 0;

  /** Makes or changes a device. */
  putDevice(id: string, fields: Partial<Device> = {}, options: { silent?: boolean } = {}): Device {
    const row: DeviceRow = {
      id,
      ownerID: this.user,
      vpcID: this.user,
      hostname: id,
      publicKey: `key of ${id}`,
      ipv4: '100.64.0.1',
      ipv6: '200::1',
      online: true,
      endpoints: [],
      symmetricNAT: false,
      ...this.devicesByID.get(id),
      ...fields,
      deleted: false,
      revision: ++this.#deviceRevision,
    };
    this.devicesByID.set(id, row);
    if (options.silent !== true) this.push({ kind: 'device', type: 'change', value: wireDevice(row) });
    return row;
  }

  /** Deletes a device as somebody else does; its metadata stays, as it does there. */
  removeDevice(id: string): number {
    const row = {
      ...this.devicesByID.get(id)!,
      deleted: true,
      publicKey: '',
      revision: ++this.#deviceRevision,
    };
    this.devicesByID.set(id, row);
    this.push({ kind: 'device', type: 'delete', value: wireDevice(row) });
    return row.revision;
  }

  setMetadata(deviceID: string, value: unknown, options: { silent?: boolean } = {}): MetadataRow {
    const row = { deviceID, key: 'nexlink', value, revision: ++this.#metadataRevision, deleted: false };
    this.metadataByID.set(deviceID, row);
    if (options.silent !== true)
      this.push({ kind: 'device-metadata', type: 'change', value: wireMetadata(row) });
    return row;
  }

  /** Numbers all rows anew, as when an older database was restored. */
  resetRevisions(): void {
    this.#deviceRevision = 0;
    this.#metadataRevision = 0;
    for (const [id, row] of this.devicesByID) {
      if (row.deleted) this.devicesByID.delete(id);
      else this.devicesByID.set(id, { ...row, revision: ++this.#deviceRevision });
    }
    for (const [id, row] of this.metadataByID)
      this.metadataByID.set(id, { ...row, revision: ++this.#metadataRevision });
  }

  /** Sends to all open watches, if there are any. */
  push(event: object): void {
    for (const stream of this.#streams) stream.push(event);
  }

  closeWatches(): void {
    for (const stream of [...this.#streams]) stream.close();
  }

  get openWatches(): number {
    return this.#streams.size;
  }

  async #call<T>(call: string, read: () => T): Promise<T> {
    this.calls.push(call);
    const failure = this.fail(call);
    if (failure) throw failure;
    const result = read();
    await this.before(call);
    return result;
  }

  userID(): Promise<string> {
    return this.#call('userID', () => this.user);
  }

  checkVPC(id: string): Promise<void> {
    return this.#call('checkVPC', () => {
      if (!this.vpcs.has(id)) throw new NotFound(`no VPC ${id}`);
    });
  }

  devices(vpcID: string): Promise<Device[]> {
    return this.#call('devices', () =>
      [...this.devicesByID.values()].filter(row => !row.deleted && row.vpcID === vpcID).map(withoutMark),
    );
  }

  device(id: string): Promise<Device | undefined> {
    return this.#call('device', () => {
      const row = this.devicesByID.get(id);
      return row && !row.deleted ? withoutMark(row) : undefined;
    });
  }

  metadata(): Promise<MetadataRow[]> {
    return this.#call('metadata', () =>
      [...this.metadataByID.values()].filter(row => !row.deleted).map(withoutMark),
    );
  }

  regKeys(description?: string): Promise<OwnedRegKey[]> {
    return this.#call('regKeys', () =>
      [...this.keys.values()].filter(key => description === undefined || key.description === description),
    );
  }

  createRegKey(
    vpcID: string,
    description: string,
    expiresAt: Date,
    settings: { readonly [name: string]: string } = {},
  ): Promise<OwnedRegKey> {
    return this.#call('createRegKey', () =>
      this.addKey({ vpcID, description, expiresAt: expiresAt.toISOString(), settings, ...settings }),
    );
  }

  addKey(fields: Partial<OwnedRegKey>): OwnedRegKey {
    const number = String(++this.#keyCount).padStart(3, '0');
    const key: OwnedRegKey = {
      id: `key-${number}`,
      ownerID: this.user,
      vpcID: this.user,
      description: 'nexlink:a/b/c/0',
      token: `RK:${number}`,
      deviceID: `device-${number}`,
      expiresAt: undefined,
      settings: null,
      ...fields,
    };
    this.keys.set(key.id, key);
    return key;
  }

  expireRegKey(id: string, expiresAt: Date): Promise<OwnedRegKey> {
    return this.#call('expireRegKey', () => {
      const key = this.keys.get(id);
      if (!key) throw new NotFound(`no reg key ${id}`);
      const changed = { ...key, expiresAt: expiresAt.toISOString() };
      this.keys.set(id, changed);
      return changed;
    });
  }

  deleteRegKey(id: string): Promise<void> {
    return this.#call('deleteRegKey', () => void this.keys.delete(id));
  }

  deleteDevice(id: string): Promise<number | undefined> {
    return this.#call('deleteDevice', () => {
      const row = this.devicesByID.get(id);
      return row && !row.deleted ? this.removeDevice(id) : undefined;
    });
  }

  putMetadata(deviceID: string, key: string, value: object): Promise<MetadataRow> {
    return this.#call('putMetadata', () => {
      if (this.devicesByID.get(deviceID)?.deleted !== false) throw new NotFound(`no device ${deviceID}`);
      return key === 'nexlink' ? this.setMetadata(deviceID, value) : { deviceID, key, value, revision: 0 };
    });
  }

  deleteMetadata(deviceID: string): Promise<void> {
    return this.#call('deleteMetadata', () => {
      const row = this.metadataByID.get(deviceID);
      if (!row || row.deleted || this.devicesByID.get(deviceID)?.deleted !== false) return;
      const gone = { ...row, deleted: true, revision: ++this.#metadataRevision };
      this.metadataByID.set(deviceID, gone);
      this.push({ kind: 'device-metadata', type: 'delete', value: wireMetadata(gone) });
    });
  }

  watch(
    _vpcID: string,
    specs: readonly WatchSpec[],
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    return this.#call('watch', () => {
      this.watches.push({ specs });
      return this.#stream(specs, signal);
    });
  }

  async *#stream(specs: readonly WatchSpec[], signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const queue: object[] = [];
    let wake = () => {};
    let open = true;
    const stream: Stream = {
      push: event => {
        queue.push(event);
        wake();
      },
      close: () => {
        open = false;
        this.#streams.delete(stream);
        wake();
      },
    };
    signal.addEventListener('abort', stream.close, { once: true });
    if (signal.aborted || this.hangUp) return;
    this.#streams.add(stream);
    for (const spec of specs) queue.push(...this.#since(spec));
    try {
      for (;;) {
        for (const event of queue.splice(0)) yield Buffer.from(`${JSON.stringify(event)}\n\n`);
        if (!open) return;
        await new Promise<void>(resolve => (wake = resolve));
      }
    } finally {
      stream.close();
    }
  }

  #since({ kind, gt_revision }: WatchSpec): object[] {
    const rows = kind === 'device' ? [...this.devicesByID.values()] : [...this.metadataByID.values()];
    return rows
      .filter(row => row.revision > gt_revision)
      .sort((a, b) => a.revision - b.revision)
      .map(row => ({
        kind,
        type: row.deleted ? 'delete' : 'change',
        value: 'hostname' in row ? wireDevice(row) : wireMetadata(row),
      }));
  }
}

function withoutMark<T extends { deleted: boolean }>({ deleted: _, ...row }: T): Omit<T, 'deleted'> {
  return row;
}

const wireDevice = (row: Device) => ({
  id: row.id,
  owner_id: row.ownerID,
  vpc_id: row.vpcID,
  hostname: row.hostname,
  public_key: row.publicKey,
  ipv4_tunnel_ips: row.ipv4 === undefined ? [] : [{ address: row.ipv4, cidr: '100.64.0.0/10' }],
  ipv6_tunnel_ips: row.ipv6 === undefined ? [] : [{ address: row.ipv6, cidr: '200::/64' }],
  online: row.online,
  endpoints: row.endpoints,
  revision: row.revision,
});

const wireMetadata = (row: MetadataRow) => ({
  device_id: row.deviceID,
  key: row.key,
  value: row.value,
  revision: row.revision,
});

/** Failures that calls of {@link TestService} may be given. */
export const failures = {
  unreachable: () => new Transient('Unreachable', 'cannot connect to https://api.nexodus.test'),
  broken: () => new Transient('ServerError', 'answered with 500'),
  unauthorized: () => new Denied('Unauthorized', 'the login is refused'),
  conflict: () => new Conflict('Conflict', 'somebody else'),
};
