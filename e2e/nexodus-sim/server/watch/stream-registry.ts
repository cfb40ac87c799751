/** What the control endpoint can do to an open event stream. */
export interface ControlledStream {
  drop(): void;
  /** Called when streams are thawed. */
  resume(): void;
  /** Sends an `error` event and ends the stream. */
  fail(message: string): void;
}

/** The open event streams, for cutting and freezing them. */
export class StreamRegistry {
  readonly #streams = new Set<ControlledStream>();
  #frozen = false;

  get size(): number {
    return this.#streams.size;
  }

  /** Frozen streams stay open and silent; what happened meanwhile is sent on thawing. */
  get frozen(): boolean {
    return this.#frozen;
  }

  add(stream: ControlledStream): () => void {
    this.#streams.add(stream);
    return () => this.#streams.delete(stream);
  }

  freeze(): void {
    this.#frozen = true;
  }

  thaw(): void {
    this.#frozen = false;
    for (const stream of this.#streams) stream.resume();
  }

  dropAll(): number {
    const count = this.#streams.size;
    for (const stream of [...this.#streams]) stream.drop();
    return count;
  }

  failAll(message: string): number {
    const count = this.#streams.size;
    for (const stream of [...this.#streams]) stream.fail(message);
    return count;
  }
}
