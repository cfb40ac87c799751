/** Events (events.k8s.io/v1), sent in the background: never in the way of a reconcile. */

import { randomBytes } from 'node:crypto';
import type { Clock } from '../runtime/clock.ts';
import { messageOf, Waiting } from '../runtime/errors.ts';
import type { EventRecorder, KubeObject } from '../runtime/kube.ts';
import type { Log } from '../runtime/log.ts';
import { redact } from '../runtime/redact.ts';
import { apiVersionOf, resources } from '../runtime/resources.ts';
import { microTime } from './lease-record.ts';

export interface RecorderOptions {
  /** Creates an Event in its namespace: `event => writer.create(resources.events, event)`. */
  readonly create: (event: KubeObject) => Promise<unknown>;
  /** Who reports, as `domain/name`, and which replica of it. */
  readonly controller: string;
  readonly instance: string;
  readonly clock: Clock;
  readonly log: Log;
}

interface Occurrence {
  sentAt: number;
  /** How often it happened since it was sent. */
  repeats: number;
}

const quietMs = 3_600_000;
const rememberedEvents = 4096;
const pendingEvents = 256;
/** All events together: so many at once, then one for each `refillMs`. */
const burst = 100;
const refillMs = 200;

/**
 * Sends each event once. A repetition within an hour is only counted; one after that is sent as a series, with the
 * count (the first event is deleted by the API server after an hour by default, so there is none to add to).
 * What comes faster than the API server should be bothered with is left out, and logged in detail logs.
 */
export class KubeEventRecorder implements EventRecorder {
  readonly #options: RecorderOptions;
  readonly #known = new Map<string, Occurrence>();
  readonly #pending: KubeObject[] = [];
  #sending: Promise<void> | undefined;
  #tokens = burst;
  #refilledAt: number;

  constructor(options: RecorderOptions) {
    this.#options = options;
    this.#refilledAt = options.clock.monotonic();
  }

  event(about: KubeObject, type: 'Normal' | 'Warning', reason: string, note: string): void {
    const { clock, log } = this.#options;
    const { kind, metadata } = about;
    const key = JSON.stringify([
      kind,
      metadata.uid ?? [metadata.namespace, metadata.name],
      type,
      reason,
      note,
    ]);
    const known = this.#known.get(key);
    const now = clock.now();
    if (known && clock.monotonic() - known.sentAt < quietMs) {
      known.repeats++;
      return;
    }
    if (this.#pending.length >= pendingEvents || !this.#takeToken()) {
      log.debug('too many events, one is left out', { object: metadata.name, reason, note });
      return;
    }
    this.#remember(key, { sentAt: clock.monotonic(), repeats: 0 });
    // A series counts two or more.
    const count = (known?.repeats ?? 0) + 1;
    this.#pending.push(
      this.#eventOf(about, type, reason, note, now, known && count >= 2 ? count : undefined),
    );
    this.#start();
  }

  /** Resolves when nothing is left to be sent. */
  async drained(): Promise<void> {
    while (this.#sending) await this.#sending;
  }

  #start(): void {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
      // What came after the last look at what is pending.
      if (this.#pending.length > 0) this.#start();
    });
  }

  async #send(): Promise<void> {
    for (let event = this.#pending.shift(); event; event = this.#pending.shift()) {
      try {
        await this.#options.create(event);
      } catch (error) {
        const { reason, note } = event as { reason?: string; note?: string };
        // In a namespace that is being deleted nothing can be made, and nobody reads of it.
        const level = error instanceof Waiting ? 'debug' : 'warn';
        this.#options.log[level]('event not sent', { reason, note, error: messageOf(error) });
      }
    }
  }

  #remember(key: string, occurrence: Occurrence): void {
    this.#known.delete(key);
    this.#known.set(key, occurrence);
    if (this.#known.size <= rememberedEvents) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest!);
  }

  #takeToken(): boolean {
    const now = this.#options.clock.monotonic();
    const refilled = Math.floor((now - this.#refilledAt) / refillMs);
    this.#refilledAt += refilled * refillMs;
    this.#tokens = Math.min(burst, this.#tokens + refilled);
    if (this.#tokens <= 0) return false;
    this.#tokens--;
    return true;
  }

  #eventOf(
    { apiVersion, kind, metadata: { namespace, name, uid, resourceVersion } }: KubeObject,
    type: string,
    reason: string,
    note: string,
    now: Date,
    count: number | undefined,
  ): KubeObject {
    const event: KubeObject & Record<string, unknown> = {
      apiVersion: apiVersionOf(resources.events),
      kind: resources.events.kind,
      metadata: {
        name: `${name.slice(0, 230).replace(/[-.]+$/, '')}.${randomBytes(8).toString('hex')}`,
        // Events about cluster-scoped objects are kept in `default`.
        namespace: namespace ?? 'default',
      },
      eventTime: microTime(now),
      ...(count === undefined ? {} : { series: { count, lastObservedTime: microTime(now) } }),
      type,
      reason,
      note: cut(redact(note)),
      action: reason,
      regarding: { apiVersion, kind, namespace, name, uid, resourceVersion },
      reportingController: this.#options.controller,
      reportingInstance: this.#options.instance.slice(0, 128),
    };
    return event;
  }
}

const noteBytes = 1024;

/** As much of a text as the API takes, without half a character. */
function cut(note: string): string {
  if (Buffer.byteLength(note) <= noteBytes) return note;
  let bytes = 0;
  let text = '';
  for (const character of note) {
    bytes += Buffer.byteLength(character);
    if (bytes > noteBytes - 3) return `${text}…`;
    text += character;
  }
  return text;
}
