import type { GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import { parsePorts, type AssignedPort } from '../proxy/ports.ts';
import type { Rule, Rules } from '../proxy/rules.ts';
import type { ConfigMap, Pod } from '../runtime/objects.ts';
import { isPodReady, isReady } from './pods.ts';

/** What a gateway's rules ConfigMap says. */
export interface RulesMap {
  /** Undefined when there are none to be read, as is their revision. */
  readonly rules: Rules | undefined;
  readonly revision: string | undefined;
  readonly ports: readonly AssignedPort[];
  /** The same, by the uid of the export or import. */
  readonly portsOf: (owner: string | undefined) => readonly AssignedPort[];
  /** Where traffic to a port goes, as `host:targetPort`. */
  readonly targetsOf: (protocol: Rule['protocol'], port: number) => readonly string[];
}

const read = new WeakMap<ConfigMap, RulesMap>();
const nothing = parse({});

/** Reads each version of a ConfigMap once, as everything that a gateway carries looks into it. */
export function rulesMapOf(configMap: ConfigMap | undefined): RulesMap {
  if (!configMap) return nothing;
  const known = read.get(configMap) ?? parse(configMap.data ?? {});
  read.set(configMap, known);
  return known;
}

function parse(data: { [key: string]: string }): RulesMap {
  const ports = parsePorts(data['ports.json']);
  const rules = parseRules(data['rules.json']);
  const byOwner = Map.groupBy(ports, ({ owner }) => owner);
  const byPort = Map.groupBy(
    [...(rules?.ingress ?? []), ...(rules?.egress ?? [])],
    ({ protocol, port }) => `${protocol}/${port}`,
  );
  return {
    rules,
    revision: rules?.revision,
    ports,
    portsOf: owner => byOwner.get(owner ?? '') ?? [],
    targetsOf: (protocol, port) =>
      (byPort.get(`${protocol}/${port}`) ?? []).map(({ host, targetPort }) => `${host}:${targetPort}`),
  };
}

function parseRules(text: string | undefined): Rules | undefined {
  if (text === undefined) return undefined;
  try {
    const rules = JSON.parse(text) as Partial<Rules> | null;
    const { revision, ingress, egress } = rules ?? {};
    return typeof revision === 'string' && Array.isArray(ingress) && Array.isArray(egress)
      ? { revision, ingress, egress }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether what a replica reported is about now: not when its pod is gone, nor when the kubelet, or who speaks for it
 * when its node is lost, no longer agrees that it is ready.
 */
export const isReplicaThere = (report: GatewayReplica, pod: Pod | undefined): boolean =>
  pod !== undefined && report.podUID === pod.metadata.uid && (isReady(pod) || report.ready !== true);

/** Whether the pod that reported is there and ready, by its own and the kubelet's word. */
export const isReplicaReady = (report: GatewayReplica, pod: Pod | undefined): boolean =>
  pod !== undefined && isPodReady(pod) && report.ready === true && report.podUID === pod.metadata.uid;
