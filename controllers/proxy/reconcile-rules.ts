/**
 * From the rules that nexd has to those that it shall have, without ever doing what harms it. Pure.
 *
 * Two things harm nexd: a rule that it cannot read ends it, and the removal of a port's last rule waits, with all
 * rules locked, until the port's connections are over. So every rule is checked first, and a port that is no longer
 * wanted keeps a parking rule, whose target refuses at once. Parking rules go when their port is wanted again.
 */

import { flawOf, formatRule, isListening, show, type ListedRule, type RuleKind } from './nexd-rule.ts';
import { listenPort, portKey } from './ports.ts';
import type { Rule, Rules } from './rules.ts';

/** One call of nexd's control socket. */
export interface RuleStep {
  readonly do: 'add' | 'remove';
  readonly rule: ListedRule;
}

/** A wanted rule that nexd is not given. */
export interface RefusedRule {
  readonly kind: RuleKind;
  /** The rule as JSON, shortened. */
  readonly text: string;
  readonly flaw: string;
  /** Where it would listen, as {@link portKeyOf} names it; undefined when that cannot be read. */
  readonly port: string | undefined;
}

export interface RulePlan {
  /** In this order; empty when nexd has what it shall have. A port's steps are void once one of them failed. */
  readonly steps: readonly RuleStep[];
  /** Wanted rules that are invalid; the others are applied all the same. */
  readonly refused: readonly RefusedRule[];
  /** Wanted ports, as `TCP/80`, of which every rule is refused. */
  readonly closed: readonly string[];
}

export interface RulePlanOptions {
  /** The device's own tunnel address: egress to its port 1 is refused by its own network stack. */
  readonly tunnelIPv4: string;
  /** Texts that nexd is not given although they look valid, with the reason: they ended it before. */
  readonly banned?: ReadonlyMap<string, string>;
}

/** A port of nexd. Rules of the same port take turns. */
export const portKeyOf = ({ kind, protocol, port }: Omit<ListedRule, 'text'>): string =>
  `${kind}/${protocol}/${port}`;

/** The rule that keeps a port which carries nothing. */
export const parkingRule = (
  { kind, protocol, port }: Omit<ListedRule, 'text'>,
  tunnelIPv4: string,
): ListedRule => ({
  kind,
  protocol,
  port,
  text: formatRule({ protocol, port, host: kind === 'egress' ? tunnelIPv4 : '127.0.0.1', targetPort: 1 }),
});

/**
 * The steps from `current`, nexd's list, to `wanted`: additions first, then removals. Every rule in the list counts as
 * ours, whoever made it. Rules that are wanted twice count once.
 */
export function planRules(
  current: readonly ListedRule[],
  wanted: Pick<Rules, RuleKind>,
  options: RulePlanOptions,
): RulePlan {
  const refused: RefusedRule[] = [];
  const want = byPort([
    ...admit('ingress', wanted.ingress, options, refused),
    ...admit('egress', wanted.egress, options, refused),
  ]);
  const have = byPort(current);
  const add: ListedRule[] = [];
  const park: ListedRule[] = [];
  const remove: ListedRule[] = [];

  for (const [port, rules] of want)
    for (const [text, rule] of rules) if (!have.get(port)?.has(text)) add.push(rule);
  for (const [port, rules] of have) {
    let stay = want.get(port);
    if (!stay) {
      const parked = parkingRule(rules.values().next().value!, options.tunnelIPv4);
      stay = new Map([[parked.text, parked]]);
      if (!rules.has(parked.text)) park.push(parked);
    }
    for (const [text, rule] of rules) if (!stay.has(text)) remove.push(rule);
  }
  return {
    steps: [
      ...[...add, ...park].map(rule => ({ do: 'add', rule }) as const),
      ...remove.map(rule => ({ do: 'remove', rule }) as const),
    ],
    refused,
    closed: closedPorts(refused, want),
  };
}

function closedPorts(refused: readonly RefusedRule[], want: ReadonlyMap<string, unknown>): string[] {
  return portNames(refused.flatMap(({ port }) => (port === undefined || want.has(port) ? [] : [port])));
}

/** Ports of nexd, as `TCP/80`, without repetition. */
export function portNames(keys: readonly string[]): string[] {
  const names = keys.map(key => {
    const [, protocol, number] = key.split('/');
    return portKey(listenPort({ protocol: protocol as Rule['protocol'], port: Number(number) }));
  });
  return [...new Set(names)].sort();
}

function admit(
  kind: RuleKind,
  rules: readonly Rule[],
  { banned }: RulePlanOptions,
  refused: RefusedRule[],
): ListedRule[] {
  return rules.flatMap(rule => {
    const text = flawOf(kind, rule) === undefined ? formatRule(rule) : undefined;
    const flaw = text === undefined ? flawOf(kind, rule) : banned?.get(`${kind} ${text}`);
    if (text !== undefined && flaw === undefined)
      return [{ kind, protocol: rule.protocol, port: rule.port, text }];
    const port = isListening(rule) ? portKeyOf({ kind, ...rule }) : undefined;
    refused.push({ kind, text: text ?? show(rule, 120), flaw: flaw!, port });
    return [];
  });
}

/** Port → text → rule. */
export function byPort(rules: readonly ListedRule[]): Map<string, Map<string, ListedRule>> {
  const ports = new Map<string, Map<string, ListedRule>>();
  for (const rule of rules) {
    const key = portKeyOf(rule);
    const texts = ports.get(key) ?? new Map<string, ListedRule>();
    ports.set(key, texts.set(rule.text, rule));
  }
  return ports;
}
