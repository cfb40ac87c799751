import { summary } from '../../../e2e/harness/wait.ts';

/** One cut. */
export interface Run {
  readonly cut: string;
  /** Whether those of the importing cluster ran. */
  readonly controllers: string;
  /** From the cut until no connection failed any more; undefined: they failed until it was restored. */
  readonly recoveredMs: number | undefined;
  readonly failed: number;
  /** Connections that failed when the exporter came back. */
  readonly failedOnReturn: number;
}

/** A line for each way to cut and each state of the controllers, as a Markdown table. */
export function renderTable(runs: readonly Run[]): string {
  const groups = Map.groupBy(runs, ({ cut, controllers }) => `${cut} | ${controllers}`);
  const lines = [...groups].map(([group, of]) => {
    const { median, worst } = summary(of.map(({ recoveredMs }) => recoveredMs ?? Infinity));
    const failed = summary(of.map(({ failed }) => failed));
    const onReturn = of.reduce((sum, { failedOnReturn }) => sum + failedOnReturn, 0);
    return `| ${group} | ${of.length} | ${seconds(median)} | ${seconds(worst)} | ${failed.median} | ${failed.worst} | ${onReturn} |`;
  });
  return [
    '| cut | controllers | runs | median s | worst s | failed, median | failed, worst | failed on return, all runs |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

const seconds = (ms: number): string => (ms === Infinity ? 'never' : (ms / 1000).toFixed(2));
