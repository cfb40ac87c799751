import { isDeepStrictEqual } from 'node:util';
import { metadataKey } from '../../api/v1alpha1/labels.ts';
import type { Clock } from '../runtime/clock.ts';
import { Denied, messageOf, Transient } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { Device, Directory, DirectoryChange, NexodusFailure, RegKey } from '../runtime/nexodus.ts';
import { Failures, type Source } from './failures.ts';
import { KeyTable } from './keytable.ts';
import type { NexodusMetrics } from './metrics.ts';
import { RecordChecks } from './records.ts';
import type { MetadataRow, OwnedRegKey } from './shapes.ts';
import { Table } from './table.ts';
import type { Timing } from './timing.ts';
import type { Cursor, WatchEvent } from './watch.ts';

/** The start of the descriptions of our registration keys; others are not kept. */
export const regKeyPrefix = 'nexlink:';

/** Who we are. The two ids differ when `nexodus.vpcID` is set. */
export interface Identity {
  readonly userID: string;
  readonly vpcID: string;
}

/** A complete list, and the marks taken before it was asked for. */
export interface FullList {
  readonly devices: readonly Device[];
  readonly metadata: readonly MetadataRow[];
  readonly regKeys: readonly OwnedRegKey[];
}

export interface Marks {
  readonly devices: number;
  readonly metadata: number;
  readonly regKeys: number;
}

export interface DirectoryOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: NexodusMetrics;
  readonly graceMs: Timing['graceMs'];
}

/**
 * Devices, metadata and keys in memory. lister.ts and watcher.ts feed it, writer.ts with the
 * results of writes; it knows which is newer.
 */
export class NexodusDirectory implements Directory {
  /** Where the next watch starts. */
  readonly cursor: Cursor = { device: 0, metadata: 0 };
  readonly #options: DirectoryOptions;
  readonly #devices = new Table<Device>(sameDevice);
  readonly #metadata = new Table<MetadataRow>(() => false);
  readonly #regKeys = new KeyTable();
  readonly #failures: Failures;
  readonly #listeners: ((change: DirectoryChange) => void)[] = [];
  readonly #records: RecordChecks;
  #identity: Identity | undefined;
  #synced = false;
  #pending: { deviceIDs: Set<string>; regKeys: boolean; health: boolean } | undefined;
  #onRefresh: () => void = () => {};

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.#failures = new Failures(options.clock, options.graceMs);
    this.#records = new RecordChecks(options.metrics);
  }

  get synced(): boolean {
    return this.#synced;
  }

  get failure(): NexodusFailure | undefined {
    return this.#failures.current;
  }

  get vpcID(): string | undefined {
    return this.#identity?.vpcID;
  }

  device(id: string): Device | undefined {
    return this.#devices.get(id);
  }

  devices(): readonly Device[] {
    return [...this.#devices.rows()];
  }

  metadata(deviceID: string): unknown {
    // Nexodus keeps the metadata of deleted devices.
    return this.#devices.has(deviceID) ? this.#metadata.get(deviceID)?.value : undefined;
  }

  regKeys(): readonly RegKey[] {
    return [...this.#regKeys.keys()];
  }

  refresh(): void {
    this.#onRefresh();
  }

  onChange(listener: (change: DirectoryChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Calls `listener` for each {@link refresh}. */
  onRefresh(listener: () => void): void {
    this.#onRefresh = listener;
  }

  get identity(): Identity | undefined {
    return this.#identity;
  }

  setIdentity(identity: Identity): void {
    if (isDeepStrictEqual(identity, this.#identity)) return;
    this.#identity = identity;
    this.#report({ health: true });
  }

  /** Who we are, for a write. @throws Denied or Transient while that is not known. */
  requireIdentity(): Identity {
    if (this.#identity) return this.#identity;
    const failure = this.failure;
    if (failure?.reason === 'Unauthorized') throw new Denied('Unauthorized', failure.message);
    throw new Transient('NotReady', failure?.message ?? 'The login to Nexodus is under way.');
  }

  marks(): Marks {
    return {
      devices: this.#devices.mark(),
      metadata: this.#metadata.mark(),
      regKeys: this.#regKeys.mark(),
    };
  }

  /** Takes in a complete list. Returns true when revisions ran backwards, so that an open watch is of no use. */
  replaceAll(list: FullList, marks: Marks): boolean {
    const reset = this.replaceDevices(list.devices, marks);
    const metadata = this.#metadata.replace(
      new Map(list.metadata.map(row => [row.deviceID, row])),
      marks.metadata,
    );
    this.cursor.metadata = metadata.revision;
    const userID = this.#identity?.userID;
    const ours = list.regKeys.filter(
      key => key.ownerID === userID && key.description.startsWith(regKeyPrefix),
    );
    const regKeys = this.#regKeys.replace(ours, marks.regKeys);
    const first = !this.#synced;
    this.#synced = true;
    this.#report({ deviceIDs: metadata.changed, regKeys, health: first });
    return reset || metadata.reset;
  }

  /** Takes in a list of devices alone; result as {@link replaceAll}. */
  replaceDevices(devices: readonly Device[], marks: Pick<Marks, 'devices'>): boolean {
    const outcome = this.#devices.replace(new Map(devices.map(row => [row.id, row])), marks.devices);
    // Going back is harmless: what comes twice is recognized by its revision.
    this.cursor.device = outcome.revision;
    this.#report({ deviceIDs: outcome.changed });
    return outcome.reset;
  }

  /** Takes in an event of the watch. */
  observe({ kind, type, row }: WatchEvent): void {
    if (kind === 'metadata') {
      if (type === 'delete') this.metadataDeleted(row.deviceID, row.revision);
      else this.metadataWritten(row);
    } else {
      const gone = type === 'delete' || row.vpcID !== this.vpcID;
      if (gone) this.deviceDeleted(row.id, row.revision);
      else if (this.#devices.upsert(row.id, row)) this.#report({ deviceIDs: [row.id] });
    }
  }

  deviceDeleted(id: string, revision?: number): void {
    if (this.#devices.remove(id, revision)) this.#report({ deviceIDs: [id] });
  }

  metadataWritten(row: MetadataRow): void {
    if (row.key === metadataKey && this.#metadata.upsert(row.deviceID, row))
      this.#report({ deviceIDs: [row.deviceID] });
  }

  metadataDeleted(deviceID: string, revision?: number): void {
    if (this.#metadata.remove(deviceID, revision)) this.#report({ deviceIDs: [deviceID] });
  }

  regKeyWritten(key: OwnedRegKey): void {
    if (this.#regKeys.put(key)) this.#report({ regKeys: true });
  }

  regKeyDeleted(id: string): void {
    if (this.#regKeys.remove(id)) this.#report({ regKeys: true });
  }

  failed(source: Source, error: unknown): void {
    if (!this.#failures.failed(source, error)) return;
    const { reason, message } = this.failure!;
    this.#options.log.warn('Nexodus is not available; its last known state stays in force', {
      reason,
      message,
    });
    this.#report({ health: true });
  }

  succeeded(source: Source): void {
    if (!this.#failures.succeeded(source)) return;
    this.#options.log.info('Nexodus is available again');
    this.#report({ health: true });
  }

  /** Collects what changed and tells it once this tick's work is done. */
  #report(news: { deviceIDs?: Iterable<string>; regKeys?: boolean; health?: boolean }): void {
    const deviceIDs = [...(news.deviceIDs ?? [])];
    if (deviceIDs.length === 0 && news.regKeys !== true && news.health !== true) return;
    if (!this.#pending) {
      this.#pending = { deviceIDs: new Set(), regKeys: false, health: false };
      setImmediate(() => this.#flush());
    }
    for (const id of deviceIDs) this.#pending.deviceIDs.add(id);
    this.#pending.regKeys ||= news.regKeys === true;
    this.#pending.health ||= news.health === true;
  }

  #flush(): void {
    const change = this.#pending!;
    this.#pending = undefined;
    for (const id of change.deviceIDs) this.#records.check(id, this.metadata(id));
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#options.log.error('A listener of the directory failed', { cause: messageOf(error) });
      }
    }
  }
}

const sameDevice = (a: Device, b: Device) => isDeepStrictEqual({ ...a, revision: 0 }, { ...b, revision: 0 });
