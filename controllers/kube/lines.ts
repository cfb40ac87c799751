/** A line was longer than allowed. */
export class LineTooLong extends Error {
  constructor(maxBytes: number) {
    super(`a line is longer than ${maxBytes} bytes`);
    this.name = 'LineTooLong';
  }
}

const newline = 0x0a;

/**
 * Cuts a stream of UTF-8 into lines, wherever its chunks end: bytes are joined before they are decoded, so a
 * character may lie across two chunks. Empty lines are left out. What follows the last newline is kept for the next
 * chunk; at the end of the stream it is a line cut short, and not given.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes of the line that is not complete yet. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** The lines that this chunk completes. Throws LineTooLong. */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const line = this.#take(chunk.subarray(start, end));
      if (line !== '') lines.push(line);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return lines;
  }

  #keep(part: Uint8Array): void {
    if (this.#pendingBytes + part.length > this.#maxBytes) throw new LineTooLong(this.#maxBytes);
    this.#pending.push(part);
    this.#pendingBytes += part.length;
  }

  #take(end: Uint8Array): string {
    this.#keep(end);
    const bytes = this.#pending.length === 1 ? end : Buffer.concat(this.#pending);
    this.#pending = [];
    this.#pendingBytes = 0;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').trim();
  }
}
