/** The relay is an upgrade of a request for this path of the API host, with the device's token. */
export const relayPath = '/sim/relay';
export const relayProtocol = 'nexodus-sim-relay';

/**
 * Frames between a nexd process and the relay: 4 bytes length of what follows, 1 byte type,
 * 4 bytes stream id, payload. All numbers are big-endian.
 */

export const frameType = {
  /** Opens a stream: text `address port`, on the way in with the target's address, on the way out with the opener's. */
  open: 1,
  /** The stream was accepted on the other side. */
  opened: 2,
  data: 3,
  /** The receiver has consumed that many bytes (uint32): the sender may send as many more. */
  credit: 4,
  /** No more data comes; the sender is done with the stream. */
  close: 5,
  /** The stream is refused or broken. */
  reset: 6,
  /** A UDP datagram, see `encodeDatagram`; has no stream. */
  datagram: 7,
  /** Nobody listens where a datagram went; carries its head. */
  unreachable: 8,
  /** Ids of the devices that can be reached now (JSON); from the relay only. */
  presence: 9,
} as const;

export interface Frame {
  readonly type: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** Bytes in flight on a stream in one direction before the receiver has consumed them. */
export const streamWindow = 256 * 1024;
export const maxDataPayload = 64 * 1024;
/** Ids the relay gives to the streams it opens towards a device. */
export const relayStreamBit = 0x80000000;

const headLength = 9;
const maxFrame = 1024 * 1024;
const empty = Buffer.alloc(0);

/** The head of a frame; the payload is to be written after it. */
export function encodeHead(type: number, stream: number, payloadLength: number): Buffer {
  const head = Buffer.allocUnsafe(headLength);
  head.writeUInt32BE(payloadLength + headLength - 4, 0);
  head.writeUInt8(type, 4);
  head.writeUInt32BE(stream >>> 0, 5);
  return head;
}

/** Anything frames can be written to. */
export interface FrameSink {
  write(chunk: Buffer): boolean;
  cork(): void;
  uncork(): void;
}

/** Writes one frame; false when the sink wants a pause. */
export function writeFrame(sink: FrameSink, type: number, stream: number, payload: Buffer = empty): boolean {
  const head = encodeHead(type, stream, payload.length);
  if (payload.length === 0) return sink.write(head);
  if (payload.length < 512) return sink.write(Buffer.concat([head, payload]));
  sink.cork();
  sink.write(head);
  const more = sink.write(payload);
  sink.uncork();
  return more;
}

/** Cuts a byte stream into frames. */
export class FrameDecoder {
  #chunks: Buffer[] = [];
  #buffered = 0;

  /** Adds bytes and returns the frames that are complete. Throws on a frame that is too long. */
  push(chunk: Buffer): Frame[] {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const frames: Frame[] = [];
    for (;;) {
      if (this.#buffered < headLength) return frames;
      const length = this.#head(headLength).readUInt32BE(0);
      if (length < headLength - 4 || length > maxFrame) throw new Error(`relay: frame of ${length} bytes`);
      if (this.#buffered < length + 4) return frames;
      const all = this.#head(length + 4);
      const frame = all.subarray(0, length + 4);
      this.#chunks[0] = all.subarray(length + 4);
      this.#buffered -= length + 4;
      frames.push({
        type: frame.readUInt8(4),
        stream: frame.readUInt32BE(5),
        payload: frame.subarray(headLength),
      });
    }
  }

  /** The first chunk, made to hold at least so many bytes. */
  #head(length: number): Buffer {
    let first = this.#chunks[0] ?? empty;
    if (first.length < length) {
      first = Buffer.concat(this.#chunks);
      this.#chunks = [first];
    }
    return first;
  }
}

export interface Datagram {
  /** The tunnel address on the other side: the target on the way in, the sender on the way out. */
  readonly address: string;
  readonly sourcePort: number;
  readonly targetPort: number;
  readonly data: Buffer;
}

export function encodeDatagram({ address, sourcePort, targetPort, data }: Datagram): Buffer {
  const text = Buffer.from(address);
  const head = Buffer.allocUnsafe(5);
  head.writeUInt16BE(sourcePort, 0);
  head.writeUInt16BE(targetPort, 2);
  head.writeUInt8(text.length, 4);
  return Buffer.concat([head, text, data]);
}

export function decodeDatagram(payload: Buffer): Datagram {
  const addressEnd = 5 + payload.readUInt8(4);
  return {
    address: payload.toString('utf8', 5, addressEnd),
    sourcePort: payload.readUInt16BE(0),
    targetPort: payload.readUInt16BE(2),
    data: payload.subarray(addressEnd),
  };
}
