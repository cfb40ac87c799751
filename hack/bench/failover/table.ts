import { summary } from '../../../e2e/harness/wait.ts';

/** One cut. */
export interface Run {
  readonly cut: string;
  /** Whether those of the importing cluster ran. */
  readonly controllers: string;
  /**
   * From the command to cut until no connection failed any more; undefined: they failed until it was restored. On a busy
   * machine a cut by docker exec comes a second or more after the command.
   */
  readonly recoveredMs: number | undefined;
  /** The same from the start of the first connection that failed. */
  readonly failingMs: number | undefined;
  readonly failed: number;
  /** Connections that failed when the exporter came back. */
  readonly failedOnReturn: number;
  /** From the command to cut until each open connection ended that did; undefined: it was only silent. */
  readonly openMs: readonly (number | undefined)[];
}

/** A line for each way to cut and each state of the controllers, as a Markdown table. */
export function renderTable(runs: readonly Run[]): string {
  const groups = Map.groupBy(runs, ({ cut, controllers }) => `${cut} | ${controllers}`);
  const lines = [...groups].map(([group, of]) => {
    const { median, worst } = summary(of.map(({ recoveredMs }) => recoveredMs ?? Infinity));
    const failing = summary(of.map(({ failingMs }) => failingMs ?? Infinity));
    const failed = summary(of.map(({ failed }) => failed));
    const onReturn = of.reduce((sum, { failedOnReturn }) => sum + failedOnReturn, 0);
    const open = of.flatMap(({ openMs }) => openMs.map(ms => ms ?? Infinity));
    return `| ${group} | ${of.length} | ${seconds(median)} | ${seconds(worst)} | ${seconds(failing.median)} | ${seconds(failing.worst)} | ${failed.median} | ${failed.worst} | ${onReturn} | ${open.length} | ${open.length ? seconds(Math.max(...open)) : '–'} |`;
  });
  return [
    '| cut | controllers | runs | median s | worst s | failing s, median | failing s, worst | failed, median | failed, worst | failed on return, all runs | open ones ended | at the latest after s |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

const seconds = (ms: number): string => (ms === Infinity ? 'never' : (ms / 1000).toFixed(2));
