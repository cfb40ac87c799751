/** What reconcilers need of Kubernetes. controllers/kube implements it; tests implement it in memory. */

import type { ObjectMeta } from '../../api/v1alpha1/meta.ts';

/** Any object, as the API server sends it: plain JSON, times as RFC 3339 text. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
}

/** A kind, as the REST API names it. `group` is '' for the core group. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Names one object. `namespace` is absent for cluster-scoped kinds. */
export interface ObjectRef {
  readonly resource: Resource;
  readonly namespace?: string;
  readonly name: string;
}

/**
 * A read-only view of all objects of a kind, kept current by a watch. Objects are shared and must not be changed.
 * A write through {@link KubeWriter} is visible here as soon as it returns.
 */
export interface Cache<T extends KubeObject> {
  get(namespace: string | undefined, name: string): T | undefined;
  /** All objects, or those of one namespace. */
  list(namespace?: string): readonly T[];
  /** Objects whose index function named `index` returned `value`. Throws when the index is not defined. */
  byIndex(index: string, value: string): readonly T[];
}

/** One change of a cached object. A replacement by another uid arrives as `deleted`, then `added`. */
export type CacheEvent<T extends KubeObject> =
  | { readonly type: 'added'; readonly object: T }
  | { readonly type: 'updated'; readonly object: T; readonly previous: T }
  | { readonly type: 'deleted'; readonly object: T };

/** Writes, and the read that must not come from a cache. Every method rejects with an error of errors.ts. */
export interface KubeWriter {
  /** The object as the API server has it now; undefined when it does not exist. */
  read<T extends KubeObject>(ref: ObjectRef): Promise<T | undefined>;
  /**
   * Server-side apply as field manager `nexlink`, forced: what is given is ours, other fields stay.
   * With `metadata.uid` set, a different object of that name gives a `Conflict` error instead of being changed.
   */
  apply<T extends KubeObject>(resource: Resource, object: T): Promise<T>;
  /** The same for the status subresource. `object` holds apiVersion, kind, metadata {namespace, name, uid?}, status. */
  applyStatus<T extends KubeObject>(resource: Resource, object: T): Promise<T>;
  /** Creates; rejects with `Conflict` (code AlreadyExists) when it is there. */
  create<T extends KubeObject>(resource: Resource, object: T): Promise<T>;
  /** RFC 6902 patch, of the object or a subresource. */
  jsonPatch<T extends KubeObject>(
    ref: ObjectRef,
    operations: readonly JSONPatch[],
    subresource?: 'status',
  ): Promise<T>;
  /**
   * Deletes that object, not another of the same name: `uid` is a precondition. Resolves when it is gone already or
   * replaced. Children are deleted in the background.
   */
  delete(ref: ObjectRef, uid: string, options?: { gracePeriodSeconds?: number }): Promise<void>;
}

export type JSONPatch =
  { op: 'add' | 'replace' | 'test'; path: string; value: unknown } | { op: 'remove'; path: string };

/** Kubernetes events: one for each real change, repeated ones counted by the recorder. */
export interface EventRecorder {
  /**
   * Records an event about `about`. `reason` is CamelCase; `note` names object, cause and next step. The same
   * (object, type, reason, note) within an hour is sent once. Never rejects: failures are logged.
   */
  event(about: KubeObject, type: 'Normal' | 'Warning', reason: string, note: string): void;
}
