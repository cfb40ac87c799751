/** Requests about Kubernetes objects: plain JSON in and out, retries, errors of runtime/errors.ts. */

import { systemClock, type Clock } from '../runtime/clock.ts';
import { backoffMs } from '../runtime/backoff.ts';
import { Denied, NexlinkError, NotFound, Transient } from '../runtime/errors.ts';
import type { KubeObject, ObjectRef, Resource } from '../runtime/kube.ts';
import { silentLog, type Log } from '../runtime/log.ts';
import { apiVersionOf } from '../runtime/resources.ts';
import type { Connection } from './connection.ts';
import {
  answerTooLong,
  expired,
  failureOf,
  networkFailureOf,
  neverSent,
  unusable,
  type Attempt,
} from './failures.ts';
import { describe, listPath, objectPath, type Scope } from './paths.ts';
import {
  AnswerTooLong,
  Transport,
  type HTTPAnswer,
  type HTTPRequest,
  type TransportOptions,
} from './transport.ts';
import { ServerWarnings } from './warnings.ts';

export interface KubeClientOptions extends Omit<TransportOptions, 'connection' | 'clock'> {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Between the first attempt and the last. */
  readonly retryForMs?: number;
}

/** One request and what is known of it. */
export interface KubeRequest extends HTTPRequest {
  readonly attempt: Omit<Attempt, 'server'>;
  /**
   * When it is tried again. `always`: doing it twice is the same as doing it once; `unsent`: only if the server surely
   * did nothing; `never`: the caller tries again by itself.
   */
  readonly repeat: 'always' | 'unsent' | 'never';
  /** Judges an answer of status 300 and above before the usual translation. */
  readonly judge?: (answer: HTTPAnswer) => NexlinkError | 'fine' | undefined;
}

export type ReadOptions = Partial<Pick<KubeRequest, 'signal' | 'deadlineMs' | 'urgent' | 'repeat'>>;

/** All objects of a scope at one moment. */
export interface KubeList<T extends KubeObject> {
  readonly items: T[];
  readonly resourceVersion: string;
}

const maxAttempts = 4;
const firstPage = 500;

export class KubeClient {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly #retryForMs: number;
  readonly #warnings: ServerWarnings;

  constructor(connection: Connection, options: KubeClientOptions = {}) {
    const { clock = systemClock, log = silentLog, retryForMs = 20_000, ...transport } = options;
    this.clock = clock;
    this.log = log;
    this.#retryForMs = retryForMs;
    this.#warnings = new ServerWarnings(log);
    this.transport = new Transport({ ...transport, connection, clock });
  }

  /** URL of the API server. */
  get server(): string {
    return this.transport.server;
  }

  /** Reads one object from the server. Rejects with NotFound, Denied or Transient. */
  async get<T extends KubeObject>(ref: ObjectRef, options: ReadOptions = {}): Promise<T> {
    const attempt = { verb: 'get', object: describe(ref) };
    return this.object<T>({ repeat: 'always', ...options, method: 'GET', path: objectPath(ref), attempt });
  }

  /** The same, and undefined when it is not there. */
  async find<T extends KubeObject>(ref: ObjectRef, options: ReadOptions = {}): Promise<T | undefined> {
    try {
      return await this.get<T>(ref, options);
    } catch (error) {
      if (error instanceof NotFound) return undefined;
      throw error;
    }
  }

  /**
   * All objects of a scope, read in pages so that none is long to parse. `prepare` sees each object first and may
   * make it smaller. Rejects with Denied or Transient (code `KindNotServed` when the kind does not exist).
   */
  async list<T extends KubeObject>(
    resource: Resource,
    scope: Scope = {},
    { prepare = (object: T) => object, signal }: { prepare?: (object: T) => T; signal?: AbortSignal } = {},
  ): Promise<KubeList<T>> {
    const attempt = { verb: 'list', object: describeAll(resource, scope) };
    let limit = firstPage;
    for (let tries = 1; ; tries++) {
      try {
        return await this.#pages<T>(resource, scope, limit, attempt, prepare, signal);
      } catch (error) {
        if (!(error instanceof Transient) || tries >= 4) throw error;
        // The snapshot that the pages came from is gone: begin again, with fewer requests.
        if (error.code === expired) limit *= 2;
        else if (error.code === answerTooLong && limit > 1) limit = Math.max(1, Math.floor(limit / 10));
        else throw error;
      }
    }
  }

  /** Sends a request and returns the object that it is answered with. */
  object<T extends KubeObject>(request: KubeRequest): Promise<T> {
    return this.json(request, (body, invalid) => {
      if (!isObject(body)) throw invalid('something else than an object');
      return body as T;
    });
  }

  /**
   * Sends a request and returns what `read` makes of the JSON object that it is answered with. An answer for which
   * `read` throws counts as not understood, and a request that may be repeated is.
   */
  json<R>(request: KubeRequest, read: (body: object, invalid: (why: string) => Transient) => R): Promise<R> {
    const attempt: Attempt = { ...request.attempt, server: this.server };
    const invalid = (why: string) => unusable(attempt, why);
    return this.#retry(request, attempt, answer => {
      let body: unknown;
      try {
        body = JSON.parse(answer.body);
      } catch {
        // Told below, without the text: it may be secret.
      }
      if (typeof body !== 'object' || body === null || Array.isArray(body))
        throw invalid('something else than a JSON object');
      return read(body, invalid);
    });
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this.transport.close();
  }

  async #pages<T extends KubeObject>(
    resource: Resource,
    scope: Scope,
    limit: number,
    attempt: KubeRequest['attempt'],
    prepare: (object: T) => T,
    signal: AbortSignal | undefined,
  ): Promise<KubeList<T>> {
    const items: T[] = [];
    let next: string | undefined;
    for (;;) {
      const path = listPath(resource, scope, { limit, continue: next });
      const request = {
        method: 'GET',
        path,
        attempt,
        repeat: 'always',
        ...(signal ? { signal } : {}),
      } as const;
      const page = await this.json(request, (body, invalid) => pageOf(resource, body, invalid));
      for (const item of page.items) items.push(prepare(item as T));
      if (!page.next) return { items, resourceVersion: page.resourceVersion };
      next = page.next;
    }
  }

  async #retry<R>(request: KubeRequest, attempt: Attempt, read: (answer: HTTPAnswer) => R): Promise<R> {
    const { clock, transport } = this;
    const start = clock.monotonic();
    let renewed = false;
    for (let tries = 1; ; tries++) {
      const { result, failure, again } = await this.#once(request, attempt, read);
      if (!failure) return result as R;
      const refused = failure instanceof Denied && failure.code === 'Unauthorized';
      if (refused) transport.renewCredentials();
      const delay = refused
        ? 0
        : Math.max(backoffMs(retryBackoff, tries), (failure as Transient).retryAfterMs ?? 0);
      if (tries >= maxAttempts || (refused ? renewed : !again)) throw failure;
      if (clock.monotonic() - start + delay > this.#retryForMs) throw failure;
      renewed ||= refused;
      await clock.sleep(delay, request.signal);
    }
  }

  async #once<R>(
    request: KubeRequest,
    attempt: Attempt,
    read: (answer: HTTPAnswer) => R,
  ): Promise<{ result?: R; failure?: NexlinkError; again?: boolean }> {
    const { gate } = this.transport;
    const { repeat } = request;
    let answer: HTTPAnswer;
    try {
      answer = await this.transport.request(request);
    } catch (error) {
      request.signal?.throwIfAborted();
      // Not permitted, or without credentials: nothing was sent.
      if (error instanceof NexlinkError) throw error;
      const failure = networkFailureOf(attempt, error);
      // It would be as long again.
      if (error instanceof AnswerTooLong) return { failure, again: false };
      gate.report('busy');
      return { failure, again: repeat === 'always' || (repeat === 'unsent' && neverSent(error)) };
    }
    this.#warnings.take(answer);
    const { status } = answer;
    const judged = status >= 300 ? (request.judge?.(answer) ?? failureOf(attempt, answer)) : 'fine';
    const busy = status === 429 || status === 502 || status === 503 || status === 504;
    gate.report(
      busy ? 'busy' : status >= 500 ? 'error' : 'fine',
      judged instanceof Transient ? judged.retryAfterMs : undefined,
    );
    if (judged !== 'fine') {
      const passing =
        judged instanceof Transient && (repeat === 'always' ? busy || status >= 500 : status === 429);
      return { failure: judged, again: passing && repeat !== 'never' };
    }
    try {
      return { result: read(answer) };
    } catch (error) {
      return { failure: error as NexlinkError, again: repeat === 'always' };
    }
  }
}

const retryBackoff = { baseMs: 200, maxMs: 5_000 };

const describeAll = ({ plural }: Resource, { namespace }: Scope): string =>
  namespace === undefined ? plural : `${plural} of namespace ${namespace}`;

/** One page of a list. Items of the built-in kinds come without their type: it is added. */
function pageOf(resource: Resource, body: object, invalid: (why: string) => Transient) {
  const { metadata, items = [] } = body as {
    metadata?: { resourceVersion?: unknown; continue?: unknown };
    items?: unknown;
  };
  if (typeof metadata?.resourceVersion !== 'string' || !Array.isArray(items ?? []))
    throw invalid('something else than a list');
  const typed = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  const objects = ((items ?? []) as object[]).map(item => ({ ...typed, ...item }));
  if (!objects.every(isObject)) throw invalid('a list with something else than objects');
  const next = typeof metadata.continue === 'string' ? metadata.continue : '';
  return { items: objects, resourceVersion: metadata.resourceVersion, next };
}

/** Whether a value has what every stored object has. */
export function isObject(value: unknown): value is KubeObject {
  const { kind, metadata } = (value ?? {}) as { kind?: unknown; metadata?: Record<string, unknown> | null };
  return (
    typeof kind === 'string' &&
    typeof metadata?.['name'] === 'string' &&
    typeof metadata['uid'] === 'string' &&
    typeof metadata['resourceVersion'] === 'string'
  );
}
