/** A StatefulSet that an older version made, which replaced its pods by itself, is taken over. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testConnection } from '../../hack/test/connection.ts';
import { KubeClient } from '../kube/client.ts';
import { ResourceWriter } from '../kube/writer.ts';
import { covers } from '../runtime/compare.ts';
import type { KubeObject } from '../runtime/kube.ts';
import type { StatefulSet } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { aGateway, gatewayDefaults } from '../testing/builders.ts';
import { fixedChildren } from './children.ts';

const namespace = 'update-strategy-test';
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

test('its update strategy is replaced, and nothing is written again', async () => {
  const gateway = aGateway({}, { namespace, uid: '00000000-0000-4000-8000-000000000001' });
  const wanted = fixedChildren(gateway, 2, gatewayDefaults).at(-1)!.object as StatefulSet;
  const older = {
    ...wanted,
    spec: { ...wanted.spec, minReadySeconds: 5, updateStrategy: { type: 'RollingUpdate' } },
  };
  await writer.apply(resources.statefulSets, older);
  const after = await writer.apply(resources.statefulSets, wanted);
  expect(after.spec!['updateStrategy']).toEqual({ type: 'OnDelete' });
  expect(covers(after, wanted)).toBe(true);
});
