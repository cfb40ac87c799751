/**
 * Networks for the tunnels: sites, each behind a home router that masquerades and drops what nobody asked for, and
 * pods in them. The routers meet on a bridge where this machine is too. All of it is in network namespaces.
 *
 *   pod eth0 -- router wan --+-- bridge -- this machine (Nexodus, STUN)
 *   pod mgmt ----------------------------- this machine (the recorder's own connections)
 */

import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const prefix = 'nxt';

/** Runs a program; rejects with what it wrote. */
export async function run(command: string, args: readonly string[]): Promise<string> {
  try {
    return (await execute(command, args)).stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`${command} ${args.join(' ')}: ${stderr?.trim() || message}`);
  }
}

/** Several commands of iproute2 in one namespace, one a line. */
async function ip(namespace: string | undefined, lines: string): Promise<void> {
  const where = namespace === undefined ? [] : ['-n', namespace];
  const batch = execute('ip', [...where, '-batch', '-']);
  batch.child.stdin?.end(lines);
  await batch.catch((error: Error & { stderr?: string }) => {
    throw new Error(`ip ${where.join(' ')}: ${error.stderr?.trim() || error.message}\n${lines}`);
  });
}

async function nft(namespace: string, rules: string): Promise<void> {
  await run('ip', ['netns', 'exec', namespace, 'nft', rules]);
}

/** What keeps networks from being made here; undefined when nothing does. */
export async function whyNoNetworks(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'network namespaces need root';
  const probe = `${prefix}${process.pid}-probe`;
  try {
    await run('ip', ['netns', 'add', probe]);
    await nft(probe, 'add table ip probe');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await run('ip', ['netns', 'del', probe]).catch(() => undefined);
  }
}

/** A second octet below 10 that this machine does not use. */
function freeOctet(): number {
  const used = Object.values(networkInterfaces()).flatMap(list => (list ?? []).map(({ address }) => address));
  for (let octet = 200; octet < 250; octet++) {
    if (!used.some(address => address.startsWith(`10.${octet}.`))) return octet;
  }
  throw new Error('no network of 10.200.0.0/16 to 10.249.0.0/16 is free on this machine');
}

/** Removes the namespaces of runs whose process is gone. */
async function removeAbandoned(): Promise<void> {
  for (const namespace of readdirSync('/run/netns')) {
    const pid = new RegExp(`^${prefix}(\\d+)-`).exec(namespace)?.[1];
    if (pid === undefined) continue;
    try {
      process.kill(Number(pid), 0);
    } catch {
      await removeNamespace(namespace);
    }
  }
}

async function removeNamespace(name: string): Promise<void> {
  await run('ip', ['netns', 'del', name]).catch(() => undefined);
  rmSync(`/etc/netns/${name}`, { recursive: true, force: true });
}

/** The Internet of a run. */
export class Network {
  readonly #names: string[] = [];
  readonly #id = `${prefix}${process.pid}`;
  readonly #octet = freeOctet();
  #sites = 0;
  #pods = 0;

  /** This machine as everybody in the network sees it. */
  get host(): string {
    return `10.${this.#octet}.0.1`;
  }

  static async create(): Promise<Network> {
    await removeAbandoned().catch(() => undefined);
    const network = new Network();
    const internet = await network.#namespace('net');
    await ip(
      internet,
      `link add br0 type bridge
       link set br0 up`,
    );
    const link = `${network.#id}-0`;
    await ip(
      undefined,
      `link add ${link} type veth peer name host netns ${internet}
       addr add ${network.host}/17 dev ${link}
       link set ${link} up`,
    );
    await ip(internet, 'link set host up master br0');
    return network;
  }

  async #namespace(name: string): Promise<string> {
    const namespace = `${this.#id}-${name}`;
    await run('ip', ['netns', 'add', namespace]);
    this.#names.push(namespace);
    await ip(namespace, 'link set lo up');
    return namespace;
  }

  async addSite(): Promise<Site> {
    const number = ++this.#sites;
    const router = await this.#namespace(`r${number}`);
    const address = `10.${this.#octet}.${1 + (number >> 7)}.${(number & 127) + 1}`;
    await ip(router, `link add wan type veth peer name r${number} netns ${this.#id}-net`);
    await ip(`${this.#id}-net`, `link set r${number} up master br0`);
    await ip(
      router,
      `addr add ${address}/17 dev wan
       link set wan up
       route add default via ${this.host}`,
    );
    await run('ip', ['netns', 'exec', router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    await nft(
      router,
      `table ip home {
        chain out { type nat hook postrouting priority srcnat; oifname wan masquerade; }
        chain through { type filter hook forward priority filter; iifname wan ct state new drop; }
        chain in { type filter hook input priority filter; iifname wan meta l4proto udp ct state new drop; }
      }`,
    );
    return new Site(this, router, address);
  }

  /** @internal */
  async addPod(site: Site, hosts: string): Promise<Pod> {
    const number = ++this.#pods;
    const pod = await this.#namespace(`p${number}`);
    const management = `${this.#id}-${number}`;
    // Two networks of four addresses a pod: to the router and to this machine.
    const base = (n: number): string => `10.${this.#octet}.${128 + (n >> 6)}.${(n & 63) * 4}`;
    const [lan, own] = [base(2 * number), base(2 * number + 1)];
    const at = (network: string, offset: number): string =>
      network.replace(/\d+$/, last => String(Number(last) + offset));
    await ip(pod, `link add eth0 type veth peer name p${number} netns ${site.router}`);
    await ip(
      site.router,
      `addr add ${at(lan, 1)}/30 dev p${number}
       link set p${number} up`,
    );
    await ip(
      pod,
      `addr add ${at(lan, 2)}/30 dev eth0
       link set eth0 up
       route add default via ${at(lan, 1)}`,
    );
    await ip(undefined, `link add ${management} type veth peer name mgmt netns ${pod}`);
    await ip(
      undefined,
      `addr add ${at(own, 1)}/30 dev ${management}
       link set ${management} up`,
    );
    await ip(
      pod,
      `addr add ${at(own, 2)}/30 dev mgmt
       link set mgmt up`,
    );
    mkdirSync(`/etc/netns/${pod}`, { recursive: true });
    writeFileSync(`/etc/netns/${pod}/hosts`, `127.0.0.1 localhost\n${this.host} ${hosts}\n`);
    return { namespace: pod, address: at(own, 2), recorder: at(own, 1) };
  }

  async remove(): Promise<void> {
    await run('ip', ['link', 'del', `${this.#id}-0`]).catch(() => undefined);
    await Promise.all(this.#names.map(removeNamespace));
  }
}

export interface Pod {
  readonly namespace: string;
  /** Where the recorder reaches it. */
  readonly address: string;
  /** Where it reaches the recorder. */
  readonly recorder: string;
}

/** A home with its router. */
export class Site {
  readonly router: string;
  readonly publicAddress: string;
  readonly #network: Network;

  constructor(network: Network, router: string, publicAddress: string) {
    this.#network = network;
    this.router = router;
    this.publicAddress = publicAddress;
  }

  addPod(hosts: string): Promise<Pod> {
    return this.#network.addPod(this, hosts);
  }

  /** Nothing passes the router's outer link any more, in neither direction. */
  async cut(): Promise<void> {
    await nft(
      this.router,
      `table netdev cut {
        chain in { type filter hook ingress device wan priority 0; drop; }
        chain out { type filter hook egress device wan priority 0; drop; }
      }`,
    );
  }

  async heal(): Promise<void> {
    await nft(this.router, 'delete table netdev cut');
  }

  /** Nexodus answers with a reset, or not at all; STUN and tunnels work. */
  async loseNexodus(how: 'refused' | 'frozen', port: number): Promise<void> {
    const verdict = how === 'refused' ? 'reject with tcp reset' : 'drop';
    await nft(
      this.router,
      `table ip away {
        chain through {
          type filter hook forward priority filter - 1;
          ip daddr ${this.#network.host} tcp dport ${port} ${verdict};
          ip saddr ${this.#network.host} tcp sport ${port} ${verdict};
        }
      }`,
    );
  }

  async findNexodus(): Promise<void> {
    await nft(this.router, 'delete table ip away');
  }
}
