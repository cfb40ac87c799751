import { isIP } from 'node:net';
import type { ApiDevice } from './api-types.ts';

/** A session older than this counts as broken: it expires after 180 s. */
const healthyMs = 210_000;
/** A session in use is renewed this often. */
const rehandshakeMs = 120_000;
const initiationBytes = 148;
const responseBytes = 92;
const retryMs = 5_000;

interface Session {
  readonly since: number;
  isReachable: boolean;
  /** 0: never. */
  lastHandshake: number;
  tx: number;
  rx: number;
}

/** A peer as the control socket lists it. */
export interface ListedPeer {
  readonly PublicKey: string;
  readonly Endpoint: string;
  readonly AllowedIPs: readonly string[];
  /** Seconds since the epoch as text; `0` for never. */
  readonly LatestHandshake: string;
  readonly Tx: number;
  readonly Rx: number;
  readonly Healthy: boolean;
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[|\]$/g, '');
}

/** The WireGuard peers: all other devices of the VPC that have a usable endpoint. */
export class Peers {
  /** Own reflexive address; undefined while STUN has not answered: then there are no peers. */
  reflexiveAddress: string | undefined;
  readonly #ownPublicKey: string;
  readonly #isSymmetric: boolean;
  readonly #sessions = new Map<string, Session>();
  #devices: readonly ApiDevice[] = [];
  #addresses = new Map<string, ApiDevice>();
  #reachable = new Set<string>();

  /** `isSymmetric`: this device is behind symmetric NAT. */
  constructor(ownPublicKey: string, isSymmetric: boolean) {
    this.#ownPublicKey = ownPublicKey;
    this.#isSymmetric = isSymmetric;
  }

  /** Takes over the devices of the VPC; called again when the own address changes. */
  update(devices: Iterable<ApiDevice>): void {
    this.#devices = [...devices].filter(
      device => device.public_key !== this.#ownPublicKey && this.#endpointOf(device) !== undefined,
    );
    this.#addresses = new Map(
      this.#devices.flatMap(device => device.allowed_ips.map(ip => [ip.replace(/\/\d+$/, ''), device])),
    );
    const keys = new Set(this.#devices.map(({ public_key }) => public_key));
    for (const key of this.#sessions.keys()) if (!keys.has(key)) this.#sessions.delete(key);
    this.setReachable(this.#reachable);
  }

  /** Devices that can be reached now, by id: with these there are handshakes. */
  setReachable(ids: Iterable<string>): void {
    this.#reachable = new Set(ids);
    for (const device of this.#devices) {
      this.#advance(this.#session(device), this.#reachable.has(device.id));
    }
  }

  /** Whether packets for this tunnel address have somewhere to go. */
  has(address: string): boolean {
    return this.#addresses.has(address);
  }

  countTraffic(address: string, sent: number, received: number): void {
    const device = this.#addresses.get(address);
    if (device === undefined) return;
    const session = this.#session(device);
    session.tx += sent;
    session.rx += received;
  }

  /** Peers by public key, sorted by it. */
  list(): Record<string, ListedPeer> {
    const now = Date.now();
    const listed = this.#devices.map((device): [string, ListedPeer] => {
      const session = this.#session(device);
      this.#advance(session, session.isReachable);
      const attempts = session.isReachable ? 0 : Math.floor((now - session.since) / retryMs);
      return [
        device.public_key,
        {
          PublicKey: device.public_key,
          Endpoint: this.#endpointOf(device) ?? '',
          AllowedIPs: device.allowed_ips,
          LatestHandshake: String(Math.floor(session.lastHandshake / 1000)),
          Tx: session.tx + attempts * initiationBytes,
          Rx: session.rx,
          Healthy: session.lastHandshake !== 0 && now - session.lastHandshake < healthyMs,
        },
      ];
    });
    return Object.fromEntries(listed.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Whether each tunnel address answers, as the connectivity probes find. */
  probe(family: 4 | 6): Record<string, unknown> {
    const probed = this.#devices.map(device => {
      const [address] = family === 4 ? device.ipv4_tunnel_ips : device.ipv6_tunnel_ips;
      const isReachable = this.#reachable.has(device.id);
      const ip = address?.address ?? '';
      return [
        ip,
        {
          wg_ip: ip,
          is_reachable: isReachable,
          hostname: device.hostname,
          Latency: '',
          method: 'direct-peering',
        },
      ];
    });
    return Object.fromEntries(probed) as Record<string, unknown>;
  }

  #session(device: ApiDevice): Session {
    let session = this.#sessions.get(device.public_key);
    if (session === undefined) {
      session = { since: Date.now(), isReachable: false, lastHandshake: 0, tx: 0, rx: 0 };
      this.#sessions.set(device.public_key, session);
    }
    return session;
  }

  /** Accounts for the handshakes since the last look. */
  #advance(session: Session, isReachable: boolean): void {
    const now = Date.now();
    const handshake = (at: number): void => {
      session.lastHandshake = at;
      session.tx += initiationBytes;
      session.rx += responseBytes;
    };
    if (session.isReachable) {
      while (session.lastHandshake + rehandshakeMs <= now) handshake(session.lastHandshake + rehandshakeMs);
    } else if (isReachable) {
      handshake(now);
    }
    session.isReachable = isReachable;
  }

  /**
   * Behind the same public address the local endpoint is used, else the reflexive one, which behind symmetric NAT is
   * none: without a relay device there is no way then.
   */
  #endpointOf(device: ApiDevice): string | undefined {
    if (this.reflexiveAddress === undefined) return undefined;
    const [local, reflexive] = (device.endpoints ?? []).map(({ address }) => address);
    if (reflexive === undefined || isIP(hostOf(reflexive)) === 0) return undefined;
    if (hostOf(reflexive) === hostOf(this.reflexiveAddress)) return local;
    return this.#isSymmetric || device.symmetric_nat ? undefined : reflexive;
  }
}
