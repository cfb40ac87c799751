/** Two clusters that export one name and say different things, and a third that imports it. */

import { beforeEach, describe, expect, test } from '@jest/globals';
import { importLabel } from '../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../api/v1alpha1/nexlinkimport.ts';
import { conditionOf } from './runtime/conditions.ts';
import type { Service } from './runtime/objects.ts';
import { resources } from './runtime/resources.ts';
import { aNamespace, anExport, aService } from './testing/builders.ts';
import { NexodusServer } from './testing/nexodus-server.ts';
import { World } from './testing/world.ts';

let nexodus: NexodusServer;
let elder: World;
let younger: World;
let importer: World;

async function settle(): Promise<void> {
  for (let version = -1; version !== nexodus.version;) {
    version = nexodus.version;
    for (const world of [elder, younger, importer]) await world.settle();
  }
}
const service = () => importer.server.get<Service>(resources.services, 'shop', 'web')?.spec;
const edit = (world: World, change: (spec: NonNullable<Service['spec']>) => void) =>
  world.server.edit<Service>({ resource: resources.services, namespace: 'shop', name: 'web' }, object =>
    change(object.spec!),
  );
const conflictIn = (world: World) => {
  const resource = world === importer ? resources.imports : resources.exports;
  const { status } = world.server.get<NexlinkExport | NexlinkImport>(resource, 'shop', 'web')!;
  expect(conditionOf(status?.conditions, 'Ready')?.status).toBe('True');
  return conditionOf(status?.conditions, 'Conflict')!;
};
const reasons = () => [elder, younger, importer].map(world => conflictIn(world).reason);

beforeEach(async () => {
  nexodus = new NexodusServer();
  // The elder's cluster id is the greater one: the age decides.
  [elder, younger, importer] = ['z', 'a', 'm'].map(id => new World({}, undefined, nexodus, id)) as [
    World,
    World,
    World,
  ];
  younger.clock.advance(3_600_000);
  importer.add(resources.namespaces, aNamespace('shop', { [importLabel]: 'true' }));
  for (const world of [elder, younger]) {
    world.add(resources.namespaces, aNamespace());
    world.add(resources.services, aService());
    world.add(resources.exports, anExport());
  }
  await settle();
});

test('nobody is told of a conflict while they agree', () =>
  expect(reasons()).toEqual(['NoConflicts', 'NoConflicts', 'NoConflicts']));

describe('when one changes', () => {
  const cases: [string, () => World, (spec: NonNullable<Service['spec']>) => void, string, RegExp][] = [
    [
      'the younger its port',
      () => younger,
      spec => (spec.ports![0]!.port = 8080),
      'PortConflict',
      /port name "http"/,
    ],
    [
      'the younger its session affinity',
      () => younger,
      spec => (spec.sessionAffinity = 'ClientIP'),
      'SessionAffinityConflict',
      /session affinity/,
    ],
    [
      'the elder its session affinity',
      () => elder,
      spec => (spec.sessionAffinity = 'ClientIP'),
      'SessionAffinityConflict',
      /session affinity/,
    ],
  ];
  test.each(cases)('%s, the younger and the importers say so', async (_name, who, change, reason, field) => {
    edit(who(), change);
    await settle();
    expect(reasons()).toEqual(['NoConflicts', reason, reason]);
    for (const world of [younger, importer]) {
      expect(conflictIn(world)).toMatchObject({ status: 'True', message: expect.stringMatching(field) });
      expect(conflictIn(world).message).toContain('cluster "z"');
      expect(world.events.filter(event => event.reason === reason)).toHaveLength(1);
      expect(await world.idleWrites()).toEqual([]);
      world.start();
      await settle();
      expect(world.events.filter(event => event.reason === reason)).toHaveLength(1);
    }
  });
});

test('importers follow the elder', async () => {
  edit(elder, spec => {
    spec.sessionAffinity = 'ClientIP';
    spec.ports![0]!.appProtocol = 'http';
  });
  edit(younger, spec => (spec.ports![0]!.appProtocol = 'grpc'));
  await settle();
  expect(service()).toMatchObject({ sessionAffinity: 'ClientIP', ports: [{ appProtocol: 'http' }] });
});

test('it ends by itself when they agree again, or one is left', async () => {
  edit(younger, spec => (spec.sessionAffinity = 'ClientIP'));
  await settle();
  edit(elder, spec => (spec.sessionAffinity = 'ClientIP'));
  await settle();
  expect(reasons()).toEqual(['NoConflicts', 'NoConflicts', 'NoConflicts']);
  edit(elder, spec => (spec.ports![0]!.port = 8080));
  await settle();
  expect(conflictIn(younger).reason).toBe('PortConflict');
  elder.server.delete({ resource: resources.exports, namespace: 'shop', name: 'web' });
  await settle();
  expect([younger, importer].map(world => conflictIn(world).reason)).toEqual(['NoConflicts', 'NoConflicts']);
});
