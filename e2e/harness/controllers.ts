/** The controllers of a kind cluster. */

import type { Pod } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from './cluster.ts';
import { Node } from './node.ts';
import { until } from './wait.ts';

export const system = 'nexlink-system';

/**
 * Ends all that run, without a word. Resolves when none of them does anything any more: a pod that is only deleted,
 * by force too, leads on for a while.
 */
export async function killControllers(cluster: Cluster): Promise<void> {
  const [pods, node] = [await cluster.list<Pod>(resources.pods, system), new Node(cluster)];
  await Promise.all(pods.map(({ metadata }) => cluster.remove(resources.pods, system, metadata.name, 0)));
  await until(`none of these controllers of ${cluster.name} runs`, async () => {
    await Promise.all(pods.map(pod => node.killContainer(pod, 'controller')));
    return (await Promise.all(pods.map(pod => node.runs(pod, 'controller')))).every(runs => !runs);
  });
}
