import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from '../control/faults.ts';
import { type Answer, send } from './answer.ts';

/**
 * Carries out a fault.
 *
 * @param serve serves the request as usual; undefined when it became a stream
 */
export function sendFaulty(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  serve: () => Answer | undefined,
): void {
  const json = { 'content-type': 'application/json; charset=utf-8' };
  const serveChanged = (change: (body: string) => string): void => {
    const answer = serve();
    if (answer !== undefined) send(response, { ...answer, body: change(answer.body) });
  };
  switch (fault.answer) {
    case 'status': {
      const retryAfter = fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) };
      send(response, {
        status: fault.status ?? 503,
        headers: { ...json, ...retryAfter },
        body: fault.body ?? '',
      });
      return;
    }
    case 'truncated':
      serveChanged(body => body.slice(0, Math.ceil(body.length / 2)));
      return;
    case 'doubled':
      serveChanged(body => body + body);
      return;
    case 'html':
      send(response, {
        status: fault.status ?? 200,
        headers: { 'content-type': 'text/html' },
        body: fault.body ?? '<html><body><h1>Service temporarily unavailable</h1></body></html>',
      });
      return;
    case 'endless':
      sendEndless(response, fault.status ?? 200, json);
      return;
    case 'hang':
      return;
    case 'reset':
      request.socket.destroy();
      return;
    case 'lost':
      serve();
      request.socket.destroy();
      return;
    case 'delay': {
      const timer = setTimeout(() => {
        const answer = serve();
        if (answer !== undefined) send(response, answer);
      }, fault.delayMs ?? 1000);
      response.once('close', () => clearTimeout(timer));
      return;
    }
  }
}

/** Writes as fast as the client reads, 64 KiB at a time with a pause. */
function sendEndless(response: ServerResponse, status: number, headers: Record<string, string>): void {
  response.writeHead(status, headers);
  response.write('[');
  const chunk = ' '.repeat(64 * 1024);
  const timer = setInterval(() => {
    if (!response.writableNeedDrain) response.write(chunk);
  }, 5);
  response.once('close', () => clearInterval(timer));
}
