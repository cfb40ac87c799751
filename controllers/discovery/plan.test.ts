import { describe, expect, test } from '@jest/globals';
import { managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { anImport } from '../testing/builders.ts';
import { planDiscovery, type SeenNamespace } from './plan.ts';

const labels = { [managedByLabel]: 'discovery' };
const found = (name = 'web', realm = 'shop', meta: Partial<NexlinkImport['metadata']> = {}) =>
  anImport(name, { realm }, { labels, ...meta });
const plan = (more: Partial<SeenNamespace>) =>
  planDiscovery({
    realm: 'shop',
    offered: [],
    exported: [],
    imports: [],
    make: name => anImport(name, { realm: 'shop' }, { labels }),
    ...more,
  }).map(action =>
    action.do === 'delete'
      ? `delete ${action.ref.name} ${action.uid}`
      : action.do === 'create'
        ? `create ${(action.object as NexlinkImport).metadata.name}`
        : action.do,
  );

describe('discovery', () => {
  const cases: [string, Partial<SeenNamespace>, string[]][] = [
    ['makes what is offered, in order', { offered: ['web', 'db'] }, ['create db', 'create web']],
    ['makes it once', { offered: ['web'], imports: [found()] }, []],
    ['makes nothing that the namespace exports', { offered: ['web'], exported: ['web'] }, []],
    [
      'makes none that pods would take for the API server',
      { offered: ['kubernetes', 'kubernetes-2'] },
      ['create kubernetes-2'],
    ],
    ['leaves such a one of a user alone', { offered: ['kubernetes'], imports: [anImport('kubernetes')] }, []],
    ['removes what is no longer offered', { imports: [found()] }, ['delete web uid-web']],
    [
      'removes what the namespace exports itself',
      { offered: ['web'], exported: ['web'], imports: [found()] },
      ['delete web uid-web'],
    ],
    [
      'removes what is of another realm, to make it anew',
      { offered: ['web'], imports: [found('web', 'dev')] },
      ['delete web uid-web'],
    ],
    [
      'waits for one that is being deleted',
      { offered: ['web'], imports: [found('web', 'shop', { deletionTimestamp: 'now' })] },
      [],
    ],
    ['leaves those of users alone', { imports: [anImport()] }, []],
    ['counts those of users as there', { offered: ['web'], imports: [anImport()] }, []],
  ];
  test.each(cases)('%s', (_name, more, actions) => expect(plan(more)).toEqual(actions));
});
