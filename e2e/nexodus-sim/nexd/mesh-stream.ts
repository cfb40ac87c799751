/** What the owner of a stream is told. */
export interface StreamHandler {
  /** The other side has accepted. */
  opened(): void;
  /** Bytes came; `consumed` is to be called with their number once they went on. */
  data(chunk: Buffer): void;
  /** There is room to send again. */
  drained(): void;
  /** The other side is done with the connection, or it broke. */
  ended(how: 'closed' | 'reset'): void;
}

/** One TCP connection inside the mesh, as one side has it. */
export interface MeshStream {
  handler: StreamHandler;
  /** Sends bytes; false when the window is full and `drained` will be called. */
  write(chunk: Buffer): boolean;
  consumed(bytes: number): void;
  /** Closes both directions after what was written. */
  close(): void;
  /** Breaks the connection. */
  reset(): void;
}

export const idleHandler: StreamHandler = {
  opened: () => undefined,
  data: () => undefined,
  drained: () => undefined,
  ended: () => undefined,
};

/** Unconsumed bytes of a stream inside one device. */
const localWindow = 256 * 1024;

class LocalEnd implements MeshStream {
  handler: StreamHandler = idleHandler;
  other!: LocalEnd;
  inFlight = 0;
  isBlocked = false;
  isOver = false;

  write(chunk: Buffer): boolean {
    if (this.isOver) return true;
    this.inFlight += chunk.length;
    setImmediate(() => this.other.handler.data(chunk));
    this.isBlocked = this.inFlight >= localWindow;
    return !this.isBlocked;
  }

  consumed(bytes: number): void {
    const sender = this.other;
    sender.inFlight -= bytes;
    if (!sender.isBlocked || sender.inFlight >= localWindow) return;
    sender.isBlocked = false;
    setImmediate(() => sender.handler.drained());
  }

  close(): void {
    this.#end('closed');
  }

  reset(): void {
    this.#end('reset');
  }

  #end(how: 'closed' | 'reset'): void {
    if (this.isOver) return;
    this.isOver = true;
    setImmediate(() => this.other.handler.ended(how));
  }
}

/** A connection from a device to itself: both its ends, the dialled one opened already. */
export function localPair(): [MeshStream, MeshStream] {
  const dialled = new LocalEnd();
  const accepted = new LocalEnd();
  dialled.other = accepted;
  accepted.other = dialled;
  setImmediate(() => dialled.handler.opened());
  return [dialled, accepted];
}
