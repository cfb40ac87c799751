/** Imports that only some pods may use. */
import {
  entries,
  labelKey,
  labelValue,
  nxi,
  oneOf,
  refuses,
  takes,
  tooLong,
  tooMany,
  type Sample,
} from './sample.ts';

const clients = (...list: unknown[]) => nxi({ clients: list });
const pods = (podSelector: object) => clients({ podSelector });
const expression = (matchExpression: object) => pods({ matchExpressions: [matchExpression] });
const at = 'spec.clients[0].podSelector';
const longKey = `${'a'.repeat(190)}/${'b'.repeat(63)}`;
const nothing = 'selects nothing: write podSelector, namespaceSelector or both';
const needsValues = 'with values: write at least one';
const noValues = 'nothing: remove values, or write In or NotIn';

export const clientSamples: readonly Sample[] = [
  takes('pods of this namespace', pods({ matchLabels: { app: 'web', 'example.com/tier': '' } })),
  takes('every pod of some namespaces', clients({ namespaceSelector: { matchLabels: { team: 'shop' } } })),
  takes(
    'some pods of some namespaces',
    clients({ podSelector: { matchLabels: { a: 'b' } }, namespaceSelector: {} }),
  ),
  takes(
    'clients by every operator',
    clients({
      podSelector: {
        matchExpressions: [
          { key: 'a', operator: 'In', values: ['b', ''] },
          { key: 'example.com/a', operator: 'NotIn', values: ['c'] },
          { key: 'd', operator: 'Exists' },
          { key: 'e', operator: 'DoesNotExist', values: [] },
        ],
      },
    }),
  ),
  takes(
    '50 clients of a device',
    nxi({
      device: { hostname: 'db' },
      ports: [{ port: 1 }],
      clients: Array.from({ length: 50 }, () => ({ podSelector: { matchLabels: entries(16) } })),
    }),
  ),
  takes('the longest key', pods({ matchLabels: { [longKey.slice(1)]: 'x' } })),
  refuses('no clients', clients(), 'spec.clients', [
    'no entry: write which pods may use it, or remove clients to let in every pod',
    'has too few entries: write at least 1',
  ]),
  refuses(
    '51 clients',
    clients(...Array.from({ length: 51 }, () => ({ podSelector: {} }))),
    'spec.clients',
    tooMany(50),
  ),
  refuses('a client without a selector', clients({ podSelector: {} }, {}), 'spec.clients[1]', nothing),
  refuses(
    'a label of clients with an empty part in its key',
    pods({ matchLabels: { 'a..b/c': 'x' } }),
    `${at}.matchLabels`,
    labelKey,
  ),
  refuses(
    'a label of clients with a key that is too long',
    pods({ matchLabels: { [longKey]: 'x' } }),
    `${at}.matchLabels`,
    labelKey,
  ),
  refuses(
    'a label of clients with a space in its value',
    pods({ matchLabels: { a: 'b c' } }),
    `${at}.matchLabels`,
    labelValue,
  ),
  refuses('17 labels of clients', pods({ matchLabels: entries(17) }), `${at}.matchLabels`, tooMany(16)),
  refuses(
    'another operator',
    expression({ key: 'a', operator: 'Gt', values: ['1'] }),
    `${at}.matchExpressions[0].operator`,
    oneOf('In', 'NotIn', 'Exists', 'DoesNotExist'),
  ),
  refuses(
    'In without values',
    expression({ key: 'a', operator: 'In' }),
    `${at}.matchExpressions[0].values`,
    needsValues,
  ),
  refuses(
    'NotIn with no value',
    clients({ namespaceSelector: { matchExpressions: [{ key: 'a', operator: 'NotIn', values: [] }] } }),
    'spec.clients[0].namespaceSelector.matchExpressions[0].values',
    needsValues,
  ),
  refuses(
    'Exists with a value',
    expression({ key: 'a', operator: 'Exists', values: ['b'] }),
    `${at}.matchExpressions[0].values`,
    noValues,
  ),
  refuses(
    'a key of an expression with a space',
    expression({ key: 'a b', operator: 'Exists' }),
    `${at}.matchExpressions[0].key`,
    labelKey,
  ),
  refuses(
    'an empty key of an expression',
    expression({ key: '', operator: 'Exists' }),
    `${at}.matchExpressions[0].key`,
    labelKey,
  ),
  refuses(
    'a key of an expression that is too long',
    expression({ key: longKey, operator: 'Exists' }),
    `${at}.matchExpressions[0].key`,
    tooLong(253),
  ),
  refuses(
    'a value of an expression with a slash',
    expression({ key: 'a', operator: 'In', values: ['b/c'] }),
    `${at}.matchExpressions[0].values[0]`,
    labelValue,
  ),
];
