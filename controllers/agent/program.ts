/** Gives nexd its rules. */

import type { Clock } from '../runtime/clock.ts';
import { messageOf } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { formatRule, type ListedRule } from '../proxy/nexd-rule.ts';
import {
  byPort,
  parkingRule,
  planRules,
  portKeyOf,
  portNames,
  type RefusedRule,
  type RuleStep,
} from '../proxy/reconcile-rules.ts';
import type { Rule, Rules } from '../proxy/rules.ts';
import { CallFailed, CallRefused } from './json-rpc.ts';
import type { Nexd } from './nexd.ts';

/** What nexd has after it was given rules. */
export interface Programmed {
  /** How many rules it has, parking rules included. */
  readonly listed: { readonly ingress: number; readonly egress: number };
  /** Texts of the egress rules that share their port with no other. */
  readonly alone: ReadonlySet<string>;
  /** Wanted rules that it would not take, each with its reason. */
  readonly missing: readonly string[];
  /** Rules that nobody wants and that it would not give up, such as those of its command line. */
  readonly surplus: readonly string[];
  /** The ports, as `TCP/80`, of those. */
  readonly kept: readonly string[];
  /** Ingress ports, as `TCP/80`, that refuse, as nobody wants them. */
  readonly parked: readonly string[];
  /** Wanted rules that it was not given. */
  readonly refused: readonly RefusedRule[];
  /** Wanted ports, as `TCP/80`, of which it was given no rule. */
  readonly closed: readonly string[];
}

/** What nexd shall have. */
export interface WantedProgram extends Pick<Rules, 'ingress' | 'egress'> {
  /** An ingress rule that it is given when it has all others. */
  readonly last?: Rule | undefined;
}

/** Counts of calls that changed rules. */
export interface ChangeCounter {
  changed(step: RuleStep, result: 'done' | 'failed'): void;
}

/** A rule that was under way this often when nexd ended is not tried again for a while. */
const deathsToBan = 2;
/**
 * It may have been chance. Each further end doubles the time, as all connections through nexd end with it; and the
 * replicas of a gateway must not try it at the same moment.
 */
const banMinutes = { least: 10, most: 20 };

interface Ban {
  readonly reason: string;
  readonly until: number;
}

export class RuleProgram {
  readonly #nexd: Pick<Nexd, 'proxyList' | 'change'>;
  readonly #random: () => number;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #counter: ChangeCounter;
  readonly #deaths = new Map<string, number>();
  readonly #bans = new Map<string, Ban>();
  #warned = '';

  constructor(
    nexd: Pick<Nexd, 'proxyList' | 'change'>,
    clock: Clock,
    log: Log,
    counter: ChangeCounter,
    random: () => number = Math.random,
  ) {
    this.#nexd = nexd;
    this.#random = random;
    this.#clock = clock;
    this.#log = log;
    this.#counter = counter;
  }

  /**
   * Compares nexd's list with the wanted rules and changes what differs. A rule that nexd refuses stops only the
   * changes of its port. Rejects with CallFailed when nexd cannot be talked to: then do it again.
   */
  async apply(
    { ingress, egress, last }: WantedProgram,
    tunnelIPv4: string,
    signal?: AbortSignal,
  ): Promise<Programmed> {
    const wanted = { ingress: last ? [...ingress, last] : ingress, egress };
    const lastText = last && formatRule(last);
    const options = { tunnelIPv4, banned: this.#banned() };
    let list = await this.#list(signal);
    let { steps, refused, closed } = planRules(list.rules, wanted, options);
    const reasons = new Map<string, string>();
    if (steps.length) {
      await this.#run(inOrder(steps, lastText), lastText, reasons, signal);
      list = await this.#list(signal);
      ({ steps, refused, closed } = planRules(list.rules, wanted, options));
    }
    const left = (verb: RuleStep['do']) =>
      steps
        .filter(step => step.do === verb && !isLast(step, lastText))
        .map(({ rule }) => {
          const reason = reasons.get(portKeyOf(rule));
          return `${rule.kind} ${rule.text}${reason === undefined ? '' : ` (${reason})`}`;
        });
    const count = (kind: string) => list.rules.filter(rule => rule.kind === kind).length;
    return {
      listed: { ingress: count('ingress'), egress: count('egress') },
      alone: new Set(aloneIn(list.rules.filter(({ kind }) => kind === 'egress'))),
      missing: left('add'),
      surplus: left('remove'),
      parked: portNames(
        list.rules.flatMap(rule =>
          rule.kind === 'ingress' && rule.text === parkingRule(rule, tunnelIPv4).text ? portKeyOf(rule) : [],
        ),
      ),
      kept: portNames(steps.flatMap(step => (step.do === 'remove' ? portKeyOf(step.rule) : []))),
      refused,
      closed,
    };
  }

  /** Rules that are not tried now, each with its reason. */
  #banned(): Map<string, string> {
    const now = this.#clock.monotonic();
    const bans = [...this.#bans].filter(([, { until }]) => now < until);
    return new Map(bans.map(([text, { reason }]) => [text, reason]));
  }

  async #list(signal: AbortSignal | undefined) {
    const list = await this.#nexd.proxyList(signal);
    const unreadable = list.unreadable.join('\n');
    if (unreadable !== '' && unreadable !== this.#warned)
      this.#log.warn('nexd has rules that cannot be read; they are left alone', { rules: list.unreadable });
    this.#warned = unreadable;
    return list;
  }

  /**
   * `reasons`: port → why nexd refused a change of it. The rest of such a port is left out, and so is the rule that
   * shall come last.
   */
  async #run(
    steps: readonly RuleStep[],
    last: string | undefined,
    reasons: Map<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    for (const step of steps) {
      const port = portKeyOf(step.rule);
      if (reasons.has(port) || (isLast(step, last) && reasons.size > 0)) continue;
      const fields = { change: step.do, kind: step.rule.kind, rule: step.rule.text };
      try {
        await this.#nexd.change(step, signal);
      } catch (error) {
        this.#counter.changed(step, 'failed');
        if (error instanceof CallRefused) {
          reasons.set(port, error.answer);
          this.#log.debug('nexd refused a change of its rules', { ...fields, error: error.answer });
          continue;
        }
        if (error instanceof CallFailed && error.kind === 'Died') this.#mourn(step, messageOf(error));
        throw error;
      }
      this.#counter.changed(step, 'done');
      this.#deaths.delete(textOf(step));
      this.#log.info('rule changed', fields);
    }
  }

  /** nexd ended while it worked on a rule. Once may be chance. */
  #mourn(step: RuleStep, error: string): void {
    const text = textOf(step);
    const deaths = (this.#deaths.get(text) ?? 0) + 1;
    this.#deaths.set(text, deaths);
    this.#log.error('nexd ended while its rules were changed', {
      rule: text,
      change: step.do,
      deaths,
      error,
    });
    if (step.do !== 'add' || deaths < deathsToBan) return;
    const { least, most } = banMinutes;
    const minutes = Math.round((least + this.#random() * (most - least)) * 2 ** (deaths - deathsToBan));
    this.#bans.set(text, {
      reason: `nexd ended ${deaths} times while it was added, so it waits ${minutes} minutes`,
      until: this.#clock.monotonic() + minutes * 60_000,
    });
  }
}

const aloneIn = (rules: readonly ListedRule[]): string[] =>
  [...byPort(rules).values()].flatMap(texts => (texts.size === 1 ? [...texts.keys()] : []));

/** Whether a step gives nexd the rule that shall come last. */
const isLast = ({ do: verb, rule }: RuleStep, last: string | undefined): boolean =>
  verb === 'add' && rule.kind === 'ingress' && rule.text === last;

/** The steps, with the rule that shall come last after all others. */
const inOrder = (steps: readonly RuleStep[], last: string | undefined): RuleStep[] => [
  ...steps.filter(step => !isLast(step, last)),
  ...steps.filter(step => isLast(step, last)),
];

const textOf = ({ rule }: RuleStep): string => `${rule.kind} ${rule.text}`;
