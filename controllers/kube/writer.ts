/** {@link KubeWriter} over HTTP. */

import { Conflict } from '../runtime/errors.ts';
import type { JSONPatch, KubeObject, KubeWriter, ObjectRef, Resource } from '../runtime/kube.ts';
import { apiVersionOf } from '../runtime/resources.ts';
import type { KubeClient, KubeRequest } from './client.ts';
import { isFailedTest, isGone, isOtherUID, isUIDChange } from './failures.ts';
import { describe, listPath, objectPath } from './paths.ts';

/** The field manager of everything that Nexlink applies. */
export const fieldManager = 'nexlink';

/** Hears of own writes (and live reads), so that caches show them at once. caches.ts implements it. */
export interface WriteObserver {
  written(resource: Resource, object: KubeObject): void;
  deleted(ref: ObjectRef, uid: string): void;
}

export interface WriterOptions {
  readonly observer?: WriteObserver;
  /** Called right before every attempt of every write is sent; throws when writing is not allowed (any more). */
  readonly permit?: () => void;
  /** Ends writes that are under way. */
  readonly signal?: AbortSignal;
}

export class ResourceWriter implements KubeWriter {
  readonly #client: KubeClient;
  readonly #options: WriterOptions;

  constructor(client: KubeClient, options: WriterOptions = {}) {
    this.#client = client;
    this.#options = options;
  }

  async read<T extends KubeObject>(ref: ObjectRef): Promise<T | undefined> {
    const { signal } = this.#options;
    const found = await this.#client.find<T>(ref, signal ? { signal } : {});
    if (!found) return undefined;
    withoutManagedFields(found);
    this.#options.observer?.written(ref.resource, found);
    return found;
  }

  apply<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    return this.#apply(resource, object);
  }

  applyStatus<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    return this.#apply(resource, object, 'status');
  }

  create<T extends KubeObject>(resource: Resource, object: T): Promise<T> {
    return this.#write<T>(resource, {
      method: 'POST',
      path: listPath(resource, scopeOf(object), { fieldManager }),
      body: JSON.stringify({ ...object, apiVersion: apiVersionOf(resource), kind: resource.kind }),
      attempt: attemptOf('create', refOf(resource, object)),
      repeat: 'unsent',
    });
  }

  jsonPatch<T extends KubeObject>(
    ref: ObjectRef,
    operations: readonly JSONPatch[],
    subresource?: 'status',
  ): Promise<T> {
    return this.#write<T>(ref.resource, {
      method: 'PATCH',
      path: objectPath(ref, subresource, { fieldManager }),
      body: JSON.stringify(operations),
      contentType: 'application/json-patch+json',
      attempt: attemptOf('patch', ref),
      repeat: 'unsent',
      judge: answer =>
        isFailedTest(answer)
          ? new Conflict(
              'Conflict',
              `cannot patch ${describe(ref)}: it is no longer as it was when the patch was made; it is observed again`,
            )
          : undefined,
    });
  }

  async delete(ref: ObjectRef, uid: string, options: { gracePeriodSeconds?: number } = {}): Promise<void> {
    const body = await this.#client.json(
      this.#guarded({
        method: 'DELETE',
        path: objectPath(ref),
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          preconditions: { uid },
          propagationPolicy: 'Background',
          ...options,
        }),
        attempt: attemptOf('delete', ref),
        repeat: 'always',
        judge: answer => (isGone(answer) || isOtherUID(answer) ? 'fine' : undefined),
      }),
      answer => answer,
    );
    const { metadata } = body as { metadata?: KubeObject['metadata'] };
    // The object itself comes back while finalizers or a grace period keep it.
    if (metadata?.uid === uid && metadata.deletionTimestamp !== undefined)
      this.#options.observer?.written(ref.resource, withoutManagedFields(body as KubeObject));
    else this.#options.observer?.deleted(ref, uid);
  }

  #apply<T extends KubeObject>(resource: Resource, object: T, subresource?: string): Promise<T> {
    const ref = refOf(resource, object);
    return this.#write<T>(resource, {
      method: 'PATCH',
      path: objectPath(ref, subresource, { fieldManager, force: true }),
      body: JSON.stringify({ ...object, apiVersion: apiVersionOf(resource), kind: resource.kind }),
      contentType: 'application/apply-patch+yaml',
      attempt: attemptOf(subresource === undefined ? 'apply' : `apply the ${subresource} of`, ref),
      repeat: 'always',
      judge: answer =>
        isUIDChange(answer)
          ? new Conflict(
              'Conflict',
              `cannot apply ${describe(ref)}: another object has its name now; it is observed again`,
            )
          : undefined,
    });
  }

  async #write<T extends KubeObject>(resource: Resource, request: KubeRequest): Promise<T> {
    const written = withoutManagedFields(await this.#client.object<T>(this.#guarded(request)));
    this.#options.observer?.written(resource, written);
    return written;
  }

  #guarded(request: KubeRequest): KubeRequest {
    const { permit, signal } = this.#options;
    return { ...request, ...(permit ? { permit } : {}), ...(signal ? { signal } : {}) };
  }
}

function withoutManagedFields<T extends KubeObject>(object: T): T {
  delete (object.metadata as { managedFields?: unknown }).managedFields;
  return object;
}

const scopeOf = ({ metadata: { namespace } }: KubeObject) => (namespace === undefined ? {} : { namespace });

const refOf = (resource: Resource, object: KubeObject): ObjectRef => ({
  resource,
  ...scopeOf(object),
  name: object.metadata.name,
});

const attemptOf = (verb: string, ref: ObjectRef): KubeRequest['attempt'] => ({
  verb,
  object: describe(ref),
  secret: ref.resource.group === '' && ref.resource.kind === 'Secret',
});
