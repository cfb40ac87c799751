import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv6 } from 'node:net';
import type { MeshDatagram } from './mesh.ts';
import { nilStack, Proxy } from './proxy.ts';
import { Flows } from './udp-flows.ts';

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
