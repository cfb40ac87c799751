/** A pod that is being stopped: other clusters send nothing to it any more before it is gone. */

import { beforeEach, expect, test } from '@jest/globals';
import type { NexlinkGateway } from '../api/v1alpha1/nexlinkgateway.ts';
import { resources } from './runtime/resources.ts';
import { aNamespace, anExport, aService } from './testing/builders.ts';
import { World } from './testing/world.ts';

let world: World;
/** What happened to devices that carried the Service, in order. */
let story: string[];
let publishedAtLeast: number;

const gateway = { resource: resources.gateways, namespace: 'shop', name: 'export-shop' };
const editGateway = (change: (spec: NexlinkGateway['spec']) => void) =>
  world.server.edit<NexlinkGateway>(gateway, object => change(object.spec));
const carries = (deviceID: string): boolean => {
  const { services = [] } = (world.nexodus.metadata.get(deviceID) ?? {}) as { services?: object[] };
  return services.length > 0;
};

beforeEach(async () => {
  world = new World();
  world.add(resources.namespaces, aNamespace());
  world.add(resources.services, aService());
  world.add(resources.exports, anExport());
  await world.settle();
  const published = new Set([...world.nexodus.devices.keys()].filter(carries));
  expect(published.size).toBe(2);
  story = [];
  publishedAtLeast = published.size;
  world.nexodus.onChange(() => {
    for (const { id, hostname } of world.nexodus.devices.values()) {
      if (carries(id) === published.has(id)) continue;
      if (published.delete(id))
        story.push(`${hostname} withdrawn, ${world.cluster.isRunningAs(id) ? 'runs' : 'is gone'}`);
      else {
        published.add(id);
        story.push(`${hostname} published`);
      }
    }
    publishedAtLeast = Math.min(publishedAtLeast, published.size);
  });
});

test('a pod that is deleted is withdrawn while it runs', async () => {
  world.server.delete(
    { resource: resources.pods, namespace: 'shop', name: 'nexlink-export-shop-0' },
    undefined,
    true,
  );
  await world.settle();
  expect(story).toEqual(['nexlink-export-shop-0 withdrawn, runs', 'nexlink-export-shop-0 published']);
});

test('a rollout withdraws one pod after the other, and never both', async () => {
  editGateway(spec => void (spec.nexd = { image: 'nexd:2' }));
  await world.settle();
  expect(story).toHaveLength(4);
  expect(story.filter(event => event.endsWith('withdrawn, runs'))).toHaveLength(2);
  expect(publishedAtLeast).toBe(1);
});

test('a pod that is too many is withdrawn while it runs', async () => {
  editGateway(spec => void (spec.replicas = 1));
  await world.settle();
  expect(story[0]).toBe('nexlink-export-shop-1 withdrawn, runs');
});
