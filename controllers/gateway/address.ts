/** Pure: the tunnel address that a gateway asks Nexodus for, and whether it got it. */

import type { gatewayReasons, ReasonOf } from '../../api/v1alpha1/conditions.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { Identity } from '../proxy/rules.ts';
import { conditionOf, type Judgement } from '../runtime/conditions.ts';
import type { Device } from '../runtime/nexodus.ts';
import type { SeenGateway } from './observe.ts';

export const addressGranted = 'AddressGranted';

const judgement = (
  type: typeof addressGranted,
  status: Judgement['status'],
  reason: ReasonOf<typeof gatewayReasons, typeof addressGranted>,
  message: string,
): Judgement => ({ type, status, reason, message });

const pending = (message: string) => judgement('AddressGranted', 'False', 'Pending', message);

/**
 * Whether only another device can get the address that the gateway asks for, as Nexodus hears a wish only once: the
 * wish is a new one, or the device because of which it was refused has gone or has another address since. A refusal
 * without such a device is final, or devices would be replaced without end.
 */
export function asksAnew(
  { gateway, nexodus }: SeenGateway,
  { requestedIP, heldBy }: Identity,
  device: Device | undefined,
): boolean {
  const { tunnelIP } = gateway.spec;
  if (tunnelIP === undefined || device?.ipv4 === tunnelIP) return false;
  if (requestedIP !== tunnelIP) return true;
  return device?.ipv4 !== undefined && heldBy !== undefined && !nexodus.holder;
}

/** The identity with the device because of which Nexodus refused it the address. */
export function withHolder(
  { gateway, nexodus: { holder } }: SeenGateway,
  identity: Identity,
  device: Device | undefined,
): Identity {
  const { tunnelIP } = gateway.spec;
  const isRefused = tunnelIP !== undefined && device?.ipv4 !== undefined && device.ipv4 !== tunnelIP;
  return isRefused && holder && holder.id !== identity.heldBy ? { ...identity, heldBy: holder.id } : identity;
}

/**
 * What the gateway says about its address; undefined when it asks for none. While Nexodus is away, what was said last
 * stays.
 */
export function judgeAddress(
  { gateway, nexodus }: SeenGateway,
  replicas: number,
  identity: Identity | undefined,
): Judgement | undefined {
  const { tunnelIP } = gateway.spec;
  if (tunnelIP === undefined) return undefined;
  if (replicas === 0) return pending(`The gateway has 0 replicas: no device asks for ${tunnelIP}.`);
  const { synced, failure, holder, devices } = nexodus;
  const device = identity && devices.get(identity.deviceID);
  if (device?.ipv4 === tunnelIP)
    return judgement(
      'AddressGranted',
      'True',
      'AddressGranted',
      `Device ${device.hostname} has ${tunnelIP}.`,
    );
  if (!synced || failure)
    return (
      currentCondition(gateway) ??
      pending(failure?.message ?? `Nexodus has not answered yet, and is asked for ${tunnelIP} then.`)
    );
  if (device?.ipv4 === undefined || identity?.requestedIP !== tunnelIP)
    return pending(`The device that asks for ${tunnelIP} is being registered.`);
  const gave = `Nexodus gave ${device.ipv4} instead of ${tunnelIP}, which`;
  if (holder)
    return judgement(
      'AddressGranted',
      'False',
      'AddressNotGranted',
      `${gave} device ${holder.hostname} (${holder.id}) has: it is asked for again when that device is gone; delete it in Nexodus, or ask for another address in spec.tunnelIP.`,
    );
  const { namespace, name } = gateway.metadata;
  const makeAgain =
    gateway.metadata.labels?.[managedByLabel] === 'controller' ? 'it is made again' : 'then create it again';
  return judgement(
    'AddressGranted',
    'False',
    'AddressNotGranted',
    `${gave} no device has: it is outside the VPC's range, or reserved: ask for another one in spec.tunnelIP. To ask for this one again: kubectl -n ${namespace} delete nxg ${name}; ${makeAgain}.`,
  );
}

/** The condition, when it is about the present spec. */
function currentCondition({ metadata, status }: NexlinkGateway): Judgement | undefined {
  const found = conditionOf(status?.conditions, addressGranted);
  if (found?.observedGeneration !== metadata.generation) return undefined;
  const { type, status: is, reason, message } = found!;
  return { type, status: is, reason, message };
}

/** What an export or import adds to its conditions, and takes from them. */
export interface AddressVerdict {
  readonly conditions: readonly Judgement[];
  readonly dropped: readonly string[];
}

/**
 * What an export or import that asks for an address says about it: what its gateway does, unless `obstacle` says
 * why that will not carry it. While the gateway has not judged its present spec, what was said last stays.
 */
export function passOnAddress(
  tunnelIP: string | undefined,
  gateway: NexlinkGateway | undefined,
  obstacle: string | undefined,
): AddressVerdict {
  if (tunnelIP === undefined) return { conditions: [], dropped: [addressGranted] };
  const say = (said: Judgement | undefined) => ({ conditions: said ? [said] : [], dropped: [] });
  if (obstacle !== undefined) return say(pending(obstacle));
  if (!gateway || gateway.metadata.deletionTimestamp)
    return say(pending(`The gateway that asks for ${tunnelIP} is being made.`));
  return say(currentCondition(gateway));
}
