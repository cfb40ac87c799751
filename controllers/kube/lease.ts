/** Leader election on a Lease: of several replicas, one writes. */

import type { Clock } from '../runtime/clock.ts';
import { messageOf, NotFound, Transient } from '../runtime/errors.ts';
import type { Log } from '../runtime/log.ts';
import { isBeaten, microTime, type Lease, type LeaseSpec, type LeaseStore } from './lease-record.ts';

/**
 * How long a leader may write after the start of its last renewal (`renewDeadlineMs`) must be less than how long others
 * keep away after they saw it (`durationMs`); the difference is for clocks that do not run alike and for writes under
 * way. With these, a leader that was killed is replaced in less than 15 s, and an API server that needs 5 s for every
 * answer costs nobody the lease.
 */
export interface LeaseTimings {
  readonly durationMs: number;
  readonly renewDeadlineMs: number;
  /** Between the starts of two renewals, when they succeed. */
  readonly renewMs: number;
  /** Between two looks of somebody who waits for the lease, and after a failed renewal. */
  readonly pollMs: number;
  /** For one request, which may hang on a dead connection. */
  readonly requestMs: number;
}

export const leaseTimings: LeaseTimings = {
  durationMs: 13_000,
  renewDeadlineMs: 11_000,
  renewMs: 2_000,
  pollMs: 1_000,
  requestMs: 6_000,
};

export interface ElectionOptions {
  readonly store: LeaseStore;
  /** Unique among all processes of all times: a process that starts again is another candidate. */
  readonly identity: string;
  /**
   * How the identities of those begin of whom one at most lives, this process: those of the same pod. A container is
   * started again when its process has ended, so that nobody has to wait for the end of that one's lease.
   */
  readonly place?: string | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly timings?: LeaseTimings;
}

/** The time during which this process leads. */
export interface Term {
  /** Whether a write may start now. */
  held(): boolean;
  /** Throws Transient (code `NotLeader`) when a write may not start now: to be called right before each. */
  check(): void;
  /** Aborted as soon as the lease is lost or released. */
  readonly lost: AbortSignal;
  /** Gives the lease up, after the last write, so that the next leader need not wait. Never rejects. */
  release(): Promise<void>;
}

/**
 * Waits until this process leads. Whether another leader's lease has ended is judged by how long its record has not
 * changed on our own monotonic clock, so neither clocks that differ nor steps of a clock matter. Rejects only with the
 * reason of `signal`.
 */
export async function campaign(options: ElectionOptions, signal: AbortSignal): Promise<Term> {
  const { store, clock, log, identity, place, timings = leaseTimings } = options;
  const isPast = (holder: string | undefined) => place !== undefined && holder?.startsWith(place);
  let seen = '';
  let seenAt = 0;
  let holder: LeaseSpec | undefined;
  let complaint = '';
  for (;;) {
    signal.throwIfAborted();
    let waitMs = timings.pollMs;
    try {
      const lease = await store.read(timings.requestMs);
      const record = JSON.stringify(lease?.spec);
      if (lease && record !== seen) {
        if (lease.spec?.holderIdentity && lease.spec.holderIdentity !== holder?.holderIdentity)
          log.info('another replica leads', { holder: lease.spec.holderIdentity });
        seen = record;
        seenAt = clock.monotonic();
        holder = lease.spec;
      }
      // Who deletes a Lease does not end the term of its holder, who does not know of it yet.
      const freeInMs = holder?.holderIdentity ? seenAt + durationOf(holder, timings) - clock.monotonic() : 0;
      if (freeInMs <= 0 || holder?.holderIdentity === identity || isPast(holder?.holderIdentity)) {
        signal.throwIfAborted();
        return await take(options, lease);
      }
      waitMs = Math.min(waitMs, freeInMs);
      complaint = '';
    } catch (error) {
      signal.throwIfAborted();
      if (!isBeaten(error) && messageOf(error) !== complaint)
        log.warn('cannot ask for the lease', { error: (complaint = messageOf(error)) });
    }
    await clock.sleep(waitMs * (0.9 + 0.1 * Math.random()), signal);
  }
}

async function take(options: ElectionOptions, lease: Lease | undefined): Promise<Term> {
  const { store, clock, log, identity, timings = leaseTimings } = options;
  const start = clock.monotonic();
  const spec = specOf(options, lease?.spec);
  const taken = await (lease
    ? store.replace({ ...lease, spec }, timings.requestMs)
    : store.create(spec, timings.requestMs));
  log.info('this replica leads', { identity });
  return new HeldTerm(options, taken, start);
}

/** A renewed or new record; fields that others put into it stay. */
function specOf({ identity, clock, timings = leaseTimings }: ElectionOptions, found?: LeaseSpec): LeaseSpec {
  const before = found ?? {};
  const now = microTime(clock.now());
  const same = before.holderIdentity === identity;
  return {
    ...before,
    holderIdentity: identity,
    leaseDurationSeconds: Math.ceil(timings.durationMs / 1000),
    acquireTime: (same ? before.acquireTime : undefined) ?? now,
    renewTime: now,
    leaseTransitions: transitionsAfter(before, same),
  };
}

/** Counts changes of the holder, as far as the API server can count. */
function transitionsAfter({ leaseTransitions }: LeaseSpec, same: boolean): number {
  if (!Number.isInteger(leaseTransitions)) return 0;
  return Math.min(Math.max(0, leaseTransitions! + (same ? 0 : 1)), maxInt32);
}
const maxInt32 = 2 ** 31 - 1;

function durationOf({ leaseDurationSeconds }: LeaseSpec, timings: LeaseTimings): number {
  return typeof leaseDurationSeconds === 'number' && leaseDurationSeconds > 0
    ? leaseDurationSeconds * 1000
    : timings.durationMs;
}

class HeldTerm implements Term {
  readonly #options: ElectionOptions;
  readonly #timings: LeaseTimings;
  readonly #lost = new AbortController();
  #lease: Lease;
  #heldUntil: number;
  readonly #renewing: Promise<void>;

  constructor(options: ElectionOptions, lease: Lease, takenAt: number) {
    this.#options = options;
    this.#timings = options.timings ?? leaseTimings;
    this.#lease = lease;
    this.#heldUntil = takenAt + this.#timings.renewDeadlineMs;
    this.#renewing = this.#renew(takenAt);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  held(): boolean {
    return !this.lost.aborted && this.#leftMs() > 0;
  }

  check(): void {
    if (!this.held())
      throw new Transient('NotLeader', 'this replica does not hold the lease (any more): it writes nothing');
  }

  async release(): Promise<void> {
    this.#end('the lease is released');
    await this.#renewing;
    const { store, clock, log, identity } = this.#options;
    try {
      // Replaces only the state that we wrote: it does nothing to a lease that somebody else has taken.
      const now = microTime(clock.now());
      const spec = { ...this.#lease.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now };
      await store.replace({ ...this.#lease, spec }, this.#timings.requestMs);
      log.info('lease released', { identity });
    } catch (error) {
      if (!isBeaten(error))
        log.warn('the lease is not released and ends by itself', { error: messageOf(error) });
    }
  }

  async #renew(takenAt: number): Promise<void> {
    const { clock, log, identity } = this.#options;
    let nextAt = takenAt + this.#timings.renewMs;
    while (this.held()) {
      const waitMs = Math.min(nextAt - clock.monotonic(), this.#leftMs());
      await clock.sleep(Math.max(0, waitMs), this.lost).catch(() => {});
      if (!this.held()) break;
      const start = clock.monotonic();
      try {
        await this.#renewOnce(Math.min(this.#timings.requestMs, this.#leftMs()));
        this.#heldUntil = start + this.#timings.renewDeadlineMs;
        nextAt = start + this.#timings.renewMs;
      } catch (error) {
        if (this.lost.aborted) return;
        log.warn('lease not renewed', { error: messageOf(error), leftMs: Math.round(this.#leftMs()) });
        nextAt = clock.monotonic() + this.#timings.pollMs / 2;
      }
    }
    if (this.lost.aborted) return;
    log.error('lease lost', { identity });
    this.#end('the lease is lost');
  }

  async #renewOnce(deadlineMs: number): Promise<void> {
    const { store, identity } = this.#options;
    try {
      this.#lease = await store.replace(
        { ...this.#lease, spec: specOf(this.#options, this.#lease.spec) },
        deadlineMs,
      );
    } catch (error) {
      if (!isBeaten(error) && !(error instanceof NotFound)) throw error;
      // Written meanwhile: by a renewal of ours whose answer was lost, by a person, or by a new leader.
      const found = await store.read(Math.min(deadlineMs, this.#leftMs()));
      if (found && found.spec?.holderIdentity !== identity) {
        this.#heldUntil = -Infinity;
        throw new Transient(
          'NotLeader',
          `the lease is held by ${found.spec?.holderIdentity || 'nobody'} now`,
        );
      }
      this.#lease = found
        ? await store.replace({ ...found, spec: specOf(this.#options, found.spec) }, this.#leftMs())
        : await store.create(specOf(this.#options), this.#leftMs());
    }
  }

  #leftMs(): number {
    return this.#heldUntil - this.#options.clock.monotonic();
  }

  #end(reason: string): void {
    this.#heldUntil = -Infinity;
    this.#lost.abort(new Transient('NotLeader', reason));
  }
}
