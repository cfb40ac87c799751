import { summary } from '../../../e2e/harness/wait.ts';

/** One replaced pod of a gateway; ms. */
export interface Run {
  readonly side: string;
  /** From the deletion of the pod before it until `Ready`. */
  readonly readyMs: number;
  /** From its tunnel address, as its agent told it first, until the agent tells that bytes came through a tunnel. */
  readonly provedMs: number;
  /** From `Ready` until the first answer at the pod itself, which an import gateway gives; less than 0: before. */
  readonly answerMs: number | undefined;
}

/** A line for each side, as a Markdown table. */
export function renderTable(runs: readonly Run[]): string {
  const lines = [...Map.groupBy(runs, ({ side }) => side)].map(([side, of]) => {
    const cells = [
      of.map(({ readyMs }) => readyMs),
      of.map(({ provedMs }) => provedMs),
      of.flatMap(({ answerMs }) => answerMs ?? []),
    ].flatMap(values => (values.length ? Object.values(summary(values)).map(seconds) : ['–', '–']));
    return `| ${[side, of.length, ...cells].join(' | ')} |`;
  });
  return [
    '| gateway | runs | deletion → Ready, median s | worst s | tunnel address → first bytes, median s | worst s | Ready → answer, median s | worst s |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

const seconds = (ms: number): string => (ms / 1000).toFixed(2);
