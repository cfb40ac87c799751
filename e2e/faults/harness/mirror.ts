/** Every object of a cluster, of whatever kind. */

import { Caches } from '../../../controllers/kube/caches.ts';
import type { KubeClient } from '../../../controllers/kube/client.ts';
import type { Reflector } from '../../../controllers/kube/reflector.ts';
import { ResourceWriter } from '../../../controllers/kube/writer.ts';
import type { CacheEvent, KubeObject, Resource } from '../../../controllers/runtime/kube.ts';
import { apiVersionOf } from '../../../controllers/runtime/resources.ts';

interface APIResources {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}
interface APIGroups {
  readonly groups: readonly {
    readonly name: string;
    readonly preferredVersion: { readonly version: string };
  }[];
}

/** Kinds that say what happened rather than how things are, and those of the cluster's own machinery. */
const left = new Set(['Event', 'Lease', 'PodTemplate', 'ControllerRevision', 'Endpoints']);

export class Mirror {
  readonly writer: ResourceWriter;
  readonly #caches: Caches;
  readonly #kinds: readonly { readonly resource: Resource; readonly reflector: Reflector<KubeObject> }[];

  private constructor(client: KubeClient, kinds: readonly Resource[]) {
    this.#caches = new Caches(client);
    this.#kinds = kinds.map(resource => ({ resource, reflector: this.#caches.add(resource) }));
    this.writer = new ResourceWriter(client, { observer: this.#caches });
  }

  /** Follows all kinds with objects in namespaces, and namespaces, until `signal` is aborted. */
  static async start(client: KubeClient, signal: AbortSignal): Promise<Mirror> {
    const mirror = new Mirror(client, await kindsOf(client));
    void mirror.#caches.run(signal);
    await mirror.#caches.synced();
    return mirror;
  }

  get<T extends KubeObject>(resource: Resource, namespace: string | undefined, name: string): T | undefined {
    return this.#reflector(resource).cache.get(namespace, name) as T | undefined;
  }

  list<T extends KubeObject>(resource: Resource, namespace?: string): readonly T[] {
    return this.#reflector(resource).cache.list(namespace) as readonly T[];
  }

  /** All objects of a namespace. */
  all(namespace?: string): { readonly resource: Resource; readonly object: KubeObject }[] {
    return this.#kinds.flatMap(({ resource, reflector }) =>
      resource.namespaced ? reflector.cache.list(namespace).map(object => ({ resource, object })) : [],
    );
  }

  /** The kind that an owner reference names. */
  kindOf(apiVersion: string, kind: string): Resource | undefined {
    return this.#kinds.find(({ resource }) => resource.kind === kind && apiVersionOf(resource) === apiVersion)
      ?.resource;
  }

  /** Hears of every change. Returns how to end that. */
  onEvent(listener: (event: CacheEvent<KubeObject>) => void): () => void {
    const ends = this.#kinds.map(({ reflector }) => reflector.cache.onEvent(listener));
    return () => ends.forEach(end => end());
  }

  #reflector(wanted: Resource): Reflector<KubeObject> {
    const found = this.#kinds.find(
      ({ resource }) => resource.plural === wanted.plural && resource.group === wanted.group,
    );
    if (!found) throw new Error(`the API server does not serve ${wanted.plural}`);
    return found.reflector;
  }
}

async function kindsOf(client: KubeClient): Promise<Resource[]> {
  const read = <T>(path: string) =>
    client.json(
      { method: 'GET', path, repeat: 'always', attempt: { verb: 'read', object: 'the kinds' } },
      body => body as T,
    );
  const { groups } = await read<APIGroups>('/apis');
  const served = [
    { group: '', version: 'v1', path: '/api/v1' },
    ...groups.map(({ name, preferredVersion: { version } }) => ({
      group: name,
      version,
      path: `/apis/${name}/${version}`,
    })),
  ];
  const kinds = await Promise.all(
    served.map(async ({ group, version, path }) =>
      (await read<APIResources>(path)).resources.flatMap(({ name, kind, namespaced, verbs }): Resource[] => {
        const isObject =
          !name.includes('/') && ['list', 'watch', 'delete'].every(verb => verbs.includes(verb));
        const isWanted = (namespaced || kind === 'Namespace') && !left.has(kind);
        return isObject && isWanted ? [{ group, version, kind, plural: name, namespaced }] : [];
      }),
    ),
  );
  return kinds.flat();
}
