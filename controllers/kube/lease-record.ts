/** A Lease (coordination.k8s.io/v1) as leader election uses it; fields and meaning as in client-go. */

import { Conflict } from '../runtime/errors.ts';
import type { KubeObject } from '../runtime/kube.ts';
import { apiVersionOf, resources } from '../runtime/resources.ts';
import type { KubeClient, KubeRequest } from './client.ts';
import { listPath, objectPath } from './paths.ts';

export interface Lease extends KubeObject {
  spec?: LeaseSpec;
}

export interface LeaseSpec {
  /** Who leads; '' or absent: nobody. */
  holderIdentity?: string;
  /** For how long after a renewal others keep away. */
  leaseDurationSeconds?: number;
  /** RFC 3339 with microseconds. Informs people; nothing is decided with it. */
  acquireTime?: string;
  renewTime?: string;
  /** How often the holder changed. */
  leaseTransitions?: number;
}

/** Where the record is. Every method rejects with an error of runtime/errors.ts after `deadlineMs` at the latest. */
export interface LeaseStore {
  read(deadlineMs: number): Promise<Lease | undefined>;
  /** Rejects with Conflict when it is there. */
  create(spec: LeaseSpec, deadlineMs: number): Promise<Lease>;
  /** Replaces the state that was read: rejects with Conflict when it is no longer so. */
  replace(lease: Lease, deadlineMs: number): Promise<Lease>;
}

/** The Lease of this name on the API server. */
export function leaseStore(client: KubeClient, namespace: string, name: string): LeaseStore {
  const resource = resources.leases;
  const ref = { resource, namespace, name };
  const request = (verb: string, deadlineMs: number) => ({
    attempt: { verb, object: `Lease ${namespace}/${name}` },
    repeat: 'never' as const,
    // Neither behind a thousand other requests nor behind a pause: it is what keeps us allowed to write.
    urgent: true,
    deadlineMs,
  });
  const send = (extra: ReturnType<typeof request> & Pick<KubeRequest, 'method' | 'path' | 'body'>) =>
    client.object<Lease>(extra);
  const typed = { apiVersion: apiVersionOf(resource), kind: resource.kind };
  return {
    read: deadlineMs => client.find<Lease>(ref, { deadlineMs, urgent: true, repeat: 'never' }),
    create: (spec, deadlineMs) =>
      send({
        ...request('create', deadlineMs),
        method: 'POST',
        path: listPath(resource, { namespace }),
        body: JSON.stringify({ ...typed, metadata: { name, namespace }, spec }),
      }),
    replace: (lease, deadlineMs) =>
      send({
        ...request('update', deadlineMs),
        method: 'PUT',
        path: objectPath(ref),
        body: JSON.stringify({ ...typed, ...lease }),
      }),
  };
}

/** Whether somebody else wrote first. */
export const isBeaten = (error: unknown): boolean => error instanceof Conflict;

/** Time as a Lease and an Event want it: microseconds, always six digits. */
export const microTime = (time: Date): string => time.toISOString().replace('Z', '000Z');
