import type { ApiDevice, ApiRegKey, ApiVpc } from './api-types.ts';
import { HttpError, type HttpTransport, isJson } from './http-transport.ts';
import type { Credentials } from './settings.ts';

const scopes =
  'openid profile email offline_access read:organizations write:organizations ' +
  'read:users write:users read:devices write:devices';

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

  me(): Promise<{ readonly id: string }> {
    return this.#call('GET', '/api/users/me');
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

/** OAuth2 token as the state file keeps it. */
export interface StoredToken {
  readonly access_token: string;
  readonly token_type: string;
  readonly refresh_token: string;
  readonly expiry: string;
}

/** Logs in with a password: bootstrap, discovery, token. */
export async function passwordLogin(
  transport: HttpTransport,
  { username, password }: Extract<Credentials, { kind: 'password' }>,
): Promise<StoredToken> {
  const start = (await transport.json('POST', '/device/login/start', {})) as {
    issuer: string;
    client_id: string;
  };
  const discovery = (await transport.json('GET', `${start.issuer}/.well-known/openid-configuration`, {})) as {
    token_endpoint: string;
  };
  const form = new URLSearchParams({
    grant_type: 'password',
    client_id: start.client_id,
    username,
    password,
    scope: scopes,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = (await transport.json('POST', discovery.token_endpoint, headers, form.toString())) as {
    access_token: string;
    refresh_token: string;
    token_type: string;
    expires_in: number;
  };
  return {
    access_token: answer.access_token,
    token_type: answer.token_type,
    refresh_token: answer.refresh_token,
    expiry: new Date(Date.now() + answer.expires_in * 1000).toISOString(),
  };
}
