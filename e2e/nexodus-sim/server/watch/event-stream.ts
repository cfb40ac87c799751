import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Signals } from './signals.ts';
import type { ControlledStream, StreamRegistry } from './stream-registry.ts';
import { MultiWatch, type WatchEvent, type WatchSource } from './watch.ts';

export interface EventStreamTimes {
  /** The first event written later than this after the request is lost and the connection cut. */
  readonly writeTimeoutMs: number;
  /** The stream is cut after this time in any case; undefined for no limit. */
  readonly cutAfterMs: number | undefined;
}

/**
 * Writes a watch as one JSON object and an empty line an event, flushed at once, with no
 * keepalive. The write deadline of the real server is not lifted for watches: after it, the
 * next event is not delivered but breaks the connection.
 */
export function streamEvents(
  request: IncomingMessage,
  response: ServerResponse,
  sources: readonly WatchSource[],
  services: { readonly signals: Signals; readonly streams: StreamRegistry },
  times: EventStreamTimes,
  onClose: () => void,
): void {
  const deadline = performance.now() + times.writeTimeoutMs;
  const watch = new MultiWatch(sources, services.signals, () => schedule());
  const cut = (): void => void request.socket.destroy();
  let scheduled = false;
  let ended = false;

  const schedule = (): void => {
    if (scheduled || ended) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      pump();
    });
  };

  const write = (event: WatchEvent): boolean => {
    if (performance.now() > deadline) {
      cut();
      return false;
    }
    return response.write(`${JSON.stringify(event)}\n\n`);
  };

  const pump = (): void => {
    while (!ended && !services.streams.frozen) {
      const event = watch.next();
      if (event === undefined) return;
      if (!write(event)) {
        response.once('drain', schedule);
        return;
      }
    }
  };

  const stream: ControlledStream = {
    drop: cut,
    resume: schedule,
    fail: message => {
      write({ type: 'error', value: { error: message } });
      response.end();
    },
  };
  const unregister = services.streams.add(stream);
  const cutTimer = times.cutAfterMs === undefined ? undefined : setTimeout(cut, times.cutAfterMs);
  response.once('close', () => {
    ended = true;
    clearTimeout(cutTimer);
    unregister();
    watch.close();
    onClose();
  });

  if (!response.headersSent) response.writeHead(200, { 'content-type': 'application/json;stream=watch' });
  response.flushHeaders();
  schedule();
}
