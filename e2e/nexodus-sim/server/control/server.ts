import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AccountSpec } from '../auth/account.ts';
import type { RateLimit } from '../auth/rate-limit.ts';
import { type Control, NoSuchObject } from './control.ts';
import type { FaultSpec } from './faults.ts';

type Action = (argument: string, body: unknown, query: URLSearchParams) => unknown;

/** `METHOD /path/{argument}` to what it does; the README describes each. */
function actionsOf(control: Control): Record<string, Action> {
  return {
    'GET /healthz': () => ({ status: 'UP' }),
    'GET /state': () => control.state(),
    'GET /requests': (_, __, query) => control.requests.since(Number(query.get('since') ?? 0)),
    'GET /counters': () => control.requests.counters(),
    'POST /counters/reset': () => control.requests.resetCounters(),
    'GET /faults': () => control.faults.list(),
    'POST /faults': (_, body) => control.faults.add(body as FaultSpec),
    'DELETE /faults': () => ({ removed: control.faults.remove() }),
    'DELETE /faults/{id}': id => ({ removed: control.faults.remove(id) }),
    'POST /api/down': (_, body) => control.apiDown((body as { mode?: 'reset' | 'refuse' }).mode),
    'POST /api/up': () => control.apiUp(),
    'POST /watches/drop': () => ({ dropped: control.dropWatches() }),
    'POST /watches/freeze': () => control.freezeWatches(),
    'POST /watches/thaw': () => control.thawWatches(),
    'POST /watches/fail': (_, body) => ({
      failed: control.failWatches((body as { message?: string }).message),
    }),
    'POST /devices/{device}/cut': device => control.cutDevice(device),
    'POST /devices/{device}/heal': device => control.healDevice(device),
    'POST /devices/heal': () => control.healAllDevices(),
    'DELETE /devices/{device}': device => control.deleteDevice(device),
    'POST /stun/off': () => control.setStun(false),
    'POST /stun/on': () => control.setStun(true),
    'PUT /accounts': (_, body) => control.putAccount(body as AccountSpec),
    'POST /accounts/{name}/revoke': (name, body) => control.revokeTokens(name, body as { access?: boolean }),
    'PUT /access-token-seconds': (_, body) =>
      control.setAccessTokenSeconds((body as { seconds: number }).seconds),
    'PUT /rate-limit': (_, body) => control.setRateLimit(body as RateLimit | null),
    'POST /revisions/reset': () => control.resetRevisions(),
    'POST /gc': () => ({ removed: control.collectGarbage() }),
  };
}

function find(
  actions: Record<string, Action>,
  method: string,
  path: string,
): (() => [Action, string]) | undefined {
  const segments = path.split('/');
  for (const [key, action] of Object.entries(actions)) {
    const [wantedMethod, template = ''] = key.split(' ');
    const pattern = template.split('/');
    if (wantedMethod !== method || pattern.length !== segments.length) continue;
    if (!pattern.every((part, index) => part.startsWith('{') || part === segments[index])) continue;
    const index = pattern.findIndex(part => part.startsWith('{'));
    return () => [action, index < 0 ? '' : decodeURIComponent(segments[index] ?? '')];
  }
  return undefined;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : JSON.parse(text);
}

function reply(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(json ?? { done: true })}\n`);
}

/** The control endpoint: plain HTTP, no authentication; for test networks only. */
export function createControlServer(control: Control): Server {
  const actions = actionsOf(control);
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://control');
    const found = find(actions, request.method ?? '', url.pathname);
    if (found === undefined) {
      reply(response, 404, { error: 'no such action', actions: Object.keys(actions) });
      return;
    }
    try {
      const [action, argument] = found();
      reply(response, 200, await action(argument, await readJson(request), url.searchParams));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      reply(response, error instanceof NoSuchObject ? 404 : 400, { error: message });
    }
  };
  return createServer((request, response) => void handle(request, response));
}
