import { describe, expect, test } from '@jest/globals';
import { exportLabel, managedByLabel, nameLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport, NexlinkExportSpec } from '../../api/v1alpha1/nexlinkexport.ts';
import { resources } from '../runtime/resources.ts';
import { aNamespace, anExport, aService } from '../testing/builders.ts';
import { World } from '../testing/world.ts';
import { planLabeled } from './reconcile.ts';

const service = (labels: { [key: string]: string } = {}, more: object = {}) =>
  aService(
    'web',
    undefined,
    {},
    { uid: 'uid-service', labels: { [exportLabel]: 'true', ...labels }, ...more },
  );
const ours = (spec: NexlinkExportSpec = {}, more: object = {}) =>
  anExport(
    'web',
    { gateway: 'default', ...spec },
    { labels: { [managedByLabel]: 'service-label' }, ...more },
  );

const owner = { apiVersion: 'x', kind: 'NexlinkImport', name: 'web', uid: 'uid-import', controller: true };
const imported = service({}, { ownerReferences: [owner] });

describe('a Service', () => {
  const make = { do: 'apply', object: { metadata: { name: 'web' } } };
  const remove = { do: 'delete', uid: 'uid-web' };
  const cases: [string, Parameters<typeof planLabeled>, object[]][] = [
    [
      'with the label gets an export',
      [service(), undefined],
      [
        {
          ...make,
          object: { metadata: { ownerReferences: [{ kind: 'Service', uid: 'uid-service' }] }, spec: {} },
        },
      ],
    ],
    ['has one that is as it should be', [service(), ours()], []],
    [
      'hands realm and name on',
      [service({ [realmLabel]: 'prod', [nameLabel]: 'www' }), ours()],
      [{ ...make, object: { metadata: { uid: 'uid-web' }, spec: { realm: 'prod', name: 'www' } } }],
    ],
    ['takes realm and name back', [service(), ours({ realm: 'prod' })], [{ ...make, object: { spec: {} } }]],
    ['whose label is not "true" gets none', [service({ [exportLabel]: 'yes' }), undefined], []],
    ['whose label is taken away loses it', [service({ [exportLabel]: 'false' }), ours()], [remove]],
    ['that is being deleted loses it', [service({}, { deletionTimestamp: 'now' }), ours()], [remove]],
    ['that is gone loses it', [undefined, ours()], [remove]],
    ['does not lose one that goes already', [undefined, ours({}, { deletionTimestamp: 'now' })], []],
    ['waits for one that goes', [service(), ours({}, { deletionTimestamp: 'now' })], []],
    ['leaves an export of the user alone', [service({ [realmLabel]: 'prod' }), anExport()], []],
    ['leaves an export of the user alone when it goes', [undefined, anExport()], []],
    ['without either needs nothing', [undefined, undefined], []],
    ['that an import made gets none', [imported, undefined], []],
    ['that an import made loses one that it had', [imported, ours()], [remove]],
    [
      'that a user owns gets one, whoever else has a part in it',
      [service({}, { ownerReferences: [{ ...owner, kind: 'Deployment' }] }), undefined],
      [make],
    ],
    ['whose name starts with a digit gets none', [service({}, { name: '2fa' }), undefined], []],
  ];
  test.each(cases)('%s', (_name, [found, nxe], actions) => {
    const plan = planLabeled(found, nxe);
    expect(plan).toHaveLength(actions.length);
    expect(plan).toMatchObject(actions);
  });
});

test('a label that cannot be used is told at the Service, with what is wrong', async () => {
  const world = new World();
  world.add(resources.namespaces, aNamespace());
  world.add(resources.services, service({ [realmLabel]: 'Not_A_Realm' }));
  await world.settle();
  expect(world.server.list<NexlinkExport>(resources.exports)).toEqual([]);
  expect(world.events).toMatchObject([
    {
      about: 'Service web',
      type: 'Warning',
      reason: 'InvalidLabel',
      note: expect.stringMatching(/realm.*not a DNS label/),
    },
  ]);
});

test('a Service that went while no controller ran takes its export with it, and none that a user made', async () => {
  const world = new World();
  world.add(resources.namespaces, aNamespace());
  world.add(resources.services, service());
  world.add(resources.exports, anExport('other'));
  await world.settle();
  const exports = () =>
    world.server.list<NexlinkExport>(resources.exports).map(({ metadata }) => metadata.name);
  expect(exports().sort()).toEqual(['other', 'web']);
  world.stop();
  // As with --cascade=orphan.
  world.server.edit<NexlinkExport>(
    { resource: resources.exports, namespace: 'shop', name: 'web' },
    ({ metadata }) => delete metadata.ownerReferences,
  );
  world.server.delete({ resource: resources.services, namespace: 'shop', name: 'web' });
  await world.settle();
  expect(exports()).toEqual(['other']);
});

test.each([
  ['that an import made', imported, 'Imported', /Service of NexlinkImport web.*apply a NexlinkExport/],
  ['whose name starts with a digit', service({}, { name: '2fa' }), 'InvalidName', /starts with a digit/],
])('the label of a Service %s does nothing, and an event says why', async (_which, labeled, reason, note) => {
  const world = new World();
  world.add(resources.namespaces, aNamespace());
  world.add(resources.services, labeled);
  await world.settle();
  expect(world.server.list<NexlinkExport>(resources.exports)).toEqual([]);
  expect(world.events).toMatchObject([{ type: 'Warning', reason, note: expect.stringMatching(note) }]);
});
