/** Names as long as they may be, alike, and the same in several places: everything stays apart, and comes to rest. */

import { expect, test } from '@jest/globals';
import { importLabel } from '../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../api/v1alpha1/nexlinkimport.ts';
import { conditionOf } from './runtime/conditions.ts';
import type { KubeObject } from './runtime/kube.ts';
import type { Service, StatefulSet } from './runtime/objects.ts';
import { resources } from './runtime/resources.ts';
import { aNamespace, anExport, anImport, aService } from './testing/builders.ts';
import { NexodusServer } from './testing/nexodus-server.ts';
import { World } from './testing/world.ts';

const long = (end: string) => `a${'b'.repeat(62 - end.length)}${end}`;
const readyOf = (object: KubeObject | undefined) =>
  conditionOf((object as NexlinkExport | undefined)?.status?.conditions, 'Ready')?.status;

async function settle(...worlds: World[]): Promise<void> {
  const { nexodus } = worlds[0]!;
  for (let version = -1; version !== nexodus.version;) {
    version = nexodus.version;
    for (const world of worlds) await world.settle();
  }
  for (const world of worlds) expect([await world.idleWrites(), world.violations]).toEqual([[], []]);
}

test('two realms that differ in the last of 63 characters have gateways of their own', async () => {
  const nexodus = new NexodusServer();
  const [here, there] = ['here', 'there'].map(id => new World({}, undefined, nexodus, id)) as [World, World];
  for (const world of [here, there]) world.add(resources.namespaces, aNamespace());
  for (const end of ['1', '2']) {
    const [name, realm] = [long(end), long(end)];
    here.add(resources.services, aService(name, undefined, { clusterIP: '', clusterIPs: [] }));
    here.add(resources.exports, anExport(name, { realm }));
    there.add(resources.imports, anImport(name, { realm }));
  }
  await settle(here, there);
  for (const end of ['1', '2']) {
    expect(readyOf(here.server.get(resources.exports, 'shop', long(end)))).toBe('True');
    expect(readyOf(there.server.get(resources.imports, 'shop', long(end)))).toBe('True');
  }
  for (const world of [here, there]) {
    const gateways = world.server.list<NexlinkGateway>(resources.gateways);
    expect(new Set(gateways.map(({ spec }) => spec.realm))).toEqual(new Set([long('1'), long('2')]));
    // The StatefulSet controller puts 11 characters behind this name, into a label of its pods.
    for (const set of world.server.list<StatefulSet>(resources.statefulSets))
      expect(set.metadata.name.length + 11).toBeLessThanOrEqual(63);
    const values = world.server
      .all()
      .flatMap(({ metadata }) => [metadata.name, ...Object.values(metadata.labels ?? {})]);
    for (const value of values) expect([value, value.length <= 63]).toEqual([value, true]);
  }
});

test('a Service of one name in several namespaces is exported for each, and joined in a realm they share', async () => {
  const nexodus = new NexodusServer();
  const [here, there] = ['here', 'there'].map(id => new World({}, undefined, nexodus, id)) as [World, World];
  for (const name of ['shop', 'store']) {
    here.add(resources.namespaces, aNamespace(name));
    here.add(resources.services, {
      ...aService('web', undefined, { clusterIP: '', clusterIPs: [] }, { namespace: name }),
    });
    here.add(resources.exports, anExport('web', {}, { namespace: name }));
    here.add(
      resources.exports,
      anExport('joined', { service: 'web', name: 'all', realm: 'both' }, { namespace: name }),
    );
    there.add(resources.namespaces, aNamespace(name, { [importLabel]: 'true' }));
  }
  there.add(resources.imports, anImport('all', { realm: 'both' }));
  await settle(here, there);
  const devicesOf = (name: string, namespace = 'shop') => {
    const nxi = there.server.get<NexlinkImport>(resources.imports, namespace, name);
    expect(readyOf(nxi)).toBe('True');
    return nxi!.status!.exporters!.map(({ deviceID }) => deviceID);
  };
  expect(new Set([...devicesOf('web'), ...devicesOf('web', 'store')]).size).toBe(4);
  expect(devicesOf('all')).toHaveLength(4);
  expect(
    there.server
      .list<Service>(resources.services)
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
      .sort(),
  ).toEqual(['shop/all', 'shop/web', 'store/web']);
});

test('labels and annotations of any script are left as they are', async () => {
  const world = new World();
  const annotations = { note: '🚀 שלום \u202egnp.exe\u202c e\u0301 \u0000 👩‍👩‍👧‍👦', __proto__x: 'ß' };
  world.add(resources.namespaces, aNamespace());
  world.add(resources.services, aService('web', undefined, {}, { annotations }));
  world.add(resources.exports, anExport('web', {}, { annotations }));
  world.add(resources.imports, anImport('api', { service: { annotations } }));
  const services = [{ name: 'api', protocol: 'tcp', port: 20000, servicePort: 80 }];
  world.addForeignDevice('far', { realm: 'shop', cluster: 'there', exports: ['api'], services });
  await settle(world);
  expect(world.server.get(resources.services, 'shop', 'api')?.metadata.annotations).toMatchObject(
    annotations,
  );
  expect(world.server.get(resources.services, 'shop', 'web')?.metadata.annotations).toEqual(annotations);
  expect(readyOf(world.server.get(resources.imports, 'shop', 'api'))).toBe('True');
});
