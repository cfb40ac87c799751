import type { Duplex } from 'node:stream';
import {
  decodeDatagram,
  encodeDatagram,
  type Frame,
  FrameDecoder,
  frameType,
  writeFrame,
} from '../../relay/frames.ts';
import type { Database } from '../store/database.ts';
import type { Device } from '../store/rows.ts';
import { Peer } from './peer.ts';
import { orphanMs, RelayStream } from './relay-stream.ts';

/** A dial ends after this time; TCP gives up after six retransmissions of its SYN. */
const dialMs = 127_000;
/** A receiver that lags behind by this much loses datagrams. */
const datagramBacklog = 4 * 1024 * 1024;

interface PendingOpen {
  readonly stream: RelayStream;
  readonly address: string;
  readonly port: string;
  readonly since: number;
}

/**
 * Carries bytes between the devices of a VPC in place of WireGuard. A packet for an address
 * nobody has, or for a device that is away, cut or deleted, is lost without a word.
 */
export class RelayHub {
  readonly #database: Database;
  /** The newest connection of each device. */
  readonly #peers = new Map<string, Peer>();
  readonly #connections = new Set<Peer>();
  readonly #cut = new Set<string>();
  readonly #now: () => number;
  readonly #sweeper: NodeJS.Timeout;
  #pending: PendingOpen[] = [];
  #presenceTimer: NodeJS.Timeout | undefined;

  constructor(database: Database, now: () => number) {
    this.#database = database;
    this.#now = now;
    this.#sweeper = setInterval(() => this.#sweep(), 5_000);
    this.#sweeper.unref();
  }

  /** Takes over the connection of a nexd process that proved to be this device. */
  accept(device: Device, connection: Duplex): void {
    const peer = new Peer(device, connection);
    const decoder = new FrameDecoder();
    this.#connections.add(peer);
    this.#peers.set(peer.deviceId, peer);
    connection.on('data', (chunk: Buffer) => {
      try {
        for (const frame of decoder.push(chunk)) this.#receive(peer, frame);
      } catch {
        connection.destroy();
      }
    });
    connection.on('error', () => undefined);
    connection.once('close', () => this.#disconnected(peer));
    this.#retryPending();
    this.presenceChanged();
  }

  /** Blackholes a device's traffic in both directions; its connections stay open. */
  cut(deviceId: string): void {
    this.#cut.add(deviceId);
    this.presenceChanged();
  }

  heal(deviceId: string): void {
    if (!this.#cut.delete(deviceId)) return;
    for (const stream of new Set([...this.#connections].flatMap(peer => [...peer.streams.values()])))
      stream.flush();
    this.#retryPending();
    this.presenceChanged();
  }

  cutDevices(): string[] {
    return [...this.#cut];
  }

  connectedDevices(): string[] {
    return [...this.#peers.keys()];
  }

  /** To be called when devices came or went; announced to the nexd processes shortly after. */
  presenceChanged(): void {
    if (this.#presenceTimer !== undefined) return;
    this.#presenceTimer = setTimeout(() => {
      this.#presenceTimer = undefined;
      this.#announcePresence();
    }, 50);
    this.#presenceTimer.unref();
  }

  close(): void {
    clearInterval(this.#sweeper);
    clearTimeout(this.#presenceTimer);
    for (const peer of this.#connections) peer.sink.destroy();
  }

  readonly #isReachable = (peer: Peer): boolean =>
    !this.#cut.has(peer.deviceId) && this.#database.devices.get(peer.deviceId) !== undefined;

  #receive(peer: Peer, frame: Frame): void {
    if (frame.type === frameType.open) this.#open(peer, frame);
    else if (frame.type === frameType.datagram || frame.type === frameType.unreachable)
      this.#forwardDatagram(peer, frame);
    else peer.streams.get(frame.stream)?.receive(peer, frame, deviceId => this.#peers.get(deviceId));
  }

  #open(peer: Peer, frame: Frame): void {
    const stream = new RelayStream({ peer, id: frame.stream }, this.#isReachable);
    peer.streams.set(frame.stream, stream);
    const [address = '', port = ''] = frame.payload.toString().split(' ');
    this.#pending.push({ stream, address, port, since: this.#now() });
    this.#retryPending();
  }

  /** Connects waiting streams whose target can be reached now. */
  #retryPending(): void {
    this.#pending = this.#pending.filter(({ stream, address, port }) => {
      const target = this.#find(stream.opener.vpcId, address);
      if (target === undefined || !this.#isReachable(target) || !this.#isReachable(stream.opener))
        return true;
      stream.connect(
        { peer: target, id: target.newStreamId() },
        Buffer.from(`${stream.opener.addressLike(address)} ${port}`),
      );
      return false;
    });
  }

  #find(vpcId: string, address: string): Peer | undefined {
    for (const peer of this.#peers.values()) if (peer.vpcId === vpcId && peer.owns(address)) return peer;
    return undefined;
  }

  #forwardDatagram(peer: Peer, frame: Frame): void {
    const datagram = decodeDatagram(frame.payload);
    const target = this.#find(peer.vpcId, datagram.address);
    if (target === undefined || !this.#isReachable(target) || !this.#isReachable(peer)) return;
    if (target.sink.writableLength > datagramBacklog) return;
    const address = peer.addressLike(datagram.address);
    writeFrame(target.sink, frame.type, 0, encodeDatagram({ ...datagram, address }));
  }

  #disconnected(peer: Peer): void {
    this.#connections.delete(peer);
    if (this.#peers.get(peer.deviceId) === peer) this.#peers.delete(peer.deviceId);
    this.#pending = this.#pending.filter(({ stream }) => stream.opener !== peer);
    const now = this.#now();
    for (const stream of [...peer.streams.values()]) stream.endLost(peer, now);
    this.presenceChanged();
  }

  #sweep(): void {
    const now = this.#now();
    const late = this.#pending.filter(({ since }) => since + dialMs <= now);
    this.#pending = this.#pending.filter(open => !late.includes(open));
    for (const { stream } of late) stream.abort();
    for (const peer of this.#connections) {
      for (const stream of [...peer.streams.values()])
        if (stream.isOrphanedBefore(now - orphanMs)) stream.abort();
    }
  }

  /** Each connection is told who can be reached in its VPC, when that is not what it was told last. */
  #announcePresence(): void {
    const reachable = [...this.#peers.values()].filter(this.#isReachable);
    const texts = new Map<string, string>();
    for (const peer of reachable) {
      let text = texts.get(peer.vpcId);
      if (text === undefined) {
        text = JSON.stringify(
          reachable.filter(({ vpcId }) => vpcId === peer.vpcId).map(({ deviceId }) => deviceId),
        );
        texts.set(peer.vpcId, text);
      }
      if (peer.presence === text) continue;
      peer.presence = text;
      writeFrame(peer.sink, frameType.presence, 0, Buffer.from(text));
    }
  }
}
