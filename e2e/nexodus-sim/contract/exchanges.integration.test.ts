import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allScopes } from '../server/auth/account.ts';
import { type RunningServer, startServer } from '../server/start.ts';
import { type Answer, type OutgoingRequest, send, watch, type WatchRecord } from './http-client.ts';
import {
  acceptedDifferences,
  type RecordedExchange,
  recordedExchanges,
  type RecordedRequest,
} from './recording.ts';
import { difference, RunSpecificValues } from './run-specific.ts';

const web = { name: 'web', protocol: 'tcp', port: 80 };
const comparedHeaders = ['content-type', 'x-total-count', 'cache-control'];
/** An event that follows an action may come so much later than in the recording. */
const lateMs = 1500;
/** Ids of the recorded devices, in the order in which they were made. */
const [first, second, third] = [
  'e1d21932-b031-4bbb-870a-7bf7de8a96b2',
  'c490a8c5-85c6-410b-9912-d3db97a9505c',
  'd221385f-e07d-480e-8012-d44fcb3050e9',
];
const actions: Readonly<Record<string, RecordedRequest>> = {
  'PUT metadata nexlink of the first device': putMetadata(first, 'stage'),
  'PUT metadata of the second device': putMetadata(second, 'stage'),
  'DELETE metadata key of the second device': {
    method: 'DELETE',
    path: `/api/devices/${second}/metadata/nexlink`,
  },
  'PUT metadata of the first device': putMetadata(first, 'late'),
  'DELETE the third device': { method: 'DELETE', path: `/api/devices/${third}` },
};

function putMetadata(device: string | undefined, realm: string): RecordedRequest {
  return { method: 'PUT', path: `/api/devices/${device}/metadata/nexlink`, body: { realm, services: [web] } };
}

/** Plays the recording against a server and collects where it answers differently. */
class Replay {
  readonly #server: RunningServer;
  readonly #values: RunSpecificValues;
  readonly #tokens: Record<string, string> = { bad: 'garbage', badrk: 'RK:nobody' };

  constructor(server: RunningServer, recordedStart: string) {
    this.#server = server;
    this.#values = new RunSpecificValues(recordedStart, Date.now());
  }

  async play(exchange: RecordedExchange): Promise<string[]> {
    const { name, request, response } = exchange;
    if (response.lines !== undefined) return this.#playWatch(exchange);
    const answer = await send(this.#server, this.#outgoing(request));
    this.#remember(name, answer);
    const found: string[] = [];
    if (answer.status !== response.status) found.push(difference('status', response.status, answer.status));
    found.push(...this.#compareHeaders(response.headers, answer));
    if (response.text !== undefined && response.text !== answer.text) {
      found.push(difference('text', response.text, answer.text));
    }
    if (response.json !== undefined) {
      found.push(...this.#values.compare(response.json, JSON.parse(answer.text), 'json'));
    }
    return found.map(text => `${name}: ${text}`);
  }

  #outgoing(request: RecordedRequest): OutgoingRequest {
    if (request.form !== undefined) {
      const form = { client_id: 'nexodus-cli', username: 'kitteh2', password: 'wrong', ...request.form };
      if (form.password === '<password>')
        Object.assign(form, { username: 'kitteh2', password: 'floofykittens' });
      const path = '/realms/nexodus/protocol/openid-connect/token';
      return { host: 'auth', method: 'POST', path, body: new URLSearchParams(form).toString() };
    }
    const token = this.#tokens[request.auth ?? 'kc'];
    const { body } = request;
    return {
      host: 'api',
      method: request.method ?? 'GET',
      path: String(this.#values.translate(request.path)),
      authorization: token === undefined ? undefined : `Bearer ${token}`,
      body:
        typeof body === 'string' || body === undefined ? body : JSON.stringify(this.#values.translate(body)),
    };
  }

  #remember(name: string, answer: Answer): void {
    const read = (field: string): string =>
      String((JSON.parse(answer.text) as Record<string, unknown>)[field]);
    if (name === 'password grant') this.#tokens['kc'] = read('access_token');
    if (name === 'create reg key (multi use)') this.#tokens['rk'] = read('bearer_token');
    if (name === 'create reg key (single use)') this.#tokens['rk1'] = read('bearer_token');
  }

  #compareHeaders(
    recorded: Readonly<Record<string, string>> | undefined,
    answer: Pick<Answer, 'headers'>,
  ): string[] {
    if (recorded === undefined) return [];
    return comparedHeaders
      .filter(header => recorded[header] !== answer.headers[header])
      .map(header => difference(`headers.${header}`, recorded[header], answer.headers[header]));
  }

  async #playWatch({
    name,
    request,
    response,
    actions: recordedActions,
  }: RecordedExchange): Promise<string[]> {
    const closeAfterMs = Number(/closed by client after (\d+) ms/.exec(response.end ?? '')?.[1] ?? 20_000);
    const watching = watch(this.#server, this.#outgoing(request), closeAfterMs);
    const acting = (recordedActions ?? []).map(async ({ at_ms, what }) => {
      await new Promise(resolve => setTimeout(resolve, at_ms));
      const action = actions[what];
      if (action === undefined) throw new Error(`the recording has an unknown action: ${what}`);
      const answer = await send(this.#server, this.#outgoing(action));
      expect(answer.status).toBeLessThan(300);
    });
    const seen = await watching;
    await Promise.all(acting);
    const found = [
      ...(seen.status === response.status ? [] : [difference('status', response.status, seen.status)]),
      ...(response.headers === undefined ? [] : this.#compareHeaders({ ...response.headers }, seen)),
      ...this.#compareLines(response.lines ?? [], seen),
      ...this.#compareEnd(response.end ?? '', seen),
    ];
    return found.map(text => `${name}: ${text}`);
  }

  #compareLines(recorded: NonNullable<RecordedExchange['response']['lines']>, seen: WatchRecord): string[] {
    if (recorded.length !== seen.lines.length)
      return [difference('lines.length', recorded.length, seen.lines.length)];
    return recorded.flatMap((line, index) => {
      const ours = seen.lines[index];
      const late = (ours?.atMs ?? Infinity) - line.at_ms;
      return [
        ...this.#values.compare(line.event, ours?.event, `lines[${index}]`),
        ...(late > -50 && late < lateMs ? [] : [difference(`lines[${index}] time`, line.at_ms, ours?.atMs)]),
      ];
    });
  }

  #compareEnd(recorded: string, seen: WatchRecord): string[] {
    if (recorded.startsWith('closed by client')) {
      return seen.end === 'closed by client' ? [] : [difference('end', recorded, seen.end)];
    }
    const [, code, seconds] = /^error: (\S+) aborted at (\d+)s$/.exec(recorded) ?? [];
    const same = seen.end === code && Math.abs(seen.endAtMs / 1000 - Number(seconds)) < 1;
    return same ? [] : [difference('end', recorded, `${seen.end} at ${Math.round(seen.endAtMs)} ms`)];
  }
}

/** Takes the first six addresses, so that the first free ones are those of the recording. */
async function occupyAddresses(server: RunningServer, count: number): Promise<void> {
  const form = new URLSearchParams({
    grant_type: 'password',
    username: 'earlier',
    password: 'x',
    scope: allScopes,
  });
  const path = '/realms/nexodus/protocol/openid-connect/token';
  const login = await send(server, { host: 'auth', method: 'POST', path, body: form.toString() });
  const authorization = `Bearer ${(JSON.parse(login.text) as { access_token: string }).access_token}`;
  const me = await send(server, { host: 'api', method: 'GET', path: '/api/users/me', authorization });
  const vpcId = (JSON.parse(me.text) as { id: string }).id;
  for (let i = 0; i < count; i++) {
    const body = JSON.stringify({ vpc_id: vpcId, public_key: randomBytes(32).toString('base64') });
    await send(server, { host: 'api', method: 'POST', path: '/api/devices', authorization, body });
  }
}

describe('the recorded exchanges with a real Nexodus', () => {
  const exchanges = recordedExchanges();
  let server: RunningServer;
  let found: string[];

  beforeAll(async () => {
    server = await startServer({
      publicPort: 443,
      accessTokenSeconds: 300,
      refreshExpiresIn: 86_400,
      accounts: [
        { username: 'kitteh2', password: 'floofykittens' },
        { username: 'earlier', password: 'x' },
      ],
    });
    await occupyAddresses(server, 6);
    const start = (exchanges[0]?.response.json as { server_time: string }).server_time;
    const replay = new Replay(server, start);
    found = [];
    for (const exchange of exchanges) found.push(...(await replay.play(exchange)));
  }, 90_000);

  afterAll(() => server.close());

  it('are all there', () => {
    expect(exchanges).toHaveLength(65);
  });

  it('get the same answers, but for the differences the README names', () => {
    const accepted = acceptedDifferences();
    expect(found.filter(text => !accepted.some(place => text.startsWith(`${place}: `)))).toEqual([]);
  });

  it('still show every difference the README names', () => {
    const names = new Set(exchanges.map(({ name }) => name));
    const named = acceptedDifferences().filter(place => names.has(place.split(': ')[0] ?? ''));
    expect(named.filter(place => !found.some(text => text.startsWith(`${place}: `)))).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
  });
});
