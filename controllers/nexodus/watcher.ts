import { metadataKey } from '../../api/v1alpha1/labels.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf, Transient } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { Alarm } from './alarm.ts';
import type { NexodusClient } from './client.ts';
import type { NexodusDirectory } from './directory.ts';
import type { NexodusMetrics } from './metrics.ts';
import type { Pace } from './timing.ts';
import { followStream } from './watch.ts';

export interface WatcherOptions {
  readonly client: Pick<NexodusClient, 'watch'>;
  readonly directory: NexodusDirectory;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly log: Log;
  readonly metrics: NexodusMetrics;
  /** Whether there was a list to watch on from. */
  readonly isListed: () => boolean;
  /** Asks for a complete list. */
  readonly refresh: () => void;
}

/** A stream that ends this early without news is no long poll that ran its course. */
const shortestMs = 1_000;
/** Longer than anybody waits: a ring ends it. */
const forever = 2 ** 31 - 1;

/** Feeds the directory with one watch after the other. */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #alarm: Alarm;
  #reopening = new AbortController();
  #failures = 0;

  constructor(options: WatcherOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock);
  }

  /** Ends the stream, if there is one, and starts the next from where the directory is. */
  reopen(): void {
    const reopening = this.#reopening;
    this.#reopening = new AbortController();
    reopening.abort();
    this.#alarm.ring();
  }

  /** Watches until the signal is aborted; rejects with its reason. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      if (!this.#options.isListed()) await this.#alarm.sleep(forever, signal);
      else await this.#follow(signal);
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { directory, clock, pace, log, metrics } = this.#options;
    const reopening = this.#reopening.signal;
    const since = clock.monotonic();
    let news = 0;
    try {
      const outcome = await followStream(
        {
          client: this.#options.client,
          clock,
          vpcID: directory.requireIdentity().vpcID,
          key: metadataKey,
          idleMs: pace.idleMs(),
          onOpen: () => directory.succeeded('watch'),
          onEvent: event => {
            news++;
            directory.observe(event);
          },
        },
        directory.cursor,
        AbortSignal.any([signal, reopening]),
      );
      metrics.watchReconnect(outcome.end);
      if (outcome.end === 'event') {
        log.warn('Nexodus ended the watch with an error', { cause: outcome.message });
        this.#options.refresh();
      }
      // An end is news, to be fetched at once; but a server that only hangs up gets time to recover.
      const useless = outcome.end === 'event' || (news === 0 && clock.monotonic() - since < shortestMs);
      this.#failures = useless ? this.#failures + 1 : 0;
      if (useless) await this.#alarm.sleep(pace.backoffMs(this.#failures), signal);
    } catch (error) {
      signal.throwIfAborted();
      if (reopening.aborted) return metrics.watchReconnect('reset');
      log.debug('The watch failed', { cause: messageOf(error) });
      metrics.watchReconnect('failed');
      directory.failed('watch', error);
      // What came before the nonsense may be nonsense, too.
      if (error instanceof Transient && error.code === 'BadAnswer') this.#options.refresh();
      await this.#alarm.sleep(pace.backoffMs(++this.#failures, error), signal);
    }
  }
}
