import { formatPrefix, overlaps, parseAddress, parsePrefix } from './address.ts';
import { AddressPool } from './pool.ts';

/** All VPCs without a private CIDR share this namespace, so their addresses are unique together. */
export const sharedNamespace = 'shared';

interface Namespace {
  readonly pools: Map<string, AddressPool>;
  /** Prefixes advertised by devices. */
  readonly advertised: Set<string>;
}

export interface IpamSnapshot {
  readonly [namespace: string]: {
    readonly pools: Readonly<Record<string, readonly string[]>>;
    readonly advertised: readonly string[];
  };
}

/** The address management service: pools a namespace, a namespace per private VPC. */
export class Ipam {
  readonly #namespaces = new Map<string, Namespace>();

  #namespace(name: string): Namespace {
    let namespace = this.#namespaces.get(name);
    if (namespace === undefined) {
      namespace = { pools: new Map(), advertised: new Set() };
      this.#namespaces.set(name, namespace);
    }
    return namespace;
  }

  #pool(name: string, cidr: string): AddressPool {
    const { pools } = this.#namespace(name);
    let pool = pools.get(cidr);
    if (pool === undefined) {
      pool = new AddressPool(cidr);
      pools.set(cidr, pool);
    }
    return pool;
  }

  acquire(namespace: string, cidr: string): string {
    return this.#pool(namespace, cidr).acquire();
  }

  /**
   * Tries the wanted address and silently falls back to the pool when it is taken or outside.
   * Throws when the text is no address at all.
   */
  acquirePreferred(namespace: string, cidr: string, wanted: string): string {
    if (parseAddress(wanted) === undefined) throw new Error(`Address ${wanted} is not valid`);
    return this.#pool(namespace, cidr).acquireSpecific(wanted) ? wanted : this.acquire(namespace, cidr);
  }

  release(namespace: string, cidr: string, address: string): void {
    this.#pool(namespace, cidr).release(address);
  }

  /** Reserves an advertised prefix. Throws when it is no prefix or overlaps a reserved one. */
  reservePrefix(namespaceName: string, cidr: string): void {
    const wanted = parsePrefix(cidr);
    if (wanted === undefined) throw new Error(`invalid prefix requested: ${cidr}`);
    const namespace = this.#namespace(namespaceName);
    const text = formatPrefix(wanted);
    if (namespace.advertised.has(text)) return;
    for (const other of [...namespace.pools.keys(), ...namespace.advertised]) {
      const prefix = parsePrefix(other);
      if (prefix !== undefined && overlaps(prefix, wanted)) {
        throw new Error(`${cidr} overlaps ${other}`);
      }
    }
    namespace.advertised.add(text);
  }

  /** Throws when the prefix was never reserved (so for default routes). */
  releasePrefix(namespaceName: string, cidr: string): void {
    const prefix = parsePrefix(cidr);
    if (prefix === undefined || !this.#namespace(namespaceName).advertised.delete(formatPrefix(prefix))) {
      throw new Error(`failed to release IPAM prefix ${cidr}`);
    }
  }

  snapshot(): IpamSnapshot {
    return Object.fromEntries(
      [...this.#namespaces].map(([name, { pools, advertised }]) => [
        name,
        {
          pools: Object.fromEntries([...pools].map(([cidr, pool]) => [cidr, pool.taken()])),
          advertised: [...advertised],
        },
      ]),
    );
  }

  restore(snapshot: IpamSnapshot): void {
    this.#namespaces.clear();
    for (const [name, saved] of Object.entries(snapshot)) {
      const namespace = this.#namespace(name);
      for (const [cidr, taken] of Object.entries(saved.pools)) {
        namespace.pools.set(cidr, new AddressPool(cidr, taken));
      }
      for (const prefix of saved.advertised) namespace.advertised.add(prefix);
    }
  }
}
