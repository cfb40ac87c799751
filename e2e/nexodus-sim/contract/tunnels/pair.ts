/** An exporting and an importing nexd, each in its own site, and what can happen to them. */

import { join } from 'node:path';
import type { Network, Pod, Site } from './network.ts';
import { type Keys, Nexd } from './nexd.ts';
import type { Nexodus, Vpc } from './nexodus.ts';

export type Role = 'import' | 'export';

export const otherRole = (role: Role): Role => (role === 'import' ? 'export' : 'import');

/** Port of the rules that take connections from the tunnel. */
const servedPort = 7_000;

export interface PairParts {
  readonly network: Network;
  readonly nexodus: Nexodus;
  readonly binary: string;
  readonly folder: string;
  readonly echo: { readonly tcp: number; readonly udp: number };
}

/** Ports of a nexd that lead to the far side. */
export interface Way {
  readonly address: string;
  readonly port: number;
  /** Leads to a port of the far side where nobody listens. */
  readonly nudgePort: number;
}

export class Side {
  readonly role: Role;
  readonly site: Site;
  nexd: Nexd;
  tunnelAddress = '';

  constructor(role: Role, site: Site, nexd: Nexd) {
    this.role = role;
    this.site = site;
    this.nexd = nexd;
  }
}

export class Pair {
  readonly #parts: PairParts;
  readonly #vpc: Vpc;
  readonly #all: Nexd[] = [];
  #ways = 0;
  sides: { readonly [role in Role]: Side };

  private constructor(parts: PairParts, vpc: Vpc, sides: (pair: Pair) => Pair['sides']) {
    this.#parts = parts;
    this.#vpc = vpc;
    this.sides = sides(this);
  }

  /** Both sides up, with a tunnel between them that works. */
  static async create(parts: PairParts, name: string): Promise<Pair> {
    const vpc = await parts.nexodus.createVpc(name);
    const sites = { import: await parts.network.addSite(), export: await parts.network.addSite() };
    const pods = {
      import: await sites.import.addPod(parts.nexodus.names),
      export: await sites.export.addPod(parts.nexodus.names),
    };
    const pair = new Pair(parts, vpc, created => ({
      import: new Side('import', sites.import, created.nexd(pods.import)),
      export: new Side('export', sites.export, created.nexd(pods.export)),
    }));
    for (const side of [pair.sides.export, pair.sides.import]) {
      side.nexd.start();
      side.tunnelAddress = await pair.address(side.nexd);
    }
    return pair;
  }

  newPod(role: Role): Promise<Pod> {
    return this.sides[role].site.addPod(this.#parts.nexodus.names);
  }

  /** A nexd for a pod, not started. */
  nexd(pod: Pod, keys?: Keys): Nexd {
    const { binary, nexodus, folder, echo } = this.#parts;
    const rules = ['tcp', 'udp'].flatMap(protocol => [
      '--ingress',
      `${protocol}:${servedPort}:${pod.recorder}:${protocol === 'tcp' ? echo.tcp : echo.udp}`,
    ]);
    const nexd = new Nexd(pod, {
      binary,
      nexodus,
      regKey: this.#vpc.regKey,
      folder: join(folder, pod.namespace),
      rules,
      keys,
    });
    this.#all.push(nexd);
    return nexd;
  }

  async address(nexd: Nexd): Promise<string> {
    const address = await nexd.tunnelAddress();
    if (address === undefined) {
      throw new Error(`nexd in ${nexd.pod.namespace} got no tunnel address:\n${nexd.log.slice(-2_000)}`);
    }
    return address;
  }

  /** Adds rules that lead from a side to the other, as its agent does. */
  async openWay(role: Role): Promise<Way> {
    const { nexd } = this.sides[role];
    const far = this.sides[otherRole(role)].tunnelAddress;
    const port = 8_000 + 2 * this.#ways++;
    for (const protocol of ['tcp', 'udp']) {
      await nexd.addRule(`${protocol}:${port}:${far}:${servedPort}`);
    }
    await nexd.addRule(`udp:${port + 1}:${far}:9`);
    return { address: nexd.pod.address, port, nudgePort: port + 1 };
  }

  removeDevice(publicKey: string): Promise<void> {
    return this.#vpc.removeDevice(publicKey);
  }

  async loseNexodus(roles: readonly Role[], how: 'refused' | 'frozen'): Promise<void> {
    for (const role of roles) await this.sides[role].site.loseNexodus(how, this.#parts.nexodus.port);
  }

  async findNexodus(roles: readonly Role[]): Promise<void> {
    for (const role of roles) await this.sides[role].site.findNexodus();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map(nexd => nexd.kill()));
  }
}
