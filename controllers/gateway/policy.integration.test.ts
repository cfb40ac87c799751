/** Whether the API server takes the policies of gateways, and stores them as they were written: nothing is written again. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testConnection } from '../../hack/test/connection.ts';
import type { ImportClient } from '../../api/v1alpha1/nexlinkimport.ts';
import { accessTo } from '../import/clients.ts';
import { fixedChildren, type Child } from '../proxy/children.ts';
import { KubeClient } from '../kube/client.ts';
import { ResourceWriter } from '../kube/writer.ts';
import { exportPolicyChild, policyChild, type Access } from '../proxy/network-policy.ts';
import type { KubeObject } from '../runtime/kube.ts';
import type { NetworkPolicy } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { aGateway, anImport, gatewayDefaults } from '../testing/builders.ts';

const namespace = 'policy-test';
const owner = { namespace, uid: '00000000-0000-4000-8000-000000000001' };
const client = new KubeClient(testConnection());
const writer = new ResourceWriter(client);
beforeAll(() =>
  writer.apply<KubeObject>(resources.namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace },
  }),
);
afterAll(() => client.close());

const labels = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`key-${at}`, 'x'.repeat(63)]));
const cases: [string, ImportClient[]][] = [
  ['pods of the namespace', [{ podSelector: { matchLabels: labels } }]],
  ['every pod of every namespace', [{ podSelector: {}, namespaceSelector: {} }]],
  ['all pods, said at length', [{ podSelector: { matchLabels: {}, matchExpressions: [] } }]],
  [
    'every operator',
    [
      {
        namespaceSelector: {
          matchExpressions: [
            { key: 'a.example/b', operator: 'In', values: ['c', ''] },
            { key: 'a', operator: 'NotIn', values: ['b'] },
            { key: 'a', operator: 'Exists' },
            { key: 'a', operator: 'DoesNotExist', values: [] },
          ],
        },
      },
    ],
  ],
  [
    'the longest key, 50 times',
    Array.from({ length: 50 }, () => ({
      podSelector: { matchLabels: { [`${'a'.repeat(189)}/${'b'.repeat(63)}`]: '' } },
    })),
  ],
];

const stored = async ({ resource, object }: Child) => {
  const { spec } = (await writer.apply(resource, object)) as NetworkPolicy;
  return { stored: spec, written: (object as NetworkPolicy).spec };
};

test.each(cases)('a NetworkPolicy for %s', async (_name, clients) => {
  const gateway = aGateway({ direction: 'Import' }, owner);
  const peers = accessTo(anImport('web', { clients })) as Exclude<Access, 'everyone'>;
  const ports = [20000, 20001, 20005, 29999].map(gatewayPort => ({ protocol: 'TCP' as const, gatewayPort }));
  const specs = await stored(policyChild(gateway, [{ peers, ports }]));
  expect(specs.stored).toEqual(specs.written);
});

test('the NetworkPolicy of an export gateway', async () => {
  const specs = await stored(exportPolicyChild(aGateway({}, owner)));
  expect(specs.stored).toEqual(specs.written);
});

test('a PodDisruptionBudget', async () => {
  const children = fixedChildren(aGateway({}, owner), 2, gatewayDefaults);
  const specs = await stored(children.find(({ resource }) => resource === resources.podDisruptionBudgets)!);
  expect(specs.stored).toEqual(specs.written);
});
