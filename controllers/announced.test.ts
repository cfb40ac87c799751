/** Ports that carry nothing yet: other clusters have their Service already, and nothing answers there. */

import { beforeEach, expect, test } from '@jest/globals';
import type { NexlinkImport } from '../api/v1alpha1/nexlinkimport.ts';
import type { Rules } from './proxy/rules.ts';
import { conditionOf } from './runtime/conditions.ts';
import type { ConfigMap, Service } from './runtime/objects.ts';
import { resources } from './runtime/resources.ts';
import { aNamespace, anImport } from './testing/builders.ts';
import { World } from './testing/world.ts';

let world: World;
const offer = (servicePort: number) => ({ name: 'web', protocol: 'tcp', servicePort });
const record = (announced: object[], services: object[] = []) => ({
  realm: 'shop',
  cluster: 'there',
  gateway: 'export-shop',
  exports: ['web'],
  services,
  announced,
});
const service = () => world.server.get<Service>(resources.services, 'shop', 'web');
const ports = () => service()?.spec?.ports?.map(({ port }) => port);
const ready = () => {
  const nxi = world.server.get<NexlinkImport>(resources.imports, 'shop', 'web')!;
  return conditionOf(nxi.status?.conditions, 'Ready')?.status;
};
const egress = () => {
  const map = world.server.get<ConfigMap>(resources.configMaps, 'shop', 'nexlink-import-shop-rules')!;
  return (JSON.parse(map.data!['rules.json']!) as Rules).egress;
};

beforeEach(async () => {
  world = new World();
  world.add(resources.namespaces, aNamespace());
  world.add(resources.imports, anImport());
  world.addForeignDevice('far', record([offer(80)]));
  await world.settle();
  expect([ports(), egress(), ready()]).toEqual([[80], [], 'False']);
});

test('the Service stays the same when its port begins to carry, and when it stops', async () => {
  const before = service();
  world.nexodus.putMetadata('far', record([], [{ ...offer(80), port: 20000 }]));
  await world.settle();
  expect(egress()).toMatchObject([{ targetPort: 20000 }]);
  expect([service(), ready()]).toEqual([before, 'True']);
  world.nexodus.putMetadata('far', record([offer(80)]));
  await world.settle();
  expect([service(), egress(), ready()]).toEqual([before, [], 'False']);
  expect(world.violations).toEqual([]);
});

test('the Service follows the ports that its export has meanwhile', async () => {
  world.nexodus.putMetadata('far', record([offer(81)]));
  await world.settle();
  expect(ports()).toEqual([81]);
});

test('a port that carries nothing does not keep the others from being ready', async () => {
  world.nexodus.putMetadata('far', record([offer(81)], [{ ...offer(80), port: 20000 }]));
  await world.settle();
  expect([ports(), ready()]).toEqual([[80, 81], 'True']);
  expect(egress()).toMatchObject([{ targetPort: 20000 }]);
});
