import type { Condition } from '../../api/v1alpha1/meta.ts';
import type { KubeObject } from './kube.ts';
import { redact } from './redact.ts';

/** A condition before it is known whether it is news. */
export type Judgement = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

/** An object that says how it is. */
export interface Conditioned extends KubeObject {
  status?: { conditions?: Condition[] };
}

/** A time as it stands in conditions: RFC 3339, UTC, whole seconds. */
export const timestamp = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');

/**
 * The conditions after a judgement of this generation: `lastTransitionTime` moves only when `status` does, and types
 * that are neither judged nor `dropped` stay.
 */
export function judge(
  before: readonly Condition[] | undefined,
  judgements: readonly Judgement[],
  generation: number | undefined,
  now: Date,
  dropped: readonly string[] = [],
): Condition[] {
  const kept = (before ?? []).filter(({ type }) => !dropped.includes(type));
  const after = new Map(kept.map(condition => [condition.type, condition]));
  for (const judgement of judgements) {
    const old = after.get(judgement.type);
    after.set(judgement.type, {
      ...judgement,
      message: redact(judgement.message),
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastTransitionTime: old?.status === judgement.status ? old.lastTransitionTime : timestamp(now),
    });
  }
  return [...after.values()];
}

/** How long what a new export or import needs may take before that is told as trouble. */
export const startMs = 30_000;

/**
 * Whether an object is so new, no older than `forMs`, that what it needs may only be on its way. What was there once, or failed once, is no
 * beginning any more.
 */
export function isStarting({ metadata, status }: Conditioned, now: Date, forMs = startMs): boolean {
  const age = now.getTime() - Date.parse(metadata.creationTimestamp!);
  const old = conditionOf(status?.conditions, 'Ready');
  return Math.abs(age) < forMs && (old === undefined || old.reason === 'Pending');
}

/** The condition of a type, if it is there. */
export const conditionOf = (
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined => conditions?.find(condition => condition.type === type);
