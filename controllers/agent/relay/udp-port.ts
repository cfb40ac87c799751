/** A UDP port of an import: hands its clients' datagrams on, those of a client by one flow. */

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Target } from './target.ts';
import type { Open, RelayPort, RelayPortOptions } from './tcp-port.ts';

const timing = {
  /** As nexd's own flows. */
  idleMs: 60_000,
  sweepMs: 5_000,
} as const;

/** Flows of a port: each has a socket. */
const maxFlows = 1024;

interface Flow extends Open {
  readonly target: Target;
  readonly port: number;
  readonly socket: Socket;
  usedAt: number;
}

export class UdpPort implements RelayPort {
  readonly #options: RelayPortOptions;
  readonly #flows = new Map<string, Flow>();
  #takesNew = true;
  #socket: Socket | undefined;
  #sweep: NodeJS.Timeout | undefined;

  constructor(options: RelayPortOptions) {
    this.#options = options;
  }

  get open(): Iterable<Open> {
    return this.#flows.values();
  }

  async listen(): Promise<void> {
    // IPv4 comes to it too, where there is IPv6 at all.
    this.#socket = await this.#bind('udp6').catch(() => this.#bind('udp4'));
    this.#sweep = setInterval(() => this.#forgetIdle(), timing.sweepMs).unref();
  }

  #bind(type: 'udp4' | 'udp6'): Promise<Socket> {
    const socket = createSocket(type, (bytes, client) => this.#take(bytes, client));
    return new Promise((resolve, reject) => {
      socket.once('error', error => {
        socket.close();
        reject(error);
      });
      socket.bind(this.#options.port, () => {
        socket.removeAllListeners('error').on('error', () => {});
        resolve(socket);
      });
    });
  }

  refuse(): void {
    this.#takesNew = false;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    for (const flow of this.#flows.values()) flow.end();
    await new Promise<void>(resolve => (this.#socket ? this.#socket.close(() => resolve()) : resolve()));
    this.#socket = undefined;
  }

  #take(bytes: Buffer, client: RemoteInfo): void {
    const key = `${client.address} ${client.port}`;
    const flow = this.#flows.get(key) ?? this.#begin(key, client);
    if (!flow) return;
    flow.usedAt = this.#options.now();
    flow.socket.send(bytes, flow.port, '127.0.0.1');
  }

  /** A new flow; none while no target takes any: a datagram may be lost. */
  #begin(key: string, client: RemoteInfo): Flow | undefined {
    const { choose, markOf, now } = this.#options;
    const way = choose(true);
    if (typeof way === 'string' || !this.#takesNew || this.#flows.size >= maxFlows) return undefined;
    const socket = createSocket('udp4');
    const end = () => {
      if (this.#flows.get(key) !== flow) return;
      this.#flows.delete(key);
      socket.close();
    };
    const flow: Flow = {
      ...way,
      socket,
      since: now(),
      usedAt: now(),
      mark: markOf(way.target),
      end,
    };
    // nexd is not there, or the far end refuses: the next datagram looks for a target anew.
    socket.on('error', end);
    socket.on('message', bytes => {
      flow.usedAt = now();
      this.#socket?.send(bytes, client.port, client.address);
    });
    this.#flows.set(key, flow);
    return flow;
  }

  #forgetIdle(): void {
    const now = this.#options.now();
    for (const flow of this.#flows.values()) if (now - flow.usedAt >= timing.idleMs) flow.end();
  }
}
