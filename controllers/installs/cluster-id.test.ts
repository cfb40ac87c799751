import { describe, expect, test } from '@jest/globals';
import { Transient } from '../runtime/errors.ts';
import type { KubeObject, ObjectRef } from '../runtime/kube.ts';
import { silentLog } from '../runtime/log.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { kindNotServed } from '../kube/failures.ts';
import { findCluster, installOf } from './cluster-id.ts';

type Client = Parameters<typeof findCluster>[0];

/** An API server that serves these values of the ClusterProperty, by version; null: the version without the object. */
function client(values: { readonly [version: string]: unknown }): Client {
  const get = () => Promise.resolve({ metadata: { name: 'kube-system', uid: 'uid-of-kube-system' } });
  const find = ({ resource: { version } }: ObjectRef) => {
    if (!(version in values)) return Promise.reject(new Transient(kindNotServed, 'not served'));
    const value = values[version];
    if (value === null) return Promise.resolve(undefined);
    return Promise.resolve({ metadata: { name: 'x' }, spec: { value } } as unknown as KubeObject);
  };
  return { get, find } as unknown as Client;
}
const ask = (of: Client) =>
  findCluster(of, { clock: new ManualClock(), log: silentLog }, new AbortController().signal);

describe('the id of a cluster is', () => {
  test.each([
    ['the uid of kube-system where ClusterProperty is not served', {}, 'uid-of-kube-system'],
    ['the same where there is none', { v1beta1: null, v1alpha1: null }, 'uid-of-kube-system'],
    ['that of the ClusterProperty', { v1beta1: 'prod-eu' }, 'prod-eu'],
    ['that of the older version where it alone is served', { v1alpha1: 'prod-eu' }, 'prod-eu'],
    ['the longest label', { v1beta1: 'a'.repeat(63) }, 'a'.repeat(63)],
  ])('%s', async (_what, values, id) => expect((await ask(client(values))).clusterID).toBe(id));

  test.each(['', 'Prod', 'prod.eu-west-1', 'prod_a', '-a', 'a-', 'a b', 'a'.repeat(64), '🚀'])(
    'never %j',
    async value => {
      const found = ask(client({ v1beta1: value }));
      await expect(found).rejects.toMatchObject({ code: 'InvalidClusterID' });
      await expect(found).rejects.toThrow(/^ClusterProperty cluster\.clusterset\.k8s\.io has the value/);
    },
  );
});

test('two namespaces of a cluster, and two clusters, are different installs', () => {
  const ids = [installOf({ clusterID: 'x', uid: 'a' }, 'n'), installOf({ clusterID: 'x', uid: 'a' }, 'm')];
  ids.push(installOf({ clusterID: 'x', uid: 'b' }, 'n'));
  expect(new Set(ids).size).toBe(3);
  expect(installOf({ clusterID: 'y', uid: 'a' }, 'n')).toBe(ids[0]);
});
