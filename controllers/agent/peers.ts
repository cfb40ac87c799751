/** nexd's `ListPeers`: which addresses packets can be sent to now. Pure. */

import { BlockList, isIPv6 } from 'node:net';
import { canonicalAddress } from '../../api/v1alpha1/address.ts';
import { flawOf } from '../proxy/nexd-rule.ts';
import type { Rule } from '../proxy/rules.ts';

/** Whether the peer that carries packets for a tunnel address had a handshake within the last 210 s. */
export type PeerHealth = (address: string) => boolean;

interface Route {
  readonly range: BlockList;
  readonly prefix: number;
  readonly healthy: boolean;
}

/**
 * Reads the answer's JSON text; undefined when it is something else. As in WireGuard the longest prefix decides, so an
 * address without a peer of its own is as healthy as the relay whose range holds it, and unhealthy when there is none.
 */
export function parsePeers(text: string): PeerHealth | undefined {
  let answer: { peers?: unknown } | null;
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    return undefined;
  }
  if (typeof answer !== 'object' || answer === null) return undefined;
  const peers = answer.peers ?? {};
  if (typeof peers !== 'object') return undefined;
  const hosts = new Map<string, boolean>();
  const routes: Route[] = [];
  for (const peer of Object.values(
    peers as Record<string, { AllowedIPs?: unknown; Healthy?: unknown } | null>,
  )) {
    const healthy = peer?.Healthy === true;
    for (const text of Array.isArray(peer?.AllowedIPs) ? (peer.AllowedIPs as unknown[]) : []) {
      if (typeof text !== 'string') continue;
      const [, address, bits] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(text) ?? [];
      if (address === undefined) continue;
      const prefix = Number(bits);
      if (prefix === (isIPv6(address) ? 128 : 32)) hosts.set(address, healthy);
      else routes.push({ range: rangeOf(address, prefix), prefix, healthy });
    }
  }
  routes.sort((a, b) => b.prefix - a.prefix);
  return address => {
    const own = hosts.get(canonicalAddress(address));
    if (own !== undefined) return own;
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    return routes.find(({ range }) => range.check(address, family))?.healthy ?? false;
  };
}

function rangeOf(address: string, prefix: number): BlockList {
  const range = new BlockList();
  try {
    range.addSubnet(address, prefix, isIPv6(address) ? 'ipv6' : 'ipv4');
  } catch {
    // No such range: it holds nothing.
  }
  return range;
}

/** Whether the answer tells of any peer at all. */
export function hasPeers(text: string): boolean {
  try {
    const { peers } = (JSON.parse(text) ?? {}) as { peers?: unknown };
    return typeof peers === 'object' && peers !== null && Object.keys(peers).length > 0;
  } catch {
    return false;
  }
}

/** The far ends of the egress rules that are valid, sorted. */
export function farEndsOf(egress: readonly Rule[]): string[] {
  const valid = egress.filter(rule => flawOf('egress', rule) === undefined);
  return [...new Set(valid.map(rule => rule.host))].sort();
}

/** Those of them whose agent is known to answer probes. */
export const agentsOf = (egress: readonly Rule[]): ReadonlySet<string> =>
  new Set(farEndsOf(egress.filter(rule => rule?.agent === true)));
