/** Where discovery makes imports, by the setting autoImport; and what becomes of them when it changes. */

import { describe, expect, test } from '@jest/globals';
import { importLabel, realmLabel } from '../api/v1alpha1/labels.ts';
import type { KubeObject } from './runtime/kube.ts';
import { resources } from './runtime/resources.ts';
import { aNamespace, anImport } from './testing/builders.ts';
import { World } from './testing/world.ts';
import type { ProcessOptions } from './testing/process.ts';

/** Namespaces of one realm, to which another cluster exports `api`. */
async function given(autoImport: 'labeled' | 'all' | 'none'): Promise<World> {
  const world = new World({ settings: { autoImport } });
  const add = (name: string, labels = {}) =>
    world.add(resources.namespaces, aNamespace(name, { [realmLabel]: 'shop', ...labels }));
  for (const name of ['kube-system', 'kube-public', 'kube-node-lease', 'nexlink-system', 'default'])
    add(name);
  add('open', { [importLabel]: 'true' });
  add('refused', { [importLabel]: 'false' });
  add('silent');
  world.addForeignDevice('far', {
    realm: 'shop',
    cluster: 'there',
    exports: ['api'],
    services: [{ name: 'api', protocol: 'tcp', port: 80 }],
  });
  await world.settle();
  return world;
}

/** Where imports are, and Services and gateways of them. */
const spread = (world: World) =>
  [resources.imports, resources.services, resources.gateways].map(resource =>
    world.server
      .list<KubeObject>(resource)
      .map(({ metadata }) => metadata.namespace)
      .sort(),
  );
const everywhere = (...namespaces: string[]) => [namespaces, namespaces, namespaces];

describe('autoImport', () => {
  test('labeled: in namespaces with the label only', async () =>
    expect(spread(await given('labeled'))).toEqual(everywhere('open')));

  test('all: in every namespace but those of Kubernetes and our own', async () =>
    expect(spread(await given('all'))).toEqual(everywhere('default', 'open', 'refused', 'silent')));

  test('none: nowhere', async () => expect(spread(await given('none'))).toEqual(everywhere()));

  test.each<['labeled' | 'none', string[]]>([
    ['labeled', ['mine', 'open']],
    ['none', ['mine']],
  ])('all, then %s: what may no longer be goes, what a user made stays', async (autoImport, left) => {
    const world = await given('all');
    world.add(resources.namespaces, aNamespace('mine', { [realmLabel]: 'shop', [importLabel]: 'false' }));
    world.add(resources.imports, anImport('api', {}, { namespace: 'mine' }));
    const options: ProcessOptions = { settings: { autoImport } };
    await world.settle();
    const after = world.fork(options);
    await after.settle();
    expect(spread(after)).toEqual(everywhere(...left));
    expect(await after.idleWrites()).toEqual([]);
  });
});
