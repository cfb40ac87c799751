import { readFileSync } from 'node:fs';
import type { LookupFunction } from 'node:net';
import { createSecureContext, getCACertificates } from 'node:tls';
import { Agent } from 'undici';
import { Terminal, Transient } from '../runtime/errors.ts';
import { type Answer, badAnswer, errorOfCause } from './errors.ts';

export interface TransportOptions {
  /** PEM file with certificates that are trusted beside the public ones. */
  readonly caFile?: string | undefined;
  /** The same as text, instead of a file. */
  readonly ca?: string | undefined;
  readonly insecureSkipTLSVerify?: boolean | undefined;
  /** Resolves host names instead of the system. */
  readonly lookup?: LookupFunction | undefined;
  readonly limits?: Partial<TransportLimits> | undefined;
}

export interface TransportLimits {
  readonly connectMs: number;
  /** From the request to the headers of the answer. The server itself gives up after 10 s, its front retries. */
  readonly headersMs: number;
  /** The whole exchange, waiting for a connection included. */
  readonly totalMs: number;
  readonly maxAnswerBytes: number;
}

const defaultLimits: TransportLimits = {
  connectMs: 5_000,
  headersMs: 35_000,
  totalMs: 45_000,
  maxAnswerBytes: 32 * 1024 * 1024,
};

export interface Exchange {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly origin: string;
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An answer whose body never ends by itself. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: Answer['headers'];
  readonly body: AsyncIterable<Uint8Array>;
}

/** HTTP/1.1 over TLS with a bound on everything: connections, time, bytes. Rejects with Transient errors. */
export class Transport {
  readonly #agent: Agent;
  readonly #limits: TransportLimits;

  constructor(options: TransportOptions = {}) {
    this.#limits = { ...defaultLimits, ...options.limits };
    const ca = options.ca ?? (options.caFile ? readCA(options.caFile) : undefined);
    this.#agent = new Agent({
      // A front may offer HTTP/2, where one connection that is stuck holds up the watch and every write.
      allowH2: false,
      connections: 32,
      // The API server closes idle connections after 5 s: a request must not meet that moment.
      keepAliveTimeout: 3_000,
      keepAliveMaxTimeout: 3_000,
      connect: {
        timeout: this.#limits.connectMs,
        rejectUnauthorized: options.insecureSkipTLSVerify !== true,
        // One for all connections: to read all the public certificates takes 10 ms and 1.2 MB.
        ...(ca === undefined
          ? {}
          : { secureContext: createSecureContext({ ca: [...getCACertificates('default'), ca] }) }),
        ...(options.lookup === undefined ? {} : { lookup: options.lookup }),
      },
    });
  }

  /** Sends a request and reads the answer to its end. */
  async send(exchange: Exchange): Promise<Answer> {
    const deadline = AbortSignal.timeout(this.#limits.totalMs);
    const signal = exchange.signal ? AbortSignal.any([exchange.signal, deadline]) : deadline;
    const answer = await this.#request(exchange, signal, this.#limits.totalMs);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const chunk of answer.body) {
        bytes += chunk.length;
        if (bytes > this.#limits.maxAnswerBytes)
          throw badAnswer(describe(exchange), `more than ${this.#limits.maxAnswerBytes} bytes`);
        chunks.push(chunk);
      }
    } catch (error) {
      throw this.#translate(exchange, error, deadline);
    }
    return { status: answer.status, headers: answer.headers, text: Buffer.concat(chunks).toString('utf8') };
  }

  /** Sends a request and hands the body over as it comes. The signal ends it; there is no other deadline. */
  open(exchange: Exchange & { readonly signal: AbortSignal }): Promise<OpenAnswer> {
    return this.#request(exchange, exchange.signal, 0);
  }

  async #request(exchange: Exchange, signal: AbortSignal, bodyTimeout: number): Promise<OpenAnswer> {
    try {
      const answer = await this.#agent.request({
        origin: exchange.origin,
        path: exchange.path,
        method: exchange.method,
        headers: { accept: 'application/json', 'user-agent': 'nexlink', ...exchange.headers },
        body: exchange.body ?? null,
        signal,
        headersTimeout: this.#limits.headersMs,
        bodyTimeout,
      });
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: answer.body as AsyncIterable<Uint8Array>,
      };
    } catch (error) {
      throw this.#translate(exchange, error, signal);
    }
  }

  /** The caller's own abort passes unchanged; all else becomes Transient. */
  #translate(exchange: Exchange, error: unknown, deadline: AbortSignal): unknown {
    if (exchange.signal?.aborted) return exchange.signal.reason;
    if (error instanceof Transient) return error;
    return errorOfCause(describe(exchange), exchange.origin, deadline.aborted ? deadline.reason : error);
  }

  /** Closes all connections at once. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

/** The request without its query, for messages. */
export const describe = (exchange: Pick<Exchange, 'method' | 'origin' | 'path'>): string =>
  `${exchange.method} ${exchange.origin}${exchange.path.replace(/\?.*$/s, '')}`;

function readCA(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Terminal(
      'InvalidSettings',
      `nexodus.caFile: cannot read ${file}: mount the file or correct the path.`,
      {
        cause,
      },
    );
  }
}
