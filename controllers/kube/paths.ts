/** URLs of the Kubernetes REST API. */

import type { ObjectRef, Resource } from '../runtime/kube.ts';

/** Which objects of a kind: of one namespace or all, and by selectors as kubectl writes them. */
export interface Scope {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path of all objects of a kind in a scope. */
export function listPath(resource: Resource, scope: Scope = {}, query: Query = {}): string {
  const { namespace, labelSelector, fieldSelector } = scope;
  return collection(resource, namespace) + queryOf({ labelSelector, fieldSelector, ...query });
}

/** The path of one object, or of its subresource. */
export function objectPath(ref: ObjectRef, subresource?: string, query: Query = {}): string {
  const path = `${collection(ref.resource, ref.namespace)}/${encodeURIComponent(ref.name)}`;
  return (subresource === undefined ? path : `${path}/${subresource}`) + queryOf(query);
}

function collection({ group, version, plural, namespaced }: Resource, namespace: string | undefined): string {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const inside = namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${root}${inside}/${plural}`;
}

function queryOf(query: Query): string {
  const parts = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value!)}`);
  return parts.length ? `?${parts.join('&')}` : '';
}

/** `Kind namespace/name`, as messages name an object. */
export const describe = ({ resource, namespace, name }: ObjectRef): string =>
  `${resource.kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
