import { beforeEach, expect, test } from '@jest/globals';
import { RegistrySource } from '../import/registry.ts';
import type { Rules } from '../proxy/rules.ts';
import type { ConfigMap } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { aNamespace, anExport, aService } from '../testing/builders.ts';
import { World } from '../testing/world.ts';
import { GatewayReconciler, programAfterMs } from './reconcile.ts';

let world: World;
/** Its words to Nexodus are not answered. */
let gateways: GatewayReconciler;
let withSlots: (slots: number) => GatewayReconciler;
const key = (realm: string) => `shop/export-${realm}`;
const withdraw = (name: string) =>
  world.server.delete({ resource: resources.exports, namespace: 'shop', name });
const ports = (realm: string) => {
  const rules = world.server.get<ConfigMap>(resources.configMaps, 'shop', `nexlink-export-${realm}-rules`)!
    .data!['rules.json']!;
  return (JSON.parse(rules) as Rules).ingress.map(({ port }) => port);
};
const settled = () => new Promise(resolve => setImmediate(resolve));

beforeEach(async () => {
  world = new World();
  world.add(resources.namespaces, aNamespace());
  for (const [index, name] of ['web', 'api', 'mail'].entries())
    world.add(resources.services, aService(name, [{ port: 80 + index }]));
  world.add(resources.exports, anExport('web'));
  world.add(resources.exports, anExport('api'));
  world.add(resources.exports, anExport('mail', { realm: 'other' }));
  await world.settle();
  const never = () => new Promise<never>(() => {});
  const of = world.process.ports;
  withSlots = slots =>
    new GatewayReconciler(
      { ...of, nexodus: { ...of.nexodus, putMetadata: never, deleteMetadata: never } },
      new RegistrySource(of.directory, world.clusterID),
      slots,
    );
  gateways = withSlots(2);
});

test('what comes and goes while its gateway waits for Nexodus gets and loses its rules', async () => {
  withdraw('api');
  void gateways.reconcile(key('shop'));
  await settled();
  expect(ports('shop')).toEqual([80]);

  withdraw('web');
  world.add(resources.exports, anExport('api'));
  expect(await gateways.program(key('shop'))).toEqual({ requeueAfterMs: programAfterMs });
  expect(ports('shop')).toEqual([80]);
  world.clock.advance(programAfterMs);
  expect(await gateways.program(key('shop'))).toEqual({});
  expect(ports('shop')).toEqual([81]);
});

test('so is what goes from another gateway that has to wait for the first one', async () => {
  gateways = withSlots(1);
  withdraw('api');
  void gateways.reconcile(key('shop'));
  await settled();
  withdraw('mail');
  world.clock.advance(programAfterMs);
  await gateways.program(key('other'));
  expect(ports('other')).toEqual([]);
});

test('one that need not wait is left to its reconcile', async () => {
  withdraw('api');
  void gateways.reconcile(key('shop'));
  await settled();
  withdraw('mail');
  world.clock.advance(programAfterMs);
  expect(await gateways.program(key('other'))).toEqual({});
  expect(ports('other')).toEqual([82]);
});
