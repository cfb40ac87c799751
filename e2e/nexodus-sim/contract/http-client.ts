import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { RunningServer } from '../server/start.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

export interface WatchRecord {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly lines: readonly { readonly atMs: number; readonly event: unknown }[];
  /** How it ended: `closed by client`, `end`, or the error's code. */
  readonly end: string;
  readonly endAtMs: number;
}

export interface OutgoingRequest {
  readonly host: 'api' | 'auth';
  readonly method: string;
  readonly path: string;
  readonly authorization?: string | undefined;
  readonly body?: string | undefined;
}

function open(server: RunningServer, outgoing: OutgoingRequest): ReturnType<typeof httpsRequest> {
  return httpsRequest({
    host: `${outgoing.host}.${server.domain}`,
    port: server.ports.https,
    ca: server.ca,
    lookup: server.lookup,
    agent: false,
    method: outgoing.method,
    path: outgoing.path,
    headers: {
      ...(outgoing.authorization === undefined ? {} : { authorization: outgoing.authorization }),
      ...(outgoing.host === 'auth' ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
  });
}

/** One request and its whole answer. */
export function send(server: RunningServer, outgoing: OutgoingRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = open(server, outgoing);
    request.on('error', reject);
    request.on('response', response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', chunk => (text += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    request.end(outgoing.body);
  });
}

/** Opens a watch, notes what comes and when, and closes it after a time. */
export function watch(
  server: RunningServer,
  outgoing: OutgoingRequest,
  closeAfterMs: number,
): Promise<WatchRecord> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const elapsed = (): number => performance.now() - started;
    const lines: { atMs: number; event: unknown }[] = [];
    const request = open(server, outgoing);
    request.on('error', reject);
    request.on('response', response => {
      const finish = (end: string): void => {
        clearTimeout(timer);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          lines,
          end,
          endAtMs: elapsed(),
        });
        request.destroy();
      };
      const timer = setTimeout(() => finish('closed by client'), closeAfterMs);
      let text = '';
      response.setEncoding('utf8');
      response.on('data', chunk => {
        text += chunk;
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) lines.push({ atMs: elapsed(), event: JSON.parse(part) });
      });
      response.on('end', () => finish('end'));
      response.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? error.message));
    });
    request.end(outgoing.body);
  });
}
