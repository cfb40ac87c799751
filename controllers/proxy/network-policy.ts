/**
 * The NetworkPolicies of gateways. That of an export gateway lets nobody connect to its pods but for what they need
 * themselves. That of an import gateway lets only some pods reach some of its ports. Everything else that the pods
 * listen on stays open: an open import's port of the range is open before there is such an import, so that the policy
 * changes only with the ports that are guarded.
 */

import type { Protocol } from '../../api/v1alpha1/meta.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { sameJSON } from '../runtime/compare.ts';
import { childName } from '../runtime/names.ts';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicyRule,
} from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { child, type Child } from './children.ts';
import { healthPort, podLabels } from './pod.ts';
import { dynamicPorts, tunnelPorts, type ListenPort, type PortRange } from './ports.ts';

/** Who may connect to a port. No peers: nobody. */
export type Access = 'everyone' | readonly NetworkPolicyPeer[];

/** Ports that only some may connect to. */
export interface GuardedPorts {
  readonly peers: readonly NetworkPolicyPeer[];
  readonly ports: readonly ListenPort[];
}

const protocols = ['TCP', 'UDP'] as const;

/** What the kubelet and Prometheus ask the agent at. */
const health: NetworkPolicyPort = { protocol: 'TCP', port: healthPort };

/** The policy of an export gateway: WireGuard by UDP, at whatever port nexd has, and the agent's answers. */
export const exportPolicyChild = (gateway: NexlinkGateway): Child =>
  policy(gateway, [{ ports: [{ protocol: 'UDP' }, health] }]);

/** The policy that guards these ports, all of them of {@link dynamicPorts}. */
export function policyChild(gateway: NexlinkGateway, guarded: readonly GuardedPorts[]): Child {
  const closed = guarded.flatMap(({ ports }) => ports);
  const open = protocols.flatMap(protocol =>
    gapsOf(numbersOf(closed, protocol), dynamicPorts).map(portsOf(protocol)),
  );
  return policy(gateway, [
    { ports: [portsOf('UDP')(tunnelPorts), health, ...open] },
    // A rule without peers would let in everyone.
    ...guarded
      .filter(({ peers, ports }) => peers.length > 0 && ports.length > 0)
      .map(({ peers, ports }) => ({
        from: [...peers],
        ports: protocols.flatMap(protocol => rangesOf(numbersOf(ports, protocol)).map(portsOf(protocol))),
      })),
  ]);
}

function policy(gateway: NexlinkGateway, ingress: readonly NetworkPolicyRule[]): Child {
  const { name } = gateway.metadata;
  const spec = { podSelector: { matchLabels: podLabels(name) }, policyTypes: ['Ingress'], ingress };
  return child(gateway, resources.networkPolicies, childName(name), { spec });
}

/** Who may connect to a port under a policy. */
export function accessAt(policy: NetworkPolicy | undefined, { protocol, gatewayPort }: ListenPort): Access {
  if (!policy) return 'everyone';
  const peers: NetworkPolicyPeer[] = [];
  for (const { from = [], ports } of policy.spec?.ingress ?? []) {
    const covers = (range: NetworkPolicyPort) =>
      (range.protocol ?? 'TCP') === protocol && isWithin(range, gatewayPort);
    if (ports && ports.length > 0 && !ports.some(covers)) continue;
    if (from.length === 0) return 'everyone';
    peers.push(...from);
  }
  return peers;
}

/** The ports of {@link dynamicPorts} that a policy does not leave open to everyone. */
export function closedPorts(policy: NetworkPolicy | undefined): ListenPort[] {
  if (!policy) return [];
  const open = (policy.spec?.ingress ?? []).filter(({ from = [] }) => from.length === 0);
  return protocols.flatMap(protocol => {
    const isOpen = new Uint8Array(65536);
    for (const { ports = [] } of open) {
      for (const { port = 0, endPort = port || 65535, protocol: other = 'TCP' } of ports)
        if (other === protocol && typeof port === 'number') isOpen.fill(1, port, Number(endPort) + 1);
      if (ports.length === 0) isOpen.fill(1);
    }
    const closed: ListenPort[] = [];
    for (let gatewayPort = dynamicPorts.first; gatewayPort <= dynamicPorts.last; gatewayPort++)
      if (!isOpen[gatewayPort]) closed.push({ protocol, gatewayPort });
    return closed;
  });
}

/** Whether everyone who has `access` is also meant to have it. */
export const isAtMost = (access: Access, meant: Access): boolean =>
  meant === 'everyone' ||
  (access !== 'everyone' && access.every(peer => meant.some(other => sameJSON(peer, other))));

const isWithin = ({ port, endPort }: NetworkPolicyPort, number: number): boolean =>
  port === undefined || (typeof port === 'number' && port <= number && number <= (endPort ?? port));

const numbersOf = (ports: readonly ListenPort[], protocol: Protocol): number[] =>
  ports.flatMap(port => (port.protocol === protocol ? port.gatewayPort : [])).sort((a, b) => a - b);

/** What ascending numbers leave of a range. */
function gapsOf(numbers: readonly number[], { first, last }: PortRange): PortRange[] {
  let next = first;
  return [...numbers, last + 1].flatMap(number => {
    const gap = { first: next, last: number - 1 };
    next = number + 1;
    return gap.last < gap.first ? [] : [gap];
  });
}

/** Ascending numbers as ranges. */
function rangesOf(numbers: readonly number[]): PortRange[] {
  const ranges: PortRange[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.last === number - 1) ranges[ranges.length - 1] = { first: range.first, last: number };
    else ranges.push({ first: number, last: number });
  }
  return ranges;
}

const portsOf =
  (protocol: Protocol) =>
  ({ first, last }: PortRange): NetworkPolicyPort => ({
    protocol,
    port: first,
    ...(last > first ? { endPort: last } : {}),
  });
