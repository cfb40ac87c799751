/** What another user of the same Nexodus account does with its API, well or badly. */

import { Agent, request } from 'undici';
import type { Environment } from './environment.ts';

interface ApiRegKey {
  readonly id: string;
  readonly description?: string;
  readonly bearer_token: string;
  readonly device_id?: string;
}

interface ApiDevice {
  readonly id: string;
  readonly online: boolean | null;
  readonly ipv4_tunnel_ips: readonly { readonly address: string }[];
  readonly ipv6_tunnel_ips: readonly { readonly address: string }[];
}

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

  /** A key for one nexd, and the id that its device will have. */
  async createRegKey(description: string): Promise<{ token: string; deviceID: string }> {
    const { id: vpc } = await this.#api<{ id: string }>('GET', '/api/users/me');
    const key = await this.#api<ApiRegKey>('POST', '/api/reg-keys', {
      vpc_id: vpc,
      description,
      single_use: true,
    });
    return { token: key.bearer_token, deviceID: key.device_id! };
  }

  /** Deletes the keys of this description, and the device of each. */
  async forgetRegKeys(description: string): Promise<void> {
    for (const key of await this.#api<ApiRegKey[]>('GET', '/api/reg-keys')) {
      if (key.description !== description) continue;
      if (key.device_id && (await this.device(key.device_id))) await this.deleteDevice(key.device_id);
      await this.#api('DELETE', `/api/reg-keys/${key.id}`);
    }
  }

  async device(id: string): Promise<{ online: boolean; ipv4: string; ipv6: string } | undefined> {
    const found = (await this.#api<ApiDevice[]>('GET', '/api/devices')).find(device => device.id === id);
    if (!found) return undefined;
    const [ipv4, ipv6] = [found.ipv4_tunnel_ips[0]!, found.ipv6_tunnel_ips[0]!];
    return { online: found.online === true, ipv4: ipv4.address, ipv6: ipv6.address };
  }

  async putMetadata(device: string, value: unknown): Promise<void> {
    await this.#api('PUT', `/api/devices/${device}/metadata/nexlink`, value);
  }

  async metadata(device: string): Promise<unknown> {
    const { value } = await this.#api<{ value: unknown }>('GET', `/api/devices/${device}/metadata/nexlink`);
    return value;
  }

  /** Devices of this name, which a run that was killed left. */
  async deleteDevices(hostname: string): Promise<void> {
    const devices = await this.#api<{ id: string; hostname: string }[]>('GET', '/api/devices');
    for (const device of devices) if (device.hostname === hostname) await this.deleteDevice(device.id);
  }

  async deleteMetadata(device: string): Promise<void> {
    await this.#api('DELETE', `/api/devices/${device}/metadata/nexlink`);
  }

  /** Metadata first: that of a deleted device stays. */
  async deleteDevice(device: string): Promise<void> {
    await this.deleteMetadata(device);
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
