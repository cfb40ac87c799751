import { allScopes } from '../server/auth/account.ts';
import type { RunningServer } from '../server/start.ts';
import { send } from './http-client.ts';

export interface CreatedKey {
  readonly id: string;
  readonly bearer_token: string;
  readonly device_id?: string;
}

/** A logged-in user of the service, with the few calls the tests need. */
export class Operator {
  readonly #server: RunningServer;
  /** Value of the Authorization header. */
  readonly authorization: string;
  readonly vpcId: string;

  private constructor(server: RunningServer, authorization: string, vpcId: string) {
    this.#server = server;
    this.authorization = authorization;
    this.vpcId = vpcId;
  }

  static async login(server: RunningServer, username: string, password: string): Promise<Operator> {
    const form = new URLSearchParams({ grant_type: 'password', username, password, scope: allScopes });
    const path = '/realms/nexodus/protocol/openid-connect/token';
    const login = await send(server, { host: 'auth', method: 'POST', path, body: form.toString() });
    const authorization = `Bearer ${(JSON.parse(login.text) as { access_token: string }).access_token}`;
    const me = await send(server, { host: 'api', method: 'GET', path: '/api/users/me', authorization });
    return new Operator(server, authorization, (JSON.parse(me.text) as { id: string }).id);
  }

  async call<Result>(method: string, path: string, body?: unknown): Promise<Result> {
    const answer = await send(this.#server, {
      host: 'api',
      method,
      path,
      authorization: this.authorization,
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.status > 299) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as Result;
  }

  createKey(options: Readonly<Record<string, unknown>> = {}): Promise<CreatedKey> {
    return this.call('POST', '/api/reg-keys', { vpc_id: this.vpcId, ...options });
  }
}
