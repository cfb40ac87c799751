/** Addresses and host names that users write. */

import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** What is no address of another machine: the API server refuses the same in an EndpointSlice. */
const special = new BlockList();
special.addAddress('0.0.0.0');
special.addSubnet('127.0.0.0', 8);
special.addSubnet('169.254.0.0', 16);
special.addSubnet('224.0.0.0', 4);
special.addAddress('255.255.255.255');
special.addAddress('::', 'ipv6');
special.addAddress('::1', 'ipv6');
special.addSubnet('fe80::', 10, 'ipv6');
special.addSubnet('ff00::', 8, 'ipv6');

/** Where clouds answer a machine's questions about itself, its credentials among them, beside link-local addresses. */
const metadata = new BlockList();
metadata.addAddress('100.100.100.200');
metadata.addAddress('168.63.129.16');
metadata.addAddress('192.0.0.192');
metadata.addAddress('fd00:ec2::254', 'ipv6');
metadata.addAddress('fd20:ce::254', 'ipv6');
const metadataNames = /^metadata\.(google\.internal|goog)$/;

/** An IPv4 or IPv6 address without brackets and zone. */
export const isAddress = (text: string): boolean => isIP(text) !== 0 && !text.includes('%');

/** An IPv4 address that a device can have. */
export const isTunnelIP = (text: string): boolean => isIPv4(text) && !special.check(text);

/** RFC 1123; the last label is not a number, as such a text is meant to be an IPv4 address. */
export const isHostName = (text: string): boolean =>
  text.length <= 253 && hostName.test(text) && !/(^|\.)\d+$/.test(text);
const hostName = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$/i;

/** The one text of an address that programs print: IPv6 in its shortest form. */
export const canonicalAddress = (address: string): string =>
  isIPv6(address) && isAddress(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;

/** IPv4 addresses as IPv6 (mapped, compatible, NAT64), which would evade what is said of IPv4. */
const embedded = new BlockList();
embedded.addSubnet('::ffff:0:0', 96, 'ipv6');
embedded.addSubnet('::', 96, 'ipv6');
embedded.addSubnet('64:ff9b::', 96, 'ipv6');
embedded.addSubnet('64:ff9b:1::', 48, 'ipv6');

/** What is wrong with the address of a target, and what to write; undefined when nothing is. */
export function targetFlaw(address: unknown): string | undefined {
  if (typeof address !== 'string') return notAnAddress;
  if (isAddress(address)) {
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (special.check(address, family) || (family === 'ipv6' && embedded.check(address, family)))
      return notElsewhere;
    return metadata.check(address, family) ? notForOthers : undefined;
  }
  if (!isHostName(address) || address !== address.toLowerCase()) return notAnAddress;
  if (/(^|\.)localhost$/.test(address)) return notElsewhere;
  return metadataNames.test(address) ? notForOthers : undefined;
}

const notAnAddress =
  'not an address: write a host name in lower-case letters, an IPv4 address, or an IPv6 address without brackets';
const notForOthers =
  'the metadata service of a cloud, which gives credentials of the node to whoever asks: it cannot be exported';
const notElsewhere =
  'a loopback, link-local, multicast or unspecified address, which is no machine outside the gateway: write the address under which its pods reach the target';
