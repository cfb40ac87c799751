import { describe, expect, test } from '@jest/globals';
import { finalizer, managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { ObjectMeta } from '../../api/v1alpha1/meta.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { Action } from '../runtime/actions.ts';
import type { KubeObject } from '../runtime/kube.ts';
import { resources } from '../runtime/resources.ts';
import {
  aDevice,
  aGateway,
  anExport,
  anIdentity,
  aPod,
  aRegKey,
  gatewayDefaults,
} from '../testing/builders.ts';
import { aReport, aSeenGateway, type GatewaySight } from '../testing/seen.ts';
import { childKey, type CarriedExport } from './observe.ts';
import {
  isUnused,
  planDeletion,
  planEnd,
  planFinalizer,
  planGateway,
  planSecret,
  replicasOf,
} from './plan.ts';

const context = { defaults: gatewayDefaults, cluster: 'here', decodeRecord: () => undefined };
const identities = new Map([[0, anIdentity()]]);
const texts = (actions: readonly Action[]) =>
  actions.map(action => {
    if ('ref' in action) return `${action.do} ${action.ref.resource.kind} ${action.ref.name}`;
    if ('object' in action)
      return `${action.do} ${(action.object as KubeObject).kind} ${(action.object as KubeObject).metadata.name}`;
    return action.do;
  });
const all = (sight: GatewaySight) => {
  const { metadata, rules, pods } = planGateway(aSeenGateway(sight), identities, context);
  return [...metadata, ...rules, ...planSecret(aSeenGateway(sight), identities), ...pods];
};
/** Every child as the API server has it after it was applied. */
function made(
  change: (metadata: ObjectMeta, object: KubeObject) => void = () => {},
): Map<string, KubeObject> {
  const children = new Map<string, KubeObject>();
  for (const action of all({})) {
    if (action.do !== 'apply') continue;
    const object = structuredClone(action.object);
    object.metadata.uid = `uid-${object.kind}`;
    change(object.metadata, object);
    children.set(childKey(action.resource, object.metadata.name), object);
  }
  return children;
}
const applied = (children: Map<string, KubeObject>) =>
  all({ children }).filter(({ do: verb }) => verb === 'apply');

describe('children', () => {
  test('are made, rules and keys before the pods', () => {
    expect(texts(all({}))).toEqual([
      'apply ConfigMap nexlink-export-shop-rules',
      'apply Secret nexlink-export-shop',
      'apply ServiceAccount nexlink-export-shop',
      'apply Role nexlink-export-shop',
      'apply RoleBinding nexlink-export-shop',
      'apply PodDisruptionBudget nexlink-export-shop',
      'apply StatefulSet nexlink-export-shop',
    ]);
  });

  test('are not written when they are as they should be', () => {
    expect(all({ children: made() })).toEqual([]);
  });

  test('are written again when a field was changed', () => {
    const children = made((_metadata, object) => {
      if (object.kind === 'StatefulSet')
        (object as unknown as { spec: { replicas: number } }).spec.replicas = 7;
    });
    expect(texts(applied(children))).toEqual(['apply StatefulSet nexlink-export-shop']);
  });

  test('are written again when a field is no longer wanted', () => {
    const children = made((metadata, object) => {
      if (object.kind === 'Role') metadata.annotations = { 'nexlink.nexodus.io/applied': 'earlier' };
    });
    expect(texts(applied(children))).toEqual(['apply Role nexlink-export-shop']);
  });

  const uidsGiven = (children: Map<string, KubeObject>) =>
    applied(children).map(action => (action as { object: KubeObject }).object.metadata.uid);

  test('are taken back when they lost their owner', () => {
    expect(uidsGiven(made(metadata => delete metadata.ownerReferences))).toContain('uid-StatefulSet');
  });

  test('are not ours when an earlier gateway of the name owns them: that is looked up before the write', () => {
    const children = made(metadata => {
      metadata.ownerReferences![0]!.uid = 'earlier';
    });
    expect(new Set(uidsGiven(children))).toEqual(new Set([undefined]));
  });
});

describe('reports', () => {
  const status: NexlinkGateway['status'] = { replicas: [aReport(0), aReport(1)] };
  const sight: GatewaySight = { gateway: { ...aGateway(), status: status! }, reports: status!.replicas! };

  test('of replicas that are no more are dropped', () => {
    const drops = all({ ...sight, identities: [anIdentity()] }).filter(
      ({ do: verb }) => verb === 'jsonPatch',
    );
    expect(drops).toMatchObject([
      {
        subresource: 'status',
        operations: [
          { op: 'test', path: '/status/replicas/1/ordinal', value: 1 },
          { op: 'remove', path: '/status/replicas/1' },
        ],
      },
    ]);
  });

  test('stay while a pod or an identity does', () => {
    const kept = all({ ...sight, identities: [anIdentity()], pods: [aPod('export-shop', 1)] });
    expect(texts(kept)).not.toContain('jsonPatch NexlinkGateway export-shop');
  });
});

test('the number of replicas is that of the gateway, also 0, or the setting', () => {
  const replicas = (spec: object) => replicasOf(aSeenGateway({ gateway: aGateway(spec) }), gatewayDefaults);
  expect([replicas({}), replicas({ replicas: 0 }), replicas({ replicas: 5 })]).toEqual([2, 0, 5]);
});

test('the finalizer is added once, to those of others, and only to what was seen', () => {
  const plan = (finalizers: string[]) =>
    planFinalizer(aSeenGateway({ gateway: aGateway({}, { finalizers }) }));
  expect(plan([finalizer])).toEqual([]);
  expect(plan(['other'])).toMatchObject([
    {
      operations: [
        { op: 'test', path: '/metadata/resourceVersion', value: '1' },
        { op: 'add', path: '/metadata/finalizers', value: ['other', finalizer] },
      ],
    },
  ]);
});

describe('a gateway is unused', () => {
  const ours = aGateway({}, { labels: { [managedByLabel]: 'controller' } });
  const exports = [{ nxe: anExport(), resolved: {} }] as unknown as CarriedExport[];
  test.each<[string, GatewaySight, boolean]>([
    ['when we made it and nothing names it', { gateway: ours }, true],
    ['not when an export names it', { gateway: ours, exports }, false],
    ['not when a user made it', {}, false],
  ])('%s', (_name, sight, answer) => expect(isUnused(aSeenGateway(sight))).toBe(answer));

  test('and is then deleted as the one that was seen', () => {
    expect(planDeletion(aSeenGateway())).toMatchObject([{ do: 'delete', uid: 'uid-export-shop' }]);
  });
});

describe('the end', () => {
  const now = new Date('2026-03-01T12:00:00Z');
  const gateway = aGateway({}, { finalizers: ['other', finalizer], deletionTimestamp: 'now' });
  const nexodus: GatewaySight = {
    gateway,
    keys: [aRegKey()],
    devices: [aDevice()],
    published: { 'device-0': {} },
  };
  const set: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'nexlink-export-shop', uid: 'u' },
  };
  const children = new Map([[childKey(resources.statefulSets, 'nexlink-export-shop'), set]]);
  const cases: [string, GatewaySight, string[]][] = [
    [
      'begins with metadata and pods',
      { ...nexodus, children, pods: [aPod('export-shop')] },
      ['deleteMetadata', 'delete StatefulSet nexlink-export-shop', 'delete Pod nexlink-export-shop-0'],
    ],
    [
      'waits for pods that are stopping',
      { ...nexodus, published: {}, pods: [aPod('export-shop', 0, {}, { deletionTimestamp: 'now' })] },
      [],
    ],
    [
      'closes keys that are open meanwhile',
      {
        ...nexodus,
        published: {},
        keys: [
          aRegKey(0, { expiresAt: '2026-03-01T12:01:00Z' }),
          aRegKey(1, { expiresAt: '2026-03-01T11:00:00Z' }),
        ],
        pods: [aPod('export-shop', 0, {}, { deletionTimestamp: 'now' })],
      },
      ['expireRegKey'],
    ],
    [
      'goes on with devices and keys, and ends with the finalizer',
      nexodus,
      ['deleteMetadata', 'deleteDevice', 'deleteRegKey', 'jsonPatch NexlinkGateway export-shop'],
    ],
    [
      'is none when our finalizer was taken away',
      { ...nexodus, gateway: aGateway({}, { finalizers: ['other'] }) },
      [],
    ],
  ];
  test.each(cases)('%s', (_name, sight, actions) =>
    expect(texts(planEnd(aSeenGateway(sight), now))).toEqual(actions),
  );

  test('finalizers of others stay', () => {
    expect(planEnd(aSeenGateway({ gateway }), now).at(-1)).toMatchObject({
      operations: [{ op: 'test' }, { op: 'add', value: ['other'] }],
    });
  });
});
