/** One TCP connection of a client, and the one that carries its bytes to a far end through nexd. */

import { connect, type Socket } from 'node:net';
import type { Target } from './target.ts';

/** A target that takes a new connection now, and the port at which nexd takes it. */
export interface Way {
  readonly target: Target;
  readonly port: number;
}

/** `later`: none takes connections now, and one may soon. `never`: none does. */
export type Choice = Way | 'later' | 'never';

export interface ConnectionOptions {
  /** On the last try, one that does not answer at the moment is better than none. */
  readonly choose: (isLastTry: boolean) => Choice;
  /** What is known of a target when it is chosen. Later there may be news of it that this connection is older than. */
  readonly markOf: (target: Target) => unknown;
  /** Called once a way was taken. */
  readonly onWay: (target: Target, mark: unknown) => void;
  /** Called once, when it has ended. */
  readonly onEnd: () => void;
}

const timing = {
  /** So long a client waits for a target that answers. */
  patienceMs: 3_000,
  pollMs: 50,
} as const;

export class Connection {
  readonly #client: Socket;
  readonly #options: ConnectionOptions;
  readonly #giveUpAt: number;
  #timer: NodeJS.Timeout | undefined;
  #upstream: Socket | undefined;
  #hasEnded = false;

  /** `client` is paused. */
  constructor(client: Socket, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
    this.#giveUpAt = performance.now() + timing.patienceMs;
    client.setNoDelay(true);
    client.on('error', () => {});
    client.once('close', () => this.#finish());
    this.#dial();
  }

  /** Resets it: the client learns of it at once. */
  end(): void {
    this.#client.resetAndDestroy();
    this.#finish();
  }

  #dial(): void {
    if (this.#hasEnded) return;
    const isLastTry = performance.now() >= this.#giveUpAt;
    const choice = this.#options.choose(isLastTry);
    if (choice === 'never' || (choice === 'later' && isLastTry)) return this.end();
    if (choice === 'later') return this.#retry();
    const mark = this.#options.markOf(choice.target);
    const upstream = connect({ host: '127.0.0.1', port: choice.port, noDelay: true });
    this.#upstream = upstream;
    // Nothing was sent yet, so nothing is done twice: nexd is not there, or has just given up the rule.
    const onFailure = () => {
      upstream.destroy();
      if (isLastTry) this.end();
      else this.#retry();
    };
    upstream.once('error', onFailure);
    upstream.once('connect', () => {
      upstream.off('error', onFailure);
      this.#join(upstream, choice.target, mark);
    });
  }

  #retry(): void {
    if (this.#hasEnded) return;
    this.#timer = setTimeout(() => this.#dial(), timing.pollMs);
  }

  #join(upstream: Socket, target: Target, mark: unknown): void {
    if (this.#hasEnded) return void upstream.destroy();
    this.#options.onWay(target, mark);
    upstream.on('error', () => this.end());
    // What broke off without an end must not look to the client as if it were complete.
    upstream.once('close', () => (upstream.readableEnded ? this.#client.end() : this.end()));
    upstream.pipe(this.#client);
    this.#client.pipe(upstream);
  }

  #finish(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    clearTimeout(this.#timer);
    this.#upstream?.destroy();
    this.#options.onEnd();
  }
}
