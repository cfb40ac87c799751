import type { Log } from './log.ts';
import { askStun } from './stun-client.ts';
import type { Timings } from './timings.ts';

export interface NatResult {
  /** `address:port` as the STUN servers see it; undefined when none answered. */
  readonly reflexiveAddress: string | undefined;
  /** Two servers saw different addresses. */
  readonly isSymmetric: boolean;
}

const attempts = 4;

/** Asks the STUN servers in turn. */
export class NatDiscovery {
  readonly #servers: readonly string[];
  readonly #timings: Timings;
  readonly #log: Log;
  #next = 0;

  constructor(servers: readonly string[], timings: Timings, log: Log) {
    this.#servers = servers;
    this.#timings = timings;
    this.#log = log;
  }

  ask(listenPort: number): Promise<string> {
    const server = this.#servers[this.#next++ % this.#servers.length] ?? '';
    return askStun(server, listenPort, this.#timings.stunTimeoutMs);
  }

  /** Compares the answers of two servers; tries again a few times, then goes on without. */
  async discover(listenPort: number): Promise<NatResult> {
    let reflexiveAddress: string | undefined;
    for (let attempt = 1; ; attempt++) {
      try {
        reflexiveAddress = await this.ask(listenPort);
        const second = await this.ask(listenPort);
        const isSymmetric = second !== reflexiveAddress;
        if (isSymmetric) {
          this.#log.info(
            'Symmetric NAT detected. A relay node is required to reach other devices outside of this local network.',
          );
        }
        return { reflexiveAddress, isSymmetric };
      } catch (error) {
        if (attempt === attempts) {
          this.#log.warn(`STUN discovery error: ${(error as Error).message}`);
          return { reflexiveAddress, isSymmetric: false };
        }
        await new Promise(resolve => setTimeout(resolve, this.#timings.stunRetryMs));
      }
    }
  }
}
