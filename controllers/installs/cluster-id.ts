/** Who this cluster is, and which of all installs of Nexlink this one. */

import type { KubeClient } from '../kube/client.ts';
import { isNotServed } from '../kube/failures.ts';
import { isLabel } from '../metadata/values.ts';
import { digest } from '../runtime/compare.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf, Terminal } from '../runtime/errors.ts';
import type { KubeObject, Resource } from '../runtime/kube.ts';
import type { Log } from '../runtime/log.ts';
import { resources } from '../runtime/resources.ts';

export interface ClusterIdentity {
  /** What the cluster calls itself, or the uid of kube-system, which no two clusters share unless one is a clone. */
  readonly clusterID: string;
  /** The uid of kube-system. */
  readonly uid: string;
}

const propertyName = 'cluster.clusterset.k8s.io';
type ClusterProperty = KubeObject & { spec?: { value?: string } };

/**
 * Asks until the API server answers.
 *
 * @throws Terminal (InvalidClusterID) for an id that other clusters would refuse.
 */
export async function findCluster(
  client: Pick<KubeClient, 'find' | 'get'>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal,
): Promise<ClusterIdentity> {
  for (;;) {
    try {
      const value = await ownValue(client, signal);
      const namespace = { resource: resources.namespaces, name: 'kube-system' };
      const uid = (await client.get<KubeObject>(namespace, { signal })).metadata.uid!;
      const clusterID = value ?? uid;
      log.info('this cluster', { clusterID });
      return { clusterID, uid };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Terminal && error.code === 'InvalidClusterID') throw error;
      log.warn('cannot find out the id of this cluster', { error: messageOf(error) });
      await clock.sleep(2_000, signal);
    }
  }
}

/** The value of the ClusterProperty, in the newest version that is served; undefined without one. */
async function ownValue(client: Pick<KubeClient, 'find'>, signal: AbortSignal): Promise<string | undefined> {
  const versions: Resource[] = ['v1beta1', 'v1alpha1'].map(version => ({
    ...resources.clusterProperties,
    version,
  }));
  for (const resource of versions) {
    // Any other failure is no answer: with another id we would not know our own devices.
    const property = await client
      .find<ClusterProperty>({ resource, name: propertyName }, { signal, repeat: 'never' })
      .catch((error: unknown) => {
        if (!isNotServed(error)) throw error;
      });
    if (!property) continue;
    const value = property.spec?.value ?? '';
    const isID: boolean = isLabel(value);
    if (isID) return value;
    throw new Terminal(
      'InvalidClusterID',
      `ClusterProperty ${propertyName} has the value ${JSON.stringify(value.slice(0, 100))}, which is no id of a cluster: write up to 63 lower-case letters, digits and '-', of which the first and the last is no '-'. Other clusters would refuse everything that this one publishes.`,
    );
  }
  return undefined;
}

/** An id of the install in this namespace of this cluster. */
export const installOf = ({ uid }: ClusterIdentity, systemNamespace: string): string =>
  digest({ uid, systemNamespace });
