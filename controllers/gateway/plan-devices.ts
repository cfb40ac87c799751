/** Pure: what is to be done about a gateway's keys, devices and pods in Nexodus' eyes. */

import type { Action } from '../runtime/actions.ts';
import type { Identity } from '../proxy/rules.ts';
import type { RegKey } from '../runtime/nexodus.ts';
import type { Pod } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import type { SeenGateway } from './observe.ts';

/** How long a key stays open for a pod to start. */
export const keyOpenMs = 10 * 60_000;
/** A key that a starting pod needs is opened again when less than this is left. */
const keyMarginMs = 60_000;

export interface DevicePlan {
  /** To be done before new identities are made. */
  readonly actions: readonly Action[];
  /** Replicas that need a new identity, with the unused key that one of them has already. */
  readonly make: ReadonlyMap<number, RegKey | undefined>;
  /**
   * Replicas whose device seems to have been deleted behind our back: to be asked of Nexodus itself before anything
   * is done about it.
   */
  readonly suspects: readonly number[];
  /** Identities that stay. */
  readonly keep: ReadonlyMap<number, Identity>;
  /** When an open key has to be looked at again. */
  readonly requeueAfterMs: number | undefined;
}

/**
 * The plan for `replicas` replicas. `gone` are suspects of which Nexodus has said that the device does not exist.
 * Without a complete directory nothing is concluded from absence.
 */
export function planDevices(
  seen: SeenGateway,
  replicas: number,
  now: Date,
  gone: ReadonlySet<number> = new Set(),
): DevicePlan {
  const actions: Action[] = [];
  const make = new Map<number, RegKey | undefined>();
  const suspects: number[] = [];
  const keep = new Map<number, Identity>();
  let requeueAfterMs: number | undefined;
  const { synced, failure, keys, devices } = seen.nexodus;

  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const identity = seen.identities.get(ordinal);
    if (!synced) {
      if (identity) keep.set(ordinal, identity);
      continue;
    }
    const own = keys.filter(entry => entry.ordinal === ordinal).map(entry => entry.key);
    const key = identity
      ? own.find(({ id, deviceID }) => id === identity.regKeyID && deviceID === identity.deviceID)
      : own.find(each => isUnused(each, seen, now));
    // Other keys of this replica: a crash left them, or the Secret was lost. They are spent.
    for (const stray of own) if (stray !== key) actions.push(...removal(seen, stray.id, stray.deviceID));
    if (!identity) {
      make.set(ordinal, key);
      continue;
    }
    const pod = seen.pods.get(ordinal);
    const starting = needsKey(pod, seen, ordinal);
    const device = devices.get(identity.deviceID);
    const isOther = device !== undefined && device.publicKey !== identity.publicKey;
    if (gone.has(ordinal) || isOther || (!key && (starting || !device) && !failure)) {
      // A single-use key cannot register a second device, and another key cannot take over the first.
      actions.push(...removal(seen, key?.id, device?.id));
      make.set(ordinal, undefined);
      continue;
    }
    keep.set(ordinal, identity);
    if (!device && !failure && shouldExist(seen, ordinal, identity)) suspects.push(ordinal);
    const runs = pod && !pod.metadata.deletionTimestamp ? runsAs(seen, ordinal, pod) : undefined;
    if (pod && runs !== undefined && runs !== identity.deviceID) actions.push(deletePod(pod));
    if (!key) continue;
    const left = key.expiresAt === undefined ? Infinity : Date.parse(key.expiresAt) - now.getTime();
    if (starting) {
      if (left < keyMarginMs) {
        actions.push({ do: 'expireRegKey', id: key.id, expiresAt: new Date(now.getTime() + keyOpenMs) });
        requeueAfterMs = keyOpenMs - keyMarginMs;
      } else if (left < Infinity) requeueAfterMs = Math.max(1000, left - keyMarginMs + 1000);
    } else if (pod?.spec?.nodeName && left > 0) {
      actions.push({ do: 'expireRegKey', id: key.id, expiresAt: new Date(now.getTime() - keyMarginMs) });
    }
  }
  actions.push(...scaleDown(seen, replicas, keep));
  return { actions, make, suspects, keep, requeueAfterMs };
}

/** Whether a key is fresh: no device came of it, and it is open for long enough. */
function isUnused({ deviceID, expiresAt }: RegKey, seen: SeenGateway, now: Date): boolean {
  if (deviceID === undefined || expiresAt === undefined || seen.nexodus.devices.has(deviceID)) return false;
  return Date.parse(expiresAt) - now.getTime() > keyMarginMs;
}

const withdrawal = (seen: SeenGateway, deviceID: string): Action[] =>
  seen.nexodus.published.get(deviceID) === undefined ? [] : [{ do: 'deleteMetadata', deviceID }];

/** Metadata, device, key: in this order, as metadata of a deleted device can never be removed. */
function removal(seen: SeenGateway, keyID: string | undefined, deviceID: string | undefined): Action[] {
  const actions: Action[] = [];
  if (deviceID !== undefined && seen.nexodus.devices.has(deviceID)) {
    actions.push(...withdrawal(seen, deviceID), { do: 'deleteDevice', deviceID });
  }
  if (keyID !== undefined) actions.push({ do: 'deleteRegKey', id: keyID });
  return actions;
}

/** Replicas that are no longer wanted: withdrawn at once, removed from Nexodus when their pod is gone. */
function scaleDown(seen: SeenGateway, replicas: number, keep: Map<number, Identity>): Action[] {
  const actions: Action[] = [];
  if (!seen.nexodus.synced) {
    for (const [ordinal, identity] of seen.identities) if (ordinal >= replicas) keep.set(ordinal, identity);
    return actions;
  }
  const leaving = new Set(
    [...seen.nexodus.keys.map(entry => entry.ordinal), ...seen.identities.keys()].filter(
      ordinal => ordinal >= replicas,
    ),
  );
  for (const ordinal of leaving) {
    const identity = seen.identities.get(ordinal);
    const own = seen.nexodus.keys.filter(entry => entry.ordinal === ordinal).map(entry => entry.key);
    const deviceIDs = new Set([...own.flatMap(key => key.deviceID ?? []), identity?.deviceID]);
    const live = [...deviceIDs].flatMap(id => (id && seen.nexodus.devices.has(id) ? [id] : []));
    actions.push(...live.flatMap(id => withdrawal(seen, id)));
    if (seen.pods.has(ordinal)) {
      if (identity) keep.set(ordinal, identity);
      continue;
    }
    actions.push(...live.map((deviceID): Action => ({ do: 'deleteDevice', deviceID })));
    actions.push(...own.map(({ id }): Action => ({ do: 'deleteRegKey', id })));
  }
  return actions;
}

/** Everything of this gateway in Nexodus, for its end. */
export function planWithdrawal(seen: SeenGateway): Action[] {
  return [...seen.nexodus.devices.keys()].flatMap(deviceID => withdrawal(seen, deviceID));
}

/** The second half of its end, when no pod is left. */
export function planRemoval(seen: SeenGateway): Action[] {
  return [
    ...[...seen.nexodus.devices.keys()].map((deviceID): Action => ({ do: 'deleteDevice', deviceID })),
    ...seen.nexodus.keys.map(({ key }): Action => ({ do: 'deleteRegKey', id: key.id })),
  ];
}

/** Deletes a pod that still has an identity that was replaced; the StatefulSet makes it anew. */
const deletePod = (pod: Pod): Action => ({
  do: 'delete',
  ref: { resource: resources.pods, namespace: pod.metadata.namespace!, name: pod.metadata.name },
  uid: pod.metadata.uid!,
  gracePeriodSeconds: 2,
});

/** The device as which a pod's agent says it runs; undefined while it has not reported. */
function runsAs(seen: SeenGateway, ordinal: number, pod: Pod): string | undefined {
  const report = seen.reports.get(ordinal);
  return report?.podUID === pod.metadata.uid ? report?.deviceID : undefined;
}

const nexdOf = (pod: Pod | undefined) =>
  pod?.status?.containerStatuses?.find(container => container.name === 'nexd');

/**
 * Whether Nexodus should have the device: nexd had tunnel addresses as it, or fails to start as it again and again,
 * as it does with a single-use key whose device was deleted. A pod that still is another device tells nothing.
 */
function shouldExist(seen: SeenGateway, ordinal: number, identity: Identity): boolean {
  const report = seen.reports.get(ordinal);
  if (report?.deviceID !== identity.deviceID) return false;
  if (report.tunnelIPv4 !== undefined) return true;
  const pod = seen.pods.get(ordinal);
  return report.podUID === pod?.metadata.uid && (nexdOf(pod)?.restartCount ?? 0) >= 2;
}

/** Whether a pod is about to start nexd, the only moment in which nexd uses its key. */
function needsKey(pod: Pod | undefined, seen: SeenGateway, ordinal: number): boolean {
  if (!pod?.spec?.nodeName || pod.metadata.deletionTimestamp) return false;
  if (!nexdOf(pod)?.state?.running) return true;
  const report = seen.reports.get(ordinal);
  return !(report?.podUID === pod.metadata.uid && report?.ready === true);
}
