/**
 * The source ports of connections, one after the other, none again for minutes.
 *
 * Linux itself may give a port again within seconds. If the connection before was reset, and the pod that did so is
 * gone by then, the node's connection tracking sends the new one there all the same for ten seconds, and nobody
 * answers: so it is for every client and every Service, and not what is tried here.
 */

/** Of these Linux gives none by itself. */
const first = 10_000;
const end = 30_000;

export class SourcePorts {
  readonly #taken = new Set<number>();
  #next = first;

  take(): number {
    if (this.#taken.size === end - first) throw new Error(`all source ports from ${first} on are taken`);
    let port;
    do {
      port = this.#next;
      this.#next = port + 1 === end ? first : port + 1;
    } while (this.#taken.has(port));
    this.#taken.add(port);
    return port;
  }

  /** When its connection has ended. */
  release(port: number): void {
    this.#taken.delete(port);
  }
}
