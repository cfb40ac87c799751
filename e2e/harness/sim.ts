import { request } from 'undici';

export interface SimState {
  readonly devices: readonly {
    readonly id: string;
    readonly hostname: string;
    readonly ipv4: string;
    readonly online: boolean;
  }[];
  readonly metadata: readonly { readonly device_id: string; readonly key: string; readonly value: unknown }[];
  readonly reg_keys: readonly {
    readonly id: string;
    readonly description: string;
    readonly device_id: string | null;
    readonly expires_at: string | null;
  }[];
}

export interface SimRequest {
  readonly at: number;
  readonly method: string;
  readonly template: string;
  readonly token: string;
  readonly status: number;
}

/** The control endpoint of the stand-in for Nexodus; its README says what each path does. */
export class SimControl {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async call<T>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<T> {
    const answer = await request(`${this.#url}${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`${method} ${path}: ${answer.statusCode} ${text}`);
    return JSON.parse(text) as T;
  }

  state(): Promise<SimState> {
    return this.call('GET', '/state');
  }

  /** Requests since a time, milliseconds since the epoch. */
  async requests(since: number): Promise<readonly SimRequest[]> {
    const all = await this.call<readonly SimRequest[]>('GET', '/requests?since=0');
    return all.filter(({ at }) => at >= since);
  }

  /** Puts everything back to normal that a scenario may have disturbed. */
  async calm(): Promise<void> {
    await this.call('DELETE', '/faults');
    await this.call('POST', '/api/up');
    await this.call('POST', '/stun/on');
    await this.call('POST', '/devices/heal');
    await this.call('POST', '/watches/thaw');
  }
}
