/** Translates answers and network errors of the API server into the errors of runtime/errors.ts. */

import {
  Conflict,
  Denied,
  messageOf,
  NexlinkError,
  NotFound,
  Terminal,
  Transient,
  Waiting,
} from '../runtime/errors.ts';
import type { HTTPAnswer } from './transport.ts';

/** What was tried, for messages. */
export interface Attempt {
  /** As RBAC calls it: get, list, watch, create, update, patch, delete; or what a person would say. */
  readonly verb: string;
  /** `Kind namespace/name`. */
  readonly object: string;
  /** URL of the server. */
  readonly server: string;
  /** The object is secret: what the server says of its fields is not repeated. */
  readonly secret?: boolean;
}

/** The fields of a `Status` answer that are looked at. */
interface Status {
  readonly kind?: unknown;
  readonly reason?: unknown;
  readonly message?: unknown;
  readonly details?: {
    readonly name?: unknown;
    readonly retryAfterSeconds?: unknown;
    readonly causes?: unknown;
  };
}

interface Cause {
  readonly reason?: unknown;
  readonly field?: unknown;
}

/** Code of the failure when the API server has forgotten a revision: list again. */
export const expired = 'Expired';
/** Code of the failure when the kind does not exist on the server. */
export const kindNotServed = 'KindNotServed';
/** Whether a failure says that the kind does not exist on the server. */
export const isNotServed = (error: unknown): boolean =>
  error instanceof Transient && error.code === kindNotServed;
/** Code of the failure when the answer was too long. */
export const answerTooLong = 'AnswerTooLong';

/** The error that an answer of status 300 and above stands for. */
export function failureOf(attempt: Attempt, answer: HTTPAnswer): NexlinkError {
  const status = statusOf(answer.body);
  const reason = typeof status.reason === 'string' ? status.reason : '';
  const said = whatItSays(attempt, answer, status);
  const text = (next: string) =>
    `cannot ${attempt.verb} ${attempt.object}: the API server answered ${answer.status}${reason && ` ${reason}`}` +
    `${said && `: ${said}`}; ${next}`;
  switch (answer.status) {
    case 400:
    case 405:
    case 413:
    case 415:
    case 422:
      return new Terminal(reason || 'BadRequest', text('correct the object'));
    case 401:
      return new Denied('Unauthorized', text('check the service account or the kubeconfig'));
    case 403:
      if (hasCause(status, 'NamespaceTerminating'))
        return new Waiting('NamespaceTerminating', text('it goes with its namespace'), 10_000);
      return new Denied('Forbidden', text(remedyFor(said)));
    case 404:
      if (isGone(answer)) return new NotFound(text('it is looked at again when it changes'));
      return new Transient(kindNotServed, text('install the CRD of this kind (config/crd)'));
    case 409:
      return reason === 'AlreadyExists'
        ? new Conflict('AlreadyExists', text('it is observed again'))
        : new Conflict('Conflict', text('somebody else changed it; it is observed again'));
    case 410:
      return new Transient(expired, text('everything is listed again'));
    default: {
      // What server-side apply says of fields that the kind does not have.
      if (answer.status === 500 && /^failed to (create typed patch object|convert new object)/.test(said))
        return new Terminal('Invalid', text('correct the object'));
      const retryAfterMs = retryAfterOf(answer, status);
      return new Transient(
        answer.status === 429 ? 'TooManyRequests' : reason || 'ServerError',
        text('it is tried again'),
        retryAfterMs === undefined ? {} : { retryAfterMs },
      );
    }
  }
}

/** What helps against a 403, by what the API server says. */
function remedyFor(said: string): string {
  const role = 'in the role of the service account (config/rbac)';
  if (/ cannot \S+ resource /.test(said)) return `grant this verb ${role}`;
  if (/permissions not currently held/.test(said)) return `grant these rights ${role}, as it passes them on`;
  if (/can't set finalizers on/.test(said)) return `grant update of its owner's finalizers ${role}`;
  return 'a quota, a policy or a webhook of the cluster refuses it';
}

/** The error that a request without a complete answer stands for. */
export function networkFailureOf(attempt: Attempt, cause: unknown): NexlinkError {
  if (cause instanceof NexlinkError) return cause;
  const { name = '', code = '' } = cause as { name?: string; code?: string };
  const [failure, next] =
    name === 'AnswerTooLong'
      ? [answerTooLong, 'ask for less']
      : /Deadline|Timeout/.test(name) || /TIMEOUT|ETIMEDOUT/.test(code)
        ? ['Timeout', 'it is tried again']
        : /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/.test(code)
          ? ['Untrusted', 'check the CA of the kubeconfig or of the service account']
          : ['Unreachable', 'check the network and whether the API server runs; it is tried again'];
  return new Transient(
    failure,
    `cannot ${attempt.verb} ${attempt.object} at ${attempt.server}: ${messageOf(cause) || code || name}; ${next}`,
    { cause },
  );
}

/** The error that an answer with a good status and an unusable body stands for. */
export const unusable = (attempt: Attempt, why: string): Transient =>
  new Transient(
    'InvalidAnswer',
    `cannot ${attempt.verb} ${attempt.object}: ${attempt.server} answered with ${why}; ` +
      'check what stands between Nexlink and the API server',
  );

/** Whether the server cannot have seen the request: it may be sent again, whatever it does. */
export function neverSent(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  return /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code);
}

/** Whether a failure of a patch means that one of its `test` operations found something else. */
export const isFailedTest = (answer: HTTPAnswer): boolean =>
  answer.status === 422 && causesOf(statusOf(answer.body)).length === 0;

/** Whether an apply named the uid of another object than the one that is there. */
export const isUIDChange = (answer: HTTPAnswer): boolean =>
  answer.status === 422 && causesOf(statusOf(answer.body)).some(({ field }) => field === 'metadata.uid');

/** Whether the object does not exist. A 404 that names none says that the path is unknown, nothing of the object. */
export function isGone(answer: HTTPAnswer): boolean {
  if (answer.status !== 404) return false;
  const { reason, details } = statusOf(answer.body);
  return reason === 'NotFound' && typeof details?.name === 'string';
}

/** Whether the object is there with another uid than the one of the precondition. */
export const isOtherUID = (answer: HTTPAnswer): boolean =>
  answer.status === 409 && /UID in (the )?precondition/.test(String(statusOf(answer.body).message));

function statusOf(body: string): Status {
  try {
    const value = JSON.parse(body) as unknown;
    return typeof value === 'object' && value !== null ? (value as Status) : {};
  } catch {
    return {};
  }
}

function whatItSays({ secret }: Attempt, { body, status: code }: HTTPAnswer, status: Status): string {
  if (secret && (code === 400 || code === 422)) {
    const fields = causesOf(status)
      .map(({ field }) => field)
      .filter(field => typeof field === 'string');
    return `invalid ${fields.join(', ')}`;
  }
  const said = typeof status.message === 'string' ? status.message : body;
  const line = said.replace(/\s+/g, ' ').trim();
  return line.length > 1000 ? `${line.slice(0, 1000)}…` : line;
}

const hasCause = (status: Status, reason: string): boolean =>
  causesOf(status).some(cause => cause.reason === reason);

const causesOf = ({ details }: Status) =>
  Array.isArray(details?.causes) ? (details.causes as readonly Cause[]) : [];

/** `Retry-After` in milliseconds: seconds in the header or in the Status. */
function retryAfterOf(answer: HTTPAnswer, status: Status): number | undefined {
  const header = answer.headers['retry-after'];
  const seconds = Number(Array.isArray(header) ? header[0] : (header ?? status.details?.retryAfterSeconds));
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 600) * 1000 : undefined;
}
