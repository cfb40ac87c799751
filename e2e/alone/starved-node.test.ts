/**
 * A node whose CPUs are all busy with another pod: a link that nobody touches stays as it is. That holds for as long as
 * it takes beside a pod that asks for no CPU. One that asks for ten times as much as an agent does has it, so that the
 * link gets a fiftieth of a CPU of these small nodes, and is late enough to lose connections now and then: pods stay
 * ready, and nearly all connections are answered.
 */

import { beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { apiVersion } from '../../api/v1alpha1/labels.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { isLong } from '../harness/length.ts';
import { Node } from '../harness/node.ts';
import { useNamespaces } from '../harness/space.ts';
import { summarize } from '../traffic/summary.ts';
import { renderTraffic, TrafficClient, trafficServer } from '../traffic/traffic.ts';

const env = environment();
const { a, b } = env;
const space = 'e2e-starved';
/** On each of the two nodes. */
const programs = 30;
const busy = [
  'sh',
  '-c',
  `i=0; while [ $i -lt ${programs} ]; do (while :; do :; done) & i=$((i+1)); done; wait`,
];
/** What the busy pod asks for, for how many seconds it is there, and the share of connections that may fail. */
const neighbours: readonly (readonly [cpu: string | undefined, seconds: number, mayFail: number])[] = isLong
  ? [
      [undefined, 300, 0],
      ['500m', 30, 0.05],
    ]
  : [[undefined, 30, 0]];
const gateways = [
  [a, `export-${space}`],
  [b, `import-${space}`],
] as const;

let client: TrafficClient;

useNamespaces(env, [
  [a, { [space]: {} }],
  [b, { [space]: { imports: true } }],
]);

beforeAll(async () => {
  // As users have them: those of other tests ask for less.
  const carrying = { resources: { requests: { cpu: '50m', memory: '48Mi' } } };
  for (const [cluster, name] of gateways)
    await cluster.writer.apply<NexlinkGateway>(resources.gateways, {
      apiVersion,
      kind: 'NexlinkGateway',
      metadata: { name, namespace: space },
      spec: {
        direction: cluster === a ? 'Export' : 'Import',
        realm: space,
        replicas: 2,
        agent: carrying,
        nexd: carrying,
      },
    });
  await trafficServer(env, a, space, 'page', 'a');
  await a.export(space, 'page');
  // Of what a client sees when nobody has time, only refusals and resets tell of a link that was taken away.
  client = await TrafficClient.start(env, b, space, 'page', {
    expected: ['a'],
    httpEveryMs: 100,
    patience: { connectMs: 20_000, answerMs: 30_000 },
  });
  await Promise.all(gateways.map(([cluster, gateway]) => cluster.scale(space, gateway, 2)));
  await client.calm(['a'], 3000, 120_000);
}, 480_000);

/** Since when each pod of the gateways is ready, and how often its containers ended. */
async function standing(): Promise<string[]> {
  const lists = await Promise.all(gateways.map(([cluster, gateway]) => cluster.gatewayPods(space, gateway)));
  return lists.flat().map(({ metadata, status }) => {
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    const restarts = (status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);
    return `${metadata.name} ${metadata.uid}: Ready=${ready?.status} since ${ready?.lastTransitionTime}, restarts ${restarts.join(' ')}`;
  });
}

test.each(neighbours)(
  `${programs} busy programs on each of two nodes, in pods that ask for %s of CPU, for %s s: no pod loses its readiness, at most %s of the connections fail`,
  async (cpu, seconds, mayFail) => {
    const before = await standing();
    expect(before).toHaveLength(4);
    const began = Date.now();
    // Each cluster is one node, and both share the machine.
    await Promise.all(
      [a, b].map(cluster => cluster.pod(space, 'busy', busy, cpu === undefined ? {} : { cpu })),
    );
    await sleep(seconds * 1000);
    const load = await new Node(b).load();
    await Promise.all([a, b].map(cluster => cluster.remove(resources.pods, space, 'busy', 0)));
    const ended = Date.now();
    const after = await standing();
    await client.calm(['a'], 3000, 180_000);
    const samples = await client.settled();
    console.log(
      `${programs} busy programs on each of two nodes, CPU asked for: ${cpu ?? 'none'}, load ${load}\n${renderTraffic(samples, began, ended)}`,
    );
    // The machine was busy indeed.
    expect(load).toBeGreaterThan(programs / 3);
    expect(after).toEqual(before);
    const { tried, failed } = summarize(samples, { from: began, to: ended });
    expect(tried).toBeGreaterThan(seconds);
    expect(failed / tried).toBeLessThanOrEqual(mayFail);
  },
  900_000,
);
