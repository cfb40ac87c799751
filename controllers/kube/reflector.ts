/** Keeps a cache current: list, then watch, again and again, whatever happens, until it is stopped. */

import { backoffMs } from '../runtime/backoff.ts';
import { messageOf, NexlinkError, Transient } from '../runtime/errors.ts';
import type { KubeObject, Resource } from '../runtime/kube.ts';
import type { Log } from '../runtime/log.ts';
import { ObjectCache } from './cache.ts';
import type { KubeClient } from './client.ts';
import { expired, isNotServed } from './failures.ts';
import type { IndexFunction } from './index.ts';
import type { Scope } from './paths.ts';
import { isNewer } from './revision.ts';
import { selectorOf } from './selector.ts';
import { watch } from './watch.ts';

export interface ReflectorOptions<T extends KubeObject> extends Scope {
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
  /** Drops what nobody reads, to save memory; it may change its argument. */
  readonly transform?: (object: T) => T;
  /** The kind may be absent from the cluster: then there are no objects of it. Looked for again every minute. */
  readonly optional?: boolean;
  /**
   * How long one watch lasts. Short, because a connection that died without a word is noticed only after it: an API
   * server stays silent for a minute and more when nothing happens. To go on costs one small request.
   */
  readonly watchSeconds?: number;
  readonly slackMs?: number;
}

const retry = { baseMs: 500, maxMs: 10_000 };
const absentRetryMs = 60_000;
/** A watch that ends this early without a word did not run its course: to ask again at once would never end. */
const shortestMs = 500;
const maxEventBytes = 16 * 1024 * 1024;
/** A watch that fails this often in a row where it is, is given up for a list. */
const watchAttempts = 4;
/** This many lists in a row that are older than what was seen prove that the server was restored from a backup. */
const rewindProof = 3;

export class Reflector<T extends KubeObject> {
  readonly resource: Resource;
  readonly cache: ObjectCache<T>;
  /** Resolves after the first complete list. Never rejects. */
  readonly synced: Promise<void>;
  readonly #client: KubeClient;
  readonly #options: ReflectorOptions<T>;
  readonly #log: Log;
  #markSynced: () => void = () => {};
  #isSynced = false;
  #failure: unknown;
  #failures = 0;
  #older = 0;
  #heardAt = -Infinity;
  /** Lists that were asked for, those that are done, and who waits for which. */
  #asked = 0;
  #listed = 0;
  #waiting: { readonly asked: number; readonly done: () => void }[] = [];
  #interrupt = new AbortController();

  constructor(client: KubeClient, resource: Resource, options: ReflectorOptions<T> = {}) {
    this.#client = client;
    this.resource = resource;
    this.#options = options;
    this.#log = client.log.with({ kind: resource.kind });
    const { indexes, transform } = options;
    this.cache = new ObjectCache<T>({
      log: this.#log,
      selects: selectorOf(options),
      ...(indexes ? { indexes } : {}),
      ...(transform ? { transform } : {}),
    });
    this.synced = new Promise(resolve => (this.#markSynced = resolve));
  }

  /** Whether the first complete list is in the cache. */
  get isSynced(): boolean {
    return this.#isSynced;
  }

  /** Why the cache is not current; undefined while all is well. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Milliseconds since the server was last heard. */
  get silentMs(): number {
    return this.#client.clock.monotonic() - this.#heardAt;
  }

  /**
   * Lists anew, and resolves once the cache holds what there was when this was called, or later. For who has to be sure
   * of that: a watch may stand still for the better part of a minute without a word.
   */
  renew(): Promise<void> {
    const asked = ++this.#asked;
    this.#interrupt.abort(new Error('a list was asked for'));
    return new Promise(done => this.#waiting.push({ asked, done }));
  }

  /** Lists and watches until `signal` is aborted, then resolves. */
  async run(signal: AbortSignal): Promise<void> {
    let list = true;
    let attempts = 0;
    while (!signal.aborted) {
      const interrupt = (this.#interrupt = new AbortController()).signal;
      const ending = AbortSignal.any([signal, interrupt]);
      try {
        if (list || this.#listed < this.#asked) await this.#list(ending);
        list = false;
        await this.#watch(ending, () => (attempts = 0));
        attempts = 0;
        this.#recovered();
      } catch (error) {
        if (signal.aborted) return;
        if (interrupt.aborted) continue;
        const forgotten = error instanceof Transient && error.code === expired;
        list ||= forgotten || ++attempts >= watchAttempts;
        if (list) attempts = 0;
        await this.#pause(error, ending);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { cache } = this;
    const seen = cache.latest;
    const asked = this.#asked;
    let list;
    try {
      list = await this.#client.list<T>(this.resource, this.#options, {
        prepare: o => cache.prepare(o),
        signal,
      });
    } catch (error) {
      // Not when there were objects: a kind that seems to be gone may be a server that is not ready.
      if (this.#options.optional && cache.size === 0 && isNotServed(error)) this.#finishList(asked);
      throw error;
    }
    const older = seen !== undefined && isNewer(seen, list.resourceVersion);
    if (older && ++this.#older < rewindProof)
      throw new NexlinkError(
        'OlderList',
        `a list of ${this.resource.plural} is older than what was seen before`,
      );
    if (older) this.#log.warn('the API server has lost its latest states: its list is taken as it is');
    this.#older = 0;
    cache.replace(list.items, list.resourceVersion, { rewound: older });
    this.#finishList(asked);
  }

  #finishList(asked: number): void {
    this.#listed = asked;
    for (const each of this.#waiting) if (each.asked <= asked) each.done();
    this.#waiting = this.#waiting.filter(each => each.asked > asked);
    this.#heard();
    if (!this.#isSynced) this.#log.info('cache filled', { objects: this.cache.size });
    this.#isSynced = true;
    this.#markSynced();
  }

  async #watch(signal: AbortSignal, progressed: () => void): Promise<void> {
    const { watchSeconds = 45, slackMs = 5_000 } = this.#options;
    const events = watch<T>(this.#client, this.resource, this.#options, {
      resourceVersion: this.cache.position!,
      // Watches that began together do not end together.
      timeoutSeconds: Math.max(1, Math.round(watchSeconds * (0.8 + 0.2 * Math.random()))),
      slackMs,
      maxBytes: maxEventBytes,
      signal,
    });
    const since = this.#client.clock.monotonic();
    let isSilent = true;
    for await (const event of events) {
      isSilent = false;
      this.cache.apply(
        event.type === 'BOOKMARK' ? event : { ...event, object: this.cache.prepare(event.object) },
      );
      this.#heard();
      this.#recovered();
      progressed();
    }
    this.#heard();
    if (isSilent && this.#heardAt - since < shortestMs)
      throw new Transient('WatchEnded', `a watch of ${this.resource.plural} ended at once, without a word`);
  }

  #heard(): void {
    this.#heardAt = this.#client.clock.monotonic();
  }

  #recovered(): void {
    if (this.#failures > 0) this.#log.info('watching again', { failures: this.#failures });
    this.#failures = 0;
    this.#failure = undefined;
  }

  async #pause(error: unknown, signal: AbortSignal): Promise<void> {
    const message = messageOf(error);
    if (message !== messageOf(this.#failure)) this.#log.warn('cache is not current', { error: message });
    this.#failure = error;
    const absent = this.#options.optional && isNotServed(error);
    const wait = absent ? absentRetryMs : backoffMs(retry, ++this.#failures);
    const retryAfterMs = error instanceof Transient ? (error.retryAfterMs ?? 0) : 0;
    await this.#client.clock.sleep(Math.max(wait, Math.min(retryAfterMs, 30_000)), signal).catch(() => {});
  }
}
