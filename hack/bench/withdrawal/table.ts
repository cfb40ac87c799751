import { summary } from '../../../e2e/harness/wait.ts';
import type { Sample } from '../../../e2e/traffic/pod/record.ts';

/** What was done, and how Nexodus and the controllers were meanwhile. */
export interface What {
  readonly way: string;
  readonly nexodus: string;
  readonly controllers: string;
}

/** One withdrawal. */
export interface Run extends What {
  /** From the API server's word until the start of the last connection that was answered. */
  readonly answeredMs: number;
  /** Until the last of the connections that were open had ended; undefined: some had not. */
  readonly endedMs: number | undefined;
  /** Connections after the last answer that were neither refused nor reset, but left hanging: when they began, ms. */
  readonly hung: readonly number[];
  /** Connections that were open, and how many of them ended by a time-out. */
  readonly open: number;
  readonly timedOut: number;
}

/** When the API server was asked to withdraw, and when it had answered; ms since the epoch. */
export interface Moment {
  readonly asked: number;
  readonly at: number;
}

/** What the client saw of a withdrawal, with `open` connections open. Some may end before the API server has answered. */
export function judge(samples: readonly Sample[], what: What, { asked, at }: Moment, open: number): Run {
  const tried = samples.filter(sample => sample.kind === 'http' && sample.at + sample.ms >= at);
  const answered = tried.filter(({ failure }) => !failure);
  const lastAnswer = Math.max(at, ...answered.map(sample => sample.at));
  const after = tried.filter(sample => sample.at > lastAnswer);
  const lasting = samples.filter(
    sample => sample.kind === 'lasting' && sample.at < at && sample.at + sample.ms >= asked,
  );
  return {
    ...what,
    answeredMs: lastAnswer - at,
    endedMs:
      lasting.length < open ? undefined : Math.max(0, ...lasting.map(({ at: began, ms }) => began + ms - at)),
    hung: after.filter(({ failure }) => failure === 'timeout').map(sample => sample.at - at),
    open,
    timedOut: lasting.filter(({ failure }) => failure === 'timeout').length,
  };
}

/** A line for each way and state, as a Markdown table. */
export function renderTable(runs: readonly Run[]): string {
  const lines = [
    ...Map.groupBy(runs, ({ way, nexodus, controllers }) => `${way} | ${nexodus} | ${controllers}`),
  ].map(([what, of]) => {
    const answered = summary(of.map(({ answeredMs }) => answeredMs));
    const ended = summary(of.map(({ endedMs }) => endedMs ?? Infinity));
    const sum = (count: (run: Run) => number) => of.reduce((total, run) => total + count(run), 0);
    return `| ${what} | ${of.length} | ${seconds(answered.median)} | ${seconds(answered.worst)} | ${sum(({ hung }) => hung.length)} | ${seconds(ended.median)} | ${seconds(ended.worst)} | ${sum(({ timedOut }) => timedOut)} of ${sum(({ open }) => open)} |`;
  });
  return [
    '| withdrawn | Nexodus | controllers | runs | last answer, median s | worst s | left hanging, all runs | open ones ended, median s | worst s | by a time-out |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

const seconds = (ms: number): string => (ms === Infinity ? 'never' : (ms / 1000).toFixed(2));
