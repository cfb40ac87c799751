/** A controller that starts knows the objects at once, and Nexodus later: until then nothing is concluded from it. */

import { beforeEach, describe, expect, test } from '@jest/globals';
import { importLabel } from '../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../api/v1alpha1/nexlinkimport.ts';
import type { Rules } from './proxy/rules.ts';
import { conditionOf } from './runtime/conditions.ts';
import type { ConfigMap } from './runtime/objects.ts';
import { resources } from './runtime/resources.ts';
import { aNamespace, anExport, aService } from './testing/builders.ts';
import { World } from './testing/world.ts';

let world: World;
const get = (name: string) => world.server.get<NexlinkImport>(resources.imports, 'shop', name)!;
const isReady = () => {
  const { status, reason } = conditionOf(get('api').status?.conditions, 'Ready')!;
  return `${status} ${reason}`;
};
const egress = () => {
  const { data } = world.server.get<ConfigMap>(resources.configMaps, 'shop', 'nexlink-import-shop-rules')!;
  return (JSON.parse(data!['rules.json']!) as Rules).egress.length;
};

beforeEach(async () => {
  world = new World({ stale: true });
  world.add(resources.namespaces, aNamespace('shop', { [importLabel]: 'true' }));
  world.add(resources.services, aService());
  world.add(resources.exports, anExport());
  const services = [{ name: 'api', protocol: 'tcp', port: 20000, servicePort: 80 }];
  world.addForeignDevice('far', { realm: 'shop', cluster: 'there', exports: ['api'], services });
  await world.settle();
  expect([isReady(), egress()]).toEqual(['True Ready', 1]);
  world.events.splice(0);
});

test('it writes nothing and tells nothing when nothing changed', async () => {
  const { log } = world.start();
  await world.settle();
  expect([log, world.events]).toEqual([[], []]);
});

describe('while Nexodus is away', () => {
  beforeEach(async () => {
    world.nexodus.isDown = true;
    world.start();
    await world.settle();
  });

  test('the rules stay, and the status says what is known', () => {
    expect([isReady(), egress()]).toEqual(['False NexodusUnavailable', 1]);
    expect(get('api').status?.exporters).toHaveLength(1);
  });

  test('everything is as it was when it is back', async () => {
    world.nexodus.isDown = false;
    world.process.directory.pull();
    await world.settle();
    expect([isReady(), egress()]).toEqual(['True Ready', 1]);
    expect(await world.idleWrites()).toEqual([]);
  });
});
