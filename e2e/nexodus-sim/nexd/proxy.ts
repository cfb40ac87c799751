import type { Log } from './log.ts';
import type { Mesh } from './mesh.ts';
import type { Rule } from './rule.ts';

/** Proxies share a port among the rules with the same direction, protocol and listen port. */
export function proxyKey({ direction, protocol, listenPort }: Rule): string {
  return `${direction}:${protocol}:${listenPort}`;
}

/** The rules of one port and the connections through it. */
export abstract class Proxy {
  readonly listenPort: number;
  rules: readonly Rule[] = [];
  protected readonly log: Log;
  /** The network stack it was started with. */
  protected mesh: Mesh | undefined;
  #isStarted = false;
  #counter = 0;

  constructor(listenPort: number, log: Log) {
    this.listenPort = listenPort;
    this.log = log;
  }

  /** Round-robin without regard to health. The counter is raised first: it starts with the second rule. */
  protected nextDestination(): Rule {
    this.#counter++;
    const rule = this.rules[this.#counter % this.rules.length];
    if (rule === undefined) throw new Error(`no rule on port ${this.listenPort}`);
    return rule;
  }

  /**
   * Listens, unless it does already. Without a network stack (before the first reconcile) nexd
   * panics, at once for ingress and on the first connection for egress.
   */
  start(mesh: Mesh | undefined): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.mesh = mesh;
    this.listen();
  }

  protected abstract listen(): void;

  /** Stops listening; resolves when the last connection is over. */
  abstract stop(): Promise<void>;
}

export const nilStack = 'runtime error: invalid memory address or nil pointer dereference';
