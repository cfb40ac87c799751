import { type Frame, frameType, writeFrame } from '../../relay/frames.ts';
import type { Peer } from './peer.ts';

/** One end of a stream: a device's connection and the stream's id on it. */
interface End {
  readonly peer: Peer;
  readonly id: number;
}

interface Held {
  readonly from: 0 | 1;
  readonly frame: Pick<Frame, 'type' | 'payload'>;
}

/** How long one end waits for the other after that one's connection is gone. */
export const orphanMs = 120_000;

/**
 * A TCP connection through the mesh. Towards a device that is cut, frames are held and go out
 * when it is healed, as TCP would send them again; the stream's window bounds how much that is.
 */
export class RelayStream {
  readonly #opener: End;
  readonly #isReachable: (peer: Peer) => boolean;
  #target: End | undefined;
  #held: Held[] = [];
  /** Which ends have said that they are done. */
  readonly #closed = new Set<0 | 1>();
  /** The device whose connection went away, and when. */
  #lost: { readonly deviceId: string; readonly at: number } | undefined;

  constructor(opener: End, isReachable: (peer: Peer) => boolean) {
    this.#opener = opener;
    this.#isReachable = isReachable;
  }

  get opener(): Peer {
    return this.#opener.peer;
  }

  /** Gives the waiting stream its target, which gets the `open` frame. */
  connect(target: End, openPayload: Buffer): void {
    this.#target = target;
    target.peer.streams.set(target.id, this);
    this.#deliver(0, { type: frameType.open, payload: openPayload });
  }

  /** A frame that came from one of the ends. `current` finds a device's present connection. */
  receive(from: Peer, frame: Frame, current: (deviceId: string) => Peer | undefined): void {
    if (this.#lost !== undefined) {
      // The other side has started anew and knows nothing of this connection.
      const successor = current(this.#lost.deviceId);
      if (successor !== undefined && this.#isReachable(successor) && this.#isReachable(from)) this.abort();
      return;
    }
    const side = from === this.#opener.peer ? 0 : 1;
    if (frame.type === frameType.close) this.#closed.add(side);
    if (frame.type === frameType.reset) this.#closed.add(0).add(1);
    this.#deliver(side, frame);
    this.#forgetIfDone();
  }

  #deliver(from: 0 | 1, frame: Held['frame']): void {
    const [sender, receiver] = from === 0 ? [this.#opener, this.#target] : [this.#target, this.#opener];
    if (sender === undefined || receiver === undefined) return;
    const passes = this.#isReachable(sender.peer) && this.#isReachable(receiver.peer);
    if (passes && this.#held.length === 0)
      writeFrame(receiver.peer.sink, frame.type, receiver.id, frame.payload);
    else this.#held.push({ from, frame: { type: frame.type, payload: Buffer.from(frame.payload) } });
  }

  /** Sends what was held back, if both ends can be reached again. */
  flush(): void {
    const held = this.#held;
    this.#held = [];
    for (const { from, frame } of held) this.#deliver(from, frame);
    this.#forgetIfDone();
  }

  #forgetIfDone(): void {
    if (this.#closed.size === 2 && this.#held.length === 0) this.#forget();
  }

  /** The connection of one end is gone. */
  endLost(peer: Peer, now: number): void {
    if (this.#lost !== undefined || this.#target === undefined) this.#forget();
    else this.#lost = { deviceId: peer.deviceId, at: now };
  }

  isOrphanedBefore(time: number): boolean {
    return this.#lost !== undefined && this.#lost.at < time;
  }

  /** Tells both ends that the connection is broken. */
  abort(): void {
    for (const end of [this.#opener, this.#target]) {
      if (end !== undefined) writeFrame(end.peer.sink, frameType.reset, end.id);
    }
    this.#forget();
  }

  #forget(): void {
    this.#held = [];
    for (const end of [this.#opener, this.#target]) end?.peer.streams.delete(end.id);
  }
}
