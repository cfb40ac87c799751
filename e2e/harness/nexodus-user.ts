/** What another user of the same Nexodus account does with its API, well or badly. */

import { Agent, request } from 'undici';
import type { Environment } from './environment.ts';

export class NexodusUser {
  readonly #env: Environment;
  readonly #agent: Agent;
  #token: string | undefined;

  constructor(env: Environment) {
    this.#env = env;
    const { ca, hostIP } = env.nexodus;
    this.#agent = new Agent({
      connect: {
        ...(ca === undefined ? {} : { ca }),
        ...(hostIP === undefined
          ? {}
          : {
              lookup: (_host, options, callback) =>
                options.all ? callback(null, [{ address: hostIP, family: 4 }]) : callback(null, hostIP, 4),
            }),
      },
    });
  }

  /** Registers a device that no nexd stands behind; returns its id. */
  async registerDevice(hostname: string, publicKey: string): Promise<string> {
    const { id: vpc } = await this.#api<{ id: string }>('GET', '/api/users/me');
    const device = await this.#api<{ id: string }>('POST', '/api/devices', {
      vpc_id: vpc,
      public_key: publicKey,
      hostname,
      os: 'linux',
      endpoints: [],
      relay: false,
      symmetric_nat: false,
    });
    return device.id;
  }

  async putMetadata(device: string, value: unknown): Promise<void> {
    await this.#api('PUT', `/api/devices/${device}/metadata/nexlink`, value);
  }

  /** Metadata first: that of a deleted device stays. */
  async deleteDevice(device: string): Promise<void> {
    await this.#api('DELETE', `/api/devices/${device}/metadata/nexlink`);
    await this.#api('DELETE', `/api/devices/${device}`);
  }

  async #api<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> {
    this.#token ??= await this.#login();
    const { host } = new URL(this.#env.nexodus.url);
    const answer = await request(`https://api.${host}${path}`, {
      method,
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${this.#token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async #login(): Promise<string> {
    const { url, username, password } = this.#env.nexodus;
    const { host } = new URL(url);
    const dispatcher = this.#agent;
    const start = await request(`https://api.${host}/device/login/start`, { method: 'POST', dispatcher });
    const { issuer, client_id } = (await start.body.json()) as { issuer: string; client_id: string };
    const discovery = await request(`${issuer}/.well-known/openid-configuration`, { dispatcher });
    const { token_endpoint } = (await discovery.body.json()) as { token_endpoint: string };
    const scope =
      'openid profile email offline_access read:organizations write:organizations read:users write:users read:devices write:devices';
    const answer = await request(token_endpoint, {
      method: 'POST',
      dispatcher,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ grant_type: 'password', client_id, username, password, scope }).toString(),
    });
    return ((await answer.body.json()) as { access_token: string }).access_token;
  }
}
