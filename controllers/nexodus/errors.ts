/** Translates what HTTP and the network say into the kinds of failure of runtime/errors.ts. */

import {
  Conflict,
  Denied,
  messageOf,
  type NexlinkError,
  NotFound,
  Terminal,
  Transient,
} from '../runtime/errors.ts';
import type { NexodusFailure } from '../runtime/nexodus.ts';

/** Where users keep the credentials; named in messages. */
export const credentialsSecret =
  'Secret nexlink-system/nexodus-credentials (or the one of the setting credentialsSecret)';
const keysOfSecret = 'username and password, or refreshToken';

/** The object exists already; `id` is its id when the server told it. */
export class AlreadyExists extends Conflict {
  readonly id: string | undefined;
  constructor(message: string, id: string | undefined) {
    super('AlreadyExists', message);
    this.id = id;
  }
}

/** An answer, read to its end. Header names are lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly text: string;
}

/** The error that a status of 300 or more means. `what` is the request, as `GET https://api.x/api/vpcs`. */
export function errorOfStatus(what: string, answer: Answer, now: Date): NexlinkError {
  const { status } = answer;
  const said = explain(answer.text);
  const text = `${what} was answered with ${status}${said === '' ? '' : ` (${said})`}`;
  if (status === 401) return unauthorized(`${text}: Nexodus does not accept our login.`);
  if (status === 403)
    return new Denied(
      'Forbidden',
      `${text}: the user of ${credentialsSecret} may not do that; use one that owns the organization and the devices, with the scopes read and write of organizations and devices.`,
    );
  // Nexodus says it in JSON, or without a word. A page is somebody else's, and says nothing about the object.
  if (status === 404)
    return answer.text.trim() === '' || errorFields(answer.text) ? new NotFound(text) : notNexodus(text);
  // Said by what stands before Nexodus, of this one attempt.
  if (status === 408 || status === 421 || status === 425)
    return new Transient('ServerError', `${text}: it is tried again.`);
  if (status === 409) return new AlreadyExists(text, conflictingID(answer.text));
  if (status === 429)
    return new Transient('RateLimited', `${text}: Nexodus limits the requests of a user; we wait.`, {
      retryAfterMs: retryAfterMs(answer.headers, now) ?? defaultRetryAfterMs,
    });
  if (status >= 500) {
    const after = retryAfterMs(answer.headers, now);
    return new Transient(
      'ServerError',
      `${text}: look at the logs of the Nexodus API server if it lasts.`,
      after === undefined ? {} : { retryAfterMs: after },
    );
  }
  if (status >= 300 && status < 400) return notNexodus(text);
  return new Terminal('Rejected', text);
}

const notNexodus = (text: string): Transient =>
  new Transient('BadAnswer', `${text}: is nexodus.url the address of a Nexodus service?`);

/** Half of the window that Nexodus counts requests in. */
const defaultRetryAfterMs = 5_000;
const longestRetryAfterMs = 300_000;

/** Milliseconds from Retry-After (seconds or a date) or x-ratelimit-reset (seconds), at most 5 minutes. */
export function retryAfterMs(headers: Answer['headers'], now: Date): number | undefined {
  for (const name of ['retry-after', 'x-ratelimit-reset']) {
    const value = headers[name];
    if (typeof value !== 'string') continue;
    const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime();
    if (!Number.isNaN(ms)) return Math.min(Math.max(ms, 0), longestRetryAfterMs);
  }
  return undefined;
}

/** Nobody let us in. `why` is a sentence. */
export const unauthorized = (why: string): Denied =>
  new Denied('Unauthorized', `${why} Put a valid login into ${credentialsSecret} (keys: ${keysOfSecret}).`);

/** There is nothing to log in with. */
export const noCredentials = (): Denied =>
  new Denied(
    'Unauthorized',
    `${credentialsSecret} is missing or empty: create it with the keys ${keysOfSecret} of a Nexodus user, for example with kubectl -n nexlink-system create secret generic nexodus-credentials --from-literal=username=… --from-literal=password=…`,
  );

/** The answer is not what Nexodus sends. `why` says what is wrong with it. */
export const badAnswer = (what: string, why: string): Transient =>
  new Transient('BadAnswer', `${what} was answered with something else than expected: ${why}.`);

/** The request got no answer. */
export function errorOfCause(what: string, origin: string, cause: unknown): Transient {
  return new Transient('Unreachable', `cannot connect to ${origin}: ${explainCause(cause)} (${what})`, {
    cause,
  });
}

const tlsCodes: { readonly [code: string]: string } = {
  CERT_HAS_EXPIRED: 'its certificate has expired: renew it on the server',
  ERR_TLS_CERT_ALTNAME_INVALID:
    'its certificate is for another name: make it valid for the api. and auth. names of nexodus.url',
};
const untrusted =
  /^(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE)$/;

function explainCause(cause: unknown): string {
  const code = codeOf(cause);
  if (untrusted.test(code)) return 'certificate not trusted: set nexodus.caFile';
  const tls = tlsCodes[code];
  if (tls) return tls;
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `its name does not resolve (${code}): correct nexodus.url or the cluster's DNS`;
    case 'ECONNREFUSED':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `connection refused or no route (${code}): check that the service runs and that network policies allow the way`;
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return 'no connection in time: check that network policies and firewalls allow the way';
    case 'UND_ERR_HEADERS_TIMEOUT':
    case 'UND_ERR_BODY_TIMEOUT':
    case 'UND_ERR_ABORTED':
    case 'TimeoutError':
      return 'no complete answer in time';
    case 'UND_ERR_SOCKET':
    case 'ECONNRESET':
    case 'EPIPE':
      return 'the connection was closed before the answer was complete';
    default:
      return code === '' ? clean(messageOf(cause)) : code;
  }
}

/** The code of an error of node or undici, or of what caused it; '' when there is none. */
export function codeOf(error: unknown): string {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth++) {
    const { code, name, errors, cause } = at as { [field in 'code' | 'name' | 'errors' | 'cause']?: unknown };
    if (typeof code === 'string') return code;
    if (name === 'TimeoutError') return name;
    // Several addresses were tried: the first failure stands for all.
    at = Array.isArray(errors) && errors.length > 0 ? (errors[0] as unknown) : cause;
  }
  return '';
}

/** What an error body says: Nexodus' fields, or the start of its text. */
export function explain(body: string): string {
  const text = body.trim();
  if (text === '') return '';
  if (text.startsWith('<')) return 'an HTML page';
  const fields = /^[[{]/.test(text) ? errorFields(text) : undefined;
  if (fields === undefined) return clean(text);
  return clean(
    ['error', 'error_description', 'reason', 'field', 'resource']
      .map(name => [name, fields[name]] as const)
      .filter((entry): entry is readonly [string, string] => typeof entry[1] === 'string' && entry[1] !== '')
      .map(([name, value]) => (name === 'error' ? value : `${name}: ${value}`))
      .join(', '),
  );
}

/** The fields of the first JSON document in an error body: Nexodus sometimes sends two. */
function errorFields(text: string): { readonly [field: string]: unknown } | undefined {
  for (const document of [text, text.slice(0, text.indexOf('}') + 1)]) {
    try {
      const value: unknown = JSON.parse(document);
      if (typeof value === 'object' && value !== null) return value as { [field: string]: unknown };
    } catch {
      // Not a document: the next, or none.
    }
  }
  return undefined;
}

function conflictingID(body: string): string | undefined {
  const id = errorFields(body)?.['id'];
  return typeof id === 'string' ? id : undefined;
}

/** One short line of printable ASCII without anything that looks like a token. */
const clean = (text: string): string =>
  text
    .slice(0, 1_000)
    .replace(/\b(RK|DT|ST):[\w+/=-]+/g, '$1:…')
    .replace(/\beyJ[\w-]+\.[\w.-]*/g, '…')
    .replace(/[^\x20-\x7e\u2026]+/g, ' ')
    .trim()
    .slice(0, 200);

/** The reason of a failure, as {@link NexodusFailure} has it. */
export function failureReason(error: unknown): NexodusFailure['reason'] {
  if (error instanceof Denied) return 'Unauthorized';
  return error instanceof Transient && error.code === 'Unreachable' ? 'Unreachable' : 'NexodusError';
}
