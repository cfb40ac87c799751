import { decodeDatagram, encodeDatagram, type Frame, frameType } from '../relay/frames.ts';
import { localPair, type MeshStream } from './mesh-stream.ts';
import { RelayStream, type SendFrame } from './relay-stream.ts';

/** A dial that nobody answers ends after this time: TCP gives up after six retransmissions. */
const dialMs = 127_000;

/** A datagram between a device and this one. */
export interface MeshDatagram {
  /** Tunnel address of the other device. */
  readonly address: string;
  /** Port of the other device. */
  readonly port: number;
  /** Port of this device. */
  readonly ownPort: number;
  readonly data: Buffer;
}

/** What the mesh knows of the other devices. */
export interface MeshPeers {
  /** Whether packets for this tunnel address have somewhere to go. */
  has(address: string): boolean;
  countTraffic(address: string, sent: number, received: number): void;
}

/** What listens inside the mesh on this device. */
export interface MeshListeners {
  /** Takes a TCP connection to a port; false when nothing listens there. */
  acceptStream(port: number, stream: MeshStream): boolean;
  /** Takes a datagram; false when nobody wants it. */
  acceptDatagram(datagram: MeshDatagram): boolean;
  /** A datagram of ours found nobody. */
  datagramRefused(datagram: MeshDatagram): void;
}

export interface OwnAddresses {
  readonly ipv4: string;
  readonly ipv6: string;
}

interface Dial {
  readonly stream: RelayStream;
  readonly address: string;
  readonly port: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * The network stack inside the tunnel. Packets go to the relay when it is connected and the
 * address belongs to a known peer; else they are lost, and dials wait as TCP would.
 */
export class Mesh {
  readonly own: OwnAddresses;
  readonly #listeners: MeshListeners;
  readonly #send: SendFrame;
  readonly #peers: MeshPeers;
  readonly #streams = new Map<number, RelayStream>();
  readonly #dials = new Map<number, Dial>();
  #connected = false;
  #nextId = 1;

  constructor(own: OwnAddresses, listeners: MeshListeners, send: SendFrame, peers: MeshPeers) {
    this.own = own;
    this.#listeners = listeners;
    this.#send = send;
    this.#peers = peers;
  }

  #isOwn(address: string): boolean {
    return address === this.own.ipv4 || address === this.own.ipv6;
  }

  /**
   * Connects to a port of a device; the handler hears of it. The device's own addresses never
   * leave it: a port without a rule is refused at once.
   */
  dial(address: string, port: number): MeshStream {
    if (this.#isOwn(address)) {
      const [dialled, accepted] = localPair();
      if (!this.#listeners.acceptStream(port, accepted)) accepted.reset();
      return dialled;
    }
    const id = this.#nextId;
    this.#nextId = (this.#nextId % 0x7fffffff) + 1;
    const stream = this.#newStream(id, address);
    const timer = setTimeout(() => {
      stream.reset();
      stream.handler.ended('reset');
    }, dialMs);
    timer.unref();
    this.#dials.set(id, { stream, address, port, timer });
    this.peersChanged();
    return stream;
  }

  #newStream(id: number, address: string): RelayStream {
    const send: SendFrame = (type, stream, payload) => {
      if (type === frameType.data) this.#peers.countTraffic(address, payload?.length ?? 0, 0);
      this.#send(type, stream, payload);
    };
    return new RelayStream(id, address, send, () => {
      this.#streams.delete(id);
      this.#endDial(id);
    });
  }

  #endDial(id: number): void {
    clearTimeout(this.#dials.get(id)?.timer);
    this.#dials.delete(id);
  }

  /** Sends waiting dials whose peer is known by now. */
  peersChanged(): void {
    if (!this.#connected) return;
    for (const [id, { stream, address, port }] of this.#dials) {
      if (this.#streams.has(id) || !this.#peers.has(address)) continue;
      this.#streams.set(id, stream);
      this.#send(frameType.open, id, Buffer.from(`${address} ${port}`));
    }
  }

  sendDatagram({ address, port, ownPort, data }: MeshDatagram): void {
    if (this.#isOwn(address)) {
      setImmediate(() => {
        const back = { address, port: ownPort, ownPort: port, data };
        if (!this.#listeners.acceptDatagram(back))
          this.#listeners.datagramRefused({ address, port, ownPort, data });
      });
      return;
    }
    if (!this.#connected || !this.#peers.has(address)) return;
    this.#send(
      frameType.datagram,
      0,
      encodeDatagram({ address, sourcePort: ownPort, targetPort: port, data }),
    );
  }

  relayConnected(): void {
    this.#connected = true;
    this.peersChanged();
  }

  /** Connections break with the relay's; dials that nobody answered yet go on. */
  relayDisconnected(): void {
    this.#connected = false;
    const streams = [...this.#streams.values()];
    this.#streams.clear();
    for (const stream of streams) if (!this.#dials.has(stream.id)) stream.abandon();
  }

  receive(frame: Frame): void {
    switch (frame.type) {
      case frameType.open:
        this.#accept(frame);
        return;
      case frameType.datagram:
      case frameType.unreachable:
        this.#receiveDatagram(frame);
        return;
      case frameType.opened:
        this.#endDial(frame.stream);
    }
    const stream = this.#streams.get(frame.stream);
    if (stream === undefined) {
      // Bytes for a connection that is over here break it over there.
      if (frame.type === frameType.data) this.#send(frameType.reset, frame.stream);
      return;
    }
    if (frame.type === frameType.data) this.#peers.countTraffic(stream.peer, 0, frame.payload.length);
    stream.receive(frame.type, frame.payload);
  }

  #accept(frame: Frame): void {
    const [address = '', port] = frame.payload.toString().split(' ');
    const stream = this.#newStream(frame.stream, address);
    this.#streams.set(frame.stream, stream);
    if (!this.#listeners.acceptStream(Number(port), stream)) stream.reset();
    else this.#send(frameType.opened, frame.stream);
  }

  #receiveDatagram(frame: Frame): void {
    const { address, sourcePort, targetPort, data } = decodeDatagram(frame.payload);
    const datagram = { address, port: sourcePort, ownPort: targetPort, data };
    this.#peers.countTraffic(address, 0, data.length);
    if (frame.type === frameType.unreachable) this.#listeners.datagramRefused(datagram);
    else if (!this.#listeners.acceptDatagram(datagram)) {
      const back = encodeDatagram({
        address,
        sourcePort: targetPort,
        targetPort: sourcePort,
        data: Buffer.alloc(0),
      });
      this.#send(frameType.unreachable, 0, back);
    }
  }
}
