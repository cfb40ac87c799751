/** One watch request: its events, parsed and checked. */

import type { NexlinkError } from '../runtime/errors.ts';
import { Transient } from '../runtime/errors.ts';
import type { KubeObject, Resource } from '../runtime/kube.ts';
import type { WatchEvent } from './cache.ts';
import { isObject, type KubeClient } from './client.ts';
import { failureOf, networkFailureOf, unusable, type Attempt } from './failures.ts';
import { LineSplitter } from './lines.ts';
import { listPath, type Scope } from './paths.ts';
import type { HTTPStream } from './transport.ts';

export interface WatchOptions {
  /** What comes after it is sent. */
  readonly resourceVersion: string;
  /** The server ends the watch after this long, with a bookmark before. */
  readonly timeoutSeconds: number;
  /** How much longer than `timeoutSeconds` nothing at all may come: then the connection is dead. */
  readonly slackMs: number;
  /** The longest event. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Nothing came for longer than the server may stay silent. */
class Silence extends Error {
  constructor(ms: number) {
    super(`nothing came for ${Math.round(ms / 1000)} s, not even a bookmark`);
    this.name = 'SilenceTimeout';
  }
}

/**
 * The events of a scope after a resourceVersion, bookmarks included. Ends when the server ends the watch. Throws the
 * signal's reason, or an error of runtime/errors.ts; its code is `Expired` when the revision is forgotten.
 */
export async function* watch<T extends KubeObject>(
  client: KubeClient,
  resource: Resource,
  scope: Scope,
  options: WatchOptions,
): AsyncGenerator<WatchEvent<T>> {
  const attempt: Attempt = { verb: 'watch', object: resource.plural, server: client.server };
  const { resourceVersion, timeoutSeconds, signal } = options;
  const silentMs = timeoutSeconds * 1000 + options.slackMs;
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const silence = setTimeout(() => controller.abort(new Silence(silentMs)), silentMs);
  try {
    const path = listPath(resource, scope, {
      watch: true,
      allowWatchBookmarks: true,
      resourceVersion,
      timeoutSeconds,
    });
    const stream = await client.transport.stream(path, controller.signal);
    if (stream.status !== 200) throw await refusal(client, attempt, stream);
    const lines = new LineSplitter(options.maxBytes);
    for await (const chunk of stream.body)
      for (const line of lines.push(chunk)) {
        silence.refresh();
        yield eventOf<T>(line, attempt);
      }
  } catch (error) {
    signal.throwIfAborted();
    throw networkFailureOf(attempt, controller.signal.aborted ? controller.signal.reason : error);
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', stop);
    // Also when the caller stops reading: the connection must not stay.
    controller.abort();
  }
}

function eventOf<T extends KubeObject>(line: string, attempt: Attempt): WatchEvent<T> {
  let event: { type?: unknown; object?: unknown } | undefined;
  try {
    event = JSON.parse(line) as typeof event;
  } catch {
    throw unusable(attempt, 'an event that is not JSON');
  }
  const { type, object } = event ?? {};
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      if (isObject(object)) return { type, object: object as T };
      break;
    case 'BOOKMARK':
      if (typeof (object as KubeObject | undefined)?.metadata?.resourceVersion === 'string')
        return { type, object: object as T };
      break;
    case 'ERROR': {
      const code = Number((object as { code?: unknown } | undefined)?.code);
      throw failureOf(attempt, {
        status: code >= 400 ? code : 500,
        headers: {},
        body: JSON.stringify(object) ?? '',
      });
    }
  }
  throw unusable(
    attempt,
    typeof type === 'string'
      ? `an event of type ${JSON.stringify(type.slice(0, 40))} without a usable object`
      : 'something else than an event',
  );
}

/** The error of an answer that is no watch; at most some KiB of it are read. */
async function refusal(client: KubeClient, attempt: Attempt, stream: HTTPStream): Promise<NexlinkError> {
  let body = '';
  for await (const chunk of stream.body) {
    body += Buffer.from(chunk).toString('utf8');
    if (body.length > 16_384) break;
  }
  const failure = failureOf(attempt, { ...stream, body });
  if (failure.code === 'Unauthorized') client.transport.renewCredentials();
  return failure;
}

/** Whether a failed watch may go on from where it was. */
export const isExpired = (error: unknown): boolean => error instanceof Transient && error.code === 'Expired';
