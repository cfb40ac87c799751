/**
 * Answers the probes of import gateways, which nexd brings from the device's probe port: whether to send connections
 * here. Remembers who asked, so that a pod that stops knows when nobody sends any.
 */

import { createServer } from 'node:http';
import type { Clock } from '../runtime/clock.ts';
import { listen, type Listening } from './listen.ts';
import { formatAnswer, parseQuestion, statusOf, type Answer, type Question } from './probe-protocol.ts';

const timing = {
  /** Who has not asked for this long is gone. Who asks seldom is so after twice the time between two questions. */
  goneMs: 3_000,
  /** No drain waits for longer. */
  goneMostMs: 10_000,
  /** So long it is known when somebody asked: who has a thousand far ends asks each every 10 seconds. */
  forgetMs: 15_000,
  /** So long somebody counts that used this gateway after its word that it does not: anyone may say so. */
  doubtMs: 1_500,
  /** A whole question. */
  requestMs: 2_000,
} as const;

/** Devices that are remembered. With more it is not known whether all have gone. */
const maxAskers = 1000;

interface Asker {
  readonly at: number;
  /** When it is gone, if it does not ask again. */
  readonly goneAt: number;
  readonly uses: boolean;
  readonly usedAt: number;
}

/** Who asks, and whether they use this gateway. */
export class Askers {
  readonly #clock: Clock;
  readonly #askers = new Map<string, Asker>();
  #heardAt = -Infinity;
  #overflowAt = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  heard({ from, uses }: Question): void {
    const now = this.#clock.monotonic();
    this.#heardAt = now;
    this.#forget(now);
    const before = this.#askers.get(from);
    if (!before && this.#askers.size >= maxAskers) {
      this.#overflowAt = now;
      return;
    }
    const gapMs = now - (before?.at ?? now);
    this.#askers.set(from, {
      at: now,
      goneAt: now + Math.min(Math.max(timing.goneMs, 2 * gapMs), timing.goneMostMs),
      uses,
      usedAt: uses ? now : (before?.usedAt ?? -Infinity),
    });
  }

  /** When somebody asked last, by the monotonic clock. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Whether somebody may send connections here. */
  areUsing(): boolean {
    const now = this.#clock.monotonic();
    this.#forget(now);
    if (now - this.#overflowAt < timing.goneMs) return true;
    return [...this.#askers.values()].some(
      ({ goneAt, uses, usedAt }) => now < goneAt && (uses || now - usedAt < timing.doubtMs),
    );
  }

  #forget(now: number): void {
    for (const [from, { at }] of this.#askers) if (now - at >= timing.forgetMs) this.#askers.delete(from);
  }
}

export class Responder {
  readonly #askers: Askers;
  readonly #tell: () => Promise<Answer>;
  #listening: Listening | undefined;

  constructor(clock: Clock, tell: () => Promise<Answer>) {
    this.#askers = new Askers(clock);
    this.#tell = tell;
  }

  /** Answers at a port of the pod's own network, until it is closed. Rejects when the port is taken. */
  async start(port: number): Promise<void> {
    const server = createServer(
      {
        headersTimeout: timing.requestMs,
        requestTimeout: timing.requestMs,
        connectionsCheckingInterval: timing.requestMs,
      },
      (request, response) => {
        const question = request.method === 'GET' ? parseQuestion(request.url ?? '') : undefined;
        const reply = (status: number, text: string) =>
          response
            .writeHead(status, {
              'content-type': 'text/plain',
              'content-length': text.length,
              connection: 'close',
            })
            .end(text);
        if (!question) return void reply(404, 'there is /alive?from=DEVICE&uses=0\n');
        this.#askers.heard(question);
        void this.#tell().then(answer => reply(statusOf[answer.word], formatAnswer(answer)));
      },
    );
    server.maxConnections = maxAskers;
    this.#listening = await listen(server, { host: '127.0.0.1', port }, 'NEXLINK_RESPONDER_PORT');
  }

  /** Whether somebody may send connections here. */
  get isUsed(): boolean {
    return this.#askers.areUsing();
  }

  /** When somebody asked last, by the monotonic clock. */
  get heardAt(): number {
    return this.#askers.heardAt;
  }

  get port(): number {
    return this.#listening!.port;
  }

  async close(): Promise<void> {
    await this.#listening?.close();
  }
}
