/** Pure: the plain Nexodus device that an import names in spec.device. */

import { canonicalAddress } from '../../api/v1alpha1/address.ts';
import type { ImportDevice } from '../../api/v1alpha1/nexlinkimport.ts';
import type { Device } from '../runtime/nexodus.ts';

/** A device, or why there is none to use: a text that says which, and what to do. */
export type DeviceLookup = { readonly device: Device } | { readonly missing: string };

/** What a selector selects by, as text: equal for a selector and the devices that it selects. */
export function selectorKey({ id, hostname, address }: ImportDevice): string {
  if (id !== undefined) return `id/${id}`;
  if (hostname !== undefined) return `hostname/${hostname.toLowerCase()}`;
  return `address/${canonicalAddress(address ?? '')}`;
}

/** The key of every selector that selects the device. */
export const deviceKeys = ({ id, hostname, ipv4, ipv6 }: Device): string[] => [
  selectorKey({ id }),
  selectorKey({ hostname }),
  ...[ipv4, ipv6].flatMap(address => (address === undefined ? [] : selectorKey({ address }))),
];

/** Devices by {@link deviceKeys}. */
export type DeviceIndex = ReadonlyMap<string, readonly Device[]>;

export function indexDevices(devices: readonly Device[]): DeviceIndex {
  const index = new Map<string, Device[]>();
  for (const device of devices)
    for (const key of new Set(deviceKeys(device))) {
      const selected = index.get(key);
      if (selected) selected.push(device);
      else index.set(key, [device]);
    }
  return index;
}

/** A selector for people. */
export const describeSelector = ({ id, hostname, address }: ImportDevice): string =>
  hostname ?? (id === undefined ? `with the address ${address}` : `with the id ${id}`);

/** The one device that the selector selects; gateways of our own cluster are none. */
export function findDevice(
  selector: ImportDevice,
  devices: DeviceIndex,
  isOurs: (device: Device) => boolean,
): DeviceLookup {
  const found = devices.get(selectorKey(selector)) ?? [];
  const [device, ...more] = found.filter(each => !isOurs(each));
  const name = `device ${describeSelector(selector)}`;
  if (!device)
    return {
      missing: found.length
        ? `The ${name} is a gateway of this cluster: use the Service that it exports, without an import.`
        : `Nexodus has no ${name}: start nexd on it in this VPC, or correct spec.device.`,
    };
  if (more.length > 0)
    return {
      missing: `Nexodus has ${more.length + 1} devices ${describeSelector(selector)}: write spec.device.id instead, one of ${idsOf([device, ...more])}.`,
    };
  if (device.ipv4 === undefined)
    return { missing: `The ${name} has no tunnel address yet: see that its nexd runs.` };
  return { device };
}

const shownIDs = 5;
/** The ids with their addresses, sorted; not more than a message can hold. */
function idsOf(devices: readonly Device[]): string {
  const texts = devices.map(({ id, ipv4 }) => `${id} (${ipv4 ?? 'no address'})`).sort();
  return [
    ...texts.slice(0, shownIDs),
    ...(texts.length > shownIDs ? [`${texts.length - shownIDs} more`] : []),
  ].join(', ');
}
