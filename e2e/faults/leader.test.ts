/** Two controllers, of which one leads: processes of their own, in real time. */

import { expect, test } from '@jest/globals';
import { exportLabel } from '../../api/v1alpha1/labels.ts';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { ControllerProcess } from './harness/controller-process.ts';
import { useLab } from './harness/use-lab.ts';
import { flawsAfter } from './harness/runs.ts';
import { isWrite } from './harness/place.ts';
import { exportWeb, nxe, service } from './harness/scenarios.ts';
import { isComplete } from './harness/which-writes.ts';
import { systemNamespace, type World } from './harness/world.ts';

const lab = useLab();
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
type Lease = KubeObject & { spec?: { holderIdentity?: string } };

async function holder(): Promise<string> {
  const ref = { resource: resources.leases, namespace: systemNamespace, name: 'nexlink-controller' };
  return (await lab().client.find<Lease>(ref))?.spec?.holderIdentity ?? '';
}

/** Waits until another one leads; milliseconds. */
async function takeover(from: string): Promise<number> {
  const since = performance.now();
  while (['', from].includes(await holder())) {
    if (performance.now() - since > 60_000) throw new Error('nobody takes over');
    await sleep(20);
  }
  return performance.now() - since;
}

/** A leader and one that waits with full caches. */
async function pair(
  world: World,
  leader?: ControllerProcess,
): Promise<[ControllerProcess, ControllerProcess]> {
  const leads = leader ?? (await world.startProcess());
  await world.until('one leads', () => leads.lines.join('').includes('this replica leads'), 60_000);
  const waits = await world.startProcess();
  await world.until('one waits', () => waits.lines.join('').includes('another replica leads'), 60_000);
  return [leads, waits];
}

/** Writes of both do not overlap in time. */
function expectOneWriter(first: ControllerProcess, second: ControllerProcess): void {
  const last = first.writes.at(-1)?.atMs ?? -Infinity;
  const next = second.writes[0]?.atMs ?? Infinity;
  expect(last).toBeLessThan(next);
}

const runs = isComplete ? 3 : 1;
const print = (what: string, times: readonly number[]) =>
  process.stdout.write(`${what}: ${times.map(ms => (ms / 1000).toFixed(1)).join(', ')} s\n`);

test.each([
  ['is killed', 'SIGKILL', 15_000],
  ['is stopped', 'SIGTERM', 2_000],
] as const)(
  '10 the leader %s: the other takes over in time, and they never write at the same time',
  async (what, signal, limitMs) => {
    const world = await lab().world();
    const times: number[] = [];
    let leader: ControllerProcess | undefined;
    for (let run = 0; run < runs; run++) {
      const [first, second] = await pair(world, leader);
      if (run === 0) await exportWeb(world);
      const before = await holder();
      first.signal(signal);
      times.push(await takeover(before));
      await first.ended;
      await world.create(resources.exports, nxe(`again-${run}`, { service: 'web', name: `again-${run}` }));
      await world.untilCondition(resources.exports, `again-${run}`, 'True Exported', 'Ready', 30_000);
      expectOneWriter(first, second);
      leader = second;
    }
    print(`takeover after the leader ${what}`, times);
    expect(Math.max(...times)).toBeLessThan(limitMs);
    expect(await flawsAfter(world)).toEqual([]);
  },
  300_000,
);

test('10 the leader stands still past the end of its lease, and goes on: it starts no write', async () => {
  const world = await lab().world();
  const [first, second] = await pair(world);
  await exportWeb(world);
  const before = await holder();
  // There is work for it when it wakes.
  await world.create(resources.services, service('late'));
  await world.create(resources.exports, nxe('late'));
  first.signal('SIGSTOP');
  await takeover(before);
  await world.untilCondition(resources.exports, 'late', 'True Exported', 'Ready', 30_000);
  await world.patch(resources.services, 'late', { spec: { ports: [{ name: 'http', port: 81 }] } });
  await sleep(500);
  const started = () => [...first.kube.started, ...first.nexodus.started].filter(isWrite);
  const begun = started().length;
  first.signal('SIGCONT');
  expect(await first.ended).toBe(1);
  // Also none that nobody has answered.
  expect(started().slice(begun)).toEqual([]);
  expectOneWriter(first, second);
  expect(await flawsAfter(world)).toEqual([]);
}, 120_000);

test('05 one whose watch of Services stands still takes over: what it has not heard of is not taken for gone', async () => {
  const world = await lab().world();
  const [first, second] = await pair(world);
  second.kube.freeze(({ isWatch, path }) => isWatch && path.startsWith('/api/v1/services?'));
  await world.create(resources.services, service('web', undefined, { [exportLabel]: 'true' }));
  await world.untilCondition(resources.exports, 'web', 'True Exported', 'Ready', 30_000);
  const { uid } = world.get(resources.exports, 'web')!.metadata;
  const before = await holder();
  first.signal('SIGTERM');
  await takeover(before);
  // So that it looks at it.
  await world.patch(resources.exports, 'web', { metadata: { labels: { touched: 'yes' } } });
  await sleep(2_000);
  expect(world.get(resources.exports, 'web')?.metadata.uid).toBe(uid);
  expect(await flawsAfter(world)).toEqual([]);
}, 120_000);
