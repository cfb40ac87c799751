/** The Nexodus that the tunnels are measured with: the stand-in in this process, or another one on this machine. */

import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { allScopes } from '../../server/auth/account.ts';
import { startServer } from '../../server/start.ts';

export interface Nexodus {
  readonly url: string;
  readonly port: number;
  /** Its names, as in a hosts file. */
  readonly names: string;
  readonly caFile: string;
  readonly stunServers: readonly string[];
  /** A VPC of its own for a pair. */
  createVpc(name: string): Promise<Vpc>;
  /** Removes what was made, and stops what was started. */
  close(): Promise<void>;
}

export interface Vpc {
  readonly regKey: string;
  /** Deletes the device with a WireGuard key. */
  removeDevice(publicKey: string): Promise<void>;
}

interface Device {
  readonly id: string;
  readonly public_key: string;
}

interface Target {
  readonly domain: string;
  readonly port: number;
  readonly ca: string;
  readonly username: string;
  readonly password: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

class Client {
  readonly #target: Target;
  #token = '';
  #tokenAt = -Infinity;
  readonly #vpcs: string[] = [];

  constructor(target: Target) {
    this.#target = target;
  }

  #send(host: string, method: string, path: string, type: string, body?: string): Promise<Answer> {
    const { domain, port, ca } = this.#target;
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          servername: `${host}.${domain}`,
          port,
          ca,
          method,
          path,
          agent: false,
          headers: {
            host: `${host}.${domain}`,
            'content-type': type,
            ...(host === 'api' ? { authorization: `Bearer ${this.#token}` } : {}),
          },
        },
        response => {
          let text = '';
          response.setEncoding('utf8').on('data', chunk => (text += chunk));
          response.once('error', reject);
          response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      outgoing.once('error', reject);
      outgoing.end(body);
    });
  }

  async #login(): Promise<void> {
    const { username, password } = this.#target;
    const form = new URLSearchParams({
      grant_type: 'password',
      client_id: 'nexodus-cli',
      username,
      password,
      scope: allScopes,
    });
    const path = '/realms/nexodus/protocol/openid-connect/token';
    const { text } = await this.#send(
      'auth',
      'POST',
      path,
      'application/x-www-form-urlencoded',
      String(form),
    );
    this.#token = (JSON.parse(text) as { access_token: string }).access_token;
    this.#tokenAt = performance.now();
  }

  async call<Result>(method: string, path: string, body?: unknown): Promise<Result> {
    if (performance.now() - this.#tokenAt > 300_000) await this.#login();
    for (;;) {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const answer = await this.#send('api', method, path, 'application/json', text);
      if (answer.status < 300) return JSON.parse(answer.text) as Result;
      if (answer.status !== 429) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
      await new Promise(resolve => setTimeout(resolve, 1_000));
    }
  }

  async createVpc(description: string): Promise<Vpc> {
    const { id: organization_id } = await this.call<{ id: string }>('GET', '/api/users/me');
    const vpc = await this.call<{ id: string }>('POST', '/api/vpcs', { organization_id, description });
    this.#vpcs.push(vpc.id);
    const key = { vpc_id: vpc.id, description };
    const { bearer_token: regKey } = await this.call<{ bearer_token: string }>('POST', '/api/reg-keys', key);
    return {
      regKey,
      removeDevice: publicKey => this.#removeDevices(vpc.id, device => device.public_key === publicKey),
    };
  }

  async #removeDevices(vpc: string, matches: (device: Device) => boolean): Promise<void> {
    const devices = await this.call<Device[]>('GET', `/api/vpcs/${vpc}/devices`);
    for (const { id } of devices.filter(matches)) await this.call('DELETE', `/api/devices/${id}`);
  }

  async removeVpcs(): Promise<void> {
    for (const vpc of this.#vpcs) {
      await this.#removeDevices(vpc, () => true);
      await this.call('DELETE', `/api/vpcs/${vpc}`);
    }
  }
}

function nexodusOf(target: Target, url: string, parts: Pick<Nexodus, 'caFile' | 'stunServers'>): Nexodus {
  const client = new Client(target);
  return {
    ...parts,
    url,
    port: target.port,
    names: `${target.domain} api.${target.domain} auth.${target.domain}`,
    createVpc: name => client.createVpc(name),
    close: () => client.removeVpcs(),
  };
}

/** The stand-in. */
export async function startStandIn(host: string, folder: string): Promise<Nexodus> {
  const account = { username: 'recorder', password: 'not-a-secret' };
  const server = await startServer({ accounts: [account], host: '0.0.0.0', rateLimit: null });
  const caFile = join(folder, 'ca.crt');
  writeFileSync(caFile, server.ca);
  const target = { domain: server.domain, port: server.ports.https, ca: server.ca, ...account };
  const stunServers = server.ports.stun.map(port => `${host}:${port}`);
  return { ...nexodusOf(target, server.serviceUrl, { caFile, stunServers }), close: () => server.close() };
}

/** The one of the variables that hack/demo/nexodus takes, which must listen on all addresses of this machine. */
export function externalNexodus(host: string, folder: string, env: NodeJS.ProcessEnv): Nexodus {
  const need = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === '') throw new Error(`a Nexodus of its own needs ${name}`);
    return value;
  };
  const url = new URL(need('NEXODUS_URL'));
  const ca = readFileSync(need('NEXODUS_CA_FILE'), 'utf8');
  const caFile = join(folder, 'ca.crt');
  writeFileSync(caFile, ca);
  const ports = need('NEXODUS_STUN_SERVERS')
    .split(',')
    .map(server => server.split(':').at(-1));
  const target = {
    domain: url.hostname,
    port: Number(url.port || 443),
    ca,
    username: need('NEXODUS_USERNAME'),
    password: need('NEXODUS_PASSWORD'),
  };
  return nexodusOf(target, url.origin, { caFile, stunServers: ports.map(port => `${host}:${port}`) });
}
