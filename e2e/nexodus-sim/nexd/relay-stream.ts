import { frameType, maxDataPayload, streamWindow } from '../relay/frames.ts';
import { idleHandler, type MeshStream, type StreamHandler } from './mesh-stream.ts';

export type SendFrame = (type: number, stream: number, payload?: Buffer) => void;

/** One end of a stream through the relay, with a window in each direction. */
export class RelayStream implements MeshStream {
  handler: StreamHandler = idleHandler;
  readonly id: number;
  /** Tunnel address of the other device. */
  readonly peer: string;
  readonly #send: SendFrame;
  readonly #forget: () => void;
  /** Bytes that may still be sent. */
  #room = streamWindow;
  #waiting: Buffer[] = [];
  #unacknowledged = 0;
  #closing = false;
  #isOver = false;

  constructor(id: number, peer: string, send: SendFrame, forget: () => void) {
    this.id = id;
    this.peer = peer;
    this.#send = send;
    this.#forget = forget;
  }

  write(chunk: Buffer): boolean {
    if (this.#isOver || this.#closing) return true;
    this.#waiting.push(chunk);
    this.#flush();
    return this.#waiting.length === 0;
  }

  #flush(): void {
    while (this.#room > 0) {
      const chunk = this.#waiting.shift();
      if (chunk === undefined) break;
      const length = Math.min(chunk.length, this.#room, maxDataPayload);
      if (length < chunk.length) this.#waiting.unshift(chunk.subarray(length));
      this.#room -= length;
      this.#send(frameType.data, this.id, chunk.subarray(0, length));
    }
    if (this.#closing && this.#waiting.length === 0) this.#finish(frameType.close);
  }

  consumed(bytes: number): void {
    this.#unacknowledged += bytes;
    if (this.#isOver || this.#unacknowledged < streamWindow / 4) return;
    const payload = Buffer.allocUnsafe(4);
    payload.writeUInt32BE(this.#unacknowledged);
    this.#unacknowledged = 0;
    this.#send(frameType.credit, this.id, payload);
  }

  close(): void {
    this.#closing = true;
    if (!this.#isOver) this.#flush();
  }

  reset(): void {
    if (!this.#isOver) this.#finish(frameType.reset);
  }

  #finish(type: number): void {
    this.#isOver = true;
    this.#waiting = [];
    this.#send(type, this.id);
    this.#forget();
  }

  /** A frame for this stream. */
  receive(type: number, payload: Buffer): void {
    switch (type) {
      case frameType.opened:
        this.handler.opened();
        return;
      case frameType.data:
        this.handler.data(payload);
        return;
      case frameType.credit: {
        const wasFull = this.#waiting.length > 0;
        this.#room += payload.readUInt32BE(0);
        this.#flush();
        if (wasFull && this.#waiting.length === 0 && !this.#isOver) this.handler.drained();
        return;
      }
      case frameType.close:
        this.handler.ended('closed');
        return;
      case frameType.reset:
        this.abandon();
        return;
    }
  }

  /** The connection is broken, and the relay knows. */
  abandon(): void {
    if (!this.#isOver) this.#forget();
    this.#isOver = true;
    this.#waiting = [];
    this.handler.ended('reset');
  }
}
