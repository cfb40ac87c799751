/** The recorded runs of a real nexd with a real Nexodus. */

import { readFileSync, writeFileSync } from 'node:fs';
import type { Measured, Run, Traffic } from './result.ts';

const file = new URL('../testdata/tunnels.json', import.meta.url);

export function readRecording(): readonly Measured[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as { measured: Measured[] }).measured;
}

/** Adds runs to the recording, one a line. */
export function addToRecording(nexd: string, more: readonly Measured[]): void {
  let measured: readonly Measured[] = [];
  try {
    measured = readRecording();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const all = collect([...measured, ...more].flatMap(one => one.runs.map(run => ({ ...one, run }))));
  const blocks = all.map(({ runs, ...head }) => {
    const lines = runs.map(run => `      ${JSON.stringify(run)}`).join(',\n');
    return `    ${JSON.stringify(head).slice(0, -1)},"runs":[\n${lines}\n    ]}`;
  });
  writeFileSync(
    file,
    `{\n  "nexd": ${JSON.stringify(nexd)},\n  "measured": [\n${blocks.join(',\n')}\n  ]\n}\n`,
  );
}

/** Runs by case and traffic. */
export function collect(
  single: readonly { readonly case: string; readonly traffic: Traffic; readonly run: Run }[],
): Measured[] {
  const groups = new Map<string, { case: string; traffic: Traffic; runs: Run[] }>();
  for (const { run, ...head } of single) {
    const key = `${head.case}, ${head.traffic}`;
    const group = groups.get(key) ?? { case: head.case, traffic: head.traffic, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  }
  return [...groups.keys()].sort().map(key => groups.get(key)!);
}
