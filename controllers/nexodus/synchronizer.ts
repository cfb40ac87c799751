import { metadataKey } from '../../api/v1alpha1/labels.ts';
import type { Clock } from '../runtime/clock.ts';
import { messageOf, NotFound, Terminal, Transient } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { NexodusClient } from './client.ts';
import { credentialsSecret } from './errors.ts';
import type { NexodusDirectory } from './directory.ts';
import type { NexodusMetrics } from './metrics.ts';
import { followStream } from './watch.ts';

export interface Timing {
  /** Between complete lists: the watch may miss things. */
  readonly listMs: number;
  /** Between lists of devices, the only way to learn who is online. */
  readonly devicesMs: number;
  /** The least time between two complete lists that somebody asked for. */
  readonly refreshMs: number;
  /** A silent watch is opened again after this long, and at most twice as long. */
  readonly idleMs: number;
  readonly retryMs: number;
  readonly maxRetryMs: number;
}

export const defaultTiming: Timing = {
  listMs: 60_000,
  devicesMs: 15_000,
  refreshMs: 1_000,
  idleMs: 60_000,
  retryMs: 500,
  maxRetryMs: 15_000,
};

export interface SynchronizerOptions {
  readonly client: Pick<NexodusClient, 'userID' | 'checkVPC' | 'devices' | 'metadata' | 'regKeys' | 'watch'>;
  readonly directory: NexodusDirectory;
  /** The VPC that is configured; the user's own when undefined. */
  readonly vpcID?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: NexodusMetrics;
  readonly timing?: Partial<Timing> | undefined;
  /** From 0 to 1; Math.random unless tests say otherwise. */
  readonly random?: (() => number) | undefined;
}

/** Keeps the directory up to date: lists first, then watches, and lists again now and then. */
export class Synchronizer {
  readonly #options: SynchronizerOptions;
  readonly #timing: Timing;
  #identityKnown = false;
  #fullDueAt = 0;
  #listedAt = -Infinity;
  #failures = 0;
  #wake = new AbortController();
  #stream = new AbortController();

  constructor(options: SynchronizerOptions) {
    this.#options = options;
    this.#timing = { ...defaultTiming, ...options.timing };
    options.directory.onRefresh(() => this.#refresh());
  }

  /** Runs until the signal is aborted; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    try {
      await Promise.all([this.#lists(signal), this.#watches(signal)]);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  /** Other credentials: find out who we are now, and try at once what was refused. */
  credentialsChanged(): void {
    this.#identityKnown = false;
    this.#fullDueAt = 0;
    this.#failures = 0;
    this.#interrupt();
    this.#reopen();
  }

  /** While lists fail, one is due anyway, and when it is tried is decided by the backoff. */
  #refresh(): void {
    if (this.#failures > 0) return;
    this.#fullDueAt = Math.min(this.#fullDueAt, this.#listedAt + this.#timing.refreshMs);
    this.#interrupt();
  }

  #interrupt(): void {
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  #reopen(): void {
    this.#stream.abort();
    this.#stream = new AbortController();
  }

  async #lists(signal: AbortSignal): Promise<void> {
    const { clock, directory } = this.#options;
    let devicesDueAt = 0;
    while (!signal.aborted) {
      const now = clock.monotonic();
      const full = now >= this.#fullDueAt;
      if (!full && now < devicesDueAt) {
        await this.#sleep(Math.min(this.#fullDueAt, devicesDueAt) - now, signal);
        continue;
      }
      try {
        if (full) {
          this.#fullDueAt = now + this.#around(this.#timing.listMs);
          this.#listedAt = now;
          await this.#listAll(signal);
        } else await this.#listDevices(signal);
        this.#failures = 0;
        directory.succeeded('list');
        devicesDueAt = clock.monotonic() + this.#around(this.#timing.devicesMs);
      } catch (error) {
        signal.throwIfAborted();
        directory.failed('list', error);
        if (full) this.#fullDueAt = 0;
        await this.#sleep(this.#backoffMs(++this.#failures, error), signal);
      }
    }
  }

  async #listAll(signal: AbortSignal): Promise<void> {
    const { client, directory } = this.#options;
    if (!this.#identityKnown) await this.#identify(signal);
    const { vpcID } = directory.requireIdentity();
    const marks = directory.marks();
    const [devices, metadata, regKeys] = await Promise.all([
      client.devices(vpcID, signal),
      client.metadata(vpcID, metadataKey, signal),
      client.regKeys(undefined, signal),
    ]);
    if (!this.#identityKnown) return;
    if (directory.replaceAll({ devices, metadata, regKeys }, marks)) this.#onReset();
  }

  async #listDevices(signal: AbortSignal): Promise<void> {
    const { client, directory } = this.#options;
    const marks = directory.marks();
    const devices = await client.devices(directory.requireIdentity().vpcID, signal);
    if (!this.#identityKnown) return;
    // The other tables were restored, too.
    if (directory.replaceDevices(devices, marks)) {
      this.#fullDueAt = 0;
      this.#onReset();
    }
  }

  #onReset(): void {
    this.#options.log.warn('Nexodus has gone back to an older state; all lists were read anew');
    this.#options.metrics.watchReconnect('reset');
    this.#reopen();
  }

  async #identify(signal: AbortSignal): Promise<void> {
    const { client, directory, log } = this.#options;
    this.#identityKnown = true;
    try {
      const userID = await client.userID(signal);
      const vpcID = this.#options.vpcID ?? userID;
      await this.#checkVPC(vpcID, signal);
      if (directory.vpcID !== undefined && directory.vpcID !== vpcID)
        log.warn('The credentials are of another user: the VPC is another one now', {
          from: directory.vpcID,
          to: vpcID,
        });
      directory.setIdentity({ userID, vpcID });
    } catch (error) {
      this.#identityKnown = false;
      throw error;
    }
  }

  async #checkVPC(vpcID: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.client.checkVPC(vpcID, signal);
    } catch (error) {
      if (!(error instanceof NotFound) && !(error instanceof Terminal)) throw error;
      throw new Terminal(
        'NoVPC',
        `Nexodus has no VPC ${JSON.stringify(vpcID)} that the user of ${credentialsSecret} may use: correct nexodus.vpcID, or leave it empty for the user's own VPC.`,
        { cause: error },
      );
    }
  }

  async #watches(signal: AbortSignal): Promise<void> {
    const { directory, log, metrics } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      const vpcID = directory.vpcID;
      if (!directory.synced || vpcID === undefined || !this.#identityKnown) {
        await this.#sleep(50, signal);
        continue;
      }
      const stream = this.#stream.signal;
      const started = this.#options.clock.monotonic();
      let news = 0;
      try {
        const outcome = await followStream(
          {
            ...this.#options,
            vpcID,
            key: metadataKey,
            idleMs: this.#timing.idleMs * (1 + this.#random()),
            onOpen: () => directory.succeeded('watch'),
            onEvent: event => {
              news++;
              directory.observe(event);
            },
          },
          directory.cursor,
          AbortSignal.any([signal, stream]),
        );
        metrics.watchReconnect(outcome.end);
        if (outcome.end === 'event') {
          log.warn('Nexodus ended the watch with an error', { cause: outcome.message });
          this.#refresh();
        }
        // An end is news; but a server that hangs up at once, again and again, gets time.
        const useless =
          outcome.end === 'event' || (news === 0 && this.#options.clock.monotonic() - started < 1_000);
        failures = useless ? failures + 1 : 0;
        if (useless) await this.#sleep(this.#backoffMs(failures, undefined), signal);
      } catch (error) {
        signal.throwIfAborted();
        if (stream.aborted) continue;
        log.debug('The watch failed', { cause: messageOf(error) });
        metrics.watchReconnect('failed');
        directory.failed('watch', error);
        // What came before may be nonsense as well.
        if (error instanceof Transient && error.code === 'BadAnswer') this.#refresh();
        await this.#sleep(this.#backoffMs(++failures, error), signal);
      }
    }
  }

  /** Sleeps until then, or until something wants to be done at once. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, AbortSignal.any([signal, this.#wake.signal]));
    } catch {
      signal.throwIfAborted();
    }
  }

  #backoffMs(failures: number, error: unknown): number {
    const { retryMs, maxRetryMs } = this.#timing;
    const grown = Math.min(retryMs * 2 ** (failures - 1), maxRetryMs) * (0.5 + this.#random() / 2);
    return Math.max(grown, error instanceof Transient ? (error.retryAfterMs ?? 0) : 0);
  }

  /** A tenth more or less, so that controllers do not move in step. */
  #around(ms: number): number {
    return ms * (0.9 + this.#random() / 5);
  }

  #random(): number {
    return (this.#options.random ?? Math.random)();
  }
}
