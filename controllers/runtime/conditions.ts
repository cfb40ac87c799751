import type { Condition } from '../../api/v1alpha1/meta.ts';

/** A condition before it is known whether it is news. */
export type Judgement = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

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
      ...(generation === undefined ? {} : { observedGeneration: generation }),
      lastTransitionTime: old?.status === judgement.status ? old.lastTransitionTime : timestamp(now),
    });
  }
  return [...after.values()];
}

/** The condition of a type, if it is there. */
export const conditionOf = (
  conditions: readonly Condition[] | undefined,
  type: string,
): Condition | undefined => conditions?.find(condition => condition.type === type);
