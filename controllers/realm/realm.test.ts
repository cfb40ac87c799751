import { describe, expect, test } from '@jest/globals';
import { importLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import { aNamespace } from '../testing/builders.ts';
import { realmOf, takesPartInDiscovery, type RealmSettings } from './realm.ts';

const settings: RealmSettings = { autoImport: 'labeled', systemNamespace: 'nexlink-system' };

describe('realmOf', () => {
  const cases: [string, { [key: string]: string } | undefined, string | undefined, string][] = [
    ['the label of the namespace counts most', { [realmLabel]: 'prod' }, 'setting', 'prod'],
    ['then the setting', {}, 'setting', 'setting'],
    ['then the name of the namespace', undefined, undefined, 'shop'],
    ['a label that is no DNS label counts as absent', { [realmLabel]: 'Prod_1' }, undefined, 'shop'],
    ['as does an empty one', { [realmLabel]: '' }, 'setting', 'setting'],
  ];
  test.each(cases)('%s', (_name, labels, realm, answer) =>
    expect(realmOf('shop', labels, { ...settings, realm })).toBe(answer),
  );
});

describe('takesPartInDiscovery', () => {
  const labeled = { [importLabel]: 'true' };
  const cases: [string, string, { [key: string]: string }, RealmSettings['autoImport'], boolean][] = [
    ['with the label', 'shop', labeled, 'labeled', true],
    ['without it', 'shop', {}, 'labeled', false],
    ['with the label of another value', 'shop', { [importLabel]: 'yes' }, 'labeled', false],
    ['without a label when all do', 'shop', {}, 'all', true],
    ['not kube-system when all do', 'kube-system', {}, 'all', false],
    ['not our own namespace when all do', 'nexlink-system', {}, 'all', false],
    ['not when none does', 'shop', labeled, 'none', false],
  ];
  test.each(cases)('%s', (_name, name, labels, autoImport, answer) =>
    expect(takesPartInDiscovery(aNamespace(name, labels), { ...settings, autoImport })).toBe(answer),
  );

  test('not while it is being deleted', () => {
    const namespace = aNamespace('shop', labeled);
    namespace.metadata.deletionTimestamp = '2026-01-01T00:00:00Z';
    expect(takesPartInDiscovery(namespace, settings)).toBe(false);
  });
});
