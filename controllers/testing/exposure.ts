/**
 * Who can reach what through the import gateways, by their rules and NetworkPolicies, and may not. Judged from scratch:
 * nothing here is shared with the code that writes them.
 */

import { gatewayLabel } from '../../api/v1alpha1/labels.ts';
import type { LabelSelector } from '../../api/v1alpha1/meta.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { Rule, Rules } from '../proxy/rules.ts';
import type { ConfigMap, NetworkPolicy, NetworkPolicyPeer, Pod } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import type { APIServer } from './api-server.ts';
import type { Cluster } from './cluster.ts';
import type { NexodusServer } from './nexodus-server.ts';

type Labels = { readonly [key: string]: string };

/** A pod that tries every port. */
interface Visitor {
  readonly what: string;
  readonly namespace: string;
  readonly namespaceLabels: Labels;
  readonly labels: Labels;
}

const visitors: readonly Visitor[] = [
  { what: 'the client', namespace: 'shop', namespaceLabels: {}, labels: { app: 'client' } },
  { what: 'another pod', namespace: 'shop', namespaceLabels: {}, labels: { app: 'other' } },
  { what: 'a pod of the team', namespace: 'team', namespaceLabels: { team: 'a' }, labels: {} },
  { what: 'a stranger', namespace: 'elsewhere', namespaceLabels: {}, labels: { app: 'client' } },
];

export class Exposure {
  readonly #server: APIServer;
  readonly #nexodus: NexodusServer;
  readonly #cluster: Cluster;
  /** The imports that led to an address last. */
  readonly #rights = new Map<string, readonly NexlinkImport[]>();
  #known: ReadonlySet<string> = new Set();

  constructor(server: APIServer, nexodus: NexodusServer, cluster: Cluster, from?: Exposure) {
    this.#server = server;
    this.#nexodus = nexodus;
    this.#cluster = cluster;
    if (from) this.#rights = new Map(from.#rights);
  }

  /** Takes what a user has done as given, such as clients that were added only now. */
  accept(): void {
    this.#known = this.#now();
  }

  /** What has been exposed since the last look. */
  news(): string[] {
    const before = this.#known;
    this.#known = this.#now();
    return [...this.#known].filter(text => !before.has(text));
  }

  /** Everything that is exposed. */
  get current(): string[] {
    return [...this.#now()];
  }

  #now(): Set<string> {
    const exposed = new Set<string>();
    this.#learnRights();
    if (![...this.#rights.values()].flat().some(({ spec }) => spec.clients)) return exposed;
    for (const gateway of this.#server.list<NexlinkGateway>(resources.gateways))
      for (const rule of this.#rulesOf(gateway))
        for (const visitor of visitors)
          if (this.#isLetIn(visitor, gateway, rule) && !this.#mayUse(visitor, rule.host))
            exposed.add(`${visitor.what} reaches ${rule.host} at ${gateway.metadata.name}:${rule.port}`);
    return exposed;
  }

  #learnRights(): void {
    const now = new Map<string, NexlinkImport[]>();
    for (const nxi of this.#server.list<NexlinkImport>(resources.imports))
      for (const { id, hostname, ipv4 } of this.#nexodus.devices.values()) {
        const { exports = [] } = (this.#nexodus.metadata.get(id) ?? {}) as { exports?: string[] };
        const { device, name = nxi.metadata.name } = nxi.spec;
        if (device ? device.hostname === hostname : exports.includes(name))
          now.set(ipv4!, [...(now.get(ipv4!) ?? []), nxi]);
      }
    for (const [address, imports] of now) this.#rights.set(address, imports);
  }

  #mayUse(visitor: Visitor, address: string): boolean {
    return (this.#rights.get(address) ?? []).some(({ metadata, spec: { clients } }) =>
      clients ? clients.some(client => isOneOf(visitor, client, metadata.namespace!)) : true,
    );
  }

  /** Those of each pod, and those of the ConfigMap, which a pod may take over at any moment. */
  #rulesOf({ metadata: { name, namespace } }: NexlinkGateway): Rule[] {
    const pods = this.#server
      .list<Pod>(resources.pods, namespace)
      .filter(pod => pod.metadata.labels?.[gatewayLabel] === name);
    const map = this.#server.get<ConfigMap>(resources.configMaps, namespace, `nexlink-${name}-rules`);
    const written = JSON.parse(map?.data?.['rules.json'] ?? '{}') as Partial<Rules>;
    return [written, ...pods.map(pod => this.#cluster.rulesIn(pod))].flatMap(rules => rules?.egress ?? []);
  }

  #isLetIn(visitor: Visitor, { metadata: { name, namespace } }: NexlinkGateway, rule: Rule): boolean {
    const labels = { 'app.kubernetes.io/name': 'nexlink-gateway', [gatewayLabel]: name };
    const policies = this.#server
      .list<NetworkPolicy>(resources.networkPolicies, namespace)
      .filter(({ spec }) => matches(spec!.podSelector, labels));
    if (policies.length === 0) return true;
    return policies
      .flatMap(({ spec }) => spec!.ingress ?? [])
      .some(({ from, ports }) => {
        if (from?.length && !from.some(peer => isOneOf(visitor, peer, namespace!))) return false;
        if (!ports?.length) return true;
        return ports.some(({ protocol = 'TCP', port, endPort }) => {
          if (protocol.toLowerCase() !== rule.protocol) return false;
          return endPort === undefined
            ? port === rule.port
            : Number(port) <= rule.port && rule.port <= endPort;
        });
      });
  }
}

/** Whether a peer of a policy in this namespace selects the pod. */
function isOneOf(
  { namespace, namespaceLabels, labels }: Visitor,
  { podSelector, namespaceSelector }: NetworkPolicyPeer,
  home: string,
): boolean {
  const isPlace = namespaceSelector ? matches(namespaceSelector, namespaceLabels) : namespace === home;
  return isPlace && matches(podSelector ?? {}, labels);
}

function matches({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      const isListed = value !== undefined && values.includes(value);
      return {
        In: isListed,
        NotIn: !isListed,
        Exists: value !== undefined,
        DoesNotExist: value === undefined,
      }[operator];
    })
  );
}
