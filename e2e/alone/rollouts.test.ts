/** Gateways are restarted, changed, scaled and drained, while a client opens connections: none fails. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { Pod } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import { environment } from '../harness/environment.ts';
import { isLong } from '../harness/length.ts';
import { useNamespaces } from '../harness/space.ts';
import { until } from '../harness/wait.ts';
import { summarize } from '../traffic/summary.ts';
import { renderTraffic, TrafficClient, trafficServer } from '../traffic/traffic.ts';

const env = environment();
const { a, b } = env;
const space = 'e2e-rollouts';
const exporting = { cluster: a, gateway: `export-${space}` } as const;
const importing = { cluster: b, gateway: `import-${space}` } as const;
const sides = [exporting, importing] as const;
type Side = (typeof sides)[number];
/** One side after the other, or both at once, which takes half the time. */
const groups: readonly (readonly Side[])[] = isLong ? sides.map(side => [side]) : [sides];
const namesOf = (group: readonly Side[]) => group.map(({ gateway }) => gateway).join(' and ');

let client: TrafficClient;
/** When the test began whose connections are counted. */
let began = 0;

useNamespaces(env, [
  [a, { [space]: {} }],
  [b, { [space]: { imports: true } }],
]);

beforeAll(async () => {
  await trafficServer(env, a, space, 'page', 'a');
  await a.export(space, 'page');
  client = await TrafficClient.start(env, b, space, 'page', { expected: ['a'] });
  await Promise.all(sides.map(({ cluster, gateway }) => cluster.scale(space, gateway, 2)));
  await client.calm(['a']);
}, 180_000);

/** What a test left half done would count for the next one. */
afterEach(async () => {
  await Promise.all(sides.map(side => whole(side, 2)));
  await client.calm(['a']);
}, 120_000);

const isReady = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp === undefined &&
  status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;

/** Waits until the gateway consists of so many ready pods, none of them one of `former`. */
async function whole(
  { cluster, gateway }: Side,
  replicas: number,
  former: ReadonlySet<string> = new Set(),
): Promise<void> {
  await until(
    `gateway ${gateway} of ${cluster.name} consists of ${replicas} ready pods${former.size ? ', all of them new' : ''}`,
    async () => {
      const pods = await cluster.gatewayPods(space, gateway);
      const { status } = (await cluster.gateway(space, gateway)) ?? {};
      return (
        pods.length === replicas &&
        pods.every(pod => isReady(pod) && !former.has(pod.metadata.uid!)) &&
        status?.readyReplicas === replicas &&
        status.replicas?.length === replicas
      );
    },
    { timeoutMs: 240_000, everyMs: 500, explain: () => cluster.overview(space) },
  );
}

async function podsNow({ cluster, gateway }: Side): Promise<Set<string>> {
  return new Set((await cluster.gatewayPods(space, gateway)).map(({ metadata }) => metadata.uid!));
}

/** Does it on all sides, waits until all pods are new ones, and holds what the client saw to none failed. */
async function replaceAll(
  what: string,
  of: readonly Side[],
  act: (side: Side) => Promise<void>,
): Promise<void> {
  const former = await Promise.all(of.map(podsNow));
  began = Date.now();
  await Promise.all(of.map(act));
  await Promise.all(of.map((side, index) => whole(side, 2, former[index])));
  await noneFailed(what);
}

async function noneFailed(what: string): Promise<void> {
  await client.calm(['a']);
  const ended = Date.now();
  const samples = await client.settled();
  console.log(
    `${what}, in ${((ended - began) / 1000).toFixed(0)} s\n${renderTraffic(samples, began, ended)}`,
  );
  const { tried, failed } = summarize(samples, { from: began, to: ended });
  expect(tried).toBeGreaterThan(100);
  expect(failed).toBe(0);
}

const patch = ({ cluster, gateway }: Side, spec: object): Promise<string> =>
  cluster.kubectl('-n', space, 'patch', 'nxg', gateway, '--type=merge', '--patch', JSON.stringify({ spec }));

describe('a client that opens a connection every 20 ms sees none fail', () => {
  if (isLong) {
    test('while the gateways of both sides are restarted', async () => {
      await replaceAll('kubectl rollout restart, both sides at once', sides, restart);
    }, 300_000);

    test('while they are restarted again before the first new pod is ready', async () => {
      await replaceAll('kubectl rollout restart, twice within 4 s, both sides at once', sides, async side => {
        await restart(side);
        await sleep(4_000);
        await restart(side);
      });
    }, 300_000);

    test('while the pods of both sides change', async () => {
      await replaceAll('a change of spec.agent.resources, both sides at once', sides, change);
    }, 300_000);
  } else
    test('while the pods of one side change twice, and the node of the other one is drained', async () => {
      await replaceAll(
        'a change of spec.agent.resources, a restart, and kubectl drain',
        sides,
        async side => {
          if (side !== exporting) return drain(side);
          await change(side);
          await sleep(4_000);
          await restart(side);
        },
      );
    }, 300_000);

  for (const group of groups)
    test(`while ${namesOf(group)} are scaled from 2 to 3 and back`, async () => {
      began = Date.now();
      const scale = (replicas: number) =>
        Promise.all(
          group.map(async side => {
            await patch(side, { replicas });
            await whole(side, replicas);
          }),
        );
      await scale(3);
      await client.calm(['a']);
      await scale(2);
      await noneFailed(`${namesOf(group)}: 2, 3, 2 replicas`);
    }, 300_000);

  if (isLong)
    for (const group of groups)
      test(`while the nodes of ${namesOf(group)} are drained`, async () => {
        await replaceAll(`kubectl drain, ${namesOf(group)}`, group, drain);
      }, 300_000);
});

async function restart({ cluster, gateway }: Side): Promise<void> {
  await cluster.kubectl('-n', space, 'rollout', 'restart', `statefulset/nexlink-${gateway}`);
}

async function change(side: Side): Promise<void> {
  await patch(side, { agent: { resources: { requests: { cpu: '11m', memory: '48Mi' } } } });
}

/**
 * Drains a node of the gateway's pods. The clusters have one node, so it takes pods again as soon as kubectl has
 * cordoned it: evictions, and the budget that they keep to, are the same. Other pods stay, as the client and the
 * server are not what is tried here.
 */
async function drain({ cluster, gateway }: Side): Promise<void> {
  const node = await nodeOf(cluster, gateway);
  const drained = cluster.kubectl(
    ...['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--timeout=240s'],
    `--pod-selector=nexlink.nexodus.io/gateway=${gateway}`,
  );
  const cordoned = until(
    `node ${node} is cordoned`,
    async () =>
      (await cluster.kubectl('get', 'node', node, '-o', 'jsonpath={.spec.unschedulable}')) === 'true',
    { everyMs: 50 },
  );
  try {
    await Promise.all([drained, cordoned.then(() => cluster.kubectl('uncordon', node))]);
  } finally {
    await cluster.kubectl('uncordon', node);
  }
}

async function nodeOf(cluster: Cluster, gateway: string): Promise<string> {
  const pod = await cluster.get<Pod>(resources.pods, space, `nexlink-${gateway}-0`);
  return pod!.spec!.nodeName!;
}
