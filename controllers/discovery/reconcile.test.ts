import { beforeEach, expect, test } from '@jest/globals';
import { importLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { RegistrySource } from '../import/registry.ts';
import { Terminal } from '../runtime/errors.ts';
import type { Namespace } from '../runtime/objects.ts';
import type { Ports } from '../runtime/ports.ts';
import { resources } from '../runtime/resources.ts';
import { aNamespace } from '../testing/builders.ts';
import { World } from '../testing/world.ts';
import { reconcileDiscovery } from './reconcile.ts';

let world: World;
const imports = () =>
  world.server.list<NexlinkImport>(resources.imports, 'shop').map(({ metadata }) => metadata.name);
const run = (ports: Ports = world.process.ports) =>
  reconcileDiscovery('shop', ports, new RegistrySource(ports.directory, 'here'));

beforeEach(() => {
  world = new World();
  world.add(resources.namespaces, aNamespace('shop', { [importLabel]: 'true' }));
  world.addForeignDevice('far', { realm: 'shop', cluster: 'there', exports: ['a', 'b', 'c'] });
});

test('imports are made for all names', async () => {
  await run();
  expect(imports()).toEqual(['a', 'b', 'c']);
});

test('one that is refused does not keep the others away, and is told', async () => {
  const { ports } = world.process;
  const kube: Ports['kube'] = {
    ...ports.kube,
    create: (resource, object) =>
      object.metadata.name === 'a'
        ? Promise.reject(new Terminal('Invalid', 'a is refused'))
        : ports.kube.create(resource, object),
  };
  await expect(run({ ...ports, kube })).rejects.toThrow('a is refused');
  expect(imports()).toEqual(['b', 'c']);
});

test('nothing is removed before Nexodus has answered', async () => {
  await run();
  world.nexodus.isDown = true;
  world.start();
  expect(world.process.directory.synced).toBe(false);
  await run();
  expect(imports()).toEqual(['a', 'b', 'c']);
});

test('a realm label that counts as absent is told at the namespace', async () => {
  world.server.edit<Namespace>({ resource: resources.namespaces, name: 'shop' }, ({ metadata }) => {
    metadata.labels = { ...metadata.labels, [realmLabel]: 'Not_A_Realm' };
  });
  await world.settle();
  expect(imports()).toEqual(['a', 'b', 'c']);
  expect(world.events.find(({ about }) => about === 'Namespace shop')).toMatchObject({
    type: 'Warning',
    reason: 'InvalidLabel',
    note: expect.stringMatching(
      /"Not_A_Realm".*counts as absent: the realm of Namespace shop is shop\. Correct/,
    ),
  });
});
