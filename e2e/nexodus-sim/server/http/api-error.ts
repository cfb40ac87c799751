import { randomBytes } from 'node:crypto';

/** An answer that is not a success; `body` undefined means an empty body. */
export class ApiError extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | undefined;

  constructor(status: number, body?: Readonly<Record<string, unknown>>) {
    super(typeof body?.['error'] === 'string' ? body['error'] : `status ${status}`);
    this.status = status;
    this.body = body;
  }
}

export const badPayload = (cause: string): ApiError =>
  new ApiError(400, { error: `request json is invalid: ${cause}` });
export const badPathParameter = (field: string): ApiError =>
  new ApiError(400, { error: 'path parameter invalid', field });
export const fieldNotPresent = (field: string): ApiError =>
  new ApiError(400, { error: 'field not present', field });
/** The rule's text is the error; `field` names what broke it. */
export const fieldInvalid = (field: string, rule: string): ApiError =>
  new ApiError(400, { error: rule, field });
export const notAllowed = (reason: string): ApiError =>
  new ApiError(400, { error: 'operation not allowed', reason });
export const notFound = (resource: string): ApiError => new ApiError(404, { error: 'not found', resource });
/** Several handlers answer 404 without a body. */
export const notFoundEmpty = (): ApiError => new ApiError(404);
export const conflict = (id: string): ApiError => new ApiError(409, { id, error: 'resource already exists' });
export const internalError = (): ApiError =>
  new ApiError(500, { error: 'internal server error', trace_id: randomBytes(16).toString('hex') });
