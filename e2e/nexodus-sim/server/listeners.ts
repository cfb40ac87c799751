import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Listeners } from './control/control.ts';
import type { Database } from './store/database.ts';
import type { Gateway } from './http/gateway.ts';
import { linkPath, linkProtocol, type LinkHub } from './link/hub.ts';

/** Starts listening and returns the port. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

export function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise(resolve => server.close(() => resolve()));
}

interface Listening {
  readonly server: Server;
  port: number;
}

/** The API's sockets: HTTPS, plain HTTP if wanted, and the link as an upgrade on both. */
export class ApiListeners implements Listeners {
  readonly #gateway: Gateway;
  readonly #links: LinkHub;
  readonly #database: Database;
  readonly #host: string;
  readonly #listening: Listening[] = [];
  #refusing = false;

  constructor(gateway: Gateway, links: LinkHub, database: Database, host: string) {
    this.#gateway = gateway;
    this.#links = links;
    this.#database = database;
    this.#host = host;
  }

  listenHttps(port: number, cert: string, key: string): Promise<number> {
    return this.#listen(createHttpsServer({ cert, key }, this.#onRequest), port);
  }

  listenHttp(port: number): Promise<number> {
    return this.#listen(createHttpServer(this.#onRequest), port);
  }

  readonly #onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    // A request that cannot be read must not end the server.
    this.#gateway.handle(request, response).catch(() => request.socket.destroy());
  };

  async #listen(server: Server, port: number): Promise<number> {
    server.keepAliveTimeout = 60_000;
    server.on('upgrade', (request, socket) => this.#upgrade(request, socket as Socket));
    server.on('clientError', (_, socket) => socket.destroy());
    const entry = { server, port: await listen(server, port, this.#host) };
    this.#listening.push(entry);
    return entry.port;
  }

  #upgrade(request: IncomingMessage, socket: Socket): void {
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    const isLink = request.url === linkPath && request.headers.upgrade === linkProtocol;
    const device = token.startsWith('DT:')
      ? this.#database.devices.find(row => row.token === token)
      : undefined;
    if (!isLink || device === undefined) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      return;
    }
    socket.setNoDelay(true);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${linkProtocol}\r\n\r\n`,
    );
    this.#links.accept(device.id, socket);
  }

  async takeDown(mode: 'reset' | 'refuse'): Promise<void> {
    this.#gateway.down = true;
    if (mode === 'reset' || this.#refusing) return;
    this.#refusing = true;
    // Links have left the HTTP server and live on: tunnels are cut and healed while the API is down, too.
    for (const { server } of this.#listening) {
      server.close();
      server.closeAllConnections();
    }
    await Promise.resolve();
  }

  async bringUp(): Promise<void> {
    this.#gateway.down = false;
    if (!this.#refusing) return;
    this.#refusing = false;
    for (const entry of this.#listening) await listen(entry.server, entry.port, this.#host);
  }

  isDown(): boolean {
    return this.#gateway.down;
  }

  async close(): Promise<void> {
    await Promise.all(this.#listening.map(({ server }) => closeServer(server)));
  }
}
