import type { ServerResponse } from 'node:http';
import { ApiError, internalError } from './api-error.ts';
import type { Reply } from './router.ts';

/** The head and body of an answer that is not a stream. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const noCache = { 'cache-control': 'no-cache, no-store, max-age=0, must-revalidate' };
const jsonType = { 'content-type': 'application/json; charset=utf-8' };
const textType = { 'content-type': 'text/plain; charset=utf-8' };

/** A text of the gateway, which does not reach the API server. */
export function gatewayText(status: number, text: string): Answer {
  return { status, headers: textType, body: `${text}\n` };
}

/** The JSON error of the token exchange; its content type was recorded like this. */
export function exchangeError(error: string): Answer {
  return { status: 401, headers: textType, body: JSON.stringify({ error }) };
}

export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: '' };
}

export function jsonAnswer(
  status: number,
  json: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, headers: { ...jsonType, ...noCache, ...headers }, body: JSON.stringify(json) };
}

export const policyDenied: Answer = emptyAnswer(403, noCache);

export const unknownRoute: Answer = {
  status: 404,
  headers: { 'content-type': 'text/plain' },
  body: '404 page not found',
};

export function answerOf(reply: Exclude<Reply, { stream: unknown }>): Answer {
  if (reply.json === undefined) return emptyAnswer(reply.status, { ...noCache, ...reply.headers });
  return jsonAnswer(reply.status, reply.json, reply.headers);
}

/** Maps what a handler threw; anything unforeseen is an internal error. */
export function answerOfError(error: unknown): Answer {
  const apiError = error instanceof ApiError ? error : internalError();
  return apiError.body === undefined
    ? emptyAnswer(apiError.status, noCache)
    : jsonAnswer(apiError.status, apiError.body);
}

export function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.status, {
    ...answer.headers,
    'content-length': String(Buffer.byteLength(answer.body)),
  });
  response.end(answer.body);
}
