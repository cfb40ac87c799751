/** What the benchmark prints, as Markdown. */

import { cpuPercent, type Reading } from './proc.ts';
import { selfTimes, type Profile } from './profile.ts';

/** One process over a while. */
export interface Measured {
  readonly state: string;
  readonly kind: 'controller' | 'agent';
  readonly name: string;
  readonly from: Reading;
  readonly to: Reading;
  /** Bytes; undefined where the process does not tell. */
  readonly heapUsed: number | undefined;
}

/** What each kind may need: MB of resident memory, and percent of a core when nothing changes. */
export const goals = {
  controller: { rss: 110, cpu: undefined },
  agent: { rss: 60, cpu: 2 },
} as const;

/** A line for each process and state. */
export function renderFootprint(all: readonly Measured[]): string {
  return table(
    [
      'state',
      'process',
      'RSS MB',
      'of it files',
      'peak RSS MB',
      'heap used MB',
      'CPU %',
      'up min',
      'goal',
      '',
    ],
    all.map(({ state, kind, name, from, to, heapUsed }) => {
      const cpu = cpuPercent(from, to);
      const goal = goals[kind];
      const met = megabytes(to.rss) <= goal.rss && (goal.cpu === undefined || cpu < goal.cpu);
      return [
        state,
        `${kind} ${name}`,
        megabytes(to.rss).toFixed(1),
        megabytes(to.files).toFixed(1),
        megabytes(to.peak).toFixed(0),
        heapUsed === undefined ? '' : megabytes(heapUsed / 1024).toFixed(1),
        cpu.toFixed(2),
        (to.age / 60).toFixed(0),
        `≤ ${goal.rss} MB${goal.cpu === undefined ? '' : `, < ${goal.cpu} %`}`,
        met ? 'met' : 'missed',
      ];
    }),
  );
}

/** The functions of a profile that ran longest themselves. */
export function renderProfile(title: string, profile: Profile, count = 10): string {
  const { seconds, busyPercent, functions } = selfTimes(profile);
  return [
    `${title}: busy for ${busyPercent.toFixed(1)} % of ${seconds.toFixed(0)} s\n`,
    table(
      ['function', 'at', 'self ms', '% of busy'],
      functions
        .slice(0, count)
        .map(({ name, place, ms, share }) => [name, place, ms.toFixed(0), share.toFixed(1)]),
    ),
  ].join('\n');
}

const megabytes = (kilobytes: number): number => kilobytes / 1024;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
