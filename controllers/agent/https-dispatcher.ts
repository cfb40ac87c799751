/**
 * What controllers/kube uses of undici, on Node's own HTTP client: hack/build.ts puts it in undici's place in the
 * agent's bundle. undici costs a process that does next to nothing 25 MB, and it needs WebAssembly, without which V8
 * can do in its small configuration (--lite-mode).
 */

import { Agent as HTTPAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HTTPSAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSOptions } from '../kube/connection.ts';

export interface DispatcherOptions {
  readonly connect: TLSOptions & { readonly timeout?: number; readonly keepAliveInitialDelay?: number };
  /** Idle connections are closed after this long. */
  readonly keepAliveTimeout?: number;
}

export interface DispatchOptions {
  readonly origin: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  readonly signal: AbortSignal;
}

export interface ResponseData {
  readonly statusCode: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: IncomingMessage;
}

export class Agent {
  readonly #connectMs: number;
  readonly #agents: Readonly<Record<string, HTTPAgent>>;

  constructor({ connect, keepAliveTimeout = 30_000 }: DispatcherOptions) {
    const { timeout: connectMs = 5_000, keepAliveInitialDelay = 15_000, ...tls } = connect;
    this.#connectMs = connectMs;
    const shared = { keepAlive: true, keepAliveMsecs: keepAliveInitialDelay, timeout: keepAliveTimeout };
    this.#agents = { 'http:': new HTTPAgent(shared), 'https:': new HTTPSAgent({ ...shared, ...tls }) };
  }

  /** Resolves with the head of the answer. Rejects with the network's error, its `code` as undici has it. */
  request({ origin, path, method, headers, body, signal }: DispatchOptions): Promise<ResponseData> {
    return new Promise((resolve, reject) => {
      const { protocol } = new URL(origin);
      const send = protocol === 'https:' ? httpsRequest : httpRequest;
      const length = body === null ? {} : { 'content-length': `${Buffer.byteLength(body)}` };
      const request = send(origin + path, {
        method,
        headers: { ...headers, ...length },
        agent: this.#agents[protocol]!,
        signal,
      });
      request.once('socket', socket => this.#limitConnect(socket, error => request.destroy(error)));
      request.once('response', answer =>
        resolve({ statusCode: answer.statusCode ?? 0, headers: answer.headers, body: answer }),
      );
      request.on('error', reject);
      request.end(body ?? undefined);
    });
  }

  /** Ends idle connections; the others end with what is under way. */
  close(): Promise<void> {
    for (const agent of Object.values(this.#agents))
      for (const sockets of Object.values(agent.freeSockets))
        for (const socket of sockets ?? []) socket.destroy();
    return Promise.resolve();
  }

  /** Ends all connections. */
  destroy(): Promise<void> {
    for (const agent of Object.values(this.#agents)) agent.destroy();
    return Promise.resolve();
  }

  #limitConnect(socket: Socket, fail: (error: Error) => void): void {
    if (!socket.connecting) return;
    const error = Object.assign(new Error(`no connection within ${this.#connectMs} ms`), {
      code: 'UND_ERR_CONNECT_TIMEOUT',
    });
    const timer = setTimeout(() => fail(error), this.#connectMs);
    const settled = () => clearTimeout(timer);
    socket.once('connect', settled).once('close', settled);
  }
}

/** A pod reaches its API server without a proxy. */
export class ProxyAgent {
  constructor() {
    throw new Error('an HTTP proxy on the way to the API server is not supported in gateway pods');
  }
}
