/** What a traffic client writes down: one JSON object a line. */

/** Why a connection counts as failed. */
export type Failure =
  /** Nobody listens. */
  | 'refused'
  /** Nothing within the time allowed. */
  | 'timeout'
  /** Broken off. */
  | 'reset'
  /** Ended in good order, without an answer. */
  | 'closed'
  /** An answer, from nobody who should have given it. */
  | 'wrong'
  /** Anything else, such as no route. */
  | 'error';

export interface Outcome {
  /** Who answered. */
  readonly by?: string;
  readonly failure?: Failure;
  /** Of a failure: what the system or the peer said. */
  readonly detail?: string;
}

/**
 * One line. `at`: start, milliseconds since the epoch; `ms`: how long it took.
 *
 * `http`: a connection with one request; `udp`: a datagram from a socket of its own; `lasting`: a connection that was
 * to last, which ended; `stall`: one that stays, and was silent for long; `late`: the client itself did not run;
 * `start`: a client began, with `count` lasting connections.
 */
export interface Sample extends Outcome {
  readonly kind: 'http' | 'udp' | 'lasting' | 'stall' | 'late' | 'start';
  readonly at: number;
  readonly ms: number;
  readonly count?: number;
}

export interface Parsed {
  readonly samples: readonly Sample[];
  /** Of the text: the rest is a line that is not whole yet. */
  readonly bytes: number;
}

/** The whole lines of a file that is still being written. */
export function parseSamples(text: string): Parsed {
  const end = text.lastIndexOf('\n') + 1;
  const lines = text.slice(0, end).split('\n').slice(0, -1);
  return {
    samples: lines.map(line => JSON.parse(line) as Sample),
    bytes: Buffer.byteLength(text.slice(0, end)),
  };
}

const failures: { readonly [code: string]: Failure } = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

/** A failure by the system's code for it. */
export const failed = ({ code, message }: NodeJS.ErrnoException): Outcome => ({
  failure: failures[code ?? ''] ?? 'error',
  detail: code ?? message,
});
