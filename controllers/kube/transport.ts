/** HTTP to one API server: pooled connections, deadlines, a cap on what is read. Knows nothing of Kubernetes' kinds. */

import { createHash } from 'node:crypto';
import { Agent, ProxyAgent, type Dispatcher } from 'undici';
import type { Clock } from '../runtime/clock.ts';
import type { Connection, Credentials } from './connection.ts';
import { Deadline, within } from './deadline.ts';
import { Gate } from './gate.ts';

export interface TransportOptions {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly userAgent?: string;
  /** Requests under way at once, watches not counted. */
  readonly maxInFlight?: number;
  /** From the start of a request to the end of its answer, waiting for its turn not counted. */
  readonly deadlineMs?: number;
  /** The longest body that is read. */
  readonly maxBytes?: number;
}

export interface HTTPRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  readonly deadlineMs?: number;
  /** Neither waits for others nor for a pause: lease renewals. */
  readonly urgent?: boolean;
  /** Called right before it is sent, after all waiting; what it throws ends the request. */
  readonly permit?: () => void;
}

export interface HTTPAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export interface HTTPStream {
  readonly status: number;
  readonly headers: HTTPAnswer['headers'];
  readonly body: AsyncIterable<Uint8Array>;
}

/** The answer is longer than `maxBytes`. */
export class AnswerTooLong extends Error {
  constructor(maxBytes: number) {
    super(`the answer is longer than ${maxBytes} bytes`);
    this.name = 'AnswerTooLong';
  }
}

export class Transport {
  readonly #options: TransportOptions;
  readonly #origin: string;
  readonly #prefix: string;
  readonly #deadlineMs: number;
  readonly #maxBytes: number;
  readonly gate: Gate;
  #dispatcher: Dispatcher | undefined;
  #dispatcherKey = '';
  #credentials: Credentials | undefined;

  constructor(options: TransportOptions) {
    this.#options = options;
    const url = new URL(options.connection.server);
    this.#origin = url.origin;
    this.#prefix = url.pathname.replace(/\/+$/, '');
    this.#deadlineMs = options.deadlineMs ?? 15_000;
    this.#maxBytes = options.maxBytes ?? 16 * 1024 * 1024;
    this.gate = new Gate({ capacity: options.maxInFlight ?? 16, clock: options.clock });
  }

  get server(): string {
    return this.#options.connection.server;
  }

  /** Forgets remembered credentials after the server refused them. */
  renewCredentials(): void {
    this.#options.connection.renew();
  }

  /** One request and its whole answer. Rejects with the signal's reason, DeadlineExceeded, AnswerTooLong or undici's. */
  async request(request: HTTPRequest): Promise<HTTPAnswer> {
    const deadlineMs = request.deadlineMs ?? this.#deadlineMs;
    const leave = request.urgent ? () => {} : await this.gate.enter(request.signal, deadlineMs * 4);
    const deadline = new Deadline(deadlineMs, request.signal);
    try {
      const { statusCode, headers, body } = await this.#send(request, deadline.signal);
      return { status: statusCode, headers, body: await readAll(body, this.#maxBytes) };
    } catch (error) {
      throw deadline.signal.aborted ? deadline.signal.reason : error;
    } finally {
      deadline.cancel();
      leave();
    }
  }

  /** A request whose answer is read as it comes. It has no deadline: `signal` ends it. */
  async stream(path: string, signal: AbortSignal): Promise<HTTPStream> {
    const { statusCode, headers, body } = await this.#send({ method: 'GET', path }, signal);
    // An aborted body reports an error when nobody listens any more.
    body.on('error', () => {});
    return { status: statusCode, headers, body };
  }

  /** Closes all connections; what is under way fails. */
  async close(): Promise<void> {
    await this.#dispatcher?.destroy();
  }

  async #send(request: HTTPRequest, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    const credentials = await within(signal, this.#options.connection.credentials());
    request.permit?.();
    const answer = this.#dispatcherFor(credentials).request({
      origin: this.#origin,
      path: this.#prefix + request.path,
      method: request.method,
      headers: {
        ...credentials.headers,
        accept: 'application/json',
        'user-agent': this.#options.userAgent ?? 'nexlink',
        ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      },
      body: request.body ?? null,
      signal,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    // undici looks at the signal only once it has a connection; then it sends nothing any more.
    return within(signal, answer);
  }

  #dispatcherFor(credentials: Credentials): Dispatcher {
    if (this.#dispatcher && credentials === this.#credentials) return this.#dispatcher;
    this.#credentials = credentials;
    const { tls, proxy } = credentials;
    const key = createHash('sha256')
      .update(JSON.stringify([tls.ca, tls.cert, tls.key, tls.servername, tls.rejectUnauthorized, proxy]))
      .digest('base64');
    if (this.#dispatcher && key === this.#dispatcherKey) return this.#dispatcher;
    // Requests and watches that use the old certificate end by themselves, within a minute.
    void this.#dispatcher?.close().catch(() => {});
    this.#dispatcherKey = key;
    const shared = {
      // HTTP/1.1: a connection that is stuck holds up one request and not all of them.
      allowH2: false,
      connections: 256,
      pipelining: 1,
      // The API server closes idle connections after 90 s: do not use one that it is about to close.
      keepAliveTimeout: 30_000,
      keepAliveMaxTimeout: 60_000,
    };
    const connect = {
      ...tls,
      timeout: 5_000,
      keepAlive: true,
      keepAliveInitialDelay: 15_000,
    } as Agent.Options['connect'];
    return (this.#dispatcher =
      proxy === undefined
        ? new Agent({ ...shared, connect: connect! })
        : new ProxyAgent({
            ...shared,
            uri: proxy,
            requestTls: connect as ProxyAgent.Options['requestTls'] & object,
          }));
  }
}

async function readAll(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new AnswerTooLong(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes).toString('utf8');
}
