/** Two installs with one cluster id: a ClusterProperty that was copied, a cluster that was cloned, two in one cluster. */

import { expect, test } from '@jest/globals';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { conditionOf } from '../../controllers/runtime/conditions.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { exportWeb, nxe } from './harness/scenarios.ts';
import { useLab } from './harness/use-lab.ts';
import type { World } from './harness/world.ts';

const lab = useLab();
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

const connected = (world: World) =>
  conditionOf(world.get<NexlinkGateway>(resources.gateways, 'export-shop')?.status?.conditions, 'Connected');
const says = (world: World, reason: string) =>
  world.until(`the gateway says ${reason}`, () => connected(world)?.reason === reason, 30_000);
/** What there is in Nexodus, but for the signs of installs. */
const inNexodus = ({ nexodusState: { devices, metadata, reg_keys } }: World) => ({
  devices: devices.map(({ id }) => id),
  metadata,
  keys: reg_keys,
});

test('33 while both live neither changes anything in Nexodus, and both are named; when one goes, the other goes on', async () => {
  const world = await lab().world();
  await world.start({ place: 'one' });
  await exportWeb(world);
  await says(world, 'Connected');
  const before = inNexodus(world);
  const second = await world.start({ place: 'two' });
  await says(world, 'DuplicateClusterID');
  const { message } = connected(world)!;
  expect(message.match(/leads since/g)).toHaveLength(2);
  expect(message).toContain('ClusterProperty cluster.clusterset.k8s.io');
  // What would have been published, and swept, is not.
  await world.create(resources.exports, nxe('more', { service: 'web', name: 'more' }));
  await sleep(8_000);
  expect(inNexodus(world)).toEqual(before);
  await second.stop();
  await says(world, 'Connected');
  await world.untilCondition(resources.exports, 'more', 'True Exported');
}, 120_000);

test('33 one that was killed elsewhere keeps the next one waiting for a while', async () => {
  const world = await lab().world();
  const first = await world.start({ place: 'one' });
  await exportWeb(world);
  await first.kill();
  await world.start({ place: 'two' });
  await world.create(resources.exports, nxe('more', { service: 'web', name: 'more' }));
  await world.untilCondition(resources.exports, 'more', 'True Exported');
  expect(await world.touched()).toEqual([]);
}, 120_000);
