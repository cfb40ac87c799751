import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';
import { lookup } from 'node:dns/promises';
import type { MeshDatagram } from './mesh.ts';
import { nilStack, Proxy } from './proxy.ts';

/** A flow without a datagram in either direction for this time is forgotten. */
export const flowIdleMs = 60_000;
const relistenMs = 1_000;

/** Flows by the client's address and port, each with its idle timer. */
class Flows<Flow extends { close(): void }> {
  readonly #flows = new Map<string, { readonly flow: Flow; readonly timer: NodeJS.Timeout }>();

  get(client: string): Flow | undefined {
    const entry = this.#flows.get(client);
    entry?.timer.refresh();
    return entry?.flow;
  }

  add(client: string, flow: Flow): Flow {
    const timer = setTimeout(() => this.end(client), flowIdleMs);
    this.#flows.set(client, { flow, timer });
    return flow;
  }

  find(matches: (flow: Flow) => boolean): string | undefined {
    for (const [client, { flow }] of this.#flows) if (matches(flow)) return client;
    return undefined;
  }

  end(client: string): void {
    const entry = this.#flows.get(client);
    if (entry === undefined) return;
    clearTimeout(entry.timer);
    this.#flows.delete(client);
    entry.flow.close();
  }

  endAll(): void {
    for (const client of [...this.#flows.keys()]) this.end(client);
  }
}

interface IngressFlow {
  readonly send: (data: Buffer) => void;
  close(): void;
}

/** Takes datagrams on the tunnel addresses; each flow has its own socket to the target. */
export class UdpIngress extends Proxy {
  readonly #flows = new Flows<IngressFlow>();
  #isListening = false;

  get isListening(): boolean {
    return this.#isListening;
  }

  protected override listen(): void {
    if (this.mesh === undefined) this.log.panic(nilStack);
    this.#isListening = true;
  }

  accept(datagram: MeshDatagram): void {
    const client = `${datagram.address} ${datagram.port}`;
    const flow = this.#flows.get(client) ?? this.#flows.add(client, this.#open(client, datagram));
    flow.send(datagram.data);
  }

  #open(client: string, { address, port }: MeshDatagram): IngressFlow {
    const rule = this.nextDestination();
    let isClosed = false;
    const end = (cause: string): void => {
      this.log.warn(`Error reading from UDP client: ${cause}`);
      this.#flows.end(client);
    };
    const socket = this.#connect(rule.host, rule.port);
    socket.then(
      connected => {
        connected.on('error', error => end(error.message));
        connected.on('message', data => {
          this.#flows.get(client);
          this.mesh?.sendDatagram({ address, port, ownPort: this.listenPort, data });
        });
      },
      (error: unknown) => end(String(error)),
    );
    return {
      send: data =>
        void socket.then(
          connected => isClosed || connected.send(data),
          () => undefined,
        ),
      close: () => {
        isClosed = true;
        void socket.then(
          connected => connected.close(),
          () => undefined,
        );
      },
    };
  }

  /** A socket that talks to the target only; names are looked up for each flow. */
  async #connect(host: string, port: number): Promise<Socket> {
    const address = isIP(host) === 0 ? (await lookup(host)).address : host;
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, address, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    return socket;
  }

  override stop(): Promise<void> {
    this.#isListening = false;
    this.#flows.endAll();
    return Promise.resolve();
  }
}

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
