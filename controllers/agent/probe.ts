/** One probe: asks the agent of a far end, through nexd's egress rule for it, and sees what comes back. */

import { createConnection } from 'node:net';
import { startDeadline } from './deadline.ts';
import { parseAnswer, type Answer, type Word } from './probe-protocol.ts';

/**
 * How a probe ended. A word: an agent said it. `other`: bytes that are no agent's. `refused`: the connection was ended
 * without any. `silent`: nothing came. `unknown`: nobody listened at this end, which says nothing of the other.
 */
export type ProbeResult = Word | 'other' | 'refused' | 'silent' | 'unknown';

export interface Probed {
  readonly result: ProbeResult;
  /** How long something takes to the far end and back; undefined when it cannot be told. */
  readonly rttMs?: number;
  /** What an agent said. */
  readonly answer?: Answer;
}

/**
 * Asks at a port of this pod. Never rejects. What comes too late is told to `onLate`: the far end lives, and is slow.
 */
export type Probe = (
  port: number,
  question: string,
  deadlineMs: number,
  signal: AbortSignal,
  onLate?: (probed: Probed) => void,
) => Promise<Probed>;

/**
 * nexd does not tell that the far side has ended the connection before there are bytes for it, and the first of those
 * may be lost with it.
 */
const pushMs = 450;
/** So long after the deadline something may still come. */
const lateMs = 8_000;

export const probe: Probe = (port, question, deadlineMs, signal, onLate) =>
  new Promise(resolve => {
    if (signal.aborted) return resolve({ result: 'unknown' });
    const startedAt = performance.now();
    const socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
    let isConnected = false;
    let text = '';
    let answeredAt: number | undefined;
    let push: NodeJS.Timeout | undefined;
    let isLate = false;

    const end = (result: ProbeResult, answer?: Answer) => {
      const ms = (answeredAt ?? performance.now()) - startedAt;
      cancelDeadline();
      clearInterval(push);
      signal.removeEventListener('abort', onAbort);
      socket.removeAllListeners().on('error', () => {});
      socket.destroy();
      const probed = { result, ...rttOf(result, ms), ...(answer && { answer }) };
      if (isLate) onLate?.(probed);
      else resolve(probed);
    };
    const onAbort = () => end('unknown');
    let cancelDeadline = startDeadline(deadlineMs, () => {
      if (text !== '' || onLate === undefined) return end(text === '' ? 'silent' : 'other');
      resolve({ result: 'silent' });
      isLate = true;
      cancelDeadline = startDeadline(lateMs, () => end('silent'));
    });
    signal.addEventListener('abort', onAbort, { once: true });

    socket.on('connect', () => {
      isConnected = true;
      socket.write(question);
      push = setInterval(() => socket.write('\r\n'), pushMs);
    });
    socket.on('data', chunk => {
      answeredAt ??= performance.now();
      text += chunk.toString('latin1');
      const answer = parseAnswer(text);
      if (answer === 'other') end('other');
      else if (answer) end(answer.word, answer);
    });
    const closed = () => end(text === '' ? 'refused' : 'other');
    socket.on('end', closed);
    socket.on('error', ({ code }: NodeJS.ErrnoException) =>
      isConnected || code === 'ECONNRESET' ? closed() : end('unknown'),
    );
  });

/** An answer has come after two round trips, of which nexd's dial is the first; a refusal after one. */
function rttOf(result: ProbeResult, ms: number): { rttMs?: number } {
  if (result === 'refused') return ms < pushMs ? { rttMs: ms } : {};
  return result === 'silent' || result === 'unknown' ? {} : { rttMs: ms / 2 };
}
