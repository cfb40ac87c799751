import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { type Frame, FrameDecoder, relayPath, relayProtocol, writeFrame } from '../relay/frames.ts';
import type { HttpTransport } from './http-transport.ts';
import type { Log } from './log.ts';

const reconnectMs = 1_000;

export interface LinkEvents {
  connected(): void;
  frame(frame: Frame): void;
  disconnected(): void;
}

/** Keeps the connection to the relay, which proves who it is with the device's token. */
export class RelayLink {
  readonly #transport: HttpTransport;
  readonly #token: string;
  readonly #log: Log;
  readonly #events: LinkEvents;
  #socket: Duplex | undefined;
  #stopped = false;

  constructor(transport: HttpTransport, token: string, log: Log, events: LinkEvents) {
    this.#transport = transport;
    this.#token = token;
    this.#log = log;
    this.#events = events;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  send(type: number, stream: number, payload?: Buffer): void {
    if (this.#socket !== undefined) writeFrame(this.#socket, type, stream, payload);
  }

  start(): void {
    const request = httpsRequest(new URL(relayPath, this.#transport.baseUrl), {
      ...this.#transport.connectOptions,
      agent: false,
      headers: { authorization: `Bearer ${this.#token}`, connection: 'Upgrade', upgrade: relayProtocol },
    });
    request.on('error', error => this.#retry(error.message));
    request.on('response', response => {
      response.resume();
      this.#retry(`status ${response.statusCode}`);
    });
    request.on('upgrade', (_, socket: Duplex, head: Buffer) => this.#established(socket, head));
    request.end();
  }

  #established(socket: Duplex, head: Buffer): void {
    const decoder = new FrameDecoder();
    const receive = (chunk: Buffer): void => {
      try {
        for (const frame of decoder.push(chunk)) this.#events.frame(frame);
      } catch (error) {
        this.#log.warn(`relay of the stand-in: ${(error as Error).message}`);
        socket.destroy();
      }
    };
    this.#socket = socket;
    socket.on('data', receive);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#socket = undefined;
      this.#events.disconnected();
      this.#retry('connection closed');
    });
    this.#events.connected();
    if (head.length > 0) receive(head);
  }

  #retry(cause: string): void {
    if (this.#stopped) return;
    this.#log.debug(`relay of the stand-in: ${cause}, trying again`);
    setTimeout(() => this.start(), reconnectMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.destroy();
  }
}
