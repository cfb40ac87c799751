/** What became of a stream of connections. Pure. */

import type { Sample } from './pod/record.ts';

/** A time in which connections failed, with those between that did not. */
export interface Disturbance {
  /** Start of the first connection that failed, and of the first one after the last that failed; ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly tried: number;
  readonly failed: number;
  /** How many failed in which way. */
  readonly kinds: Counts;
}

export interface Counts {
  readonly [what: string]: number;
}

export interface Summary {
  readonly tried: number;
  readonly failed: number;
  /** How many each server answered. */
  readonly answers: Counts;
  readonly disturbances: readonly Disturbance[];
  /** Length of the longest disturbance. */
  readonly longestMs: number;
  /** Longest time from start to answer of those that did not fail. */
  readonly slowestMs: number;
}

/** Failures with less than this between them are one disturbance. */
const quietMs = 1000;

/** Of the connections of one kind that started in [from, to). */
export function summarize(
  samples: readonly Sample[],
  {
    kind = 'http',
    from = -Infinity,
    to = Infinity,
  }: { kind?: Sample['kind']; from?: number; to?: number } = {},
): Summary {
  const ours = started(samples, kind).filter(({ at }) => at >= from && at < to);
  const good = ours.filter(({ failure }) => !failure);
  const disturbances = disturbancesOf(ours);
  return {
    tried: ours.length,
    failed: ours.length - good.length,
    answers: countBy(good, ({ by }) => by ?? 'nobody'),
    disturbances,
    longestMs: Math.max(0, ...disturbances.map(({ from, to }) => to - from)),
    slowestMs: good.reduce((slowest, { ms }) => Math.max(slowest, ms), 0),
  };
}

/**
 * Milliseconds from `since` until the start of the first connection after which none failed; 0 when none failed.
 * Undefined: the last one failed, so it is not over.
 */
export function recoveredAfter(samples: readonly Sample[], since: number): number | undefined {
  const ours = started(samples, 'http').filter(({ at, ms }) => at + ms >= since);
  const lastFailed = ours.findLastIndex(({ failure }) => failure);
  if (lastFailed === -1) return 0;
  const next = ours[lastFailed + 1];
  return next && Math.max(0, next.at - since);
}

const started = (samples: readonly Sample[], kind: Sample['kind']): Sample[] =>
  samples.filter(sample => sample.kind === kind).sort((one, other) => one.at - other.at);

function disturbancesOf(samples: readonly Sample[]): Disturbance[] {
  const groups: { first: number; last: number }[] = [];
  samples.forEach(({ at, failure }, index) => {
    if (!failure) return;
    const group = groups.at(-1);
    if (group && at - samples[group.last]!.at < quietMs) group.last = index;
    else groups.push({ first: index, last: index });
  });
  return groups.map(({ first, last }) => {
    const within = samples.slice(first, last + 1);
    const bad = within.filter(({ failure }) => failure);
    return {
      from: within[0]!.at,
      to: (samples[last + 1] ?? samples[last]!).at,
      tried: within.length,
      failed: bad.length,
      kinds: countBy(bad, kindOf),
    };
  });
}

/** A wrong answer is shown: it came from somewhere. */
function kindOf({ failure, detail }: Sample): string {
  if (failure === 'wrong') return `wrong answer ${JSON.stringify(detail)}`;
  return failure === 'error' || failure === 'timeout' ? (detail ?? failure) : failure!;
}

function countBy(samples: readonly Sample[], key: (sample: Sample) => string): Counts {
  const counts: { [what: string]: number } = {};
  for (const sample of samples) counts[key(sample)] = (counts[key(sample)] ?? 0) + 1;
  return counts;
}

/** `refused 3, timeout 1` */
export const renderCounts = (counts: Counts): string =>
  Object.entries(counts)
    .map(([what, count]) => `${what} ${count}`)
    .join(', ');
