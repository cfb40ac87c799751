/** What came of an import gateway's rules, in terms of the imports' ports. Pure. */

import { flawOf } from '../../proxy/nexd-rule.ts';
import { portKeyOf, portNames, type RefusedRule } from '../../proxy/reconcile-rules.ts';
import type { Rule } from '../../proxy/rules.ts';
import type { Programmed } from '../program.ts';
import type { Relay } from './relay.ts';
import { targetOf } from './target.ts';

/** nexd's outcome tells of the ports between relay and nexd; this one of those where clients connect. */
export function outcomeOf(
  nexd: Programmed,
  relay: Pick<Relay, 'wayOf' | 'closed'>,
  egress: readonly Rule[],
): Programmed {
  const refusedWays = new Set(nexd.refused.map(({ port }) => port));
  const isCarried = (rule: Rule) => {
    const way = relay.wayOf(targetOf(rule));
    return way !== undefined && !refusedWays.has(portKeyOf({ kind: 'egress', ...way }));
  };
  const valid = egress.filter(rule => flawOf('egress', rule) === undefined);
  const ports = Map.groupBy(valid, rule => portKeyOf({ kind: 'egress', ...rule }));
  const invalid = nexd.refused.flatMap(({ port }) =>
    port !== undefined && isImportPort(port, egress) ? port : [],
  );
  const closed = [
    ...[...ports].flatMap(([key, rules]) => (relay.closed.has(key) || !rules.some(isCarried) ? key : [])),
    ...invalid.filter(key => !ports.has(key)),
  ];
  const refused = [...relay.closed].map(([port, flaw]): RefusedRule => ({
    kind: 'egress',
    text: `port ${portNames([port])[0]}`,
    flaw,
    port,
  }));
  return { ...nexd, kept: [], closed: portNames(closed), refused: [...nexd.refused, ...refused] };
}

const isImportPort = (key: string, egress: readonly Rule[]): boolean =>
  egress.some(
    rule => rule !== null && typeof rule === 'object' && portKeyOf({ kind: 'egress', ...rule }) === key,
  );
