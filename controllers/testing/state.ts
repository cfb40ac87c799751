/** The state of a world as text in which ids, addresses, times and digests have names: two runs can be compared. */

import { parseIdentities } from '../gateway/identity.ts';
import { canonicalJSON } from '../runtime/compare.ts';
import type { KubeObject } from '../runtime/kube.ts';
import type { ConfigMap, Secret, Service } from '../runtime/objects.ts';
import { appliedAnnotation } from '../proxy/children.ts';
import { comparableStatus, type Status } from './comparable-status.ts';
import { without } from './without.ts';
import type { World } from './world.ts';

/** One line for each object, key and device; sorted. */
export function stateOf(world: World): string[] {
  const names = namesOf(world);
  const { devices, keys, metadata } = world.nexodus;
  const now = world.clock.now().getTime();
  const lines = [
    ...world.server.all().map(object => ['object', describe(object)]),
    ...[...keys.values()].map(({ description, deviceID, expiresAt }) => [
      'key',
      { description, deviceID, open: expiresAt === undefined || Date.parse(expiresAt) > now },
    ]),
    ...[...devices.values()].map(({ id, hostname, ipv4, online }) => [
      'device',
      { id, hostname, ipv4, online },
    ]),
    ...[...metadata].filter(([id]) => devices.has(id)).map(entry => ['metadata', entry]),
  ];
  return lines.map(line => named(canonicalJSON(line), names)).sort();
}

function namesOf({ server, nexodus }: World): Map<string, string> {
  const names = new Map<string, string>();
  for (const { kind, metadata } of server.all())
    names.set(metadata.uid!, `uid of ${kind} ${metadata.namespace}/${metadata.name}`);
  for (const { metadata, spec } of server.all() as Service[])
    if (spec?.clusterIP) names.set(spec.clusterIP, `address of ${metadata.name}`);
  for (const { id, description, deviceID, token } of nexodus.keys.values()) {
    names.set(id, `key ${description}`);
    names.set(token, `token ${description}`);
    const device = nexodus.devices.get(deviceID!);
    names.set(deviceID!, `device ${description}`);
    if (device) names.set(device.ipv4!, `address of ${description}`);
  }
  return names;
}

function named(text: string, names: ReadonlyMap<string, string>): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-4000-8000-\d{12}/g, id => names.get(id) ?? `unknown id`)
    .replaceAll(/RK:\d+/g, token => names.get(token) ?? token)
    .replaceAll(/\b(?:\d+\.){3}\d+\b/g, address => names.get(address) ?? address)
    .replaceAll(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replaceAll(/\b200::[\da-f]+/g, 'ipv6')
    .replaceAll(/"[0-9a-f]{16}"/g, '"digest"');
}

type Body = KubeObject & { status?: Status };

function describe(object: KubeObject): unknown {
  const { metadata, status, ...rest } = object as Body;
  const { generation } = metadata;
  const named = without(metadata, 'generation', 'resourceVersion', 'creationTimestamp');
  const annotations = { ...named.annotations };
  for (const name of [appliedAnnotation, 'test/template']) delete annotations[name];
  return {
    ...rest,
    ...contentOf(object),
    metadata: { ...named, annotations },
    status: comparableStatus(status, generation),
  };
}

/** What a Secret or a rules ConfigMap holds, without what is drawn at random. */
function contentOf(object: KubeObject): object {
  if (object.kind === 'Secret')
    return {
      data: [...parseIdentities(object as Secret)].map(
        ([ordinal, { deviceID, regKeyID, regKey, requestedIP }]) => ({
          ordinal,
          deviceID,
          regKeyID,
          regKey,
          requestedIP,
        }),
      ),
    };
  const { data } = object as ConfigMap;
  if (data?.['rules.json'] === undefined) return {};
  const { ingress, egress } = JSON.parse(data['rules.json']) as { ingress: object[]; egress: object[] };
  return {
    data: { ingress, egress: egress.map(rule => canonicalJSON(rule)).sort(), ports: data['ports.json'] },
  };
}
