import type { Measured, Run } from './result.ts';

function spread(values: readonly (number | undefined)[], unit = 1): string {
  const sorted = values.filter(value => value !== undefined).toSorted((a, b) => a - b);
  if (sorted.length === 0) return '–';
  const text = (value: number | undefined): string => ((value ?? 0) / unit).toFixed(unit === 1 ? 0 : 2);
  const missing = values.length - sorted.length;
  return (
    `${text(sorted[Math.floor(sorted.length / 2)])} (${text(sorted[0])}–${text(sorted.at(-1))})` +
    (missing === 0 ? '' : `, never: ${missing}`)
  );
}

function outcomes(runs: readonly Run[]): string {
  const groups = Object.groupBy(runs, run =>
    run.exit === undefined ? (run.client === undefined ? '' : `${run.client} / ${run.server}`) : run.exit,
  );
  return Object.entries(groups)
    .filter(([text]) => text !== '')
    .map(([text, same = []]) => {
      const at = same.map(run => run.exitMs ?? run.clientMs).filter(ms => ms !== undefined);
      return `${same.length}× ${text}${at.length === 0 ? '' : `, ${spread(at, 1_000)} s`}`;
    })
    .join('; ');
}

/** Median, least and greatest of all figures, as a table in Markdown. */
export function tableOf(measured: readonly Measured[]): string {
  const rows = measured.map(({ case: name, traffic, runs }) => [
    name,
    traffic,
    String(runs.length),
    spread(
      runs.map(run => run.firstMs),
      1_000,
    ),
    spread(
      runs.map(run => run.sinceEventMs),
      1_000,
    ),
    spread(
      runs.map(run => run.learnedMs),
      1_000,
    ),
    traffic === 'udp'
      ? `${spread(runs.map(run => run.lostSinceUp))} / ${spread(runs.map(run => run.lost))}`
      : '',
    outcomes(runs),
  ]);
  const head = [
    'case',
    'traffic',
    'runs',
    'first byte, s',
    'since the event, s',
    'other side knew, s',
    'lost / since the event',
    'connection from before: client / server; or exit',
  ];
  return [head, head.map(() => '---'), ...rows].map(row => `| ${row.join(' | ')} |`).join('\n');
}
