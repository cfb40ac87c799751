/** What the token of a gateway's pod can do at a real API server, and what not. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { finalizer } from '../../api/v1alpha1/labels.ts';
import { testConnection } from '../../hack/test/connection.ts';
import { serviceAccountToken } from '../../hack/test/service-account-token.ts';
import { applyReplica } from '../agent/report.ts';
import { KubeClient } from '../kube/client.ts';
import { Reflector } from '../kube/reflector.ts';
import { messageOf } from '../runtime/errors.ts';
import { listPath, objectPath } from '../kube/paths.ts';
import { ResourceWriter } from '../kube/writer.ts';
import type { KubeObject, Resource } from '../runtime/kube.ts';
import { childName, rulesName } from '../runtime/names.ts';
import { resources } from '../runtime/resources.ts';
import { gatewayDefaults } from '../testing/builders.ts';
import { child, fixedChildren, rulesChild } from './children.ts';

const namespace = 'agent-rights';
const elsewhere = 'agent-rights-elsewhere';
const own = { namespace, name: 'import-shop' };
const other = { namespace, name: 'export-shop' };
const far = { namespace: elsewhere, name: 'import-shop' };
const signal = AbortSignal.timeout(120_000);

let admin: KubeClient;
let writer: ResourceWriter;
let agent: KubeClient;
let token: string;

beforeAll(async () => {
  admin = new KubeClient(testConnection());
  writer = new ResourceWriter(admin);
  for (const name of [namespace, elsewhere])
    await writer.apply(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  for (const { namespace, name } of [own, other, far]) await make(namespace, name);
  token = await serviceAccountToken(admin, namespace, childName(own.name));
  agent = new KubeClient(testConnection(undefined, { token }), { retryForMs: 0 });
});
afterAll(() => Promise.all([admin.close(), agent.close()]));

/** A gateway with everything that the controller makes for it, but the StatefulSet. */
async function make(namespace: string, name: string): Promise<void> {
  const gateway = await writer.create<NexlinkGateway>(resources.gateways, {
    apiVersion: 'nexlink.nexodus.io/v1alpha1',
    kind: 'NexlinkGateway',
    metadata: { name, namespace, finalizers: [finalizer] },
    spec: { direction: name.startsWith('import') ? 'Import' : 'Export', realm: 'shop' },
  });
  const children = [
    ...fixedChildren(gateway, 1, { ...gatewayDefaults, ca: undefined }),
    rulesChild(gateway, [], [], []).child,
    child(gateway, resources.secrets, childName(name), { data: { '0.json': 'e30=' } }),
  ];
  for (const { resource, object } of children)
    if (resource !== resources.statefulSets) await writer.apply(resource, object);
}

/** The HTTP status that the agent's token gets. */
async function ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object) {
  const answer = await agent.transport.request({
    method,
    path,
    ...(body ? { body: JSON.stringify(body) } : {}),
    ...(method === 'PATCH' ? { contentType: 'application/merge-patch+json' } : {}),
  });
  return answer.status;
}
const gateway = (of: typeof own, subresource?: string) =>
  objectPath({ resource: resources.gateways, ...of }, subresource);
const rules = ({ namespace, name }: typeof own) =>
  objectPath({ resource: resources.configMaps, namespace, name: rulesName(name) });
const stored = (of = own) => admin.get<NexlinkGateway>({ resource: resources.gateways, ...of });
const replica = { ordinal: 0, podUID: 'pod', deviceID: 'device', ready: true };
const only = (name: string) => ({ namespace, fieldSelector: `metadata.name=${name}` });

describe("the token of a gateway's pod", () => {
  test('reads and watches the rules of its gateway', async () => {
    // A list of one: its agent needs no `get`.
    expect(await ask('GET', rules(own))).toBe(403);
    const selected = only(rulesName(own.name));
    expect(await ask('GET', listPath(resources.configMaps, selected))).toBe(200);
    const path = listPath(resources.configMaps, selected, { watch: true, timeoutSeconds: 1 });
    expect(await ask('GET', path)).toBe(200);
  });

  test('writes the status of its gateway', async () => {
    await applyReplica(agent, own)(replica, signal);
    expect((await stored()).status?.replicas).toEqual([replica]);
    expect(await ask('GET', gateway(own))).toBe(403);
  });

  test('can lie there about other replicas and in the conditions: the Role cannot tell fields apart', async () => {
    const lie = {
      type: 'Ready',
      status: 'True',
      reason: 'Ready',
      message: 'x',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    };
    const status = { replicas: [{ ordinal: 7, ready: true }], conditions: [lie] };
    expect(await ask('PATCH', gateway(own, 'status'), { status })).toBe(200);
    expect((await stored()).status).toMatchObject(status);
  });

  test('changes neither spec, labels nor finalizers on the way through the status', async () => {
    const { metadata, spec } = await stored();
    const body = {
      metadata: { finalizers: [], labels: { x: 'y' }, ownerReferences: [] },
      spec: { replicas: 10, podTemplate: { spec: { hostNetwork: true } } },
    };
    expect(await ask('PATCH', gateway(own, 'status'), body)).toBe(200);
    const now = await stored();
    expect([now.spec, now.metadata.finalizers, now.metadata.labels]).toEqual([
      spec,
      metadata.finalizers,
      metadata.labels,
    ]);
  });

  test.each([
    ['another gateway of its namespace', other],
    ['a gateway of its name elsewhere', far],
  ])('neither reads nor writes %s', async (_, gatewayRef) => {
    expect(await ask('GET', rules(gatewayRef))).toBe(403);
    expect(await ask('GET', gateway(gatewayRef))).toBe(403);
    expect(await ask('PATCH', gateway(gatewayRef, 'status'), { status: {} })).toBe(403);
    expect((await stored(gatewayRef)).status).toBeUndefined();
  });

  test('reads no Secret, not even its own', async () => {
    const secret = (name: string) => objectPath({ resource: resources.secrets, namespace, name });
    expect(await ask('GET', secret(childName(own.name)))).toBe(403);
    expect(await ask('GET', secret(childName(other.name)))).toBe(403);
    expect(await ask('GET', listPath(resources.secrets, { namespace }))).toBe(403);
    expect(await ask('GET', listPath(resources.secrets, only(childName(own.name))))).toBe(403);
  });

  test('changes no rules', async () => {
    expect(await ask('PATCH', rules(own), { data: { 'rules.json': '{}' } })).toBe(403);
    expect(await ask('DELETE', rules(own))).toBe(403);
  });

  test('changes, makes and deletes no gateway', async () => {
    expect(await ask('PATCH', gateway(own), { spec: { replicas: 3 } })).toBe(403);
    expect(await ask('DELETE', gateway(own))).toBe(403);
    const path = listPath(resources.gateways, { namespace });
    expect(await ask('POST', path, { metadata: { name: 'x' } })).toBe(403);
    expect(await ask('GET', path)).toBe(403);
  });

  test('gives itself no rights', async () => {
    const role: KubeObject & Record<string, unknown> = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'x', namespace },
      rules: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }],
    };
    const mine = { resource: resources.roles, namespace, name: childName(own.name) };
    expect(await ask('POST', listPath(resources.roles, { namespace }), role)).toBe(403);
    expect(await ask('PATCH', objectPath(mine), { rules: role['rules'] })).toBe(403);
    const tokens = `/api/v1/namespaces/${namespace}/serviceaccounts/${childName(other.name)}/token`;
    expect(await ask('POST', tokens, { spec: {} })).toBe(403);
  });

  test('can do nothing else: that is all the API server says of it', async () => {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace },
    };
    const answer = await agent.transport.request({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews',
      body: JSON.stringify(review),
    });
    interface Rule {
      verbs: string[];
      apiGroups: string[];
      resources: string[];
      resourceNames?: string[];
    }
    const { status } = JSON.parse(answer.body) as { status: { resourceRules: Rule[] } };
    // What every user may: ask about itself.
    const more = status.resourceRules.filter(
      ({ apiGroups }) => !/^(authorization|authentication)\.k8s\.io$/.test(apiGroups[0]!),
    );
    expect(
      more
        .map(
          ({ verbs, resources, resourceNames }) =>
            `${verbs.join()} ${resources.join()} ${resourceNames?.join()}`,
        )
        .sort(),
    ).toEqual([`list,watch configmaps ${rulesName(own.name)}`, `patch nexlinkgateways/status ${own.name}`]);
  });

  test.each<[string, Resource]>([
    ['Services', resources.services],
    ['pods', resources.pods],
    ['exports', resources.exports],
    ['imports', resources.imports],
    ['events', resources.events],
  ])('lists no %s', async (_, resource) => {
    expect(await ask('GET', listPath(resource, { namespace }))).toBe(403);
    expect(await ask('GET', listPath(resource, {}))).toBe(403);
  });
});

describe.each(['list', 'watch', 'patch'])('without the right to %s', verb => {
  const role = { resource: resources.roles, namespace, name: childName(own.name) };
  const grant = (rules: readonly object[]) =>
    writer.jsonPatch(role, [{ op: 'add', path: '/rules', value: rules }]);

  test('it says which it lacks, and goes on once it has it', async () => {
    const { rules: all } = await admin.get<KubeObject & { rules: { verbs: string[] }[] }>(role);
    await grant(
      all
        .map(rule => ({ ...rule, verbs: rule.verbs.filter(each => each !== verb) }))
        .filter(({ verbs }) => verbs.length),
    );
    const stop = new AbortController();
    // What the agent follows its rules with; it tells the failure to the kubelet and in the status.
    const reflector = new Reflector(agent, resources.configMaps, {
      ...only(rulesName(own.name)),
      watchSeconds: 1,
    });
    const running = reflector.run(stop.signal);
    const lacked = new RegExp(`cannot ${verb} resource .* grant this verb`);
    const report = () => applyReplica(agent, own)(replica, signal).then(() => undefined, messageOf);
    const failure = async (): Promise<string | undefined> => {
      if (verb === 'patch') return report();
      return reflector.failure === undefined ? undefined : messageOf(reflector.failure);
    };
    const until = async (is: (text: string | undefined) => boolean) => {
      while (!is(await failure())) await new Promise(resolve => setTimeout(resolve, 50));
    };
    await until(text => lacked.test(text ?? ''));
    await grant(all);
    await until(text => text === undefined && reflector.isSynced);
    stop.abort(new Error('stop'));
    await running;
  }, 30_000);
});
