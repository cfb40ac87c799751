import { contains, formatAddress, parseAddress, parsePrefix, type Prefix } from './address.ts';

/**
 * Addresses of one prefix. The lowest free one is handed out first, so a released address
 * is soon given to another device, as with the real IPAM.
 */
export class AddressPool {
  readonly #prefix: Prefix;
  readonly #taken = new Set<string>();
  /** Every offset below this one is taken. */
  #firstMaybeFree = 1n;

  constructor(cidr: string, taken: Iterable<string> = []) {
    const prefix = parsePrefix(cidr);
    if (prefix === undefined) throw new Error(`address pool: ${cidr} is not a CIDR`);
    this.#prefix = prefix;
    for (const address of taken) this.#taken.add(address);
  }

  /** The lowest free address. Throws when the prefix is exhausted. */
  acquire(): string {
    // The first address names the network and, in IPv4, the last one is the broadcast address.
    const end = this.#prefix.family === 4 ? this.#prefix.size - 1n : this.#prefix.size;
    for (let offset = this.#firstMaybeFree; offset < end; offset++) {
      const text = this.#text(offset);
      if (this.#taken.has(text)) continue;
      this.#taken.add(text);
      this.#firstMaybeFree = offset + 1n;
      return text;
    }
    throw new Error('NoIPAvailableError: no more ips in prefix');
  }

  /** Takes exactly this address; false when it is taken, outside the prefix or reserved. */
  acquireSpecific(text: string): boolean {
    const address = parseAddress(text);
    if (address === undefined || !contains(this.#prefix, address)) return false;
    const offset = address.value - this.#prefix.base;
    if (offset === 0n || (address.family === 4 && offset === this.#prefix.size - 1n)) return false;
    const canonical = formatAddress(address);
    if (this.#taken.has(canonical)) return false;
    this.#taken.add(canonical);
    return true;
  }

  release(text: string): void {
    if (!this.#taken.delete(text)) return;
    const address = parseAddress(text);
    if (address === undefined) return;
    const offset = address.value - this.#prefix.base;
    if (offset < this.#firstMaybeFree) this.#firstMaybeFree = offset;
  }

  taken(): string[] {
    return [...this.#taken];
  }

  #text(offset: bigint): string {
    return formatAddress({ family: this.#prefix.family, value: this.#prefix.base + offset });
  }
}
