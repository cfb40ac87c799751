/** Where the connections of imports can go. Pure. */

import type { PortRange } from '../../proxy/ports.ts';
import type { Rule } from '../../proxy/rules.ts';

/** A port of a far end. */
export interface Target {
  readonly protocol: Rule['protocol'];
  readonly host: string;
  readonly port: number;
}

export const targetKey = ({ protocol, host, port }: Target): string => `${protocol}/${host}/${port}`;

/** The target of an egress rule. */
export const targetOf = ({ protocol, host, targetPort }: Rule): Target => ({
  protocol,
  host,
  port: targetPort,
});

/**
 * Ports of the pod at which nexd takes what the relay sends, one for each target. Where imports are guarded, the
 * gateway's NetworkPolicy leaves them closed.
 */
export const wayPorts = (first: number): PortRange => ({ first, last: first + 8_998 });

/**
 * Gives each target a port: the one it has, else the lowest that is free. TCP and UDP have numbers of their own. A
 * target for which none is left gets none.
 */
export function assignWays(
  targets: readonly Target[],
  before: ReadonlyMap<string, number>,
  range: PortRange,
): ReadonlyMap<string, number> {
  const ways = new Map<string, number>();
  const taken = { tcp: new Set<number>(), udp: new Set<number>() };
  for (const target of targets) {
    const port = before.get(targetKey(target));
    if (port === undefined) continue;
    ways.set(targetKey(target), port);
    taken[target.protocol].add(port);
  }
  const next = { tcp: range.first, udp: range.first };
  for (const target of targets) {
    const key = targetKey(target);
    if (ways.has(key)) continue;
    const { protocol } = target;
    while (taken[protocol].has(next[protocol])) next[protocol]++;
    if (next[protocol] > range.last) continue;
    ways.set(key, next[protocol]++);
  }
  return ways;
}
