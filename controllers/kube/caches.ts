/** All caches of a program: started and stopped together, and fed with own writes. */

import type { KubeObject, ObjectRef, Resource } from '../runtime/kube.ts';
import type { KubeClient } from './client.ts';
import { Reflector, type ReflectorOptions } from './reflector.ts';
import type { WriteObserver } from './writer.ts';

export class Caches implements WriteObserver {
  readonly #client: KubeClient;
  readonly #reflectors = new Map<string, Reflector<KubeObject>[]>();

  constructor(client: KubeClient) {
    this.#client = client;
  }

  /** A reflector of a kind; several of one kind may differ in scope. Add all before {@link run}. */
  add<T extends KubeObject>(resource: Resource, options: ReflectorOptions<T> = {}): Reflector<T> {
    const reflector = new Reflector<T>(this.#client, resource, options);
    const key = keyOf(resource);
    const same = this.#reflectors.get(key) ?? [];
    this.#reflectors.set(key, [...same, reflector as unknown as Reflector<KubeObject>]);
    return reflector;
  }

  /** Every reflector. */
  get all(): readonly Reflector<KubeObject>[] {
    return [...this.#reflectors.values()].flat();
  }

  /** Runs all until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.all.map(reflector => reflector.run(signal)));
  }

  /** Resolves when every cache holds a first complete list. */
  async synced(): Promise<void> {
    await Promise.all(this.all.map(reflector => reflector.synced));
  }

  /** Lists everything anew; resolves once all caches hold what there was when this was called, or later. */
  async renew(): Promise<void> {
    await Promise.all(this.all.map(reflector => reflector.renew()));
  }

  written(resource: Resource, object: KubeObject): void {
    for (const { cache } of this.#reflectors.get(keyOf(resource)) ?? []) cache.observe(object);
  }

  deleted({ resource, namespace, name }: ObjectRef, uid: string): void {
    for (const { cache } of this.#reflectors.get(keyOf(resource)) ?? [])
      cache.observeDeleted(namespace, name, uid);
  }
}

const keyOf = ({ group, plural }: Resource): string => `${plural}.${group}`;
