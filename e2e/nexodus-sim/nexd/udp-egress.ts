import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP } from 'node:net';
import type { MeshDatagram } from './mesh.ts';
import { nilStack, Proxy } from './proxy.ts';
import { Flows } from './udp-flows.ts';

const relistenMs = 1_000;

interface EgressFlow {
  readonly ownPort: number;
  readonly address: string;
  readonly port: number;
  readonly client: RemoteInfo;
  close(): void;
}

/** Takes datagrams on all interfaces of the pod; each flow has its own port inside the mesh. */
export class UdpEgress extends Proxy {
  readonly #flows = new Flows<EgressFlow>();
  readonly #ports: EphemeralPorts;
  #socket: Socket | undefined;
  #stopped = false;

  constructor(listenPort: number, log: Proxy['log'], ports: EphemeralPorts) {
    super(listenPort, log);
    this.#ports = ports;
  }

  protected override listen(): void {
    this.#bind('udp6');
  }

  #bind(type: 'udp4' | 'udp6'): void {
    if (this.#stopped) return;
    const socket = createSocket(type);
    socket.on('error', (error: NodeJS.ErrnoException) => {
      socket.close();
      if (error.code === 'EAFNOSUPPORT' && type === 'udp6') {
        this.#bind('udp4');
        return;
      }
      this.log.debug(`Proxy error, restarting: ${error.message}`);
      setTimeout(() => this.#bind(type), relistenMs);
    });
    socket.on('message', (data, client) => this.#send(data, client));
    socket.bind(this.listenPort);
    this.#socket = socket;
  }

  #send(data: Buffer, from: RemoteInfo): void {
    if (this.mesh === undefined) this.log.panic(nilStack);
    const client = `${from.address} ${from.port}`;
    const flow = this.#flows.get(client) ?? this.#open(client, from);
    if (flow === undefined) return;
    this.mesh.sendDatagram({ address: flow.address, port: flow.port, ownPort: flow.ownPort, data });
  }

  #open(client: string, from: RemoteInfo): EgressFlow | undefined {
    const { host, port } = this.nextDestination();
    if (isIP(host) === 0) {
      this.log.warn(`Error creating UDP proxy connection: Error dialing UDP proxy destination: ${host}`);
      return undefined;
    }
    const ownPort = this.#ports.take(this);
    return this.#flows.add(client, {
      ownPort,
      address: host,
      port,
      client: from,
      close: () => this.#ports.release(ownPort),
    });
  }

  /** A datagram for one of this proxy's ports in the mesh; only the flow's target may send one. */
  accept(datagram: MeshDatagram): boolean {
    const client = this.#clientOf(datagram);
    const flow = client === undefined ? undefined : this.#flows.get(client);
    if (flow === undefined) return false;
    this.#socket?.send(datagram.data, flow.client.port, flow.client.address);
    return true;
  }

  /** The target refused: the flow ends, the next datagram begins a new one. */
  refused(datagram: MeshDatagram): void {
    const client = this.#clientOf(datagram);
    if (client !== undefined) this.#flows.end(client);
  }

  #clientOf({ ownPort, address, port }: MeshDatagram): string | undefined {
    return this.#flows.find(
      flow => flow.ownPort === ownPort && flow.address === address && flow.port === port,
    );
  }

  override stop(): Promise<void> {
    this.#stopped = true;
    this.#socket?.removeAllListeners();
    this.#socket?.on('error', () => undefined);
    this.#socket?.close();
    this.#flows.endAll();
    return Promise.resolve();
  }
}

/** Source ports of UDP flows inside the mesh, and the proxy each belongs to. */
export class EphemeralPorts {
  readonly #owners = new Map<number, UdpEgress>();
  #next = 32768;

  take(owner: UdpEgress): number {
    while (this.#owners.has(this.#next)) this.#advance();
    const port = this.#next;
    this.#owners.set(port, owner);
    this.#advance();
    return port;
  }

  #advance(): void {
    this.#next = this.#next >= 60_999 ? 32768 : this.#next + 1;
  }

  release(port: number): void {
    this.#owners.delete(port);
  }

  ownerOf(port: number): UdpEgress | undefined {
    return this.#owners.get(port);
  }
}
