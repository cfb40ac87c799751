import { NotFound } from '../runtime/errors.ts';
import type { Device } from '../runtime/nexodus.ts';
import type { OpenAnswer } from './http.ts';
import type { Call, Requester } from './requester.ts';
import type { ServerClock } from './serverclock.ts';
import {
  field,
  json,
  list,
  type MetadataRow,
  type OwnedRegKey,
  readDevice,
  readMetadata,
  readRegKey,
  text,
} from './shapes.ts';

/** What a watch asks for: rows of one kind with a revision above `gt_revision`. */
export interface WatchSpec {
  readonly kind: 'device' | 'device-metadata';
  readonly gt_revision: number;
  readonly at_tail: boolean;
  readonly options?: { readonly prefixes: readonly string[] };
}

/**
 * The calls of the Nexodus API that Nexlink needs, each with its answer checked. Every method rejects with an error
 * of runtime/errors.ts.
 */
export class NexodusClient {
  readonly #requester: Requester;
  readonly #serverClock: ServerClock;

  constructor(requester: Requester, serverClock: ServerClock) {
    this.#requester = requester;
    this.#serverClock = serverClock;
  }

  /** The id of the user, which is also the id of the user's default VPC. */
  async userID(signal?: AbortSignal): Promise<string> {
    const call: Call = { method: 'GET', path: '/api/users/me', route: '/api/users/me', kind: 'read', signal };
    const { what, value } = await this.#json(call);
    return text(value, 'id', what);
  }

  /** Resolves when the VPC is there and may be read; rejects with NotFound, or Terminal when the id is no UUID. */
  async checkVPC(id: string, signal?: AbortSignal): Promise<void> {
    const path = `/api/vpcs/${segment(id)}`;
    const { what, value } = await this.#json({
      method: 'GET',
      path,
      route: '/api/vpcs/{id}',
      kind: 'read',
      signal,
    });
    text(value, 'id', what);
  }

  /** All live devices of a VPC, other people's too. */
  async devices(vpcID: string, signal?: AbortSignal): Promise<Device[]> {
    const path = `/api/vpcs/${segment(vpcID)}/devices`;
    const route = '/api/vpcs/{id}/devices';
    const { what, value } = await this.#json({ method: 'GET', path, route, kind: 'read', signal });
    return list(value, what, item => readDevice(item, what));
  }

  /** A device of the user; undefined when it does not exist. */
  async device(id: string): Promise<Device | undefined> {
    const path = `/api/devices/${segment(id)}`;
    try {
      const { what, value } = await this.#json({
        method: 'GET',
        path,
        route: '/api/devices/{id}',
        kind: 'write',
      });
      return readDevice(value, what);
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /** The rows of one metadata key in a VPC, also those of deleted devices. */
  async metadata(vpcID: string, key: string, signal?: AbortSignal): Promise<MetadataRow[]> {
    const path = `/api/vpcs/${segment(vpcID)}/metadata?key=${segment(key)}`;
    const route = '/api/vpcs/{id}/metadata';
    const { what, value } = await this.#json({ method: 'GET', path, route, kind: 'read', signal });
    return list(value, what, item => readMetadata(item, what)).filter(row => row.key === key);
  }

  /** The registration keys that the user may see, or those of them with this description. */
  async regKeys(description?: string, signal?: AbortSignal): Promise<OwnedRegKey[]> {
    const query =
      description === undefined ? '' : `?filter=${encodeURIComponent(JSON.stringify({ description }))}`;
    const { what, value } = await this.#json({
      method: 'GET',
      path: `/api/reg-keys${query}`,
      route: '/api/reg-keys',
      // With a description it is part of making a key.
      kind: description === undefined ? 'read' : 'write',
      signal,
    });
    const keys = list(value, what, item => readRegKey(item, what, this.#serverClock));
    return description === undefined ? keys : keys.filter(key => key.description === description);
  }

  /** Makes a single-use key: its `deviceID` is set. `settings` are kept with it, and come back with it. */
  async createRegKey(
    vpcID: string,
    description: string,
    expiresAt: Date,
    settings?: { readonly [name: string]: string },
  ): Promise<OwnedRegKey> {
    const expires_at = this.#expiry(expiresAt);
    const body = { vpc_id: vpcID, description, single_use: true, expires_at, settings };
    const path = '/api/reg-keys';
    const { what, value } = await this.#json({ method: 'POST', path, route: path, kind: 'write', body });
    return readRegKey(value, what, this.#serverClock);
  }

  async expireRegKey(id: string, expiresAt: Date): Promise<OwnedRegKey> {
    const { what, value } = await this.#json({
      method: 'PATCH',
      path: `/api/reg-keys/${segment(id)}`,
      route: '/api/reg-keys/{id}',
      kind: 'write',
      body: { expires_at: this.#expiry(expiresAt) },
    });
    return readRegKey(value, what, this.#serverClock);
  }

  /** Resolves when it is gone already. */
  async deleteRegKey(id: string): Promise<void> {
    await this.#delete(`/api/reg-keys/${segment(id)}`, '/api/reg-keys/{id}');
  }

  /** Resolves with the revision of the deletion; with undefined when it is gone already. */
  async deleteDevice(id: string): Promise<number | undefined> {
    const body = await this.#delete(`/api/devices/${segment(id)}`, '/api/devices/{id}');
    if (body === undefined || body === '') return undefined;
    const revision = field(json(body, 'DELETE device'), 'revision');
    return typeof revision === 'number' ? revision : undefined;
  }

  async putMetadata(deviceID: string, key: string, value: object): Promise<MetadataRow> {
    const { what, value: row } = await this.#json({
      method: 'PUT',
      path: `/api/devices/${segment(deviceID)}/metadata/${segment(key)}`,
      route: '/api/devices/{id}/metadata/{key}',
      kind: 'write',
      body: value,
    });
    return readMetadata(row, what);
  }

  /** Resolves when key or device are gone already. */
  async deleteMetadata(deviceID: string, key: string): Promise<void> {
    await this.#delete(
      `/api/devices/${segment(deviceID)}/metadata/${segment(key)}`,
      '/api/devices/{id}/metadata/{key}',
    );
  }

  /** Opens a watch; its body brings events until it ends or the signal is aborted. */
  watch(vpcID: string, specs: readonly WatchSpec[], signal: AbortSignal): Promise<OpenAnswer['body']> {
    return this.#requester.open({
      method: 'POST',
      path: `/api/vpcs/${segment(vpcID)}/events`,
      route: '/api/vpcs/{id}/events',
      kind: 'watch',
      body: specs,
      signal,
    });
  }

  #expiry(time: Date): string {
    return this.#serverClock.toServer(time).toISOString();
  }

  /** Resolves with the answer's body, or undefined when the object was gone. */
  async #delete(path: string, route: string): Promise<string | undefined> {
    try {
      return (await this.#requester.send({ method: 'DELETE', path, route, kind: 'write' })).text;
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  async #json(call: Call): Promise<{ what: string; value: unknown }> {
    const answer = await this.#requester.send(call);
    const what = this.#requester.describe(call);
    return { what, value: json(answer.text, what) };
  }
}

const segment = encodeURIComponent;
