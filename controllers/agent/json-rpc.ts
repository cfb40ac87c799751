/** One JSON-RPC 1.0 call over a Unix socket, on a connection of its own, as nexd serves it. */

import { createConnection } from 'node:net';
import { Transient } from '../runtime/errors.ts';
import { startDeadline } from './deadline.ts';

/** What can become of a call. `Refused`: nexd answered with an error. All others: it is not known whether it was done. */
export type CallFailure = 'NotRunning' | 'Died' | 'TimedOut' | 'Refused' | 'InvalidAnswer' | 'Unreachable';

/** A call failed. `kind` says how, the message says which call and what to look at. */
export class CallFailed extends Transient {
  readonly kind: CallFailure;
  constructor(kind: CallFailure, message: string, options?: { cause?: unknown }) {
    super(`Nexd${kind}`, message, options);
    this.kind = kind;
  }
}

/** What `error` holds when nexd refused, without what the call adds. */
export class CallRefused extends CallFailed {
  readonly answer: string;
  constructor(method: string, answer: string) {
    super('Refused', `nexd refused ${method}: ${answer}`);
    this.answer = answer;
  }
}

export interface Call {
  /** `Service.Method` */
  readonly method: string;
  readonly argument: string;
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** The longest answer that is read: a list of peers has about 300 bytes for each. */
const maxBytes = 16 * 1024 * 1024;
/** The longest error that is told; nexd's are a line. */
const maxError = 500;
let lastID = 0;

/** Calls a method that takes a text and gives one. Rejects with CallFailed, or the signal's reason. */
export function call(socketPath: string, { method, argument, deadlineMs, signal }: Call): Promise<string> {
  const id = ++lastID;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const socket = createConnection({ path: socketPath });
    const chunks: Buffer[] = [];
    let bytes = 0;

    const end = (settle: () => void) => {
      cancelDeadline();
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners().on('error', () => {});
      socket.destroy();
      settle();
    };
    const fail = (kind: CallFailure, message: string, cause?: unknown) =>
      end(() => reject(new CallFailed(kind, message, { cause })));
    const onAbort = () => end(() => reject(signal!.reason as Error));
    const cancelDeadline = startDeadline(deadlineMs, () =>
      fail(
        'TimedOut',
        `nexd did not answer ${method} within ${deadlineMs} ms; see the log of container nexd`,
      ),
    );
    signal?.addEventListener('abort', onAbort, { once: true });

    socket.on('connect', () => socket.write(`${JSON.stringify({ method, params: [argument], id })}\n`));
    socket.on('error', error => {
      const { kind, message } = connectFailure(socketPath, method, error);
      fail(kind, message, error);
    });
    socket.on('close', () =>
      fail(
        'Died',
        `nexd closed its control socket during ${method}: it has ended; see the log of container nexd`,
      ),
    );
    socket.on('data', chunk => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > maxBytes) fail('InvalidAnswer', `nexd answered ${method} with more than ${maxBytes} bytes`);
      else if (chunk.includes(0x0a)) {
        const text = Buffer.concat(chunks).toString('utf8');
        end(() => {
          try {
            resolve(resultOf(text, id, method));
          } catch (error) {
            reject(error as Error);
          }
        });
      }
    });
  });
}

function connectFailure(
  path: string,
  method: string,
  error: NodeJS.ErrnoException,
): { kind: CallFailure; message: string } {
  switch (error.code ?? '') {
    case 'ENOENT':
    case 'ECONNREFUSED':
      return { kind: 'NotRunning', message: `nexd is not running: nothing listens on ${path}` };
    case 'ECONNRESET':
    case 'EPIPE':
      return { kind: 'Died', message: `nexd ended during ${method}; see the log of container nexd` };
    default:
      return {
        kind: 'Unreachable',
        message: `nexd's control socket ${path} cannot be used: ${error.message}`,
      };
  }
}

function resultOf(text: string, id: number, method: string): string {
  let answer: { id?: unknown; result?: unknown; error?: unknown } | null;
  try {
    answer = JSON.parse(text) as typeof answer;
  } catch {
    answer = null;
  }
  if (typeof answer !== 'object' || answer?.id !== id)
    throw new CallFailed('InvalidAnswer', `nexd answered ${method} with something else than its result`);
  if (answer.error != null)
    throw new CallRefused(
      method,
      typeof answer.error === 'string' ? answer.error.slice(0, maxError) : 'an error that is no text',
    );
  if (typeof answer.result !== 'string')
    throw new CallFailed('InvalidAnswer', `nexd answered ${method} with a result that is no text`);
  return answer.result;
}
