import type { Database } from '../store/database.ts';
import type { Device } from '../store/rows.ts';

/**
 * Deletes a device softly and gives its addresses back. Its metadata stays, out of reach of the
 * API but still listed under the VPC. Throws when an advertised prefix cannot be released, after
 * the device is gone; its IPv6 address is then lost.
 */
export function removeDevice(database: Database, device: Device, now: number): void {
  database.devices.update(device, { publicKey: '', token: '', deletedAt: new Date(now).toISOString() });
  const vpc = database.vpcs.getIncludingDeleted(device.vpcId);
  if (vpc === undefined) return;
  const namespace = database.ipamNamespace(vpc);
  database.ipam.release(namespace, device.ipv4Cidr, device.ipv4);
  for (const cidr of device.advertiseCidrs ?? []) database.ipam.releasePrefix(namespace, cidr);
  database.ipam.release(namespace, device.ipv6Cidr, device.ipv6);
}
