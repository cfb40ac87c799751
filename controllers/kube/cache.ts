/** The objects of a kind, as the last list, the watch and our own writes tell them. */

import { messageOf } from '../runtime/errors.ts';
import type { Cache, CacheEvent, KubeObject } from '../runtime/kube.ts';
import type { Log } from '../runtime/log.ts';
import { ObjectIndex, type IndexFunction } from './index.ts';
import { isNewer, laterOf } from './revision.ts';

export interface CacheOptions<T extends KubeObject> {
  readonly log: Log;
  readonly indexes?: Readonly<Record<string, IndexFunction<T>>>;
  /** Drops what nobody reads, to save memory. It may change its argument. managedFields are dropped anyhow. */
  readonly transform?: (object: T) => T;
  /** Whether an own write's result belongs in here. */
  readonly selects?: (object: KubeObject) => boolean;
}

export type CacheListener<T extends KubeObject> = (event: CacheEvent<T>) => void;

/** What a watch says. A bookmark's object has nothing but a resourceVersion. */
export interface WatchEvent<T extends KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: T;
}

/**
 * Three sources are merged, each in its own order: lists, the watch, and results of own writes, which run ahead of
 * the watch. An object is replaced by a newer one only. What an own write removed is remembered until the watch or a
 * list has passed that point, so that an older event does not bring it back.
 */
export class ObjectCache<T extends KubeObject> implements Cache<T> {
  readonly #options: CacheOptions<T>;
  readonly #objects: ObjectIndex<T>;
  readonly #listeners = new Set<CacheListener<T>>();
  /** What the watch has reached. */
  #position: string | undefined;
  /** The latest resourceVersion seen anywhere. */
  #latest: string | undefined;
  /** uid → the resourceVersion up to which nothing is believed of it; undefined: nothing ever. */
  readonly #removed = new Map<string, string | undefined>();

  constructor(options: CacheOptions<T>) {
    this.#options = options;
    this.#objects = new ObjectIndex(options.indexes ?? {}, (index, { metadata }, error) =>
      options.log.error('index function failed', { index, object: metadata.name, error: messageOf(error) }),
    );
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#objects.get(namespace, name);
  }

  list(namespace?: string): readonly T[] {
    return this.#objects.list(namespace);
  }

  byIndex(index: string, value: string): readonly T[] {
    return this.#objects.byIndex(index, value);
  }

  get size(): number {
    return this.#objects.size;
  }

  /** The resourceVersion from which a watch goes on; undefined before the first list. */
  get position(): string | undefined {
    return this.#position;
  }

  /** The latest resourceVersion that was seen: a list that begins now cannot be older. */
  get latest(): string | undefined {
    return this.#latest;
  }

  /** Calls `listener` for every change from now on. Returns how to end that. Its exceptions are logged. */
  onEvent(listener: CacheListener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Makes an object of a list or an event ready for the cache: without managedFields, transformed. */
  prepare(object: T): T {
    delete (object.metadata as { managedFields?: unknown }).managedFields;
    return this.#options.transform?.(object) ?? object;
  }

  /**
   * Takes a complete list over; what is not in it is gone, unless an own write made it later. `rewound`: the server
   * has lost its later states (restored from a backup), so the list counts although it is older.
   */
  replace(objects: readonly T[], resourceVersion: string, { rewound = false } = {}): void {
    if (rewound) {
      this.#removed.clear();
      this.#latest = undefined;
    }
    const names = new Set<string>();
    const uids = new Set<string>();
    for (const { metadata } of objects) {
      names.add(nameOf(metadata));
      uids.add(metadata.uid!);
    }
    for (const held of this.#objects.list())
      if (
        !names.has(nameOf(held.metadata)) &&
        (rewound || !isNewer(held.metadata.resourceVersion, resourceVersion))
      )
        this.#remove(held);
    for (const object of objects) this.#take(object, rewound);
    // The watch begins behind the removals that this list knows of.
    for (const [uid, until] of this.#removed)
      if (until === undefined ? !uids.has(uid) : !isNewer(until, resourceVersion)) this.#removed.delete(uid);
    this.#position = resourceVersion;
    this.#latest = laterOf(this.#latest, resourceVersion);
  }

  /** Takes one event of the watch over. */
  apply({ type, object }: WatchEvent<T>): void {
    const resourceVersion = object.metadata.resourceVersion!;
    // A watch never goes back: this one was delivered before.
    if (this.#position !== undefined && !isNewer(resourceVersion, this.#position)) return;
    if (type === 'DELETED') {
      const held = this.#objects.get(object.metadata.namespace, object.metadata.name);
      // An own delete that completes another one is answered with the object as of its removal: that one goes as well.
      if (
        held &&
        held.metadata.uid === object.metadata.uid &&
        (resourceVersion === held.metadata.resourceVersion ||
          isNewer(resourceVersion, held.metadata.resourceVersion))
      )
        this.#remove(held);
      this.#removed.delete(object.metadata.uid!);
    } else if (type !== 'BOOKMARK') this.#take(object);
    this.#position = resourceVersion;
    this.#latest = laterOf(this.#latest, resourceVersion);
  }

  /** Takes the result of an own write over. The object is copied, the caller keeps its own. */
  observe(written: T): void {
    const { namespace, name, uid, resourceVersion } = written.metadata;
    if (uid === undefined || resourceVersion === undefined) return;
    this.#latest = laterOf(this.#latest, resourceVersion);
    const held = this.#objects.get(namespace, name);
    if (this.#options.selects && !this.#options.selects(written)) {
      if (held?.metadata.uid !== uid || !isNewer(resourceVersion, held.metadata.resourceVersion)) return;
      this.#removed.set(uid, resourceVersion);
      this.#remove(held);
      return;
    }
    // The watch has been there already, and says that the object is gone.
    if (!held && this.#position !== undefined && !isNewer(resourceVersion, this.#position)) return;
    if (held && !isNewer(resourceVersion, held.metadata.resourceVersion)) return;
    // Its name is taken, so the one before is gone: events that still tell of it are older than that.
    if (held && held.metadata.uid !== uid) this.#removed.set(held.metadata.uid!, undefined);
    this.#take(this.prepare(structuredClone(written)));
  }

  /** An own delete is complete: that object is gone, whatever the watch still says of it. */
  observeDeleted(namespace: string | undefined, name: string, uid: string): void {
    const held = this.#objects.get(namespace, name);
    // Not there: the watch has passed the deletion, or never saw the object.
    if (held?.metadata.uid !== uid) return;
    this.#removed.set(uid, undefined);
    this.#remove(held);
  }

  #take(object: T, rewound = false): void {
    const { namespace, name, uid, resourceVersion } = object.metadata;
    if (this.#removed.has(uid!)) {
      const until = this.#removed.get(uid!);
      if (until === undefined || !isNewer(resourceVersion, until)) return;
      this.#removed.delete(uid!);
    }
    const held = this.#objects.get(namespace, name);
    if (held) {
      if (held.metadata.resourceVersion === resourceVersion && held.metadata.uid === uid) return;
      if (!rewound && !isNewer(resourceVersion, held.metadata.resourceVersion)) return;
      if (held.metadata.uid !== uid) this.#remove(held);
    }
    const previous = this.#objects.set(object);
    this.#emit(previous ? { type: 'updated', object, previous } : { type: 'added', object });
  }

  #remove(object: T): void {
    this.#objects.delete(object);
    this.#emit({ type: 'deleted', object });
  }

  #emit(event: CacheEvent<T>): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        const { metadata } = event.object;
        this.#options.log.error('listener failed', { object: nameOf(metadata), error: messageOf(error) });
      }
    }
  }
}

const nameOf = ({ namespace = '', name }: KubeObject['metadata']): string => `${namespace}/${name}`;
