/** A namespace that is deleted, on either side, at any moment of a link: nothing of it is left anywhere. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import { environment } from '../harness/environment.ts';
import { isLong } from '../harness/length.ts';
import { leftovers, withoutKey } from '../harness/leftovers.ts';
import { until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
/** Everything must be gone this long after the deletion. */
const limitMs = 60_000;
/** When the namespace is deleted, ms after the export was made; 'linked': when the other side has had an answer. */
const moments = isLong ? [0, 500, 1500, 3000, 5000, 8000, 'linked'] : [500, 3000, 'linked'];
const spaces: string[] = [];

beforeAll(() => env.sim?.calm());

afterAll(async () => {
  const all = [a, b].flatMap(cluster => spaces.map(space => ({ cluster, space })));
  await Promise.all(all.map(({ cluster, space }) => cluster.remove(resources.namespaces, undefined, space)));
}, 60_000);

describe.each([
  ['exporting', a, b],
  ['importing', b, a],
])('the namespace of the %s cluster', (side, here, there) => {
  test.each(moments)(
    `is deleted (ms after the export: %s)`,
    async moment => {
      const space = `e2e-end-${side}-${moment}`;
      spaces.push(space);
      await Promise.all([a.namespace(space), b.namespace(space, { imports: true })]);
      const isAsked = moment === 'linked';
      await Promise.all([a.web(space, 'web', 'web of a'), isAsked && b.clientPod(space)]);
      await a.export(space, 'web');
      if (isAsked) await b.answers(space, 'http://web/', 'web of a', 60_000);
      else await sleep(Number(moment));

      const began = Date.now();
      await here.remove(resources.namespaces, undefined, space);
      const left = () => limitMs - (Date.now() - began);
      const times: string[] = [];
      const lap = (what: string) => times.push(`${what} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
      await here.gone(resources.namespaces, undefined, space, left());
      lap('namespace gone');
      const id = await clusterID(here);
      const ours = async () =>
        (await leftovers(env, space)).filter(line => line.includes(id) || line.endsWith(withoutKey));
      await until(
        `nothing of namespace ${space} of ${here.name} is left in Nexodus`,
        async () => (await ours()).length === 0,
        { timeoutMs: left(), explain: async () => (await ours()).join('\n') },
      );
      lap('Nexodus clean');
      if (side === 'exporting')
        for (const resource of [resources.imports, resources.gateways])
          await until(
            `no ${resource.kind} of ${there.name} is left of it`,
            async () => (await there.list(resource, space)).length === 0,
            { timeoutMs: left(), explain: () => there.overview(space) },
          );
      else await there.condition(resources.exports, space, 'web', { type: 'Ready', status: 'True' });
      if (side === 'exporting') expect(await there.get(resources.services, space, 'web')).toBeUndefined();
      lap('other cluster settled');
      console.log(`${side} side, ${moment}: ${times.join(', ')}`);
    },
    240_000,
  );
});

async function clusterID(cluster: Cluster): Promise<string> {
  return (await cluster.get(resources.namespaces, undefined, 'kube-system'))!.metadata.uid!;
}
