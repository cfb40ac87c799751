import type { Clock } from '../runtime/clock.ts';
import type { Device } from '../runtime/nexodus.ts';
import type { NexodusClient, WatchSpec } from './client.ts';
import { badAnswer, explain } from './errors.ts';
import { frames } from './frames.ts';
import { field, type MetadataRow, readDevice, readMetadata } from './shapes.ts';

/** News of a watch. `deleted` carries the last state. */
export type WatchEvent =
  | { readonly kind: 'device'; readonly type: 'change' | 'delete'; readonly row: Device }
  | { readonly kind: 'metadata'; readonly type: 'change' | 'delete'; readonly row: MetadataRow };

/** The last revision seen of each kind; the tables count separately. */
export interface Cursor {
  device: number;
  metadata: number;
}

export interface WatchOptions {
  readonly client: Pick<NexodusClient, 'watch'>;
  readonly clock: Clock;
  readonly vpcID: string;
  /** The metadata key. */
  readonly key: string;
  /** Milliseconds without an event after which the stream is given up: a dead peer is silent, too. */
  readonly idleMs: number;
  /** Called when the server accepted the watch. */
  readonly onOpen: () => void;
  readonly onEvent: (event: WatchEvent) => void;
}

/** How a stream ended; `error` is the server saying that its stream is not to be trusted. */
export type StreamEnd =
  { readonly end: 'closed' | 'idle' } | { readonly end: 'event'; readonly message: string };

/**
 * Follows one stream from `cursor` on, which it moves with every event, until the stream ends.
 *
 * The caller has listed before, so that everything is asked for `at_tail`: only then come the deletes that happened
 * since. After 10 s such a stream is a long poll: the server breaks it when the next event is due, and the event comes
 * on the stream that follows. An end is therefore no failure; rejects when no stream could be opened or it brought
 * nonsense, or with the signal's reason.
 */
export async function followStream(
  options: WatchOptions,
  cursor: Cursor,
  signal: AbortSignal,
): Promise<StreamEnd> {
  const { client, vpcID, key } = options;
  const what = 'the watch';
  const ending = new AbortController();
  const idle = new IdleTimer(options.clock, options.idleMs, ending);
  const specs: WatchSpec[] = [
    { kind: 'device', gt_revision: cursor.device, at_tail: true },
    { kind: 'device-metadata', gt_revision: cursor.metadata, at_tail: true, options: { prefixes: [key] } },
  ];
  try {
    const body = await client.watch(vpcID, specs, AbortSignal.any([signal, ending.signal]));
    options.onOpen();
    for await (const frame of frames(unbroken(body), what)) {
      idle.touch();
      if (field(frame, 'type') === 'error')
        return { end: 'event', message: explain(JSON.stringify(field(frame, 'value') ?? {})) };
      const event = readEvent(frame, key, what);
      if (!event) continue;
      cursor[event.kind] = Math.max(cursor[event.kind], event.row.revision);
      options.onEvent(event);
    }
    signal.throwIfAborted();
    return { end: idle.expired ? 'idle' : 'closed' };
  } catch (error) {
    signal.throwIfAborted();
    if (idle.expired) return { end: 'idle' };
    throw error;
  } finally {
    idle.stop();
    ending.abort();
  }
}

/** The body, with a connection that breaks taken for its end. */
async function* unbroken(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch {
    // A reset is how the server tells that there is news.
  }
}

/** Undefined for what needs no action: bookmarks, other keys, kinds and types. */
function readEvent(frame: unknown, key: string, what: string): WatchEvent | undefined {
  const type = field(frame, 'type');
  const value = field(frame, 'value');
  if (typeof type !== 'string') throw badAnswer(what, 'an event without a type');
  if (type !== 'change' && type !== 'delete') return undefined;
  switch (field(frame, 'kind')) {
    case 'device':
      return { kind: 'device', type, row: readDevice(value, what) };
    case 'device-metadata': {
      const row = readMetadata(value, what);
      return row.key === key ? { kind: 'metadata', type, row } : undefined;
    }
    default:
      return undefined;
  }
}

/** Aborts a stream that was silent for too long. */
class IdleTimer {
  readonly #clock: Clock;
  readonly #idleMs: number;
  readonly #stop = new AbortController();
  #touched: number;
  expired = false;

  constructor(clock: Clock, idleMs: number, ending: AbortController) {
    this.#clock = clock;
    this.#idleMs = idleMs;
    this.#touched = clock.monotonic();
    void this.#run(ending);
  }

  touch(): void {
    this.#touched = this.#clock.monotonic();
  }

  stop(): void {
    this.#stop.abort();
  }

  async #run(ending: AbortController): Promise<void> {
    try {
      for (;;) {
        const left = this.#touched + this.#idleMs - this.#clock.monotonic();
        if (left <= 0) break;
        await this.#clock.sleep(left, this.#stop.signal);
      }
      this.expired = true;
      ending.abort();
    } catch {
      // Stopped.
    }
  }
}
