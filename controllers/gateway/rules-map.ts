import type { GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import { listenPort, parsePorts, portKey, type AssignedPort, type ListenPort } from '../proxy/ports.ts';
import type { Rules } from '../proxy/rules.ts';
import type { ConfigMap, Pod } from '../runtime/objects.ts';
import { isPodReady, isReady, isStarting } from './pods.ts';

/** What a gateway's rules ConfigMap says. */
export interface RulesMap {
  /** Undefined when there are none to be read, as is their revision. */
  readonly rules: Rules | undefined;
  readonly revision: string | undefined;
  /** Those that somebody has. */
  readonly ports: readonly AssignedPort[];
  /** Those that were given up and are not free yet. */
  readonly freed: readonly AssignedPort[];
  /** The same as `ports`, by the uid of the export or import. */
  readonly portsOf: (owner: string | undefined) => readonly AssignedPort[];
  /** Where traffic to a port goes, as `host:targetPort`. */
  readonly targetsOf: (port: ListenPort) => readonly string[];
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
  const recorded = parsePorts(data['ports.json']);
  const ports = recorded.filter(({ freed }) => !freed);
  const rules = parseRules(data['rules.json']);
  const byOwner = Map.groupBy(ports, ({ owner }) => owner);
  const byPort = Map.groupBy([...(rules?.ingress ?? []), ...(rules?.egress ?? [])], rule =>
    portKey(listenPort(rule)),
  );
  return {
    rules,
    revision: rules?.revision,
    ports,
    freed: recorded.filter(({ freed }) => freed),
    portsOf: owner => byOwner.get(owner ?? '') ?? [],
    targetsOf: port =>
      (byPort.get(portKey(port)) ?? []).map(({ host, targetPort }) => `${host}:${targetPort}`),
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

/**
 * Whether it could carry traffic. Before an importer has asked it, it is not ready where others are asked; and nobody
 * asks what is not published. Nor is it withdrawn for the moment in which it was asked and the kubelet does not know.
 */
export const isReplicaServing = (report: GatewayReplica, pod: Pod | undefined): boolean =>
  isReplicaReady(report, pod) ||
  (pod !== undefined &&
    pod.metadata.deletionTimestamp === undefined &&
    report.podUID === pod.metadata.uid &&
    report.ready === true &&
    (report.proof === 'Waiting' || (report.proof === 'Given' && isStarting(pod))));
