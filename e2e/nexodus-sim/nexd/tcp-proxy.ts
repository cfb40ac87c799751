import { createServer, isIP, type Server, type Socket } from 'node:net';
import { idleHandler, type MeshStream } from './mesh-stream.ts';
import { nilStack, Proxy } from './proxy.ts';
import { pipeIntoMesh, pipeOutOfMesh } from './tcp-pipe.ts';

const relistenMs = 1_000;
/** A host name as egress target is looked up at 8.8.8.8 through the tunnel, which nobody answers. */
const lookupMs = 10_000;

/** Connections of a proxy, to be waited for when it stops. */
class Connections {
  readonly #open = new Set<Promise<void>>();

  add(connection: Promise<void>): void {
    this.#open.add(connection);
    void connection.then(() => this.#open.delete(connection));
  }

  async finished(): Promise<void> {
    await Promise.all(this.#open);
  }
}

/** Listens on the tunnel addresses and dials the target from the pod. */
export class TcpIngress extends Proxy {
  readonly #connections = new Connections();
  #isListening = false;

  get isListening(): boolean {
    return this.#isListening;
  }

  protected override listen(): void {
    if (this.mesh === undefined) this.log.panic(nilStack);
    this.#isListening = true;
  }

  accept(stream: MeshStream): void {
    const { host, port } = this.nextDestination();
    this.#connections.add(pipeOutOfMesh(stream, host, port));
  }

  override stop(): Promise<void> {
    this.#isListening = false;
    return this.#connections.finished();
  }
}

/** Listens on all interfaces of the pod, IPv4 and IPv6, and dials inside the mesh. */
export class TcpEgress extends Proxy {
  readonly #connections = new Connections();
  #server: Server | undefined;
  #stopped = false;

  protected override listen(): void {
    if (this.#stopped) return;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, socket =>
      this.#accept(socket),
    );
    server.once('error', error => {
      this.log.error(`Error creating listener: ${error.message}`);
      setTimeout(() => this.listen(), relistenMs);
    });
    // Without an address it is bound at once, to IPv6 and IPv4, or to IPv4 where there is no IPv6.
    this.#server = server.listen(this.listenPort);
  }

  #accept(socket: Socket): void {
    if (this.mesh === undefined) this.log.panic(nilStack);
    const { host, port } = this.nextDestination();
    const { mesh } = this;
    this.#connections.add(
      pipeIntoMesh(socket, () => (isIP(host) === 0 ? neverFound() : mesh.dial(host, port))),
    );
  }

  override async stop(): Promise<void> {
    this.#stopped = true;
    this.#server?.close();
    await this.#connections.finished();
  }
}

function neverFound(): MeshStream {
  const stream: MeshStream = {
    handler: idleHandler,
    write: () => true,
    consumed: () => undefined,
    close: () => clearTimeout(timer),
    reset: () => clearTimeout(timer),
  };
  const timer = setTimeout(() => stream.handler.ended('reset'), lookupMs);
  return stream;
}
