/** Lets one holder in at a time, in the order of asking. */
export class Mutex {
  #tail: Promise<void> = Promise.resolve();

  /** Resolves with the release function once it is this caller's turn. */
  lock(): Promise<() => void> {
    let release!: () => void;
    const held = new Promise<void>(resolve => (release = resolve));
    const turn = this.#tail.then(() => release);
    this.#tail = this.#tail.then(() => held);
    return turn;
  }

  async run<Result>(action: () => Result | Promise<Result>): Promise<Result> {
    const release = await this.lock();
    try {
      return await action();
    } finally {
      release();
    }
  }
}
