/** The text of nexd's rules, `tcp:443:[200::5]:8443`, and which of them nexd can be given. Pure. */

import { isIPv6 } from 'node:net';
import { isAddress, isHostName } from '../../api/v1alpha1/address.ts';
import type { Rule } from './rules.ts';

/** Ingress goes from the tunnel to the pod's network, egress from the pod's network into the tunnel. */
export type RuleKind = 'ingress' | 'egress';

/** A line of nexd's list. `text` is the rule as nexd wrote it: with it, it can be removed. */
export interface ListedRule {
  readonly kind: RuleKind;
  readonly protocol: Rule['protocol'];
  readonly port: number;
  readonly text: string;
}

/** nexd's list, read. */
export interface ProxyList {
  readonly rules: readonly ListedRule[];
  /** Lines that are no rules of a form that nexd would take back. */
  readonly unreadable: readonly string[];
}

/** `protocol:port:host:targetPort`, IPv6 in brackets. */
export const formatRule = ({ protocol, port, host, targetPort }: Rule): string =>
  `${protocol}:${port}:${isIPv6(host) ? `[${host}]` : host}:${targetPort}`;

/** The rule in a text. Throws a RangeError that says what is wrong with it. */
export function parseRule(kind: RuleKind, text: string): Rule {
  const match = /^([^:]*):([^:]*):(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text);
  if (!match)
    throw new RangeError(`${JSON.stringify(text)} is not protocol:port:host:port, IPv6 in brackets`);
  const [, protocol, port, bracketed, host, targetPort] = match;
  if (bracketed !== undefined && !isIPv6(bracketed))
    throw new RangeError(`the host ${JSON.stringify(bracketed)} is in brackets and no IPv6 address`);
  const rule = {
    protocol: protocol as Rule['protocol'],
    port: portOf(port!),
    host: (bracketed ?? host)!,
    targetPort: portOf(targetPort!),
  };
  const flaw = flawOf(kind, rule);
  if (flaw !== undefined) throw new RangeError(flaw);
  return rule;
}

/** Decimal digits only: signs and leading zeros, which Go reads too, would give one rule several texts. */
const portOf = (text: string): number => (/^[1-9]\d{0,4}$/.test(text) ? Number(text) : Number.NaN);

/**
 * What is wrong with a value that should be a rule; undefined when nothing is. Stricter than nexd, which an invalid
 * rule ends: only lower-case protocols, addresses and RFC 1123 names, and only addresses for egress, as nexd would
 * resolve names by a public server through the tunnel.
 */
export function flawOf(kind: RuleKind, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it is no object';
  const { protocol, port, host, targetPort } = value as { readonly [field in keyof Rule]?: unknown };
  if (protocol !== 'tcp' && protocol !== 'udp')
    return `the protocol ${show(protocol)} is neither tcp nor udp`;
  if (!isPort(port)) return `the port ${show(port)} is not a number from 1 to 65535`;
  if (!isPort(targetPort)) return `the target port ${show(targetPort)} is not a number from 1 to 65535`;
  if (typeof host !== 'string' || host === '') return `the host ${show(host)} is no text`;
  if (isAddress(host)) return undefined;
  if (kind === 'egress') return `the host ${show(host)} is no IP address, which egress needs`;
  return isHostName(host) ? undefined : `the host ${show(host)} is neither an IP address nor a DNS name`;
}

/** Whether it says where it listens, whatever else is wrong with it. */
export const isListening = (value: unknown): value is Pick<Rule, 'protocol' | 'port'> =>
  typeof value === 'object' &&
  value !== null &&
  ['tcp', 'udp'].includes((value as Rule).protocol) &&
  isPort((value as Rule).port);

/** The start of a value as JSON. What is nested in it is left out: it may be deeper than can be written. */
export function show(value: unknown, length = 80): string {
  const flat = (name: string, inner: unknown) =>
    name === '' || typeof inner !== 'object' || inner === null ? inner : Array.isArray(inner) ? '[…]' : '{…}';
  const text = JSON.stringify(value, flat) ?? String(value);
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65535;

/**
 * Reads the answer of `ProxyList`: lines such as `--egress tcp:8181:100.64.0.2:80`. Rules that we would not make,
 * because somebody else gave them to nexd, are read too.
 */
export function parseProxyList(text: string): ProxyList {
  const rules: ListedRule[] = [];
  const unreadable: string[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const match = /^--(ingress|egress) ((tcp|udp):(\d{1,5}):(?:\[[^\]\s]+\]|[^:[\]\s]+):(\d{1,5}))$/.exec(
      line,
    );
    const [, kind, rule, protocol, port, targetPort] = match ?? [];
    if (rule !== undefined && isPort(Number(port)) && isPort(Number(targetPort)))
      rules.push({
        kind: kind as RuleKind,
        protocol: protocol as Rule['protocol'],
        port: Number(port),
        text: rule,
      });
    else unreadable.push(line);
  }
  return { rules, unreadable };
}
