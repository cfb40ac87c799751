/** Ingress rules that are not wanted any more, for a while: importers that know another exporter are then gone. */

import { flawOf } from '../proxy/nexd-rule.ts';
import type { Rule } from '../proxy/rules.ts';

const lingerMs = 3_000;

interface Left {
  readonly rule: Rule;
  readonly until: number;
}

export class LingeringRules {
  #wanted: readonly Rule[] = [];
  #left: readonly Left[] = [];

  /** The wanted rules, and those that were wanted until lately and have no successor on their port. */
  with(wanted: readonly Rule[], now: number): readonly Rule[] {
    // What is no rule at all never reaches nexd, so nothing of it is compared or kept.
    const rules = wanted.filter(rule => flawOf('ingress', rule) === undefined);
    const ports = new Set(rules.map(portOf));
    this.#left = [...this.#left, ...this.#wanted.map(rule => ({ rule, until: now + lingerMs }))].filter(
      ({ rule, until }) => until > now && !ports.has(portOf(rule)),
    );
    this.#wanted = rules;
    return [...wanted, ...this.#left.map(({ rule }) => rule)];
  }

  /** When the next one is to go. */
  get dueAt(): number {
    return Math.min(...this.#left.map(({ until }) => until));
  }
}

const portOf = ({ protocol, port }: Rule): string => `${protocol}/${port}`;
