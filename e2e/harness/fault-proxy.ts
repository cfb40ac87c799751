/** A proxy in front of an HTTP API that makes it fail: for tests of what its clients do then. */

import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTLSServer, request as httpsRequest } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** A request, as faults are chosen by it. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** POST, PUT, PATCH or DELETE. */
  readonly isWrite: boolean;
  /** Its answer is a stream: `watch=true`, or Nexodus' event endpoints. */
  readonly isWatch: boolean;
}

/** What happens to a request. */
export type Fault =
  /** An answer that the server did not give; the request does not reach it. */
  | {
      readonly do: 'answer';
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: string;
    }
  /** The connection is reset; the request does not reach the server. */
  | { readonly do: 'reset' }
  /** Nothing ever comes, and the connection stays; the request does not reach the server. */
  | { readonly do: 'hang' }
  /** The server does it, and the connection is reset instead of the answer. */
  | { readonly do: 'loseAnswer' }
  /** The server does it, then `then` is called, and the answer never comes: where a client is killed. */
  | { readonly do: 'afterWrite'; readonly then: () => void }
  /** The answer comes this much later. */
  | { readonly do: 'delay'; readonly ms: number }
  /** After so many bytes of the body nothing more comes, and the connection stays. */
  | { readonly do: 'freezeAfter'; readonly bytes: number }
  /** After so many bytes of the body the connection is closed. */
  | { readonly do: 'truncateAfter'; readonly bytes: number }
  /** The body comes byte by byte, one each `ms`. */
  | { readonly do: 'drip'; readonly ms: number }
  /** The server gets another path: an older resourceVersion, for example. */
  | { readonly do: 'rewrite'; readonly path: (path: string) => string };

export interface FaultProxyOptions {
  /** URL of the server. Its certificate is not checked. */
  readonly upstream: string;
  /** Serve TLS with this certificate. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly port?: number;
  /** Address to bind; default 127.0.0.1. */
  readonly host?: string;
  /** Pass the client's Host header on, for servers that tell sites by it. */
  readonly keepHost?: boolean;
  /** Hears of every answer of the server, before it is passed on. */
  readonly onServed?: (served: Served) => void;
}

/** A request that was served, and how: `status` 0 means no answer. */
export interface Served extends Seen {
  readonly status: number;
  readonly atMs: number;
}

interface Rule {
  readonly matches: (seen: Seen) => boolean;
  readonly fault: Fault;
  left: number;
  skip: number;
}

/** One request that is being answered. */
interface Exchange {
  readonly seen: Seen;
  readonly socket: Socket;
  readonly answer: IncomingMessage;
  readonly response: ServerResponse;
}

export class FaultProxy {
  readonly #options: FaultProxyOptions;
  readonly #server: ReturnType<typeof createServer>;
  readonly #sockets = new Set<Socket>();
  readonly #open = new Set<Exchange>();
  #rules: Rule[] = [];
  /** Every request so far. */
  readonly served: Served[] = [];
  /** Every write that came in, answered or not. */
  readonly started: Seen[] = [];
  /** Writes that are not answered yet. */
  pendingWrites = 0;
  /** Every connection so far. */
  connections = 0;

  constructor(options: FaultProxyOptions) {
    this.#options = options;
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      request.on('error', () => {});
      response.on('error', () => {});
      void this.#serve(request, response).catch(() => response.destroy());
    };
    this.#server = options.tls ? createTLSServer(options.tls, serve) : createServer(serve);
    for (const event of ['connection', 'secureConnection'])
      this.#server.on(event, (socket: Socket) => {
        if (event === 'connection') this.connections++;
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.once('close', () => this.#sockets.delete(socket));
      });
  }

  async start(): Promise<this> {
    this.#server.listen(this.#options.port ?? 0, this.#options.host ?? '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#options.tls ? 'https' : 'http'}://${this.#options.host ?? '127.0.0.1'}:${this.port}`;
  }

  /**
   * From now on, requests that match meet this fault: `times` of them (all by default), after `skip` that do not. The
   * rule that was added last goes first. Returns how to end it.
   */
  add(
    fault: Fault,
    matches: (seen: Seen) => boolean = () => true,
    { times = Infinity, skip = 0 }: { times?: number; skip?: number } = {},
  ): () => void {
    const rule = { matches, fault, left: times, skip };
    this.#rules.unshift(rule);
    return () => void (this.#rules = this.#rules.filter(other => other !== rule));
  }

  /** Ends all faults. */
  clear(): void {
    this.#rules = [];
  }

  /** Answers that are under way stop where they are; their connections stay. Returns how to let them go on. */
  freeze(matches: (seen: Seen) => boolean = () => true): () => void {
    const frozen = [...this.#open].filter(({ seen }) => matches(seen));
    for (const { answer, response } of frozen) answer.unpipe(response);
    return () => {
      for (const { answer, response } of frozen) answer.pipe(response);
    };
  }

  /** Resets the connections of all answers that are under way. */
  drop(matches: (seen: Seen) => boolean = () => true): void {
    for (const { seen, socket } of this.#open) if (matches(seen)) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #faultOf(seen: Seen): Fault | undefined {
    for (const rule of this.#rules) {
      if (rule.left <= 0 || !rule.matches(seen)) continue;
      if (rule.skip > 0) {
        rule.skip--;
        continue;
      }
      rule.left--;
      return rule.fault;
    }
    return undefined;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = seenOf(request);
    if (seen.isWrite && !seen.isWatch) {
      this.pendingWrites++;
      this.started.push(seen);
      response.once('close', () => this.pendingWrites--);
    }
    const fault = this.#faultOf(seen);
    const note = (status: number) => {
      const served = { ...seen, status, atMs: performance.now() };
      this.served.push(served);
      this.#options.onServed?.(served);
    };
    if (fault?.do === 'answer') {
      note(fault.status);
      request.resume();
      response.writeHead(fault.status, { 'content-type': 'application/json', ...fault.headers });
      return void response.end(fault.body ?? '');
    }
    if (fault?.do === 'reset' || fault?.do === 'hang') {
      note(0);
      request.resume();
      if (fault.do === 'reset') request.socket.resetAndDestroy();
      return;
    }
    const path = fault?.do === 'rewrite' ? fault.path(seen.path) : seen.path;
    const answer = await this.#forward(request, response, path);
    note(answer.statusCode ?? 0);
    const isDone = (answer.statusCode ?? 0) < 300;
    if (fault?.do === 'loseAnswer' && isDone) return void request.socket.resetAndDestroy();
    if (fault?.do === 'afterWrite' && isDone) return fault.then();
    if (fault?.do === 'delay') await new Promise(resolve => setTimeout(resolve, fault.ms));
    this.#answer({ seen, socket: request.socket, answer, response }, fault);
  }

  async #forward(request: IncomingMessage, response: ServerResponse, path: string): Promise<IncomingMessage> {
    const upstream = new URL(this.#options.upstream);
    const send = upstream.protocol === 'https:' ? httpsRequest : httpRequest;
    const host = this.#options.keepHost ? request.headers.host : upstream.host;
    const forwarded = send(upstream.origin + path, {
      method: request.method ?? 'GET',
      headers: { ...request.headers, ...(host === undefined ? {} : { host }) },
      rejectUnauthorized: false,
    });
    response.once('close', () => forwarded.destroy());
    request.pipe(forwarded);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    forwarded.on('error', () => {});
    return answer;
  }

  #answer(exchange: Exchange, fault: Fault | undefined): void {
    const { answer, response, socket } = exchange;
    this.#open.add(exchange);
    response.once('close', () => {
      this.#open.delete(exchange);
      answer.destroy();
    });
    answer.once('error', () => socket.destroy());
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    // Watches send their head before their first event.
    response.flushHeaders();
    if (fault?.do === 'freezeAfter' || fault?.do === 'truncateAfter')
      return cut(exchange, fault.bytes, () => fault.do === 'truncateAfter' && socket.end());
    if (fault?.do === 'drip') return drip(exchange, fault.ms);
    answer.pipe(response);
  }
}

function seenOf({ method = 'GET', url = '/' }: IncomingMessage): Seen {
  return {
    method,
    path: url,
    isWrite: ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method),
    isWatch: /[?&]watch=(true|1)\b/.test(url) || /\/events(\?|$)/.test(url),
  };
}

/** Passes `bytes` of the body on, then calls `end` and passes nothing more. */
function cut({ answer, response }: Exchange, bytes: number, end: () => void): void {
  let left = bytes;
  answer.on('data', (chunk: Buffer) => {
    if (left <= 0) return;
    const part = chunk.subarray(0, left);
    left -= part.length;
    response.write(part, () => left <= 0 && end());
  });
  answer.once('end', () => left > 0 && response.end());
}

function drip({ answer, response }: Exchange, ms: number): void {
  const bytes: number[] = [];
  answer.on('data', (chunk: Buffer) => bytes.push(...chunk));
  const timer = setInterval(() => {
    const byte = bytes.shift();
    if (byte !== undefined) response.write(Buffer.of(byte));
    else if (answer.complete) response.end();
  }, ms);
  response.once('close', () => clearInterval(timer));
}
