import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KubeObject } from '../runtime/kube.ts';
import { childName, ordinalOf } from '../runtime/names.ts';
import type { Pod, StatefulSet } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { aGateway, aPod } from '../testing/builders.ts';
import { childKey } from './observe.ts';
import { isReady } from './pods.ts';
import { planRollout, settledMs } from './plan-rollout.ts';

const now = new Date('2026-03-01T12:00:00Z');
const set = (more: object = {}): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'nexlink-export-shop', namespace: 'shop', uid: 'set', generation: 2 },
  status: { observedGeneration: 2, updateRevision: 'new', ...more },
});

/** `old`, `new`: of which template. `!`: not ready. `+`: just ready. `-`: stopping. An empty text: no pod. */
function pod(text: string, ordinal: number): Pod | undefined {
  if (text === '') return undefined;
  const at = text.endsWith('+') ? now : new Date(now.getTime() - settledMs);
  const ready = text.endsWith('!') ? 'False' : 'True';
  const made = aPod('export-shop', ordinal, {
    conditions: [{ type: 'Ready', status: ready, lastTransitionTime: at.toISOString() }],
  });
  const { metadata } = made;
  return {
    ...made,
    metadata: {
      ...metadata,
      labels: { ...metadata.labels, 'controller-revision-hash': text.replace(/\W/, '') },
      ...(text.endsWith('-') ? { deletionTimestamp: now.toISOString() } : {}),
    },
  };
}

function rollout(texts: readonly string[], statefulSet: StatefulSet = set()) {
  const pods = new Map(
    texts.flatMap((text, ordinal) => {
      const made = pod(text, ordinal);
      return made ? [[ordinal, made] as const] : [];
    }),
  );
  const key = childKey(resources.statefulSets, childName('export-shop'));
  const children = new Map<string, KubeObject>([[key, statefulSet]]);
  const plan = planRollout({ gateway: aGateway(), children, pods }, texts.length, now);
  const deleted = plan.actions.map(action => (action.do === 'delete' ? ordinalOf(action.ref.name) : action));
  return { pods, deleted, requeueAfterMs: plan.requeueAfterMs };
}

describe('the pod that is deleted', () => {
  const cases: [string, readonly string[], readonly number[], number | undefined][] = [
    ['none when all are new', ['new', 'new'], [], undefined],
    ['the last of the old ones', ['old', 'old'], [1], undefined],
    ['then the next one', ['old', 'new'], [0], undefined],
    ['not while the new one has just become ready', ['old', 'new+'], [], settledMs],
    ['not while the new one is not ready', ['old', 'new!'], [], undefined],
    ['not while another one stops', ['old-', 'old'], [], undefined],
    ['not while another one is missing', ['', 'old'], [], undefined],
    ['the old one that is not ready, whatever the others are', ['old!', 'new!', 'old'], [0], undefined],
    ['not one that is ready beside it, when that one is new', ['new!', 'old'], [], undefined],
    ['the only one', ['old'], [0], undefined],
  ];
  test.each(cases)('%s', (_what, texts, deleted, requeueAfterMs) =>
    expect(rollout(texts)).toMatchObject({ deleted, requeueAfterMs }),
  );

  test.each([
    ['before the StatefulSet controller has seen the template', { observedGeneration: 1 }],
    ['before it has named its revision', { updateRevision: undefined }],
  ])('none %s', (_when, status) => expect(rollout(['old', 'old'], set(status)).deleted).toEqual([]));

  test('none while the StatefulSet is deleted, or is not there', () => {
    const { metadata, ...rest } = set();
    const deleted = { ...rest, metadata: { ...metadata, deletionTimestamp: now.toISOString() } };
    expect(rollout(['old', 'old'], deleted).deleted).toEqual([]);
    const none = planRollout({ gateway: aGateway(), children: new Map(), pods: new Map() }, 2, now);
    expect(none.actions).toEqual([]);
  });
});

test('whatever the pods are, one at most goes, of the old template, and of several none that would leave nobody', () => {
  const state = fc.constantFrom('', 'old', 'old!', 'old+', 'old-', 'new', 'new!', 'new+', 'new-');
  fc.assert(
    fc.property(fc.array(state, { minLength: 1, maxLength: 6 }), texts => {
      const { pods, deleted } = rollout(texts);
      expect(deleted.length).toBeLessThanOrEqual(1);
      if (deleted.length === 0) return;
      const at = deleted[0] as number;
      expect(texts[at]).toMatch(/^old/);
      const carry = [...pods].filter(([, each]) => isReady(each) && !each.metadata.deletionTimestamp);
      if (isReady(pods.get(at)!)) expect(carry).toHaveLength(texts.length);
    }),
  );
});
