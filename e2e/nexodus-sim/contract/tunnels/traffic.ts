/** What is sent through tunnels, and what comes of it. Times are milliseconds of `performance.now()`. */

import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export interface End {
  readonly at: number;
  /** `end` for a FIN, `ECONNRESET` and the like for the rest. */
  readonly how: string;
}

/** Echoes on TCP and UDP, for all pods; knows what became of each connection by its first line. */
export class Echo {
  readonly #tcp: Server;
  readonly #udp: DatagramSocket;
  readonly ends = new Map<string, End>();

  constructor() {
    this.#tcp = createServer({ allowHalfOpen: false }, socket => this.#echo(socket));
    this.#udp = createSocket('udp4');
    this.#udp.on('message', (data, from) => this.#udp.send(data, from.port, from.address));
  }

  #echo(socket: Socket): void {
    let name = '';
    const over = (how: string): void => {
      if (name !== '' && !this.ends.has(name)) this.ends.set(name, { at: performance.now(), how });
    };
    socket.on('data', data => {
      if (name === '') name = data.toString().split('\n')[0] ?? '';
      socket.write(data);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => over(error.code ?? error.message));
    socket.on('end', () => over('end'));
    socket.on('close', () => over('closed'));
  }

  async listen(): Promise<{ readonly tcp: number; readonly udp: number }> {
    await new Promise<void>(resolve => this.#tcp.listen(0, '0.0.0.0', resolve));
    await new Promise<void>(resolve => this.#udp.bind(0, '0.0.0.0', resolve));
    return { tcp: (this.#tcp.address() as AddressInfo).port, udp: this.#udp.address().port };
  }

  close(): void {
    this.#tcp.close();
    this.#udp.close();
  }
}

let connections = 0;

/** Opens a TCP connection every second, as an agent's probe does, and waits for the first byte on each. */
export class Knocking {
  readonly #answeredAt: number[] = [];
  readonly #timer: NodeJS.Timeout;
  readonly #sockets = new Set<Socket>();

  constructor(address: string, port: number) {
    const knock = (): void => {
      const socket = connect(port, address);
      this.#sockets.add(socket);
      socket.write(`knock ${++connections}\n`);
      socket.once('data', () => {
        this.#answeredAt.push(performance.now());
        socket.destroy();
      });
      socket.on('error', () => undefined);
      socket.once('close', () => this.#sockets.delete(socket));
    };
    this.#timer = setInterval(knock, 1_000);
    knock();
  }

  /** When the first byte came after a time. */
  firstAfter(time: number): number | undefined {
    return this.#answeredAt.find(at => at >= time);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Sends a datagram every 100 ms (or another time) and notes which come back. */
export class Datagrams {
  readonly sentAt: number[] = [];
  readonly cameAt: (number | undefined)[] = [];
  readonly #socket = createSocket('udp4');
  readonly #timer: NodeJS.Timeout;

  constructor(address: string, port: number, intervalMs = 100) {
    this.#socket.on('message', data => {
      const number = Number(data.toString());
      this.cameAt[number] ??= performance.now();
    });
    this.#socket.on('error', () => undefined);
    const began = performance.now();
    // What a late timer has missed is made up for, so that a busy machine loses no less.
    const send = (): void => {
      while (this.sentAt.length * intervalMs <= performance.now() - began) {
        this.#socket.send(String(this.sentAt.length), port, address);
        this.sentAt.push(performance.now());
      }
    };
    this.#timer = setInterval(send, intervalMs / 4);
    send();
  }

  firstAfter(time: number): number | undefined {
    const came = this.cameAt.filter((at): at is number => at !== undefined && at >= time);
    return came.length === 0 ? undefined : Math.min(...came);
  }

  /** How many of those sent in a time never came back. */
  lost(from: number, to: number): number {
    return this.sentAt.filter((at, number) => at >= from && at < to && this.cameAt[number] === undefined)
      .length;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#socket.close();
  }
}

/** A connection that stays open and sends a line every second. */
export class Lasting {
  readonly name = `lasting ${++connections}`;
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  end: End | undefined;
  lastByteAt: number | undefined;

  constructor(address: string, port: number) {
    this.#socket = connect(port, address);
    const over = (how: string): void => {
      this.end ??= { at: performance.now(), how };
    };
    this.#socket.on('data', () => (this.lastByteAt = performance.now()));
    this.#socket.on('error', (error: NodeJS.ErrnoException) => over(error.code ?? error.message));
    this.#socket.on('end', () => over('end'));
    this.#socket.on('close', () => over('closed'));
    const send = (): boolean => this.#socket.writable && this.#socket.write(`${this.name}\n`);
    this.#timer = setInterval(send, 1_000);
    send();
  }

  goesOnAfter(time: number): boolean {
    return this.lastByteAt !== undefined && this.lastByteAt > time;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#socket.destroy();
  }
}
