/** After all scenarios: waits until their namespaces are gone, and fails when Nexodus still holds something of them. */

import type { KubeObject } from '../../controllers/runtime/kube.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from './environment.ts';
import { leftovers } from './leftovers.ts';
import { until } from './wait.ts';

const env = environment();
/** Every namespace of a scenario. */
const ofScenarios = 'e2e-[a-z0-9-]+';
const isOurs = new RegExp(`^${ofScenarios}$`);

const namespaces = async (): Promise<string[]> => {
  const lists = await Promise.all(
    [env.a, env.b, env.c].map(async cluster =>
      (await cluster.list<KubeObject>(resources.namespaces)).map(({ metadata }) => ({ cluster, metadata })),
    ),
  );
  return lists
    .flat()
    .filter(({ metadata }) => isOurs.test(metadata.name))
    .map(
      ({ cluster, metadata: { name, deletionTimestamp } }) =>
        `Namespace ${name} of ${cluster.name}${deletionTimestamp ? `, deleted at ${deletionTimestamp}` : ', not deleted'}`,
    );
};
const left = async () => [...(await namespaces()), ...(await leftovers(env, ofScenarios))];

try {
  await until('nothing is left of the scenarios', async () => (await left()).length === 0, {
    timeoutMs: 180_000,
    everyMs: 1000,
    explain: async () => (await left()).join('\n'),
  });
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
