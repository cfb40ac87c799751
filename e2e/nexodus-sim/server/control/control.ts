import type { AccountSpec } from '../auth/account.ts';
import type { RateLimit } from '../auth/rate-limit.ts';
import type { LinkHub } from '../link/hub.ts';
import { removeDevice } from '../routes/device-removal.ts';
import { renderMetadata, renderVpc } from '../routes/render.ts';
import type { Services } from '../services.ts';
import type { Device } from '../store/rows.ts';
import type { StunResponders } from '../stun.ts';
import { deviceSignal } from '../watch/signals.ts';
import type { Faults } from './faults.ts';
import type { RequestLog } from './request-log.ts';

/** What the control endpoint needs of the listeners. */
export interface Listeners {
  /** Stops serving the API: connections are reset, or refused because nobody listens. */
  takeDown(mode: 'reset' | 'refuse'): Promise<void>;
  bringUp(): Promise<void>;
  isDown(): boolean;
}

export interface ControlParts {
  readonly services: Services;
  readonly links: LinkHub;
  readonly stun: StunResponders;
  readonly listeners: Listeners;
}

/** A selector that fits nothing. */
export class NoSuchObject extends Error {}

/** Disturbs and inspects the stand-in. Every method has its endpoint, see the README. */
export class Control {
  readonly faults: Faults;
  readonly requests: RequestLog;
  readonly #parts: ControlParts;

  constructor(faults: Faults, requests: RequestLog, parts: ControlParts) {
    this.faults = faults;
    this.requests = requests;
    this.#parts = parts;
  }

  /** Registration keys that were ever made. */
  madeKeys(): { readonly description: string; readonly isDeleted: boolean }[] {
    return [...this.#parts.services.database.regKeys.values()].map(({ description, deletedAt }) => ({
      description,
      isDeleted: deletedAt !== null,
    }));
  }

  /** Everything but tokens, keys and passwords. */
  state(): unknown {
    const { database, provider, streams } = this.#parts.services;
    const linked = this.#parts.links.linkedDevices();
    const cut = this.#parts.links.cutDevices();
    return {
      users: [...database.users.values()].map(({ id, username, sub }) => ({ id, username, sub })),
      accounts: provider.accounts().map(({ username, scopes }) => ({ username, scopes })),
      vpcs: database.vpcs.list().map(renderVpc),
      devices: database.devices.list().map(device => ({
        id: device.id,
        hostname: device.hostname,
        vpc_id: device.vpcId,
        public_key: device.publicKey,
        ipv4: device.ipv4,
        ipv6: device.ipv6,
        endpoints: device.endpoints,
        revision: device.revision,
        online: device.online,
        online_at: device.onlineAt,
        reg_key_id: device.regKeyId,
        linked: linked.includes(device.id),
        cut: cut.includes(device.id),
      })),
      metadata: database.metadata.list().map(renderMetadata),
      reg_keys: [...database.regKeys.values()]
        .filter(key => key.deletedAt === null)
        .map(key => ({
          id: key.id,
          vpc_id: key.vpcId,
          description: key.description,
          device_id: key.deviceId,
          expires_at: key.expiresAt,
        })),
      open_watches: streams.size,
      watches_frozen: streams.frozen,
      api_down: this.#parts.listeners.isDown(),
      stun: this.#parts.stun.enabled,
    };
  }

  /** The device with this id, hostname or tunnel address. */
  #device(selector: string): Device {
    const device = this.#parts.services.database.devices.find(row =>
      [row.id, row.hostname, row.ipv4, row.ipv6].includes(selector),
    );
    if (device === undefined)
      throw new NoSuchObject(`no live device with id, hostname or address ${selector}`);
    return device;
  }

  cutDevice(selector: string): void {
    this.#parts.links.cut(this.#device(selector).id);
  }

  healDevice(selector: string): void {
    this.#parts.links.heal(this.#device(selector).id);
  }

  healAllDevices(): void {
    for (const id of this.#parts.links.cutDevices()) this.#parts.links.heal(id);
  }

  /** Deletes a device as another client of its owner would. */
  deleteDevice(selector: string): void {
    const { database, signals, now, changed } = this.#parts.services;
    const device = this.#device(selector);
    removeDevice(database, device, now());
    changed();
    signals.notify(deviceSignal(device.vpcId));
  }

  async apiDown(mode: 'reset' | 'refuse' = 'reset'): Promise<void> {
    await this.#parts.listeners.takeDown(mode);
    this.#parts.services.streams.dropAll();
  }

  apiUp(): Promise<void> {
    return this.#parts.listeners.bringUp();
  }

  dropWatches(): number {
    return this.#parts.services.streams.dropAll();
  }

  freezeWatches(): void {
    this.#parts.services.streams.freeze();
  }

  thawWatches(): void {
    this.#parts.services.streams.thaw();
  }

  failWatches(message = 'simulated watch error'): number {
    return this.#parts.services.streams.failAll(message);
  }

  setStun(enabled: boolean): void {
    this.#parts.stun.enabled = enabled;
  }

  /** Adds an account, or changes its password and scopes. */
  putAccount(spec: AccountSpec): void {
    this.#parts.services.provider.putAccount(spec);
    this.#parts.services.changed();
  }

  /** Kills an account's refresh tokens and, if asked, its access tokens. */
  revokeTokens(username: string, options: { readonly access?: boolean } = {}): void {
    const account = this.#parts.services.provider.account(username);
    if (account === undefined) throw new NoSuchObject(`no account ${username}`);
    account.refreshGeneration++;
    if (options.access === true) account.accessGeneration++;
    this.#parts.services.changed();
  }

  /** Seconds new access tokens live. */
  setAccessTokenSeconds(seconds: number): void {
    const { provider } = this.#parts.services;
    provider.settings = { ...provider.settings, accessTokenSeconds: seconds };
  }

  setRateLimit(rule: RateLimit | null): void {
    this.#parts.services.rateLimiter.rule = rule;
  }

  /** Numbers all rows anew from 1, as when the database was restored, and drops the watches. */
  resetRevisions(): void {
    const { database, streams, changed } = this.#parts.services;
    for (const table of [database.devices, database.metadata, database.vpcs, database.securityGroups]) {
      table.resetRevisions();
    }
    changed();
    streams.dropAll();
  }

  /** Removes soft-deleted rows for good; returns how many. */
  collectGarbage(): number {
    const { database, now, changed } = this.#parts.services;
    const count = database.collectGarbage(new Date(now()).toISOString());
    changed();
    return count;
  }
}
