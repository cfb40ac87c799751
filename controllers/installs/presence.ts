/**
 * Whether this install of Nexlink is the only one with its cluster id. Two of one id take each other's devices for
 * leftovers of their own: a ClusterProperty that was copied to all clusters, a cluster that was cloned, two installs in
 * one cluster. Each therefore leaves a sign in Nexodus while it leads, and who finds another one's asks it whether it
 * lives: it moves its own sign, and looks whether the other one is moved as well. Nothing else is written to Nexodus
 * before that is known, nor while both live. An install that is alone moves nothing.
 */

import type { Clock } from '../runtime/clock.ts';
import { messageOf, Transient } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import type { InstallSign, InstallSigns } from '../runtime/nexodus.ts';

/** How often an install that is alone looks for others. */
export const lookMs = 4_000;
/** How often it looks, and moves its sign, while there is another one. */
export const askMs = 1_000;
/**
 * How many looks in a row find the sign of an install that has ended where it was. In that time one that lives looks
 * twice; a leader that follows one that was killed waits for no longer.
 */
export const silentLooks = 10;

/** The longest wait while Nexodus does not answer. */
const retryMs = 30_000;

/** Asking: there is the sign of another install, and it is not known whether that one lives. */
export type Standing = 'asking' | 'alone' | 'shared';

export interface PresenceOptions {
  readonly signs: InstallSigns;
  readonly clock: Clock;
  readonly log: Log;
  /** Drawn anew by each process. */
  readonly session: string;
  /** Where one process lives at a time: one that left its sign here has ended. */
  readonly place?: string | undefined;
  /** How people call this install. */
  readonly name: string;
}

interface Other {
  readonly name: string;
  readonly beat: string;
  /** For how many looks its sign has not moved. */
  readonly silent: number;
  readonly lives: boolean;
}

export class Presence {
  readonly #options: PresenceOptions;
  readonly #others = new Map<string, Other>();
  readonly #listeners: (() => void)[] = [];
  #sleep = new AbortController();
  #standing: Standing = 'asking';
  #own: string | undefined;
  #left = false;
  #complaint: string | undefined;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** The names of the installs that live beside this one. */
  get others(): readonly string[] {
    return [...this.#others.values()].flatMap(({ name, lives }) => (lives ? [name] : [])).sort();
  }

  /** Calls `listener` when standing or others have changed. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Looks again and again until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#options;
    let failures = 0;
    while (!signal.aborted) {
      // Whoever wakes it from now on, while it looks too, has it look once more.
      this.#sleep = new AbortController();
      const awake = AbortSignal.any([signal, this.#sleep.signal]);
      try {
        await this.look();
        failures = 0;
        this.#complaint = undefined;
      } catch (error) {
        failures++;
        const complaint = messageOf(error);
        const isEarly = error instanceof Transient && error.code === 'NotReady';
        if (complaint !== this.#complaint && !isEarly && !signal.aborted)
          log.warn('cannot find out whether another install has this cluster id', { error: complaint });
        this.#complaint = complaint;
      }
      const waitMs =
        failures > 0
          ? Math.min(retryMs, askMs * 2 ** (failures - 1))
          : this.#standing === 'alone'
            ? lookMs
            : askMs;
      await clock.sleep(waitMs, awake).catch(() => {});
    }
  }

  /** Has it look again now, as Nexodus may answer now. */
  wake(): void {
    this.#sleep.abort();
  }

  /** Takes the sign away, so that the next process need not ask. Never rejects. */
  async leave(): Promise<void> {
    this.#left = true;
    const own = this.#own;
    if (own === undefined) return;
    await this.#options.signs
      .remove(own)
      .catch((error: unknown) =>
        this.#options.log.warn('cannot take back the sign of this install', { error: messageOf(error) }),
      );
  }

  /** One look. Rejects when Nexodus does not answer; then nothing has changed. */
  async look(): Promise<void> {
    const { signs, session, place, name } = this.#options;
    let found = await signs.list();
    // A look that was under way must not put back what was taken away.
    if (this.#left) return;
    if (!found.some(sign => sign.session === session)) {
      await signs.create({ session, place, name });
      // Of two that come at once, one at least sees the other.
      found = await signs.list();
    }
    const [own, ...surplus] = found.filter(sign => sign.session === session);
    this.#own = own?.id;
    for (const { id } of surplus) await signs.remove(id);
    const others: InstallSign[] = [];
    for (const sign of found) {
      if (sign.session === session) continue;
      if (place !== undefined && sign.place === place) await signs.remove(sign.id);
      else others.push(sign);
    }
    const isFirst = this.#standing === 'asking';
    for (const id of this.#others.keys()) if (!others.some(sign => sign.id === id)) this.#others.delete(id);
    for (const sign of others) await this.#judge(sign, isFirst);
    if (own && this.#others.size > 0) await signs.move(own.id);
    this.#conclude();
  }

  async #judge({ id, name, beat }: InstallSign, isFirst: boolean): Promise<void> {
    const before = this.#others.get(id);
    // Who comes after us lives, and so does who has moved.
    const lives = before ? before.lives || before.beat !== beat : !isFirst;
    const silent = before?.beat === beat ? before.silent + 1 : 0;
    if (silent < silentLooks) return void this.#others.set(id, { name, beat, silent, lives });
    this.#others.delete(id);
    this.#options.log.info('another install of this cluster id has ended', { install: name });
    await this.#options.signs.remove(id);
  }

  #conclude(): void {
    const { log } = this.#options;
    const before = JSON.stringify([this.#standing, this.others]);
    const all = [...this.#others.values()];
    this.#standing = all.some(({ lives }) => lives) ? 'shared' : all.length > 0 ? 'asking' : 'alone';
    if (JSON.stringify([this.#standing, this.others]) === before) return;
    if (this.#standing === 'shared')
      log.error('another install has the same cluster id; nothing is written to Nexodus', {
        others: this.others,
      });
    else if (this.#standing === 'asking')
      log.info('is the sign of another install that of one that lives?', {
        installs: all.map(({ name }) => name),
      });
    for (const listener of this.#listeners) listener();
  }
}
