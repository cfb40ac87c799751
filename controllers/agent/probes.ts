/**
 * Asks every far end, all the time, whether it is alive. nexd's own word comes up to 210 seconds late, and until a
 * dead far end's rules are gone, each of its turns is a connection that hangs.
 *
 * The question needs nothing at the far end: an egress rule to its port 1, where a living network stack refuses, so
 * nexd ends the connection after a round trip. From a dead one nothing comes. A far end that has never refused, such
 * as a machine behind a firewall, cannot be judged in this way.
 */

import { createConnection } from 'node:net';
import type { Rule } from '../proxy/rules.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';

/** Where the probes' rules listen; imports have 20000 to 29999. */
const firstPort = 19000;
const maxProbes = 1000;

/** How a probe ended. `unknown`: nobody listened, so it says nothing of the far end. */
export type ProbeResult = 'alive' | 'silent' | 'unknown';
export type Probe = (port: number, deadlineMs: number, signal: AbortSignal) => Promise<ProbeResult>;

const timing = {
  /** A lost packet is sent again after one second. */
  deadlineMs: 2_000,
  intervalMs: 1_000,
  /** Each question to a dead one leaves nexd with a connection attempt for two minutes. */
  deadIntervalMs: 3_000,
  /** The rule is on its way. */
  unknownIntervalMs: 250,
  /** With many far ends, each is asked more seldom. */
  perProbeMs: 20,
} as const;

/** So many silent ones in a row mean dead; one answer means alive. */
const missesToDie = 2;

interface Target {
  readonly port: number;
  readonly stop: AbortController;
  answered: boolean;
  misses: number;
}

export interface ProberOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Called when a far end died or came back. */
  readonly onChange: () => void;
  readonly probe?: Probe;
}

export class Prober {
  readonly #options: ProberOptions;
  readonly #probe: Probe;
  readonly #targets = new Map<string, Target>();

  constructor(options: ProberOptions) {
    this.#options = options;
    this.#probe = options.probe ?? probeTCP;
  }

  /** From now on exactly these addresses are asked. Returns the egress rules that nexd needs for it. */
  follow(addresses: readonly string[]): Rule[] {
    const wanted = new Set(addresses.slice(0, maxProbes));
    for (const [address, { stop }] of this.#targets)
      if (!wanted.has(address)) {
        stop.abort();
        this.#targets.delete(address);
      }
    const taken = new Set([...this.#targets.values()].map(({ port }) => port));
    let next = firstPort;
    for (const address of wanted) {
      if (this.#targets.has(address)) continue;
      while (taken.has(next)) next++;
      const target = { port: next++, stop: new AbortController(), answered: false, misses: 0 };
      this.#targets.set(address, target);
      void this.#run(address, target);
    }
    return [...this.#targets].map(([host, { port }]) => ({ protocol: 'tcp', port, host, targetPort: 1 }));
  }

  /** Whether a far end is alive; undefined when it cannot be judged. */
  isAlive(address: string): boolean | undefined {
    const target = this.#targets.get(address);
    return target?.answered ? target.misses < missesToDie : undefined;
  }

  /** Asks nobody any more. */
  stop(): void {
    this.follow([]);
  }

  async #run(address: string, target: Target): Promise<void> {
    const { clock } = this.#options;
    const { signal } = target.stop;
    while (!signal.aborted) {
      const result = await this.#probe(target.port, timing.deadlineMs, signal);
      if (signal.aborted) return;
      this.#judge(address, target, result);
      await clock.sleep(this.#pauseMs(target, result), signal).catch(() => {});
    }
  }

  #pauseMs({ answered, misses }: Target, result: ProbeResult): number {
    const least = this.#targets.size * timing.perProbeMs;
    if (result === 'unknown') return Math.max(timing.unknownIntervalMs, least);
    if (misses >= missesToDie) return Math.max(timing.deadIntervalMs, least);
    // Doubt is settled at once.
    return answered && misses > 0 ? 0 : Math.max(timing.intervalMs, least);
  }

  #judge(address: string, target: Target, result: ProbeResult): void {
    const before = this.isAlive(address);
    if (result === 'alive') {
      target.answered = true;
      target.misses = 0;
    } else if (result === 'silent') target.misses++;
    const after = this.isAlive(address);
    if (after === before) return;
    if (after === false) this.#options.log.warn('far end is silent', { address, misses: target.misses });
    else if (before === false) this.#options.log.info('far end answers again', { address });
    this.#options.onChange();
  }
}

/** Connects to a port of this pod and waits for nexd to end the connection. */
export const probeTCP: Probe = (port, deadlineMs, signal) =>
  new Promise(resolve => {
    if (signal.aborted) return resolve('unknown');
    const socket = createConnection({ host: '127.0.0.1', port });
    const end = (result: ProbeResult) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners().on('error', () => {});
      socket.destroy();
      resolve(result);
    };
    const onAbort = () => end('unknown');
    // When this process was held up, the answer may be there, and only was not read yet.
    const timer = setTimeout(() => setImmediate(() => setImmediate(() => end('silent'))), deadlineMs);
    signal.addEventListener('abort', onAbort, { once: true });
    socket.on('end', () => end('alive'));
    socket.on('error', ({ code }: NodeJS.ErrnoException) => end(code === 'ECONNRESET' ? 'alive' : 'unknown'));
    socket.resume();
  });
