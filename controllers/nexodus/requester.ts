import type { Clock } from '../runtime/clock.ts';
import { Denied, Transient } from '../runtime/errors.ts';
import { type Answer, codeOf, errorOfStatus } from './errors.ts';
import { describe, type Exchange, type OpenAnswer, type Transport } from './http.ts';
import type { Limiter, RequestClass } from './limiter.ts';
import type { NexodusMetrics } from './metrics.ts';
import type { ServerClock } from './serverclock.ts';
import type { Session } from './session.ts';

export interface RequesterOptions {
  /** Of the API. */
  readonly origin: string;
  readonly transport: Pick<Transport, 'send' | 'open'>;
  readonly session: Pick<Session, 'token' | 'reject' | 'refuse'>;
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  readonly metrics: NexodusMetrics;
  /** Called right before each write is sent, however long that waited; what it throws keeps it from being sent. */
  readonly permit: () => void;
  /** Ends what waits to be sent. */
  readonly signal: AbortSignal;
}

export interface Call {
  readonly method: Exchange['method'];
  readonly path: string;
  /** The path with names for ids. */
  readonly route: string;
  readonly kind: RequestClass;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** What came of a request: its result, or the body of an error. */
type Outcome<T> = Pick<Answer, 'status' | 'headers'> &
  ({ readonly result: T } | { readonly errorText: string });

/** Sends requests with our login, under the rate limit. Rejects with errors of runtime/errors.ts. */
export class Requester {
  readonly #options: RequesterOptions;

  constructor(options: RequesterOptions) {
    this.#options = options;
  }

  /** How messages name a call. */
  describe(call: Pick<Call, 'method' | 'path'>): string {
    return describe({ ...call, origin: this.#options.origin });
  }

  /** Resolves with an answer whose status is below 300. */
  send(call: Call): Promise<Answer> {
    return this.#authorized(call, async exchange => {
      const answer = await this.#sendTwice(exchange, call.kind === 'write' ? this.#options.permit : () => {});
      return answer.status < 300 ? { ...answer, result: answer } : { ...answer, errorText: answer.text };
    });
  }

  /** Resolves with the body of an answer with status 200 as soon as its headers are there. */
  open(call: Call & { readonly signal: AbortSignal }): Promise<OpenAnswer['body']> {
    return this.#authorized(call, async exchange => {
      const answer = await this.#options.transport.open({ ...exchange, signal: call.signal });
      return answer.status === 200
        ? { ...answer, result: answer.body }
        : { ...answer, errorText: await firstBytes(answer.body) };
    });
  }

  /** A pooled connection may close just when it is used: what can be repeated is, once. */
  async #sendTwice(exchange: Exchange, permit: () => void): Promise<Answer> {
    const { transport } = this.#options;
    permit();
    try {
      return await transport.send(exchange);
    } catch (error) {
      if (exchange.method === 'POST' || !wasClosed(error)) throw error;
      await this.#options.limiter.acquire('write', exchange.signal);
      permit();
      return transport.send(exchange);
    }
  }

  /** A refused token is replaced once. */
  async #authorized<T>(call: Call, send: (exchange: Exchange) => Promise<Outcome<T>>): Promise<T> {
    const { session, limiter, clock, serverClock, metrics, origin } = this.#options;
    const signal = call.signal ? AbortSignal.any([call.signal, this.#options.signal]) : this.#options.signal;
    for (let attempt = 1; ; attempt++) {
      metrics.limiterWaited((await limiter.acquire(call.kind, signal)) / 1000);
      const token = await session.token();
      const outcome = await this.#measured(call, () => send(exchangeOf({ ...call, signal }, origin, token)));
      if (!('errorText' in outcome)) return outcome.result;

      const now = serverClock.toServer(clock.now());
      const error = errorOfStatus(this.describe(call), { ...outcome, text: outcome.errorText }, now);
      if (error instanceof Transient && error.code === 'RateLimited')
        limiter.pause((error.retryAfterMs ?? 0) * (1 + Math.random() / 5));
      if (outcome.status !== 401) throw error;
      if (attempt === 1) session.reject(token);
      else {
        if (error instanceof Denied) session.refuse(token, error);
        throw error;
      }
    }
  }

  async #measured<T>(call: Call, send: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
    const { metrics, clock, serverClock } = this.#options;
    const since = clock.monotonic();
    let status = 0;
    try {
      const outcome = await send();
      status = outcome.status;
      // The header tells when a long answer began.
      if (clock.monotonic() - since < 2_000) serverClock.observe(outcome.headers['date']);
      return outcome;
    } finally {
      metrics.request(call.method, call.route, status, (clock.monotonic() - since) / 1000);
    }
  }
}

const exchangeOf = (call: Call, origin: string, token: string): Exchange => ({
  method: call.method,
  origin,
  path: call.path,
  signal: call.signal,
  headers: {
    authorization: `Bearer ${token}`,
    ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
  },
  ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
});

const wasClosed = (error: unknown): boolean =>
  error instanceof Transient &&
  error.code === 'Unreachable' &&
  ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(codeOf(error.cause));

const maxErrorBytes = 16 * 1024;

/** The start of an error body. */
async function firstBytes(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxErrorBytes) break;
    }
  } catch {
    // The status says enough.
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, maxErrorBytes);
}
