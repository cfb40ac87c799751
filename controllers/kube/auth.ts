/** Finds the way to the API server. */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { systemClock, type Clock } from '../runtime/clock.ts';
import { NexlinkError } from '../runtime/errors.ts';
import type { Connection } from './connection.ts';
import { inCluster, serviceAccountFolder } from './incluster.ts';

export interface ConnectOptions {
  /** A kubeconfig file; without it: $KUBECONFIG, the pod's service account, ~/.kube/config, whichever is there first. */
  readonly kubeconfig?: string;
  /** A context of the kubeconfig instead of its current one. */
  readonly context?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
}

/**
 * Finds out how to reach the API server. Rejects with `NoKubeconfig` or `InvalidKubeconfig`, which say what was tried. A
 * pod does without client-node, which is large.
 */
export async function connect(options: ConnectOptions = {}): Promise<Connection> {
  const { env = process.env, clock = systemClock } = options;
  const named = options.kubeconfig ?? env['KUBECONFIG'];
  const ofFiles = async (files: readonly string[]) =>
    (await import('./kubeconfig.ts')).kubeconfig(files, options.context, clock);
  if (named) return ofFiles(named.split(path.delimiter).filter(Boolean));
  if (env['KUBERNETES_SERVICE_HOST'] && existsSync(path.join(serviceAccountFolder, 'token')))
    return inCluster({ env, clock });
  const file = path.join(homedir(), '.kube', 'config');
  if (existsSync(file)) return ofFiles([file]);
  throw new NexlinkError(
    'NoKubeconfig',
    `no way to a cluster: KUBECONFIG is not set, there is no service account and no ${file}; give a kubeconfig`,
  );
}
