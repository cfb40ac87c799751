import type { Clock } from '../runtime/clock.ts';
import { Denied, messageOf } from '../runtime/errors.ts';
import type { NexodusFailure } from '../runtime/nexodus.ts';
import { failureReason } from './errors.ts';

/** What can fail by itself. */
export type Source = 'list' | 'watch';

interface Series {
  readonly since: Date;
  readonly startedAt: number;
  readonly error: unknown;
}

/** Turns single failures into the state that everybody sees: refusals at once, others when they last. */
export class Failures {
  readonly #clock: Clock;
  readonly #graceMs: number;
  readonly #series = new Map<Source, Series>();
  #current: NexodusFailure | undefined;

  /** One lost answer is no outage: only a failure that came back after `graceMs` is told to anybody. */
  constructor(clock: Clock, graceMs: number) {
    this.#clock = clock;
    this.#graceMs = graceMs;
  }

  get current(): NexodusFailure | undefined {
    return this.#current;
  }

  /** Returns whether {@link current} changed; so does {@link succeeded}. */
  failed(source: Source, error: unknown): boolean {
    const before = this.#series.get(source);
    this.#series.set(source, {
      since: before?.since ?? this.#clock.now(),
      startedAt: before?.startedAt ?? this.#clock.monotonic(),
      error,
    });
    return this.#judge();
  }

  succeeded(source: Source): boolean {
    return this.#series.delete(source) && this.#judge();
  }

  #judge(): boolean {
    const before = this.#current;
    const series = (['list', 'watch'] as const)
      .map(source => this.#series.get(source))
      .find(series => series !== undefined && this.#counts(series));
    if (!series) {
      this.#current = undefined;
      return before !== undefined;
    }
    const reason = failureReason(series.error);
    // The text of an outage may differ from try to try: the first one stays, so that nobody writes it again and again.
    if (
      before?.reason === reason &&
      (reason !== 'Unauthorized' || before.message === messageOf(series.error))
    )
      return false;
    this.#current = { reason, message: messageOf(series.error), since: series.since };
    return true;
  }

  #counts({ error, startedAt }: Series): boolean {
    return error instanceof Denied || this.#clock.monotonic() - startedAt >= this.#graceMs;
  }
}
