/** What plans consist of, and the one place that carries them out. */

import type { KubeObject, KubeWriter, ObjectRef, Resource, EventRecorder, JSONPatch } from './kube.ts';
import type { NexodusWriter } from './nexodus.ts';
import { metadataKey } from '../../api/v1alpha1/labels.ts';
import { Conflict } from './errors.ts';

export type Action =
  /** Server-side apply of an object that is ours, as its uid or, when it is new, its owner says. */
  | { readonly do: 'apply'; readonly resource: Resource; readonly object: KubeObject }
  | { readonly do: 'applyStatus'; readonly resource: Resource; readonly object: KubeObject }
  | { readonly do: 'create'; readonly resource: Resource; readonly object: KubeObject }
  | {
      readonly do: 'delete';
      readonly ref: ObjectRef;
      readonly uid: string;
      readonly gracePeriodSeconds?: number;
    }
  | {
      readonly do: 'jsonPatch';
      readonly ref: ObjectRef;
      readonly operations: readonly JSONPatch[];
      readonly subresource?: 'status';
    }
  | {
      readonly do: 'event';
      readonly about: KubeObject;
      readonly type: 'Normal' | 'Warning';
      readonly reason: string;
      readonly note: string;
    }
  | { readonly do: 'putMetadata'; readonly deviceID: string; readonly value: object }
  | { readonly do: 'deleteMetadata'; readonly deviceID: string }
  | { readonly do: 'deleteDevice'; readonly deviceID: string }
  | { readonly do: 'deleteRegKey'; readonly id: string }
  | { readonly do: 'expireRegKey'; readonly id: string; readonly expiresAt: Date };

export interface Writers {
  readonly kube: KubeWriter;
  readonly nexodus: NexodusWriter;
  readonly events: EventRecorder;
}

/** Deletes this object, not another of its name. */
export const deletion = (
  resource: Resource,
  { metadata: { namespace, name, uid } }: KubeObject,
  gracePeriodSeconds?: number,
): Action => ({
  do: 'delete',
  ref: { resource, name, ...(namespace === undefined ? {} : { namespace }) },
  uid: uid!,
  ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
});

/** What became of a plan: how many actions were done, and the failure that stopped it. */
export interface Done {
  readonly count: number;
  readonly error?: unknown;
}

/** Carries the actions out in their order; the first failure stops. Every action can be repeated. */
export async function apply(actions: readonly Action[], writers: Writers): Promise<Done> {
  let count = 0;
  for (const action of actions) {
    try {
      await perform(action, writers);
    } catch (error) {
      return { count, error };
    }
    count++;
  }
  return { count };
}

async function perform(action: Action, { kube, nexodus, events }: Writers): Promise<unknown> {
  switch (action.do) {
    case 'apply':
      if (action.object.metadata.uid === undefined) await refuseForeign(action.resource, action.object, kube);
      return kube.apply(action.resource, action.object);
    case 'applyStatus':
      return kube.applyStatus(action.resource, action.object);
    case 'create':
      return kube.create(action.resource, action.object);
    case 'delete':
      return kube.delete(
        action.ref,
        action.uid,
        action.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: action.gracePeriodSeconds },
      );
    case 'jsonPatch':
      return kube.jsonPatch(action.ref, action.operations, action.subresource);
    case 'event':
      return events.event(action.about, action.type, action.reason, action.note);
    case 'putMetadata':
      return nexodus.putMetadata(action.deviceID, metadataKey, action.value);
    case 'deleteMetadata':
      return nexodus.deleteMetadata(action.deviceID, metadataKey);
    case 'deleteDevice':
      return nexodus.deleteDevice(action.deviceID);
    case 'deleteRegKey':
      return nexodus.deleteRegKey(action.id);
    case 'expireRegKey':
      return nexodus.expireRegKey(action.id, action.expiresAt);
  }
}

/** Server-side apply would take over an object that the cache does not show: look before the first one. */
async function refuseForeign(resource: Resource, object: KubeObject, kube: KubeWriter): Promise<void> {
  const { name, namespace, ownerReferences } = object.metadata;
  const found = await kube.read({ resource, name, ...(namespace === undefined ? {} : { namespace }) });
  const owner = ownerReferences?.[0];
  if (!found || (owner && found.metadata.ownerReferences?.some(reference => reference.uid === owner.uid)))
    return;
  throw new Conflict(
    'AlreadyExists',
    `${resource.kind} ${namespace}/${name} exists and does not belong to ${owner?.kind} ${owner?.name}: rename or delete it.`,
  );
}
