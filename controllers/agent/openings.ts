/**
 * The ports of an export device over time. A port that is given up, or that leads elsewhere, is told to the importers:
 * first that it takes no new connections in a moment, so that those who know another exporter go there; then that what
 * was open there has ended.
 */

import { flawOf, formatRule } from '../proxy/nexd-rule.ts';
import { listenPort, portKey } from '../proxy/ports.ts';
import type { Rule } from '../proxy/rules.ts';
import type { PortWord } from './probe-protocol.ts';

/** Importers ask every second. */
const closingMs = 1_500;

interface Opening {
  /** What nexd has for the port, as far as this was applied. */
  rules: readonly Rule[];
  /** It is no longer wanted, and closed then. */
  closesAt: number | undefined;
  /** Nexd has not yet what is wanted. */
  isChanging: boolean;
  /** When everything that was open there had to end, last; ms since the epoch, so that it grows over restarts. */
  ended: number;
  /** Where the port led before that. */
  former: readonly Rule[];
}

/** Rules that nexd gave up: what they brought in had to end at a time of the wall clock, ms. */
export interface GivenUp {
  /** As `TCP/80`. */
  readonly port: string;
  readonly rules: readonly Rule[];
  readonly ended: number;
}

export class Openings {
  readonly #openings = new Map<string, Opening>();

  /** The rules that nexd shall have at a moment of the monotonic clock: the wanted ones, and those about to close. */
  with(wanted: readonly Rule[], now: number): readonly Rule[] {
    // What is no rule at all never reaches nexd, so nothing of it is compared or kept.
    const valid = Map.groupBy(
      wanted.filter(rule => flawOf('ingress', rule) === undefined),
      keyOf,
    );
    for (const [key, rules] of valid) {
      const opening = this.#openings.get(key);
      if (!opening)
        this.#openings.set(key, { rules, closesAt: undefined, isChanging: false, ended: 0, former: [] });
      else {
        // A port that was closed starts anew.
        lead(opening, rules);
        opening.closesAt = undefined;
      }
    }
    for (const [key, opening] of this.#openings) {
      if (valid.has(key) || opening.rules.length === 0) continue;
      opening.closesAt ??= now + closingMs;
      if (opening.closesAt > now) continue;
      lead(opening, []);
    }
    return [...wanted, ...[...this.#openings].flatMap(([key, { rules }]) => (valid.has(key) ? [] : rules))];
  }

  /** Nexd has the rules of before; `epochMs` by the wall clock. */
  applied(epochMs: number): void {
    for (const opening of this.#openings.values()) {
      if (!opening.isChanging) continue;
      opening.isChanging = false;
      opening.ended = Math.max(epochMs, opening.ended + 1);
    }
  }

  /** What importers are told; `parked`: ports, as `TCP/80`, at which nexd refuses. */
  words(parked: readonly string[]): ReadonlyMap<string, PortWord> {
    const closed = parked.map(port => [port, { state: 'closed', ended: 0 }] as const);
    const told = [...this.#openings].flatMap(([port, { rules, closesAt, isChanging, ended }]) => {
      const state =
        isChanging || closesAt !== undefined
          ? rules.length === 0 && !isChanging
            ? 'closed'
            : 'closing'
          : 'open';
      return state === 'open' && ended === 0 ? [] : [[port, { state, ended }] as const];
    });
    return new Map<string, PortWord>([...closed, ...told]);
  }

  /** What nexd gave up. */
  get givenUp(): readonly GivenUp[] {
    return [...this.#openings].flatMap(([port, { former, isChanging, ended }]) =>
      former.length > 0 && !isChanging ? [{ port, rules: former, ended }] : [],
    );
  }

  /** Nothing of what nexd gave up goes on at a port. */
  isOver(port: string): void {
    const opening = this.#openings.get(port);
    if (opening) opening.former = [];
  }

  /** When the next one closes, by the monotonic clock. */
  get dueAt(): number {
    const pending = [...this.#openings.values()].filter(({ rules }) => rules.length > 0);
    return Math.min(...pending.map(({ closesAt }) => closesAt ?? Infinity));
  }
}

/** Leads a port to other rules. */
function lead(opening: Opening, rules: readonly Rule[]): void {
  const gone = opening.rules.filter(rule => !rules.some(other => isSame(rule, other)));
  opening.rules = rules;
  if (gone.length === 0) return;
  opening.isChanging = true;
  const former = [...opening.former, ...gone].filter(rule => !rules.some(other => isSame(rule, other)));
  opening.former = former.filter((rule, at) => former.findIndex(other => isSame(rule, other)) === at);
}

const keyOf = (rule: Rule): string => portKey(listenPort(rule));
const isSame = (a: Rule, b: Rule): boolean => formatRule(a) === formatRule(b);
