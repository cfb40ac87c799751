/** A TCP port of an import: takes its clients' connections. */

import { createServer, type Server, type Socket } from 'node:net';
import { Connection } from './connection.ts';
import type { Choice } from './connection.ts';
import type { Target } from './target.ts';

/** What a client has open, and where it goes; undefined while it waits for a target. */
export interface Open {
  readonly target: Target | undefined;
  readonly since: number;
  /** What was known of the target then. */
  readonly mark: unknown;
  end(): void;
}

export interface RelayPort {
  /** Resolves once it listens. Rejects with the system's error. */
  listen(): Promise<void>;
  readonly open: Iterable<Open>;
  /** Takes nothing new; what is open goes on. */
  refuse(): void;
  /** Ends everything that is open, and listens no more. */
  close(): Promise<void>;
}

export interface RelayPortOptions {
  readonly port: number;
  /** Where the next connection goes. */
  readonly choose: (isLastTry: boolean) => Choice;
  /** What is known of a target now. */
  readonly markOf: (target: Target) => unknown;
  readonly now: () => number;
}

export class TcpPort implements RelayPort {
  readonly #options: RelayPortOptions;
  readonly #server: Server;
  readonly #open = new Set<Open>();

  constructor(options: RelayPortOptions) {
    this.#options = options;
    this.#server = createServer({ pauseOnConnect: true }, client => this.#accept(client));
  }

  get open(): Iterable<Open> {
    return this.#open;
  }

  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ port: this.#options.port, backlog: 1024 }, () => {
        this.#server.off('error', reject);
        // Without a file descriptor for the next client, those that are there go on.
        this.#server.on('error', () => {});
        resolve();
      });
    });
  }

  refuse(): void {
    this.#server.close();
  }

  async close(): Promise<void> {
    const closed = new Promise<unknown>(resolve => this.#server.close(resolve));
    for (const each of this.#open) each.end();
    await closed;
  }

  #accept(client: Socket): void {
    const { choose, markOf, now } = this.#options;
    const entry = { target: undefined as Target | undefined, since: now(), mark: undefined as unknown };
    const open = Object.assign(entry, { end: () => connection.end() });
    this.#open.add(open);
    const connection = new Connection(client, {
      choose,
      markOf,
      onWay: (target, mark) => Object.assign(entry, { target, mark }),
      onEnd: () => this.#open.delete(open),
    });
  }
}
