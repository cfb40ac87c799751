/** Objects by namespace and name, and by what index functions say of them. */

import type { KubeObject } from '../runtime/kube.ts';

/** The values under which an object is found. */
export type IndexFunction<T extends KubeObject> = (object: T) => readonly string[];

export class ObjectIndex<T extends KubeObject> {
  readonly #functions: ReadonlyMap<string, IndexFunction<T>>;
  readonly #namespaces = new Map<string, Map<string, T>>();
  readonly #values = new Map<string, Map<string, Set<T>>>();
  readonly #onError: (index: string, object: T, error: unknown) => void;
  #size = 0;

  /** `onError` hears of index functions that throw: their object is not found under that index. */
  constructor(
    functions: Readonly<Record<string, IndexFunction<T>>>,
    onError: (index: string, object: T, error: unknown) => void,
  ) {
    this.#functions = new Map(Object.entries(functions));
    for (const name of this.#functions.keys()) this.#values.set(name, new Map());
    this.#onError = onError;
  }

  get size(): number {
    return this.#size;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#namespaces.get(namespace ?? '')?.get(name);
  }

  list(namespace?: string): readonly T[] {
    if (namespace !== undefined) return [...(this.#namespaces.get(namespace)?.values() ?? [])];
    const all: T[] = [];
    for (const objects of this.#namespaces.values()) for (const object of objects.values()) all.push(object);
    return all;
  }

  byIndex(index: string, value: string): readonly T[] {
    const values = this.#values.get(index);
    if (!values)
      throw new Error(`no index ${index}; there are: ${[...this.#values.keys()].join(', ') || 'none'}`);
    return [...(values.get(value) ?? [])];
  }

  /** Puts an object in the place of the one of that name, which is returned. */
  set(object: T): T | undefined {
    const { namespace = '', name } = object.metadata;
    let objects = this.#namespaces.get(namespace);
    if (!objects) this.#namespaces.set(namespace, (objects = new Map()));
    const previous = objects.get(name);
    objects.set(name, object);
    if (previous) this.#unfile(previous);
    else this.#size++;
    this.#file(object);
    return previous;
  }

  delete({ metadata: { namespace = '', name } }: T): void {
    const objects = this.#namespaces.get(namespace);
    const previous = objects?.get(name);
    if (!objects || !previous) return;
    objects.delete(name);
    if (objects.size === 0) this.#namespaces.delete(namespace);
    this.#size--;
    this.#unfile(previous);
  }

  #file(object: T): void {
    for (const [index, value] of this.#valuesOf(object)) {
      const values = this.#values.get(index)!;
      const objects = values.get(value);
      if (objects) objects.add(object);
      else values.set(value, new Set([object]));
    }
  }

  #unfile(object: T): void {
    for (const [index, value] of this.#valuesOf(object)) {
      const values = this.#values.get(index)!;
      const objects = values.get(value);
      objects?.delete(object);
      if (objects?.size === 0) values.delete(value);
    }
  }

  #valuesOf(object: T): [index: string, value: string][] {
    const all: [string, string][] = [];
    for (const [index, valuesOf] of this.#functions) {
      try {
        for (const value of valuesOf(object)) all.push([index, value]);
      } catch (error) {
        this.#onError(index, object, error);
      }
    }
    return all;
  }
}
