/** Which fault explains a connection that failed. Pure. */

import type { Sample } from '../traffic/pod/record.ts';
import { describeFault, kindOf, touchedLinks, type Fault } from './plan.ts';

/** A fault that happened; ms since the epoch. */
export interface Injected {
  readonly fault: Fault;
  readonly from: number;
  /** When it was done, which is later than `from` when it takes a while to bring about. */
  readonly done: number;
}

/** Connections of one link that failed one after the other, for one reason. */
export interface Explained {
  readonly link: string;
  readonly kind: Sample['kind'];
  /** Undefined: no fault explains them. */
  readonly by: Injected | undefined;
  readonly failures: readonly Sample[];
}

/** Connections that were to last break by whatever their path breaks by, and may notice only after this. */
const lastingMs = 10_000;

/** A new connection that has waited for longer than this when a fault begins waits for another reason. */
const underWayMs = 1000;

/** What started from then on; of connections that were to last, what ended from then on. */
export const since = (began: number, samples: readonly Sample[]): Sample[] =>
  samples.filter(({ kind, at, ms }) => (kind === 'lasting' ? at + ms : at) >= began);

/** Those of one link that failed, grouped, in the order of time. */
export function explain(
  link: string,
  samples: readonly Sample[],
  injected: readonly Injected[],
): Explained[] {
  const failures = samples
    .filter(({ failure }) => failure)
    .sort((one, other) => one.at + one.ms - (other.at + other.ms));
  const groups: {
    -readonly [key in keyof Explained]: Explained[key] extends readonly Sample[] ? Sample[] : Explained[key];
  }[] = [];
  for (const failure of failures) {
    const by = explanationOf(link, failure, injected);
    const group = groups.findLast(
      each =>
        each.kind === failure.kind && each.by === by && (by || startsWithin(each.failures.at(-1)!, failure)),
    );
    if (group) group.failures.push(failure);
    else groups.push({ link, kind: failure.kind, by, failures: [failure] });
  }
  return groups;
}

/** Unexplained ones are told apart when they are 5 s from each other. */
const startsWithin = (one: Sample, other: Sample): boolean => other.at - one.at < 5000;

/** The last fault that may have made it fail. */
function explanationOf(
  link: string,
  { kind, at, ms, failure }: Sample,
  injected: readonly Injected[],
): Injected | undefined {
  // No fault may lead a connection to somebody else.
  if (failure === 'wrong') return undefined;
  return injected.findLast(({ fault, from, done }) => {
    if (!touchedLinks(fault).includes(link)) return false;
    const until = done + kindOf(fault.name).allowedMs;
    const end = at + ms;
    return kind === 'lasting'
      ? end >= from && end <= until + lastingMs
      : end >= from && at >= from - underWayMs && at <= until;
  });
}

/** So many datagrams of a group may be lost by themselves. */
const lostDatagrams = 3;

/** Whether these are a few datagrams lost by themselves, as a network may; an answer from somebody else is no loss. */
export const isLoss = ({ kind, by, failures }: Explained): boolean =>
  by === undefined &&
  kind === 'udp' &&
  failures.length <= lostDatagrams &&
  failures.every(({ failure }) => failure !== 'wrong');

/** What it looks like in the report. */
export function renderExplained(
  { link, kind, by, failures }: Explained,
  injected: readonly Injected[],
): string {
  const first = Math.min(...failures.map(({ at, ms }) => (kind === 'lasting' ? at + ms : at)));
  const last = Math.max(...failures.map(({ at, ms }) => (kind === 'lasting' ? at + ms : at)));
  const ways = [
    ...new Set(
      failures.map(({ failure, detail }) =>
        failure === 'error' || failure === 'timeout' ? (detail ?? failure) : failure,
      ),
    ),
  ].join(', ');
  const what = `${link}: ${failures.length} ${names[kind] ?? kind} (${ways})`;
  if (by) {
    const span = `${seconds(first - by.from)} to ${seconds(last - by.from)} s after`;
    return `${what}, ${span} ${describeInjected(by, injected)}`;
  }
  const before = injected.findLast(({ from }) => from <= last);
  const nearest = before
    ? `${seconds(first - before.from)} to ${seconds(last - before.from)} s after ${describeInjected(before, injected)}`
    : 'before the first fault';
  return `${what} at ${new Date(first).toISOString().slice(11, 23)}: NO FAULT EXPLAINS THIS; ${nearest}`;
}

const describeInjected = (one: Injected, all: readonly Injected[]): string =>
  `#${all.indexOf(one) + 1} ${describeFault(one.fault)}`;

const names: { readonly [kind: string]: string } = {
  http: 'connections',
  udp: 'datagrams',
  lasting: 'lasting connections',
};

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
