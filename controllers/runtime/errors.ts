/**
 * The kinds of failure that a reconcile can end with. Adapters translate HTTP codes into them; nothing else looks at
 * a code. `code` is stable, for logs and metrics.
 */

/** Base of all: what failed, with the object, the cause and the next step in the message. */
export class NexlinkError extends Error {
  readonly code: string;
  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/**
 * It will not get better by trying again soon: wait for a change of the object, or of what refuses it. `reason` becomes
 * a condition's reason.
 */
export class Terminal extends NexlinkError {}

/** Something else must happen first: look again after `afterMs`, without counting as a failure. */
export class Waiting extends NexlinkError {
  readonly afterMs: number;
  constructor(code: string, message: string, afterMs: number) {
    super(code, message);
    this.afterMs = afterMs;
  }
}

/** The network, a server or a timeout: try again with growing delay, or after `retryAfterMs` when the server said so. */
export class Transient extends NexlinkError {
  readonly retryAfterMs: number | undefined;
  constructor(code: string, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(code, message, options);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** The object is not there. */
export class NotFound extends NexlinkError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('NotFound', message, options);
  }
}

/** Somebody else changed or owns it: observe again. `code` is Conflict or AlreadyExists. */
export class Conflict extends NexlinkError {}

/** Whether another object of the name is in the way: its arrival in the cache, or its end, is what helps. */
export const isInTheWay = (error: unknown): boolean =>
  error instanceof Conflict && error.code === 'AlreadyExists';

/** The server knows us and says no, or does not accept who we are. `code` is Forbidden or Unauthorized. */
export class Denied extends NexlinkError {}

/** Text of anything thrown, for messages and logs. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
