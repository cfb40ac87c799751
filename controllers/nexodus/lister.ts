import { metadataKey } from '../../api/v1alpha1/labels.ts';
import type { Clock } from '../runtime/clock.ts';
import { NotFound, Terminal } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { Alarm } from './alarm.ts';
import type { NexodusClient } from './client.ts';
import type { NexodusDirectory } from './directory.ts';
import { credentialsSecret } from './errors.ts';
import type { Pace } from './timing.ts';

export interface ListerOptions {
  readonly client: Pick<NexodusClient, 'userID' | 'checkVPC' | 'devices' | 'metadata' | 'regKeys'>;
  readonly directory: NexodusDirectory;
  /** The VPC that is configured; the user's own when undefined. */
  readonly vpcID?: string | undefined;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly log: Log;
  /** Called after each complete list, with whether revisions ran backwards since the one before. */
  readonly onListed: (reset: boolean) => void;
}

/** Fills the directory with lists: complete ones now and then and on demand, of devices alone more often. */
export class Lister {
  readonly #options: ListerOptions;
  readonly #alarm: Alarm;
  /** Whether the directory's identity belongs to the credentials of now. */
  #identified = false;
  #listedAt = -Infinity;
  #allDueAt = 0;
  #devicesDueAt = 0;
  #failures = 0;
  /** Revisions ran backwards since the last complete list. */
  #wentBack = false;

  constructor(options: ListerOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock);
  }

  /** Asks for a complete list soon; while lists fail, for when the backoff says so. */
  refresh(): void {
    this.#allDueAt = Math.min(this.#allDueAt, this.#listedAt + this.#options.pace.timing.refreshMs);
    if (this.#failures === 0) this.#alarm.ring();
  }

  /** Other credentials: find out who we are now, and try at once what was refused. */
  credentialsChanged(): void {
    this.#identified = false;
    this.#allDueAt = 0;
    this.#failures = 0;
    this.#alarm.ring();
  }

  /** Lists until the signal is aborted; rejects with its reason. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, directory, pace } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const now = clock.monotonic();
      const all = now >= this.#allDueAt;
      if (!all && now < this.#devicesDueAt) {
        await this.#alarm.sleep(Math.min(this.#allDueAt, this.#devicesDueAt) - now, signal);
        continue;
      }
      try {
        await (all ? this.#listAll(now, signal) : this.#listDevices(signal));
        this.#failures = 0;
        directory.succeeded('list');
        this.#devicesDueAt = clock.monotonic() + pace.around(pace.timing.devicesMs);
      } catch (error) {
        signal.throwIfAborted();
        directory.failed('list', error);
        if (all) this.#allDueAt = 0;
        await this.#alarm.sleep(pace.backoffMs(++this.#failures, error), signal);
      }
    }
  }

  async #listAll(now: number, signal: AbortSignal): Promise<void> {
    const { client, directory, pace } = this.#options;
    this.#allDueAt = now + pace.around(pace.timing.listMs);
    this.#listedAt = now;
    if (!this.#identified) await this.#identify(signal);
    const { vpcID } = directory.requireIdentity();
    const marks = directory.marks();
    const [devices, metadata, regKeys] = await Promise.all([
      client.devices(vpcID, signal),
      client.metadata(vpcID, metadataKey, signal),
      client.regKeys(undefined, signal),
    ]);
    if (!this.#identified) return;
    const wentBack = directory.replaceAll({ devices, metadata, regKeys }, marks) || this.#wentBack;
    this.#wentBack = false;
    this.#options.onListed(wentBack);
  }

  async #listDevices(signal: AbortSignal): Promise<void> {
    const { client, directory } = this.#options;
    const marks = directory.marks();
    const devices = await client.devices(directory.requireIdentity().vpcID, signal);
    if (!this.#identified || !directory.replaceDevices(devices, marks)) return;
    // The other tables went back, too.
    this.#wentBack = true;
    this.#allDueAt = 0;
  }

  async #identify(signal: AbortSignal): Promise<void> {
    const { client, directory, log } = this.#options;
    // Set first, so that a change of the credentials meanwhile is not overwritten.
    this.#identified = true;
    try {
      const userID = await client.userID(signal);
      const vpcID = this.#options.vpcID ?? userID;
      await this.#checkVPC(vpcID, signal);
      const { vpcID: before } = directory;
      if (before !== undefined && before !== vpcID)
        log.warn('The credentials are of another user, whose VPC is another one', { before, vpcID });
      directory.setIdentity({ userID, vpcID });
    } catch (error) {
      this.#identified = false;
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
}
