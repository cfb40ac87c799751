/** Which writes of a run are tried: all of them with FAULTS=all, else a sample, the same for the same FAULTS_SEED. */

import { randomInt } from 'node:crypto';
import { Random } from '../../soak/random.ts';

/** The writes of a run without a fault. */
export interface Writes {
  readonly writes: number;
  /** Those that made something in Nexodus, which has no name by which it would be found again: from 1. */
  readonly creations: readonly number[];
}

export const isComplete = process.env['FAULTS'] === 'all';
export const seed = Number(process.env['FAULTS_SEED'] || randomInt(1, 1_000_000));
/** How many are drawn. */
const drawn = 3;

/** The first, the last, those around creations in Nexodus, and some that are drawn. Ascending. */
export function sampleOf({ writes, creations }: Writes, from = seed): number[] {
  const always = [1, writes, ...creations.flatMap(at => [at - 1, at, at + 1])];
  const chosen = new Set(always.filter(at => at >= 1 && at <= writes));
  const others = Array.from({ length: writes }, (_, at) => at + 1).filter(at => !chosen.has(at));
  for (const at of new Random(from).shuffled(others).slice(0, drawn)) chosen.add(at);
  return [...chosen].sort((a, b) => a - b);
}
