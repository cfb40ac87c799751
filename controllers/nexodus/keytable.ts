import { isDeepStrictEqual } from 'node:util';
import type { OwnedRegKey } from './shapes.ts';

interface Entry {
  readonly key: OwnedRegKey | undefined;
  readonly at: number;
}

/** Our registration keys. They have no revisions and no watch: lists are the truth, but for our own later writes. */
export class KeyTable {
  readonly #entries = new Map<string, Entry>();
  #count = 0;

  *keys(): IterableIterator<OwnedRegKey> {
    for (const { key } of this.#entries.values()) if (key) yield key;
  }

  /** Returns whether this is news; so do the others. */
  put(key: OwnedRegKey): boolean {
    const before = this.#entries.get(key.id)?.key;
    this.#entries.set(key.id, { key, at: ++this.#count });
    return !isDeepStrictEqual(before, key);
  }

  remove(id: string): boolean {
    const before = this.#entries.get(id)?.key;
    this.#entries.set(id, { key: undefined, at: ++this.#count });
    return before !== undefined;
  }

  /** To be called before a list is asked for, and its result given to {@link replace}. */
  mark(): number {
    return this.#count;
  }

  replace(keys: readonly OwnedRegKey[], mark: number): boolean {
    const listed = new Map(keys.map(key => [key.id, key]));
    let changed = false;
    for (const [id, { at, key }] of this.#entries) {
      if (at > mark || listed.has(id)) continue;
      this.#entries.delete(id);
      changed ||= key !== undefined;
    }
    for (const key of keys) {
      if ((this.#entries.get(key.id)?.at ?? 0) > mark) continue;
      changed = this.put(key) || changed;
    }
    return changed;
  }
}
