/**
 * Which port of a gateway stands for which port of an export or import. The record lives in the gateway's rules
 * ConfigMap, key `ports.json`, so that ports stay the same over restarts, and one writer hands them out.
 */

import type { Protocol } from '../../api/v1alpha1/meta.ts';
import type { Rule } from './rules.ts';

/** A port that somebody wants. */
export interface PortClaim {
  /** uid of the export or import. */
  readonly owner: string;
  readonly protocol: Protocol;
  /** The port that clients use. */
  readonly port: number;
  /**
   * What the port leads to. When that changes, the claim keeps its port only as far as {@link Follows} allows: not all
   * who send there hear of it at once.
   */
  readonly source?: string;
}

/** A claim with the gateway's port for it. */
export interface AssignedPort extends PortClaim {
  readonly gatewayPort: number;
  /** It was given up, and is nobody's yet. */
  readonly freed?: true;
}

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Ports that are handed out when a claim does not get its own. */
export const dynamicPorts: PortRange = { first: 20000, last: 29999 };

/** UDP ports of nexd, one for each replica. */
export const tunnelPorts: PortRange = { first: 30000, last: 59999 };

/** The port of export devices behind which their agents answer those of import gateways. */
export const probePort = 18999;

/** A port on which a gateway's pods listen. */
export type ListenPort = Pick<AssignedPort, 'protocol' | 'gatewayPort'>;

/** The most ports of one gateway: what one device may publish. */
export const maxPorts = 1000;

/** Claims that got a port, and those that did not because the gateway is full. */
export interface Assignment {
  readonly ports: readonly AssignedPort[];
  readonly refused: readonly PortClaim[];
}

/** Names a port. */
export const portKey = ({ protocol, gatewayPort }: ListenPort): string => `${protocol}/${gatewayPort}`;

/** Where a rule listens, or a published service. */
export const listenPort = ({ protocol, port }: Pick<Rule, 'protocol' | 'port'>): ListenPort => ({
  protocol: protocol === 'udp' ? 'UDP' : 'TCP',
  gatewayPort: port,
});

/** The identity of a claim. */
export const claimKey = (claim: PortClaim): string => `${claim.owner}/${claim.protocol}/${claim.port}`;

/** Whether a claim may have a port that led where the record says. */
export type Follows = (claim: PortClaim, record: AssignedPort) => boolean;

/** It leads to the same as before, or the record does not say where. */
export const sameSource: Follows = (claim, record) =>
  record.source === undefined || record.source === claim.source;

/**
 * Gives each claim a port: the recorded one when it has one; else, with `preferOwn`, the number that clients use,
 * unless it is taken; else the lowest free one of the range that is not `blocked`. Who has a port keeps it; of the
 * others earlier ones go first. No two claims of a protocol share a port, and none gets or keeps one that is
 * `reserved`. A `freed` port is had only by who `follows` the one before; others get another one, or, with `patient`,
 * none as long as the number that they want is freed.
 */
export function assignPorts(
  claims: readonly PortClaim[],
  recorded: readonly AssignedPort[],
  options: {
    preferOwn: boolean;
    range?: PortRange;
    blocked?: readonly ListenPort[];
    reserved?: readonly ListenPort[];
    freed?: readonly AssignedPort[];
    follows?: Follows;
    patient?: boolean;
  },
): Assignment {
  const range = options.range ?? dynamicPorts;
  const follows = options.follows ?? sameSource;
  const isUsable = (port: number) =>
    options.preferOwn ? isPort(port) : port >= range.first && port <= range.last;
  const record = new Map(recorded.map(port => [claimKey(port), port]));
  const recordOf = (claim: PortClaim) => {
    const found = record.get(claimKey(claim));
    return found && isUsable(found.gatewayPort) && follows(claim, found) ? found : undefined;
  };
  const taken: Record<Protocol, Set<number>> = { TCP: new Set(), UDP: new Set() };
  for (const { protocol, gatewayPort } of options.reserved ?? []) taken[protocol].add(gatewayPort);
  const result = new Map<string, number>();

  for (const claim of claims) {
    const port = recordOf(claim)?.gatewayPort;
    if (port === undefined || taken[claim.protocol].has(port) || result.size === maxPorts) continue;
    taken[claim.protocol].add(port);
    result.set(claimKey(claim), port);
  }
  const freed = new Map((options.freed ?? []).map(port => [portKey(port), port]));
  const freedByNumber = Map.groupBy(freed.values(), ({ protocol, port }) => `${protocol}/${port}`);
  for (const { protocol, gatewayPort } of [...(options.blocked ?? []), ...freed.values()])
    taken[protocol].add(gatewayPort);
  const follow = (claim: PortClaim): number | undefined => {
    const left = freedByNumber
      .get(`${claim.protocol}/${claim.port}`)
      ?.find(port => freed.has(portKey(port)) && follows(claim, port));
    if (left) freed.delete(portKey(left));
    return left?.gatewayPort;
  };
  const next: Record<Protocol, number> = { TCP: range.first, UDP: range.first };
  const free = (protocol: Protocol): number | undefined => {
    while (next[protocol] <= range.last) {
      const port = next[protocol]++;
      if (!taken[protocol].has(port)) return port;
    }
    return undefined;
  };
  for (const claim of claims) {
    if (result.has(claimKey(claim))) continue;
    const number = portKey({ protocol: claim.protocol, gatewayPort: claim.port });
    const followed = options.follows && follow(claim);
    if (followed === undefined && options.patient && freed.has(number)) continue;
    // What is freed counts, so that the record has an end.
    if (followed === undefined && result.size + freed.size >= maxPorts) continue;
    const own = options.preferOwn && !taken[claim.protocol].has(claim.port) ? claim.port : undefined;
    const port = followed ?? own ?? free(claim.protocol);
    if (port === undefined) continue;
    taken[claim.protocol].add(port);
    result.set(claimKey(claim), port);
  }
  const ports: AssignedPort[] = [];
  const refused: PortClaim[] = [];
  for (const claim of claims) {
    const gatewayPort = result.get(claimKey(claim));
    if (gatewayPort === undefined) refused.push(claim);
    else ports.push({ ...claim, gatewayPort });
  }
  return { ports, refused };
}

const isPort = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65535;

/** The record in a ConfigMap's `ports.json`; what cannot be read counts as absent, as the objects' status has a copy. */
export function parsePorts(text: string | undefined): AssignedPort[] {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item: Partial<AssignedPort> | null): item is AssignedPort =>
      typeof item?.owner === 'string' &&
      (item.protocol === 'TCP' || item.protocol === 'UDP') &&
      isPort(item.port as number) &&
      isPort(item.gatewayPort as number) &&
      (item.source === undefined || typeof item.source === 'string') &&
      (item.freed === undefined || item.freed === true),
  );
}
