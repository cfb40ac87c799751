import type { Log } from './log.ts';
import type { Mesh, MeshDatagram, MeshListeners } from './mesh.ts';
import type { MeshStream } from './mesh-stream.ts';
import { type Proxy, proxyKey } from './proxy.ts';
import { formatRule, isSameRule, type Rule } from './rule.ts';
import { TcpEgress, TcpIngress } from './tcp-proxy.ts';
import { EphemeralPorts, UdpEgress } from './udp-egress.ts';
import { UdpIngress } from './udp-ingress.ts';

export const duplicateRule = 'port already in use by another proxy rule';

/** All proxies of this nexd, and what arrives for them through the mesh. */
export class Proxies implements MeshListeners {
  readonly #proxies = new Map<string, Proxy>();
  readonly #ports = new EphemeralPorts();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Adds a rule, with a proxy for its port if there is none. Throws when it is there already. */
  add(rule: Rule): Proxy {
    const proxy = this.#proxies.get(proxyKey(rule)) ?? this.#create(rule);
    if (proxy.rules.some(other => isSameRule(other, rule))) throw new Error(duplicateRule);
    proxy.rules = [...proxy.rules, rule];
    return proxy;
  }

  #create(rule: Rule): Proxy {
    const { direction, protocol, listenPort } = rule;
    const proxy =
      protocol === 'tcp'
        ? new (direction === 'ingress' ? TcpIngress : TcpEgress)(listenPort, this.#log)
        : direction === 'ingress'
          ? new UdpIngress(listenPort, this.#log)
          : new UdpEgress(listenPort, this.#log, this.#ports);
    this.#proxies.set(proxyKey(rule), proxy);
    return proxy;
  }

  /**
   * Removes a rule. With the last one of a port its proxy stops; this resolves when the last
   * connection is over. Throws when there is no such rule.
   */
  async remove(rule: Rule): Promise<void> {
    const proxy = this.#proxies.get(proxyKey(rule));
    if (proxy === undefined || !proxy.rules.some(other => isSameRule(other, rule))) {
      throw new Error(`no matching ${rule.direction} proxy rule found: ${formatRule(rule)}`);
    }
    const left = proxy.rules.filter(other => !isSameRule(other, rule));
    if (left.length > 0) {
      proxy.rules = left;
      return;
    }
    await proxy.stop();
    this.#proxies.delete(proxyKey(rule));
  }

  /** All rules; those of a port in the order of adding, the ports in no order at all. */
  rules(): Rule[] {
    const ports = [...this.#proxies.values()].map(({ rules }) => ({ rules, at: Math.random() }));
    return ports.sort((a, b) => a.at - b.at).flatMap(({ rules }) => rules);
  }

  start(mesh: Mesh | undefined): void {
    for (const proxy of this.#proxies.values()) proxy.start(mesh);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map(proxy => proxy.stop()));
  }

  acceptStream(port: number, stream: MeshStream): boolean {
    const proxy = this.#proxies.get(`ingress:tcp:${port}`);
    if (!(proxy instanceof TcpIngress) || !proxy.isListening) return false;
    proxy.accept(stream);
    return true;
  }

  acceptDatagram(datagram: MeshDatagram): boolean {
    if (this.#ports.ownerOf(datagram.ownPort)?.accept(datagram) === true) return true;
    const proxy = this.#proxies.get(`ingress:udp:${datagram.ownPort}`);
    if (!(proxy instanceof UdpIngress) || !proxy.isListening) return false;
    proxy.accept(datagram);
    return true;
  }

  datagramRefused(datagram: MeshDatagram): void {
    this.#ports.ownerOf(datagram.ownPort)?.refused(datagram);
  }
}
