import type { ApiDevice, ApiRegKey, ApiVpc } from './api-types.ts';
import { HttpError, type HttpTransport, isJson } from './http-transport.ts';

/** The API with one token. */
export class Api {
  readonly #transport: HttpTransport;
  readonly #token: string;

  constructor(transport: HttpTransport, token: string) {
    this.#transport = transport;
    this.#token = token;
  }

  async #call<Result>(method: string, path: string, body?: unknown): Promise<Result> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    const text = body === undefined ? undefined : JSON.stringify(body);
    return (await this.#transport.json(method, path, headers, text)) as Result;
  }

  ownRegKey(): Promise<ApiRegKey> {
    return this.#call('GET', '/api/reg-keys/me');
  }

  vpc(id: string): Promise<ApiVpc> {
    return this.#call('GET', `/api/vpcs/${id}`);
  }

  createDevice(device: unknown): Promise<ApiDevice> {
    return this.#call('POST', '/api/devices', device);
  }

  updateDevice(id: string, change: unknown): Promise<ApiDevice> {
    return this.#call('PATCH', `/api/devices/${id}`, change);
  }

  /** Opens the event stream. Throws `HttpError` when it is refused. */
  async openEvents(
    watches: readonly unknown[],
    signal: AbortSignal,
  ): Promise<Awaited<ReturnType<HttpTransport['open']>>> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    const response = await this.#transport.open('POST', '/api/events', headers, JSON.stringify(watches), {
      pooled: false,
      signal,
    });
    if (response.statusCode === 200) return response;
    throw new HttpError(response.statusCode ?? 0, isJson(response), await this.#transport.readText(response));
  }
}
