/** The namespace of the soak, and whether everything in it is as it should be. */

import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Environment } from '../harness/environment.ts';
import type { SimState } from '../harness/sim.ts';
import { until } from '../harness/wait.ts';
import { links, type ClusterName, type Link } from './plan.ts';

export const space = 'soak';
export const gatewayOf = (direction: 'export' | 'import'): string => `${direction}-${space}`;

/** All replicas of all gateways carry traffic, and their peers know it. */
export async function whole(env: Environment): Promise<void> {
  await until('all gateways are whole', async () => (await missing(env)) === '', {
    timeoutMs: 120_000,
    everyMs: 500,
    explain: () => missing(env),
  });
}

/** What is not as it was; empty: nothing. */
async function missing(env: Environment): Promise<string> {
  const found = await Promise.all([
    ...unique(links.flatMap(({ exporters }) => exporters)).map(name => missingOfGateway(env, name, 'export')),
    ...unique(links.map(({ importer }) => importer)).map(name => missingOfGateway(env, name, 'import')),
    ...links.map(link => missingOfLink(env, link)),
  ]);
  return found.flat().join('; ');
}

const unique = (names: readonly ClusterName[]): ClusterName[] => [...new Set(names)];

async function missingOfGateway(
  env: Environment,
  name: ClusterName,
  direction: 'export' | 'import',
): Promise<string[]> {
  const gateway = gatewayOf(direction);
  const cluster = env[name];
  const [object, pods, nexodus] = await Promise.all([
    cluster.gateway(space, gateway),
    cluster.gatewayPods(space, gateway),
    env.sim?.state(),
  ]);
  const lacks = [0, 1].map(ordinal => {
    const pod = pods.find(({ metadata }) => metadata.name === `nexlink-${gateway}-${ordinal}`);
    const report = object?.status?.replicas?.find(replica => replica.ordinal === ordinal);
    if (!isReady(pod)) return 'has no ready pod';
    if (report?.podUID !== pod?.metadata.uid || !report?.ready) return 'does not say that it is ready';
    // Nexodus itself is asked: that a device is gone is known there before anywhere else.
    if (nexodus && !nexodus.devices.some(({ id }) => id === report.deviceID)) return 'has no device';
    if (nexodus && direction === 'export' && !publishes(nexodus, report.deviceID!))
      return 'publishes nothing';
    return undefined;
  });
  return lacks.flatMap((lack, ordinal) =>
    lack ? [`replica ${ordinal} of ${gateway} of ${name} ${lack}`] : [],
  );
}

function publishes({ metadata }: SimState, device: string): boolean {
  const record = metadata.find(({ device_id, key }) => device_id === device && key === 'nexlink')?.value;
  const { services } = (record ?? {}) as { services?: unknown };
  const names = Array.isArray(services) ? services.map(service => (service as { name?: unknown }).name) : [];
  return links.some(({ name }) => names.includes(name));
}

async function missingOfLink(env: Environment, { name, importer, exporters }: Link): Promise<string[]> {
  const nxi = await env[importer].get<NexlinkImport>(resources.imports, space, name);
  const reachable = nxi?.status?.exporters?.filter(({ state }) => state === 'Reachable').length ?? 0;
  return [
    ...(reachable === 2 * exporters.length
      ? []
      : [`import ${name} of ${importer} reaches ${reachable} of ${2 * exporters.length} exporters`]),
    ...(isReady(nxi) ? [] : [`import ${name} of ${importer} is not Ready`]),
  ];
}

interface WithReady extends KubeObject {
  status?: { conditions?: readonly { type: string; status: string; observedGeneration?: number }[] };
}

/** Of a pod, or of an object of ours: for its present generation, and not on its way out. */
export function isReady(object: WithReady | undefined): boolean {
  if (!object || object.metadata.deletionTimestamp) return false;
  const { generation } = object.metadata;
  return (
    object.status?.conditions?.some(
      ({ type, status, observedGeneration = generation }) =>
        type === 'Ready' && status === 'True' && observedGeneration === generation,
    ) === true
  );
}
