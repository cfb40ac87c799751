import { describe, expect, test } from '@jest/globals';
import type { ImportClient } from '../../api/v1alpha1/nexlinkimport.ts';
import { anImport } from '../testing/builders.ts';
import { accessTo, clientFlaws } from './clients.ts';

test('without clients everyone may use an import', () => {
  expect(accessTo(anImport())).toBe('everyone');
});

test('clients are peers of a NetworkPolicy, as the API server stores them', () => {
  const clients: ImportClient[] = [
    { podSelector: { matchLabels: { app: 'web' }, matchExpressions: [] } },
    { podSelector: {}, namespaceSelector: { matchLabels: {} } },
    {
      namespaceSelector: {
        matchExpressions: [
          { key: 'team', operator: 'In', values: ['a'] },
          { key: 'old', operator: 'DoesNotExist', values: [] },
        ],
      },
    },
  ];
  expect(accessTo(anImport('web', { clients }))).toEqual([
    { podSelector: { matchLabels: { app: 'web' } } },
    { podSelector: {}, namespaceSelector: {} },
    {
      namespaceSelector: {
        matchExpressions: [
          { key: 'team', operator: 'In', values: ['a'] },
          { key: 'old', operator: 'DoesNotExist' },
        ],
      },
    },
  ]);
});

describe('nobody may use an import with', () => {
  const cases: [string, unknown, RegExp][] = [
    ['no clients in its list', [], /spec\.clients: .* write at least 1/],
    ['a client that selects nothing', [{ podSelector: {} }, {}], /spec\.clients\[1\]: selects nothing/],
    ['a client that is none', ['app=web'], /spec\.clients\[0\]/],
    ['clients that are no list', {}, /spec\.clients/],
    ['clients that are null', null, /spec\.clients/],
    ['a selector that is null', [{ podSelector: null }], /podSelector/],
    [
      'a key that is none',
      [{ podSelector: { matchLabels: { 'a..b/c': 'x' } } }],
      /matchLabels: "a\.\.b\/c" is not a label's key/,
    ],
    [
      'an operator without its values',
      [{ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }],
      /spec\.clients\[0\]\.namespaceSelector\.matchExpressions\[0\]\.values: .*write at least one/,
    ],
  ];
  test.each(cases)('%s', (_name, clients, flaw) => {
    const nxi = anImport('web', { clients: clients as ImportClient[], ports: 'odd' as never });
    expect(clientFlaws(nxi).join('; ')).toMatch(flaw);
    expect(accessTo(nxi)).toEqual([]);
  });
});
