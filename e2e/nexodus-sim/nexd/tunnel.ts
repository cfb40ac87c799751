import type { Api } from './api.ts';
import { DeviceWatch } from './device-watch.ts';
import type { HttpTransport } from './http-transport.ts';
import type { Log } from './log.ts';
import { Mesh, type MeshListeners } from './mesh.ts';
import type { NatDiscovery, NatResult } from './nat-discovery.ts';
import { Peers } from './peers.ts';
import { RelayLink } from './relay-link.ts';
import { frameType } from '../relay/frames.ts';
import type { Timings } from './timings.ts';

export interface TunnelParts {
  readonly deviceId: string;
  readonly vpcId: string;
  readonly publicKey: string;
  readonly localEndpoint: string;
  readonly listenPort: number;
  readonly nat: NatResult;
  readonly token: string;
  readonly api: Api;
  readonly transport: HttpTransport;
  readonly listeners: MeshListeners;
  readonly discovery: NatDiscovery;
  readonly timings: Timings;
  readonly log: Log;
}

/** The registered device: its peers, its addresses, and the way its bytes take. */
export class Tunnel {
  readonly peers: Peers;
  /** There from the first reconcile on. */
  mesh: Mesh | undefined;
  readonly #parts: TunnelParts;
  readonly #watch: DeviceWatch;
  readonly #link: RelayLink;
  #reflexiveAddress: string | undefined;
  #linkStarted = false;
  #stopped = false;
  #reconciled: (() => void) | undefined;

  constructor(parts: TunnelParts) {
    this.#parts = parts;
    this.peers = new Peers(parts.publicKey, parts.nat.isSymmetric);
    this.#setReflexiveAddress(parts.nat.reflexiveAddress);
    this.#watch = new DeviceWatch(parts.api, parts.vpcId, () => this.#reconcile());
    this.#link = new RelayLink(parts.transport, parts.token, parts.log, {
      connected: () => this.mesh?.relayConnected(),
      frame: frame => {
        if (frame.type === frameType.presence) {
          this.peers.setReachable(JSON.parse(frame.payload.toString()) as string[]);
          return;
        }
        this.mesh?.receive(frame);
      },
      disconnected: () => {
        this.peers.setReachable([]);
        this.mesh?.relayDisconnected();
      },
    });
  }

  #setReflexiveAddress(address: string | undefined): void {
    this.#reflexiveAddress = address;
    this.peers.reflexiveAddress = address;
  }

  /**
   * Waits for the first complete list of devices, or for the first failure; without a list there
   * is no network stack, now and later.
   */
  async firstReconcile(): Promise<void> {
    await new Promise<void>(resolve => {
      this.#reconciled = resolve;
      void this.#keepWatching(resolve);
    });
  }

  /** Opens the event stream again and again: at once when it was cut, else after the poll interval. */
  async #keepWatching(failedFirst: () => void): Promise<void> {
    while (!this.#stopped) {
      const end = await this.#watch.run(() => undefined);
      if (this.#stopped) return;
      if (end.kind === 'cut') {
        this.#parts.log.debug('Event stream connection reset');
        continue;
      }
      this.#parts.log.error(
        `Failed to reconcile state with the nexodus API server: error: ${end.error.message}`,
      );
      failedFirst();
      await new Promise(resolve => setTimeout(resolve, this.#parts.timings.pollMs));
    }
  }

  #reconcile(): void {
    const own = this.#watch.devices.get(this.#parts.deviceId);
    const ipv4 = own?.ipv4_tunnel_ips[0]?.address;
    const ipv6 = own?.ipv6_tunnel_ips[0]?.address;
    if (this.mesh === undefined && ipv4 !== undefined && ipv6 !== undefined) {
      this.#parts.log.info(
        `New local Wireguard interface addresses assigned IPv4 [ ${ipv4} ] IPv6 [ ${ipv6} ]`,
      );
      const { listeners } = this.#parts;
      const send = this.#link.send.bind(this.#link);
      this.mesh = new Mesh({ ipv4, ipv6 }, listeners, send, this.peers);
      this.#parts.log.info('Nexodus agent has reconciled state with API server');
    }
    this.peers.update(this.#watch.devices.values());
    this.#startLink();
    this.mesh?.peersChanged();
    this.#reconciled?.();
  }

  /** Without an answer from STUN there is no way for bytes. */
  #startLink(): void {
    if (this.#linkStarted || this.#reflexiveAddress === undefined || this.mesh === undefined) return;
    this.#linkStarted = true;
    this.#link.start();
  }

  /** Goes on after the start: looks every now and then whether the public address changed. */
  follow(): void {
    if (this.#parts.nat.isSymmetric) return;
    setInterval(() => void this.#checkReflexiveAddress(), this.#parts.timings.stunRecheckMs).unref();
  }

  async #checkReflexiveAddress(): Promise<void> {
    const { discovery, listenPort, api, deviceId, localEndpoint, log } = this.#parts;
    try {
      const address = await discovery.ask(listenPort);
      if (address === this.#reflexiveAddress || this.#stopped) return;
      log.info(
        `detected a NAT binding changed for this device ${deviceId} from ${this.#reflexiveAddress ?? 'invalid AddrPort'} to ${address}, updating peers`,
      );
      await api.updateDevice(deviceId, {
        endpoints: [
          { source: 'local', address: localEndpoint },
          { source: 'stun:', address },
        ],
      });
      this.#setReflexiveAddress(address);
      this.#reconcile();
    } catch (error) {
      log.debug(`stun request error: ${(error as Error).message}`);
    }
  }

  /** Leaves the event stream, so that the device goes offline; bytes still flow. */
  stopFollowing(): void {
    this.#stopped = true;
    this.#watch.stop();
  }
}
