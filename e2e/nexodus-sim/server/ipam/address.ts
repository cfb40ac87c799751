/** IP addresses as numbers: what the address pools count with. */

export type Family = 4 | 6;

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

export interface Prefix {
  readonly family: Family;
  /** First address of the prefix. */
  readonly base: bigint;
  readonly length: number;
  /** Number of addresses in the prefix. */
  readonly size: bigint;
}

const bits = { 4: 32, 6: 128 } as const;

function parseIPv4(text: string): bigint | undefined {
  const parts = text.split('.');
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = (value << 8n) | BigInt(part);
  }
  return value;
}

function parseIPv6(text: string): bigint | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = halves.map(half => (half === '' ? [] : half.split(':')));
  const head = groups[0] ?? [];
  const tail = groups[1] ?? [];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...tail];
  let value = 0n;
  for (const group of all) {
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
    value = (value << 16n) | BigInt(`0x${group}`);
  }
  return value;
}

/** Reads `100.64.0.1` or `200::1`; undefined when it is neither. */
export function parseAddress(text: string): Address | undefined {
  const v4 = parseIPv4(text);
  if (v4 !== undefined) return { family: 4, value: v4 };
  const v6 = parseIPv6(text);
  return v6 === undefined ? undefined : { family: 6, value: v6 };
}

/** Reads `100.64.0.0/10`; host bits are cleared. Undefined when it is not a CIDR. */
export function parsePrefix(text: string): Prefix | undefined {
  const [host, lengthText, ...rest] = text.split('/');
  if (rest.length > 0 || lengthText === undefined || !/^\d{1,3}$/.test(lengthText)) return undefined;
  const address = parseAddress(host ?? '');
  const length = Number(lengthText);
  if (address === undefined || length > bits[address.family]) return undefined;
  const size = 1n << BigInt(bits[address.family] - length);
  return { family: address.family, base: address.value - (address.value % size), length, size };
}

function formatIPv6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    Number((value >> BigInt(16 * (7 - i))) & 0xffffn).toString(16),
  );
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === '0') end++;
    if (end - start > bestLength) {
      bestStart = start;
      bestLength = end - start;
    }
  }
  if (bestStart < 0) return groups.join(':');
  return `${groups.slice(0, bestStart).join(':')}::${groups.slice(bestStart + bestLength).join(':')}`;
}

/** Canonical text (RFC 5952 for IPv6). */
export function formatAddress(address: Address): string {
  if (address.family === 6) return formatIPv6(address.value);
  return [24n, 16n, 8n, 0n].map(shift => String((address.value >> shift) & 0xffn)).join('.');
}

export function formatPrefix(prefix: Prefix): string {
  return `${formatAddress({ family: prefix.family, value: prefix.base })}/${prefix.length}`;
}

export function contains(prefix: Prefix, address: Address): boolean {
  return (
    prefix.family === address.family &&
    address.value >= prefix.base &&
    address.value < prefix.base + prefix.size
  );
}

export function overlaps(a: Prefix, b: Prefix): boolean {
  return a.family === b.family && a.base < b.base + b.size && b.base < a.base + a.size;
}
