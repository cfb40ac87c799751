import type { Clock } from '../runtime/clock.ts';
import type { Log } from '../runtime/log.ts';
import type { NexodusClient } from './client.ts';
import type { NexodusDirectory } from './directory.ts';
import { Lister } from './lister.ts';
import type { NexodusMetrics } from './metrics.ts';
import type { Pace } from './timing.ts';
import { Watcher } from './watcher.ts';

export interface SynchronizerOptions {
  readonly client: Pick<NexodusClient, 'userID' | 'checkVPC' | 'devices' | 'metadata' | 'regKeys' | 'watch'>;
  readonly directory: NexodusDirectory;
  /** The VPC that is configured; the user's own when undefined. */
  readonly vpcID?: string | undefined;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly log: Log;
  readonly metrics: NexodusMetrics;
}

/** Keeps the directory up to date: a list first, then watches, and lists again now and then. */
export class Synchronizer {
  readonly #lister: Lister;
  readonly #watcher: Watcher;
  /** Whether there was a list with the credentials of now. */
  #listed = false;

  constructor(options: SynchronizerOptions) {
    this.#lister = new Lister({ ...options, onListed: reset => this.#onListed(reset, options.log) });
    this.#watcher = new Watcher({
      ...options,
      isListed: () => this.#listed,
      refresh: () => this.#lister.refresh(),
    });
    options.directory.onRefresh(() => this.#lister.refresh());
  }

  /** Starts anew with the credentials of now; what is known stays until the next list. */
  credentialsChanged(): void {
    this.#listed = false;
    this.#lister.credentialsChanged();
    this.#watcher.reopen();
  }

  /** Runs until the signal is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await Promise.all([this.#lister.run(signal), this.#watcher.run(signal)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  #onListed(reset: boolean, log: Log): void {
    if (reset) log.warn('Nexodus has gone back to an older state; everything was listed anew');
    if (reset || !this.#listed) this.#watcher.reopen();
    this.#listed = true;
  }
}
