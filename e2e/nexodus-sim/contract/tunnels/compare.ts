/** Whether tunnels behave as the recorded ones: not kinder, and not much unkinder. */

import type { Measured, Run } from './result.ts';

/** What a busy machine changes, beside what is in the recording. */
const tolerance = {
  kinderMs: 300,
  unkinderMs: 2_000,
  unkinderFactor: 1.3,
  datagrams: 5,
} as const;

/**
 * Some tunnels come up at once by luck: when the other side knows the new endpoint before the first handshake. So runs
 * that are all early are only a difference when the recording makes that less likely than this.
 */
const tooUnlikely = 0.001;

/** The middle value; of two the greater. Never is the greatest. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Infinity;
}

interface Figure {
  readonly name: string;
  readonly of: (run: Run) => number | undefined;
  readonly kinder: number;
  readonly unkinder: number;
}

const figures: readonly Figure[] = [
  {
    name: 'ms to the first byte',
    of: run => (run.exit === undefined ? (run.firstMs ?? Infinity) : undefined),
    kinder: tolerance.kinderMs,
    unkinder: tolerance.unkinderMs,
  },
  {
    name: 'datagrams lost',
    of: run => (run.firstMs === undefined ? undefined : run.lostSinceUp),
    kinder: tolerance.datagrams,
    unkinder: 4 * tolerance.datagrams,
  },
  {
    name: 'datagrams lost since the event',
    of: run => (run.firstMs === undefined ? undefined : run.lost),
    kinder: tolerance.datagrams,
    unkinder: 4 * tolerance.datagrams,
  },
  {
    name: 'ms to the end of nexd',
    of: run => run.exitMs,
    kinder: tolerance.kinderMs,
    unkinder: tolerance.unkinderMs,
  },
];

function compareFigure(figure: Figure, ours: readonly Run[], recorded: readonly Run[]): string[] {
  const values = (runs: readonly Run[]): number[] => runs.map(figure.of).filter(value => value !== undefined);
  const [mine, theirs] = [values(ours), values(recorded)];
  if (mine.length === 0 || theirs.length === 0) return [];
  const [least, most] = [Math.min(...theirs), Math.max(...theirs)];
  const middle = median(mine);
  const span = `recorded ${least} to ${most}, ours ${mine.toSorted((a, b) => a - b).join(', ')}`;
  const notLater = theirs.filter(value => value <= Math.max(...mine) + figure.kinder).length;
  const chance = (notLater / theirs.length) ** mine.length;
  if (middle < least - figure.kinder || chance < tooUnlikely) return [`kinder: ${figure.name}: ${span}`];
  if (middle > most * tolerance.unkinderFactor + figure.unkinder)
    return [`unkinder: ${figure.name}: ${span}`];
  return [];
}

/** Outcomes that never were recorded: an exit, or what a connection from before the event meets. */
function compareOutcomes(ours: readonly Run[], recorded: readonly Run[]): string[] {
  const outcome = (run: Run): string =>
    run.exit ??
    (run.client === undefined ? 'started' : `started; client ${run.client}, server ${run.server}`);
  const known = new Set(recorded.map(outcome));
  const counts = Object.entries(Object.groupBy(ours, outcome));
  return counts
    .filter(([text, runs]) => !known.has(text) && (runs ?? []).length > ours.length / 2)
    .map(([text]) => `never recorded: ${text} (recorded: ${[...known].join(' | ')})`);
}

/** Differences of one case, as sentences; none where it behaves as recorded. */
export function differences(ours: Measured, recorded: Measured): string[] {
  return [
    ...figures.flatMap(figure => compareFigure(figure, ours.runs, recorded.runs)),
    ...compareOutcomes(ours.runs, recorded.runs),
  ];
}
