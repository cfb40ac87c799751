/** The connection of a pod: its service account. Without client-node, so that the gateway's agent stays small. */

import { readFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import path from 'node:path';
import { systemClock, type Clock } from '../runtime/clock.ts';
import { messageOf, NexlinkError } from '../runtime/errors.ts';
import type { Connection, Credentials } from './connection.ts';

export const serviceAccountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A bound token is replaced by the kubelet long before it ends; a minute of delay is nothing. */
const rereadMs = 30_000;

export interface InClusterOptions {
  /** Where `token` and `ca.crt` are. */
  readonly folder?: string;
  /** KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
}

/**
 * A connection with the pod's service account. Token and CA are read again every 30 seconds, and after a refusal;
 * while they cannot be read, the last ones stay. Throws `NotInCluster` outside a pod.
 */
export function inCluster(options: InClusterOptions = {}): Connection {
  const { folder = serviceAccountFolder, env = process.env, clock = systemClock } = options;
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port)
    throw new NexlinkError(
      'NotInCluster',
      'KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: run this in a pod, or give a kubeconfig',
    );
  let last: Credentials | undefined;
  let readAt = -Infinity;

  async function read(): Promise<Credentials> {
    const [token, ca] = await Promise.all([
      readFile(path.join(folder, 'token'), 'utf8'),
      readFile(path.join(folder, 'ca.crt'), 'utf8'),
    ]);
    if (!token.trim()) throw new Error(`${path.join(folder, 'token')} is empty`);
    return { headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } };
  }

  return {
    server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    renew: () => (readAt = -Infinity),
    async credentials() {
      if (last && clock.monotonic() - readAt < rereadMs) return last;
      try {
        last = await read();
      } catch (cause) {
        if (!last)
          throw new NexlinkError(
            'NoServiceAccount',
            `the pod's service account cannot be read from ${folder}: ${messageOf(cause)}; ` +
              'set automountServiceAccountToken on the pod',
            { cause },
          );
      }
      readAt = clock.monotonic();
      return last;
    },
  };
}
