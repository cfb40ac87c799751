/** The rights of config/rbac are enough for every watch; one that is missing is told, and waited for. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { testConnection } from '../hack/test/connection.ts';
import { serviceAccountToken } from '../hack/test/service-account-token.ts';
import { Caches } from './kube/caches.ts';
import { KubeClient } from './kube/client.ts';
import { ResourceWriter } from './kube/writer.ts';
import type { KubeObject, Resource } from './runtime/kube.ts';
import type { Log, LogFields } from './runtime/log.ts';
import { resources } from './runtime/resources.ts';
import { addWatches } from './watches.ts';

interface ClusterRole extends KubeObject {
  rules?: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
}

const namespace = 'watches-test';
const name = 'watches-test';
const rbac = path.join(import.meta.dirname, '../config/rbac/controller.yaml');
const { rules } = parseAllDocuments(readFileSync(rbac, 'utf8'))
  .map(document => document.toJS() as ClusterRole)
  .find(({ kind }) => kind === 'ClusterRole')!;

const group = 'rbac.authorization.k8s.io';
const clusterScoped = (kind: string, plural: string): Resource => ({
  group,
  version: 'v1',
  kind,
  plural,
  namespaced: false,
});
const [role, binding] = [
  clusterScoped('ClusterRole', 'clusterroles'),
  clusterScoped('ClusterRoleBinding', 'clusterrolebindings'),
];

const admin = new KubeClient(testConnection());
const writer = new ResourceWriter(admin);
const stop = new AbortController();
let controller: KubeClient;

const object = (resource: Resource, more: object = {}): KubeObject => ({
  apiVersion: resource.group ? `${resource.group}/v1` : 'v1',
  kind: resource.kind,
  metadata: { name, ...(resource.namespaced ? { namespace } : {}) },
  ...more,
});

beforeAll(async () => {
  await writer.apply(resources.namespaces, object(resources.namespaces));
  await writer.apply(resources.serviceAccounts, object(resources.serviceAccounts));
  const slice = { addressType: 'IPv4', endpoints: [], ports: [] };
  await writer.apply(resources.endpointSlices, object(resources.endpointSlices, slice));
  const roleRef = { apiGroup: group, kind: 'ClusterRole', name };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  await writer.apply(binding, object(binding, { roleRef, subjects }));
});
afterAll(async () => {
  stop.abort(new Error('stop'));
  await controller.close();
  await admin.close();
});

test('the right to watch EndpointSlices is missing: it is told, and everything goes on once it is there', async () => {
  const lacking = rules!.filter(rule => !rule.resources.includes('endpointslices'));
  expect(lacking).toHaveLength(rules!.length - 1);
  await writer.apply(role, object(role, { rules: lacking }));

  const told: LogFields[] = [];
  controller = new KubeClient(
    testConnection(undefined, { token: await serviceAccountToken(admin, namespace, name) }),
    {
      log: logTo((message, fields) => void (message === 'cache is not current' && told.push(fields))),
    },
  );
  const caches = new Caches(controller);
  const { endpointSlices, ...others } = addWatches(caches);
  const running = caches.run(stop.signal);
  await Promise.all(Object.values(others).map(({ synced }) => synced));
  expect(endpointSlices.isSynced).toBe(false);
  // Of others an API server that starts may say that it is not there yet.
  expect(told.filter(({ kind }) => kind === 'EndpointSlice')).toEqual([
    {
      kind: 'EndpointSlice',
      error: expect.stringMatching(/endpointslices.*grant this verb in the role.*config\/rbac/),
    },
  ]);

  await writer.apply(role, object(role, { rules }));
  await caches.synced();
  // The API server says null, not [].
  const { endpoints } = endpointSlices.cache.get(namespace, name)!;
  expect(endpoints).toEqual([]);
  stop.abort(new Error('stop'));
  await running;
}, 30_000);

function logTo(write: (message: string, fields: LogFields) => void, given: LogFields = {}): Log {
  const line = (message: string, fields: LogFields = {}) => write(message, { ...given, ...fields });
  return {
    debug: line,
    info: line,
    warn: line,
    error: line,
    with: fields => logTo(write, { ...given, ...fields }),
  };
}
