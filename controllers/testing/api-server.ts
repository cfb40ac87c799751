/** An API server in memory: what reconcilers can tell of it, without admission, quotas or versions. */

import { group } from '../../api/v1alpha1/labels.ts';
import type { ObjectMeta } from '../../api/v1alpha1/meta.ts';
import { validate, type Kind } from '../../api/v1alpha1/validate.ts';
import type { Clock } from '../runtime/clock.ts';
import { sameJSON } from '../runtime/compare.ts';
import { Conflict, Denied, NotFound, Terminal } from '../runtime/errors.ts';
import type { JSONPatch, KubeObject, ObjectRef, Resource } from '../runtime/kube.ts';
import { resources } from '../runtime/resources.ts';
import { applyFields } from './server-side-apply.ts';
import { without } from './without.ts';

export interface Change {
  readonly resource: Resource;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

type Body = KubeObject & { [field: string]: unknown };

const clone = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const idOf = ({ resource, namespace, name }: ObjectRef) =>
  `${resource.plural}.${resource.group}/${namespace ?? ''}/${name}`;

export const refOf = (
  resource: Resource,
  { metadata: { namespace, name } }: Pick<KubeObject, 'metadata'>,
): ObjectRef => ({ resource, ...(namespace === undefined ? {} : { namespace }), name });

/** Stored objects are never changed in place, so that a copy of the maps is a copy of the state. */
export class APIServer {
  readonly #clock: Clock;
  #objects = new Map<string, Body>();
  /** What each manager applied last, by uid, manager and subresource. */
  #applied = new Map<string, unknown>();
  #count = 0;
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(clock: Clock, from?: APIServer) {
    this.#clock = clock;
    if (!from) return;
    this.#objects = new Map(from.#objects);
    this.#applied = new Map(from.#applied);
    this.#count = from.#count;
  }

  get resourceVersion(): string {
    return String(this.#count);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get<T extends KubeObject>(resource: Resource, namespace: string | undefined, name: string): T | undefined {
    const ref = { resource, ...(namespace === undefined ? {} : { namespace }), name };
    return this.#objects.get(idOf(ref)) as T | undefined;
  }

  list<T extends KubeObject>(resource: Resource, namespace?: string): T[] {
    const prefix = `${resource.plural}.${resource.group}/${namespace === undefined ? '' : `${namespace}/`}`;
    return [...this.#objects]
      .filter(([id]) => id.startsWith(prefix))
      .map(([, object]) => object as unknown as T);
  }

  all(): KubeObject[] {
    return [...this.#objects.values()];
  }

  create<T extends KubeObject>(resource: Resource, object: T): T {
    const ref = refOf(resource, object);
    if (this.#objects.has(idOf(ref)))
      throw new Conflict('AlreadyExists', `${resource.kind} ${ref.name} exists already`);
    const { namespace } = ref;
    if (namespace !== undefined) {
      const space = this.get(resources.namespaces, undefined, namespace);
      if (!space) throw new NotFound(`namespace ${namespace} not found`);
      if (space.metadata.deletionTimestamp)
        throw new Denied('Forbidden', `namespace ${namespace} is being terminated`);
    }
    const body = clone(object) as unknown as Body;
    delete body['status'];
    this.#count++;
    const metadata: ObjectMeta = {
      ...body.metadata,
      uid: `00000000-0000-4000-8000-${String(this.#count).padStart(12, '0')}`,
      generation: 1,
      creationTimestamp: this.#time(),
    };
    return this.#store(ref, this.#admit(resource, { ...body, metadata })) as unknown as T;
  }

  /** As a user, or a controller of Kubernetes, would: status and all. */
  edit<T extends KubeObject>(ref: ObjectRef, change: (object: T) => void): T {
    const found = this.#find(ref);
    const object = clone(found);
    change(object as unknown as T);
    return this.#update(ref, found, object) as unknown as T;
  }

  apply<T extends KubeObject>(resource: Resource, object: T, manager: string, subresource?: 'status'): T {
    const ref = refOf(resource, object);
    let found = this.#objects.get(idOf(ref));
    const { uid } = object.metadata;
    if (!found) {
      if (subresource) throw new NotFound(`${resource.kind} ${ref.name} not found`);
      if (uid !== undefined) throw new Conflict('Conflict', `${resource.kind} ${ref.name} has another uid`);
      found = this.create(resource, object) as unknown as Body;
    } else if (uid !== undefined && uid !== found.metadata.uid)
      throw new Conflict('Conflict', `${resource.kind} ${ref.name} has another uid`);
    const said = fieldsOf(clone(object) as unknown as Body, subresource);
    const key = `${found.metadata.uid}/${manager}/${subresource ?? ''}`;
    const next = applyFields(found, this.#applied.get(key), said) as Body;
    this.#applied.set(key, said);
    return this.#update(ref, found, next) as unknown as T;
  }

  jsonPatch<T extends KubeObject>(ref: ObjectRef, operations: readonly JSONPatch[]): T {
    return this.edit<T>(ref, object => {
      for (const operation of operations) patch(object, operation);
    });
  }

  /** Deletes, or marks as being deleted while finalizers or `graceful` keep it. */
  delete(ref: ObjectRef, uid?: string, graceful = false): KubeObject | undefined {
    const found = this.#objects.get(idOf(ref));
    if (!found || (uid !== undefined && found.metadata.uid !== uid)) return undefined;
    if (found.metadata.finalizers?.length || graceful || ref.resource === resources.namespaces) {
      if (found.metadata.deletionTimestamp) return found;
      return this.#store(ref, {
        ...found,
        metadata: { ...found.metadata, deletionTimestamp: this.#time() },
      });
    }
    this.#remove(ref, found);
    return undefined;
  }

  /** What the garbage collector and the namespace controller do. Returns whether there was anything. */
  collect(): boolean {
    const before = this.#count;
    const uids = new Set([...this.#objects.values()].map(({ metadata }) => metadata.uid));
    for (const resource of Object.values(resources))
      for (const object of this.list(resource)) {
        const { namespace, ownerReferences = [], deletionTimestamp } = object.metadata;
        const space =
          namespace === undefined ? undefined : this.get(resources.namespaces, undefined, namespace);
        const orphan = ownerReferences.length > 0 && !ownerReferences.some(({ uid }) => uids.has(uid));
        if (!deletionTimestamp && (orphan || space?.metadata.deletionTimestamp))
          this.delete(refOf(resource, object), object.metadata.uid, resource === resources.pods);
      }
    for (const space of this.list(resources.namespaces)) {
      const inside = [...this.#objects.values()].some(
        ({ metadata }) => metadata.namespace === space.metadata.name,
      );
      if (space.metadata.deletionTimestamp && !inside)
        this.#remove(refOf(resources.namespaces, space), space as Body);
    }
    return this.#count !== before;
  }

  /** Ends the grace of an object. */
  finish(ref: ObjectRef): void {
    this.#remove(ref, this.#find(ref));
  }

  #find(ref: ObjectRef): Body {
    const found = this.#objects.get(idOf(ref));
    if (!found) throw new NotFound(`${ref.resource.kind} ${ref.name} not found`);
    return found;
  }

  #update(ref: ObjectRef, found: Body, wanted: Body): Body {
    const next = this.#admit(ref.resource, wanted);
    next.metadata = {
      ...next.metadata,
      uid: found.metadata.uid!,
      resourceVersion: found.metadata.resourceVersion!,
      generation: found.metadata.generation!,
    };
    if (sameJSON(found, next)) return found;
    if (
      next.metadata.deletionTimestamp &&
      !next.metadata.finalizers?.length &&
      ref.resource.group === group
    ) {
      this.#remove(ref, next);
      return next;
    }
    const content = (body: Body) => without(body, 'metadata', 'status');
    if (!sameJSON(content(found), content(next))) next.metadata.generation! += 1;
    return this.#store(ref, next);
  }

  #store(ref: ObjectRef, body: Body): Body {
    const known = this.#objects.has(idOf(ref));
    this.#count++;
    const object: Body = {
      ...body,
      metadata: { ...body.metadata, resourceVersion: String(this.#count) },
    };
    this.#objects.set(idOf(ref), object);
    this.#tell({ resource: ref.resource, type: known ? 'MODIFIED' : 'ADDED', object });
    return object;
  }

  #remove(ref: ObjectRef, object: Body): void {
    this.#count++;
    this.#objects.delete(idOf(ref));
    const metadata = { ...object.metadata, resourceVersion: String(this.#count) };
    this.#tell({ resource: ref.resource, type: 'DELETED', object: { ...object, metadata } as KubeObject });
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  #admit(resource: Resource, object: Body): Body {
    if (resource === resources.services) return withDefaults(object, this.#count);
    if (resource.group !== group) return object;
    const spec = { ...(object['spec'] as object | undefined) } as { gateway?: string };
    if (resource !== resources.gateways) spec.gateway ??= 'default';
    const problems = validate(resource.kind as Kind, { ...object, spec });
    if (problems.length) throw new Terminal('Invalid', problems.join('; '));
    return { ...object, spec };
  }

  #time(): string {
    return this.#clock
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  }
}

function withDefaults(object: Body, count: number): Body {
  const spec = object['spec'] as { type?: string; clusterIP?: string } | undefined;
  if (!spec || spec.type === 'ExternalName') return object;
  const defaults = { type: 'ClusterIP', sessionAffinity: 'None', ...spec };
  if (spec.clusterIP) return { ...object, spec: defaults };
  const clusterIP = `10.96.${(count >> 8) & 255}.${count & 255}`;
  return { ...object, spec: { ...defaults, clusterIP, clusterIPs: [clusterIP] } };
}

/** What an apply claims: names and kinds are no claim. */
function fieldsOf(object: Body, subresource: 'status' | undefined): object {
  if (subresource) return { status: object['status'] };
  const { labels, annotations, ownerReferences, finalizers } = object.metadata;
  return clone({
    ...without(object, 'apiVersion', 'kind', 'status'),
    metadata: { labels, annotations, ownerReferences, finalizers },
  });
}

function patch(object: unknown, operation: JSONPatch): void {
  const path = operation.path.split('/').slice(1);
  const last = path.pop()!;
  let parent = object as { [key: string]: unknown };
  for (const part of path) {
    const next = parent[part];
    if (typeof next !== 'object' || next === null)
      throw new Terminal('Invalid', `${operation.path} does not exist`);
    parent = next as typeof parent;
  }
  switch (operation.op) {
    case 'test':
      if (!sameJSON(parent[last], operation.value))
        throw new Conflict('Conflict', `${operation.path} is something else`);
      return;
    case 'remove':
      if (Array.isArray(parent)) parent.splice(Number(last), 1);
      else delete parent[last];
      return;
    case 'add':
    case 'replace':
      parent[last] = operation.value;
  }
}
