/** Pure: what is to be done about a gateway's keys, devices and pods in Nexodus' eyes. */

import { deletion, type Action } from '../runtime/actions.ts';
import type { Identity } from '../proxy/rules.ts';
import type { RegKey } from '../runtime/nexodus.ts';
import type { Pod } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { asksAnew, withHolder } from './address.ts';
import type { SeenGateway } from './observe.ts';

/** How long a key stays open for a pod to start. */
export const keyOpenMs = 10 * 60_000;
/** A key that a starting pod needs is opened again when less than this is left. */
const keyMarginMs = 60_000;

/** Which key a new identity is made around. */
export interface NewIdentity {
  /** One that a crash left unused. */
  readonly unused: RegKey | undefined;
  /** The ids of those of the replica that are spent. */
  readonly spent: ReadonlySet<string>;
}

export interface DevicePlan {
  /** To be done before new identities are made. */
  readonly actions: readonly Action[];
  /** Replicas that need a new identity. */
  readonly make: ReadonlyMap<number, NewIdentity>;
  /**
   * Devices, by replica, that seem to have been deleted behind our back: to be asked of Nexodus itself before anything
   * is done about it.
   */
  readonly suspects: ReadonlyMap<number, string>;
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
  const make = new Map<number, NewIdentity>();
  const suspects = new Map<number, string>();
  const keep = new Map<number, Identity>();
  let requeueAfterMs = Infinity;
  const { synced, failure, keys, devices } = seen.nexodus;

  for (let ordinal = 0; ordinal < replicas; ordinal++) {
    const identity = seen.identities.get(ordinal);
    if (!synced) {
      if (identity) keep.set(ordinal, identity);
      continue;
    }
    const pod = seen.pods.get(ordinal);
    const starting = needsKey(pod, seen, ordinal);
    const own = keys.filter(entry => entry.ordinal === ordinal).map(entry => entry.key);
    const key = own.find(({ id, deviceID }) => id === identity?.regKeyID && deviceID === identity.deviceID);
    const device = identity && devices.get(identity.deviceID);
    const runs = pod && !pod.metadata.deletionTimestamp ? runsAs(seen, ordinal, pod) : undefined;
    const isTaken =
      !failure && key !== undefined && isRenewed(seen) && runs === key.deviceID && isUp(seen, ordinal);
    /** The key of the device as which the pod runs, when the next pod has another. */
    const former = isRenewed(seen) && runs !== identity?.deviceID ? keyFor(own, runs) : undefined;
    const isOther = device !== undefined && device.publicKey !== identity!.publicKey;
    // A single-use key cannot register a second device, and another key cannot take over the first.
    const isLost = !key && (starting || !device);
    const remake =
      !identity ||
      isTaken ||
      (gone.has(ordinal) && !former) ||
      isOther ||
      (!failure && (isLost || asksAnew(seen, identity, device)));
    const unused = remake ? own.find(each => each !== key && isUnused(each, seen, now)) : undefined;
    // Other keys of this replica are spent: of an earlier identity, or of one that was lost.
    for (const stray of own)
      if (stray !== key && stray !== unused && stray !== former)
        actions.push(...strayRemoval(seen, ordinal, stray));
    if (remake && device && !key && mayRunAs(seen, ordinal, device.id)) {
      // Only the identity tells that the device is ours: it stays until the pod is gone, and the device with it.
      if (!pod!.metadata.deletionTimestamp) actions.push(deletePod(pod!));
      keep.set(ordinal, identity);
      continue;
    }
    if (remake) {
      // With a key, the device can be found by it once there is another identity: it goes after its pod.
      if (device && !isTaken) actions.push(...withdrawal(seen, device.id));
      if (device && !key) actions.push({ do: 'deleteDevice', deviceID: device.id });
      const spent = own.filter(each => each !== unused).map(({ id }) => id);
      make.set(ordinal, { unused, spent: new Set(identity ? [...spent, identity.regKeyID] : spent) });
      // The pod goes on as it is; until there is another identity, the next one would be the same device.
      if (identity && isTaken) keep.set(ordinal, identity);
      continue;
    }
    keep.set(ordinal, failure ? identity : withHolder(seen, identity, device));
    const deviceID = former?.deviceID ?? identity.deviceID;
    if (!devices.has(deviceID) && !failure && shouldExist(seen, ordinal, deviceID))
      suspects.set(ordinal, deviceID);
    if (pod && runs !== undefined && (runs !== deviceID || gone.has(ordinal))) {
      actions.push(deletePod(pod));
      continue;
    }
    const used = former ?? key;
    if (former && key) actions.push(...closing(key, pod, now));
    if (!used) continue;
    if (!starting) {
      actions.push(...closing(used, pod, now));
      continue;
    }
    const left = leftMs(used, now);
    if (left < keyMarginMs) {
      actions.push({ do: 'expireRegKey', id: used.id, expiresAt: new Date(now.getTime() + keyOpenMs) });
      requeueAfterMs = Math.min(requeueAfterMs, keyOpenMs - keyMarginMs);
    } else if (left < Infinity)
      requeueAfterMs = Math.min(requeueAfterMs, Math.max(1000, left - keyMarginMs + 1000));
  }
  actions.push(...scaleDown(seen, replicas, keep));
  return {
    actions,
    make,
    suspects,
    keep,
    requeueAfterMs: requeueAfterMs === Infinity ? undefined : requeueAfterMs,
  };
}

/**
 * Whether each pod of the gateway is a device of its own. WireGuard needs ten seconds and more to find a device again
 * that has moved to another pod, and finds a new one at once. Nobody calls an import gateway by its address, unless it
 * asked for one.
 */
export const isRenewed = ({ gateway: { spec } }: Pick<SeenGateway, 'gateway'>): boolean =>
  spec.direction === 'Import' && spec.tunnelIP === undefined;

const keyFor = (keys: readonly RegKey[], deviceID: string | undefined): RegKey | undefined =>
  deviceID === undefined ? undefined : keys.find(key => key.deviceID === deviceID);

/** Whether nexd needs its key no more, as it has registered. */
const isUp = ({ reports }: SeenGateway, ordinal: number): boolean => reports.get(ordinal)?.ready === true;

const leftMs = ({ expiresAt }: RegKey, now: Date): number =>
  expiresAt === undefined ? Infinity : Date.parse(expiresAt) - now.getTime();

/** Moves the end of a key to the past, once its pod is there and does not need it. */
const closing = (key: RegKey, pod: Pod | undefined, now: Date): Action[] =>
  pod?.spec?.nodeName && !pod.metadata.deletionTimestamp && leftMs(key, now) > 0 ? [close(key, now)] : [];

const close = ({ id }: RegKey, now: Date): Action => ({
  do: 'expireRegKey',
  id,
  expiresAt: new Date(now.getTime() - keyMarginMs),
});

/** Whether a key is fresh: no device came of it, and it is open for long enough. */
function isUnused({ deviceID, expiresAt }: RegKey, seen: SeenGateway, now: Date): boolean {
  if (deviceID === undefined || expiresAt === undefined || seen.nexodus.devices.has(deviceID)) return false;
  return Date.parse(expiresAt) - now.getTime() > keyMarginMs;
}

const withdrawal = (seen: SeenGateway, deviceID: string): Action[] =>
  seen.nexodus.published.get(deviceID) === undefined ? [] : [{ do: 'deleteMetadata', deviceID }];

/** A device, which the directory may not have heard of yet; without its key nobody would find it. */
export const keyRemoval = ({ id, deviceID }: Pick<RegKey, 'id' | 'deviceID'>): Action[] => [
  ...(deviceID === undefined ? [] : [{ do: 'deleteDevice', deviceID } as const]),
  { do: 'deleteRegKey', id },
];

/**
 * What a stray key registered is withdrawn at once, as metadata of a deleted device can never be removed, and removed
 * when no pod runs as it any more.
 */
function strayRemoval(seen: SeenGateway, ordinal: number, key: RegKey): Action[] {
  const { deviceID } = key;
  if (deviceID === undefined) return keyRemoval(key);
  return [...withdrawal(seen, deviceID), ...(mayRunAs(seen, ordinal, deviceID) ? [] : keyRemoval(key))];
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
    actions.push(...devicesWithoutKey(live, own), ...own.flatMap(keyRemoval));
  }
  return actions;
}

/** Takes back what the gateway's devices publish. */
export function planWithdrawal(seen: SeenGateway): Action[] {
  return [...seen.nexodus.devices.keys()].flatMap(deviceID => withdrawal(seen, deviceID));
}

/** Closes the keys that are open: no pod is to start any more. */
export const planClosing = ({ nexodus }: SeenGateway, now: Date): Action[] =>
  nexodus.keys.flatMap(({ key }) => (leftMs(key, now) > 0 ? [close(key, now)] : []));

/** The second half of its end, when no pod is left. */
export function planRemoval({ nexodus }: SeenGateway): Action[] {
  const keys = nexodus.keys.map(({ key }) => key);
  return [...devicesWithoutKey([...nexodus.devices.keys()], keys), ...keys.flatMap(keyRemoval)];
}

/** The deletion of those devices that none of the keys is for. */
const devicesWithoutKey = (ids: readonly string[], keys: readonly RegKey[]): Action[] =>
  ids
    .filter(id => !keys.some(({ deviceID }) => deviceID === id))
    .map(deviceID => ({ do: 'deleteDevice', deviceID }));

/** Deletes a pod that still has an identity that was replaced; the StatefulSet makes it anew. */
const deletePod = (pod: Pod): Action => deletion(resources.pods, pod, 2);

/**
 * The device of a replica: that of its identity; or, where the next pod is to be another one, that as which its pod
 * runs, when it is ours.
 */
export function deviceOf(seen: SeenGateway, ordinal: number, identity: Identity): string {
  const pod = seen.pods.get(ordinal);
  const runs = pod && isRenewed(seen) ? runsAs(seen, ordinal, pod) : undefined;
  const own = seen.nexodus.keys.flatMap(entry => (entry.ordinal === ordinal ? entry.key : []));
  return keyFor(own, runs)?.deviceID ?? identity.deviceID;
}

/** The device as which a pod's agent says it runs; undefined while it has not reported. */
function runsAs(seen: SeenGateway, ordinal: number, pod: Pod): string | undefined {
  const report = seen.reports.get(ordinal);
  return report?.podUID === pod.metadata.uid ? report?.deviceID : undefined;
}

/** Whether nexd may be running as the device: without it, it would ask Nexodus again and again without a pause. */
function mayRunAs(seen: SeenGateway, ordinal: number, deviceID: string): boolean {
  const pod = seen.pods.get(ordinal);
  return (
    Boolean(pod && nexdOf(pod)?.state?.running) && (runsAs(seen, ordinal, pod!) ?? deviceID) === deviceID
  );
}

const nexdOf = (pod: Pod | undefined) =>
  pod?.status?.containerStatuses?.find(container => container.name === 'nexd');

/**
 * Whether Nexodus should have the device: nexd had tunnel addresses as it, or fails to start as it again and again,
 * as it does with a single-use key whose device was deleted. A pod that still is another device tells nothing.
 */
function shouldExist(seen: SeenGateway, ordinal: number, deviceID: string): boolean {
  const report = seen.reports.get(ordinal);
  if (report?.deviceID !== deviceID) return false;
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
