/** The state of a cluster and of Nexodus as text in which ids, addresses, times and digests have names: runs can be compared. */

import { parseIdentities } from '../../../controllers/gateway/identity.ts';
import { appliedAnnotation } from '../../../controllers/proxy/children.ts';
import { canonicalJSON } from '../../../controllers/runtime/compare.ts';
import type { KubeObject } from '../../../controllers/runtime/kube.ts';
import type { ConfigMap, Secret, Service } from '../../../controllers/runtime/objects.ts';
import { comparableStatus, type Status } from '../../../controllers/testing/comparable-status.ts';
import type { Control } from '../../nexodus-sim/server/control/control.ts';
import { revisionLabel } from './data-plane.ts';

/** What the stand-in tells of itself. */
export interface NexodusState {
  readonly devices: readonly {
    readonly id: string;
    readonly hostname: string;
    readonly public_key: string;
    readonly ipv4: string;
    readonly ipv6: string;
    readonly online: boolean;
    readonly revision: number;
    readonly reg_key_id: string | null;
  }[];
  readonly metadata: readonly {
    readonly device_id: string;
    readonly key: string;
    readonly value: object;
    readonly revision: number;
  }[];
  readonly reg_keys: readonly {
    readonly id: string;
    readonly description: string;
    readonly device_id: string | null;
    readonly expires_at: string | null;
  }[];
}

/** Whether a registration key is the sign of an install: it comes and goes with a controller, which has done nothing by that. */
export const isSign = (description: string): boolean => description.startsWith('nexlink-install:');

/** Without the signs of installs. */
export function nexodusState(control: Control): NexodusState {
  const state = control.state() as NexodusState;
  const reg_keys = state.reg_keys.filter(({ description }) => !isSign(description));
  return { ...state, reg_keys };
}

/** One line for each object, key, device and record; sorted. */
export function stateOf(objects: readonly KubeObject[], nexodus: NexodusState): string[] {
  const names = namesOf(objects, nexodus);
  const live = new Set(nexodus.devices.map(({ id }) => id));
  const now = Date.now();
  const lines = [
    ...objects.map(object => describe(object)),
    ...nexodus.reg_keys.map(({ description, device_id, expires_at }) => ({
      key: description,
      device: device_id,
      open: expires_at === null || Date.parse(expires_at) > now,
    })),
    ...nexodus.devices.map(({ id, hostname, ipv4, online }) => ({ device: id, hostname, ipv4, online })),
    // Metadata of a deleted device can never be removed.
    ...nexodus.metadata
      .filter(({ device_id }) => live.has(device_id))
      .map(({ device_id, key, value }) => ({ metadata: device_id, key, value })),
  ];
  return lines.map(line => named(canonicalJSON(line), names)).sort();
}

function namesOf(
  objects: readonly KubeObject[],
  { devices, reg_keys: keys }: NexodusState,
): Map<string, string> {
  const names = new Map<string, string>();
  for (const { kind, metadata } of objects)
    names.set(metadata.uid!, `uid of ${kind} ${metadata.namespace}/${metadata.name}`);
  for (const { kind, metadata, spec, data } of objects as (Service & ConfigMap)[]) {
    if (kind === 'Service')
      for (const address of spec?.clusterIPs ?? []) names.set(address, `address of ${metadata.name}`);
    const rules = data?.['rules.json'];
    if (rules) names.set((JSON.parse(rules) as { revision: string }).revision, `rules of ${metadata.name}`);
  }
  for (const { id, description, device_id } of keys) {
    names.set(id, `key ${description}`);
    if (device_id) names.set(device_id, `device ${description}`);
    const device = devices.find(({ id }) => id === device_id);
    if (device) {
      names.set(device.ipv4, `address of ${description}`);
      names.set(device.ipv6, `IPv6 address of ${description}`);
    }
  }
  return names;
}

function named(text: string, names: ReadonlyMap<string, string>): string {
  return text
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, id => names.get(id) ?? 'unknown id')
    .replaceAll(/\b(?:\d+\.){3}\d+\b/g, address => names.get(address) ?? address)
    .replaceAll(/\b20\d\d-\d\d-\d\dT[\d:.]+Z/g, 'time')
    .replaceAll(/\b[0-9a-f]{1,4}(:[0-9a-f]{0,4}){2,7}\b/g, address => names.get(address) ?? 'ipv6')
    .replaceAll(/"[0-9a-f]{16,64}"/g, digest =>
      JSON.stringify(names.get(JSON.parse(digest) as string) ?? 'digest'),
    );
}

type Body = KubeObject & { status?: Status };

/** Of a StatefulSet: an edit that was taken back is two generations. */
function withoutGeneration(status: Status | undefined): Status | undefined {
  const rest = { ...status } as Status & { observedGeneration?: number };
  delete rest.observedGeneration;
  return status && rest;
}

function describe(object: KubeObject): unknown {
  const { metadata, status, ...rest } = object as Body;
  const { name, namespace, labels, finalizers, deletionTimestamp, ownerReferences, generation } = metadata;
  const annotations = { ...metadata.annotations };
  delete annotations[appliedAnnotation];
  const drawn = { ...labels };
  delete drawn[revisionLabel];
  return {
    ...rest,
    ...contentOf(object),
    metadata: { name, namespace, labels: drawn, annotations, finalizers, deletionTimestamp, ownerReferences },
    status: comparableStatus(withoutGeneration(status), generation),
  };
}

/** What a Secret or a rules ConfigMap holds, without what is drawn at random. */
function contentOf(object: KubeObject): object {
  const { data } = object as ConfigMap;
  if (object.kind === 'Secret') {
    const identities = [...parseIdentities(object as Secret)];
    if (identities.length === 0) return {};
    return {
      data: identities.map(([ordinal, { deviceID, regKeyID, requestedIP }]) => ({
        ordinal,
        deviceID,
        regKeyID,
        requestedIP,
      })),
    };
  }
  if (data?.['rules.json'] === undefined) return {};
  const { revision, ingress, egress } = JSON.parse(data['rules.json']) as {
    revision: string;
    ingress: object[];
    egress: object[];
  };
  return {
    data: {
      revision,
      ingress: ingress.map(rule => canonicalJSON(rule)).sort(),
      egress: egress.map(rule => canonicalJSON(rule)).sort(),
      ports: data['ports.json'],
    },
  };
}

/** The lines that are in one state only. */
export const difference = (is: readonly string[], wanted: readonly string[]): string[] => [
  ...is.filter(line => !wanted.includes(line)).map(line => `+ ${line}`),
  ...wanted.filter(line => !is.includes(line)).map(line => `- ${line}`),
];
