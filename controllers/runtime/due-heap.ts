interface Entry {
  readonly key: string;
  due: number;
  /** Order of adding, among those that are due at the same time. */
  readonly order: number;
}

/** Keys by the time at which they are due: a binary heap in which each key is once. */
export class DueHeap {
  readonly #entries: Entry[] = [];
  readonly #positions = new Map<string, number>();
  #order = 0;

  get size(): number {
    return this.#entries.length;
  }

  /** When the first key is due; Infinity without one. */
  nextDue(): number {
    return this.#entries[0]?.due ?? Infinity;
  }

  /** Adds a key, or brings it forward: of two times the earlier counts. */
  add(key: string, due: number): void {
    const at = this.#positions.get(key);
    if (at === undefined) {
      this.#place({ key, due, order: this.#order++ }, this.#entries.length);
      this.#rise(this.#entries.length - 1);
    } else if (due < this.#entries[at]!.due) {
      this.#entries[at]!.due = due;
      this.#rise(at);
    }
  }

  /** Removes and returns the key that is due first. */
  take(): string | undefined {
    const first = this.#entries[0];
    const last = this.#entries.pop();
    if (!first || !last) return undefined;
    this.#positions.delete(first.key);
    if (last !== first) {
      this.#place(last, 0);
      this.#sink(0);
    }
    return first.key;
  }

  #rise(at: number): void {
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(at: number): void {
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < this.#entries.length && this.#isBefore(child, least)) least = child;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [left, right] = [this.#entries[a]!, this.#entries[b]!];
    return left.due < right.due || (left.due === right.due && left.order < right.order);
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#entries[a]!, this.#entries[b]!];
    this.#place(left, b);
    this.#place(right, a);
  }

  #place(entry: Entry, at: number): void {
    this.#entries[at] = entry;
    this.#positions.set(entry.key, at);
  }
}
