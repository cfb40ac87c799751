import { beforeEach, describe, expect, test } from '@jest/globals';
import { importLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { RegistrySource } from '../import/registry.ts';
import { Denied, Terminal, Transient } from '../runtime/errors.ts';
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

/** Ports of which `before` is asked ahead of each import that is made. */
const creating = (before: (name: string) => void): Ports => {
  const { ports } = world.process;
  const create: Ports['kube']['create'] = async (resource, object) => {
    before(object.metadata.name);
    return ports.kube.create(resource, object);
  };
  return { ...ports, kube: { ...ports.kube, create } };
};
const failing = (error: Error, ...names: string[]) =>
  creating(name => {
    if (names.includes(name)) throw error;
  });

test.each([new Terminal('Invalid', 'a is refused'), new Denied('Forbidden', 'a is refused')])(
  'one that is refused does not keep the others away, and is told: %p',
  async error => {
    await expect(run(failing(error, 'a'))).rejects.toThrow('a is refused');
    expect(imports()).toEqual(['b', 'c']);
  },
);

test('of several refusals the one is told that may end by itself', async () => {
  const ports = creating(name => {
    if (name === 'a') throw new Terminal('Invalid', 'a is refused');
    if (name === 'b') throw new Denied('Forbidden', 'b is refused');
  });
  await expect(run(ports)).rejects.toThrow('b is refused');
});

test('one that fails does not keep the others away, and is told', async () => {
  await expect(run(failing(new Transient('Timeout', 'no answer'), 'b'))).rejects.toThrow('no answer');
  expect(imports()).toEqual(['a', 'c']);
  await run();
  expect(imports()).toEqual(['a', 'c', 'b']);
});

describe('with very many names', () => {
  const names = Array.from({ length: 450 }, (_, at) => `n${String(at).padStart(3, '0')}`);
  beforeEach(() => {
    world.addForeignDevice('far', { realm: 'shop', cluster: 'there', exports: names });
  });

  test('three that fail one after the other end the turn', async () => {
    const tried: string[] = [];
    const ports = creating(name => {
      tried.push(name);
      if (name !== 'n001') throw new Transient('Timeout', 'no answer');
    });
    await expect(run(ports)).rejects.toThrow('no answer');
    expect(tried).toEqual(['n000', 'n001', 'n002', 'n003', 'n004']);
  });

  test('200 are made in a turn, and the next one comes at once', async () => {
    expect(await run()).toEqual({ requeueAfterMs: 0 });
    expect(imports()).toEqual(names.slice(0, 200));
    expect(await run()).toEqual({ requeueAfterMs: 0 });
    expect(await run()).toEqual({});
    expect(imports()).toEqual(names);
  });

  test('those that are refused do not use up the turns', async () => {
    const ports = failing(new Terminal('Invalid', 'refused'), ...names.slice(0, 250));
    await expect(run(ports)).rejects.toThrow('refused');
    expect(imports()).toEqual(names.slice(250));
  });

  test('a turn ends after a minute', async () => {
    const ports = creating(() => world.clock.advance(20_000));
    expect(await run(ports)).toEqual({ requeueAfterMs: 0 });
    expect(imports()).toEqual(names.slice(0, 3));
  });

  test('a turn of refusals alone is not followed by another one like it', async () => {
    const ports = creating(() => {
      world.clock.advance(20_000);
      throw new Terminal('Invalid', 'refused');
    });
    await expect(run(ports)).rejects.toThrow('refused');
    expect(imports()).toEqual([]);
  });
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
