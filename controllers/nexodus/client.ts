import type { Clock } from '../runtime/clock.ts';
import { Denied, NotFound, Transient } from '../runtime/errors.ts';
import type { Device } from '../runtime/nexodus.ts';
import { type Answer, codeOf, errorOfStatus } from './errors.ts';
import { describe, type Exchange, type OpenAnswer, type Transport } from './http.ts';
import type { Limiter, RequestClass } from './limiter.ts';
import type { NexodusMetrics } from './metrics.ts';
import type { ServerClock } from './serverclock.ts';
import type { Session } from './session.ts';
import {
  json,
  list,
  type MetadataRow,
  type OwnedRegKey,
  readDevice,
  readMetadata,
  readRegKey,
  text,
} from './shapes.ts';

export interface ClientOptions {
  readonly origin: string;
  readonly transport: Transport;
  readonly session: Session;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly metrics: NexodusMetrics;
}

/** What a watch asks for: rows of one kind with a revision above `gt_revision`. */
export interface WatchSpec {
  readonly kind: 'device' | 'device-metadata';
  readonly gt_revision: number;
  readonly at_tail: boolean;
  readonly options?: { readonly prefixes: readonly string[] };
}

interface Call {
  readonly method: Exchange['method'];
  readonly path: string;
  /** The path with names for ids. */
  readonly route: string;
  readonly kind: RequestClass;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The calls of the Nexodus API that Nexlink needs, each with its answer checked. Every method rejects with an error
 * of runtime/errors.ts.
 */
export class NexodusClient {
  readonly #options: ClientOptions;

  constructor(options: ClientOptions) {
    this.#options = options;
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
    const keys = list(value, what, item => readRegKey(item, what, this.#options.serverClock));
    return description === undefined ? keys : keys.filter(key => key.description === description);
  }

  /** Makes a single-use key: its `deviceID` is set. */
  async createRegKey(vpcID: string, description: string, expiresAt: Date): Promise<OwnedRegKey> {
    const body = { vpc_id: vpcID, description, single_use: true, expires_at: this.#expiry(expiresAt) };
    const path = '/api/reg-keys';
    const { what, value } = await this.#json({ method: 'POST', path, route: path, kind: 'write', body });
    return readRegKey(value, what, this.#options.serverClock);
  }

  async expireRegKey(id: string, expiresAt: Date): Promise<OwnedRegKey> {
    const { what, value } = await this.#json({
      method: 'PATCH',
      path: `/api/reg-keys/${segment(id)}`,
      route: '/api/reg-keys/{id}',
      kind: 'write',
      body: { expires_at: this.#expiry(expiresAt) },
    });
    return readRegKey(value, what, this.#options.serverClock);
  }

  /** Resolves when it is gone already. */
  async deleteRegKey(id: string): Promise<void> {
    await this.#delete(`/api/reg-keys/${segment(id)}`, '/api/reg-keys/{id}');
  }

  /** Resolves when it is gone already. */
  async deleteDevice(id: string): Promise<void> {
    await this.#delete(`/api/devices/${segment(id)}`, '/api/devices/{id}');
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
  async watch(vpcID: string, specs: readonly WatchSpec[], signal: AbortSignal): Promise<OpenAnswer['body']> {
    const call: Call = {
      method: 'POST',
      path: `/api/vpcs/${segment(vpcID)}/events`,
      route: '/api/vpcs/{id}/events',
      kind: 'watch',
      body: specs,
      signal,
    };
    return this.#authorized(call, async exchange => {
      const answer = await this.#options.transport.open({ ...exchange, signal });
      return answer.status === 200
        ? { ...answer, result: answer.body }
        : { ...answer, errorText: await firstBytes(answer.body) };
    });
  }

  #expiry(time: Date): string {
    return this.#options.serverClock.toServer(time).toISOString();
  }

  async #delete(path: string, route: string): Promise<void> {
    try {
      await this.#send({ method: 'DELETE', path, route, kind: 'write' });
    } catch (error) {
      if (!(error instanceof NotFound)) throw error;
    }
  }

  async #json(call: Call): Promise<{ what: string; value: unknown }> {
    const answer = await this.#send(call);
    const what = describe({ ...call, origin: this.#options.origin });
    return { what, value: json(answer.text, what) };
  }

  #send(call: Call): Promise<Answer> {
    return this.#authorized(call, async exchange => {
      const answer = await this.#sendTwice(exchange);
      return answer.status < 300 ? { ...answer, result: answer } : { ...answer, errorText: answer.text };
    });
  }

  /** A pooled connection may close just when it is used: what can be repeated is, once. */
  async #sendTwice(exchange: Exchange): Promise<Answer> {
    const { transport } = this.#options;
    try {
      return await transport.send(exchange);
    } catch (error) {
      if (exchange.method === 'POST' || !closedEarly(error)) throw error;
      await this.#options.limiter.acquire('write', exchange.signal);
      return transport.send(exchange);
    }
  }

  /** Sends with a token, under the rate limit; a refused token is replaced once. */
  async #authorized<T>(call: Call, send: (exchange: Exchange) => Promise<Outcome<T>>): Promise<T> {
    const { session } = this.#options;
    for (let attempt = 1; ; attempt++) {
      const token = await session.token();
      const outcome = await this.#timed(call, () =>
        send({
          method: call.method,
          origin: this.#options.origin,
          path: call.path,
          signal: call.signal,
          headers: {
            authorization: `Bearer ${token}`,
            ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
        }),
      );
      if (!('errorText' in outcome)) return outcome.result;
      const what = describe({ ...call, origin: this.#options.origin });
      const error = errorOfStatus(what, { ...outcome, text: outcome.errorText }, this.#options.clock.now());
      if (error instanceof Transient && error.code === 'RateLimited')
        this.#options.limiter.pause(error.retryAfterMs ?? 0);
      if (outcome.status !== 401) throw error;
      if (attempt === 2) {
        if (error instanceof Denied) session.refuse(token, error);
        throw error;
      }
      session.reject(token);
    }
  }

  async #timed<T>(call: Call, send: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const { limiter, metrics, clock, serverClock } = this.#options;
    metrics.limiterWaited((await limiter.acquire(call.kind, call.signal)) / 1000);
    const since = clock.monotonic();
    let status = 0;
    try {
      const outcome = await send();
      status = outcome.status;
      serverClock.observe(outcome.headers['date']);
      return outcome;
    } finally {
      metrics.request(call.method, call.route, status, (clock.monotonic() - since) / 1000);
    }
  }
}

/** What came of a request: its result, or an answer that is an error. */
type Outcome<T> = Pick<Answer, 'status' | 'headers'> &
  ({ readonly result: T } | { readonly errorText: string });

const segment = encodeURIComponent;

function closedEarly(error: unknown): boolean {
  return (
    error instanceof Transient &&
    error.code === 'Unreachable' &&
    ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error.cause))
  );
}

const maxErrorBytes = 16 * 1024;

/** The start of an error body. */
async function firstBytes(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxErrorBytes) break;
    }
  } catch {
    // The status says enough.
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, maxErrorBytes);
}
