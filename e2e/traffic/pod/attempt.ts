/** Connections that are made anew each time: does the Service take them, and who answers? */

import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { failed, type Outcome } from './record.ts';
import type { SourcePorts } from './source-ports.ts';

export interface Target {
  /** An address. */
  readonly host: string;
  readonly port: number;
  /** Who may answer. */
  readonly expected: readonly string[];
}

export interface Patience {
  /** Until the connection stands. */
  readonly connectMs: number;
  /** Until the answer is there, from the start. */
  readonly answerMs: number;
}

/**
 * Opens a connection, sends one HTTP request, reads the answer. Its length says when it is whole: nexd need not pass
 * on that one side has closed.
 */
export function ask(
  { host, port, expected }: Target,
  patience: Patience,
  sourcePorts: SourcePorts,
): Promise<Outcome> {
  return new Promise(resolve => {
    let text = '';
    const localPort = sourcePorts.take();
    const socket = connect({ host, port, localPort });
    socket.once('close', () => sourcePorts.release(localPort));
    const end = (outcome: Outcome) => {
      clearTimeout(connecting);
      clearTimeout(answering);
      socket.destroy();
      resolve(outcome);
    };
    const connecting = setTimeout(
      () => end({ failure: 'timeout', detail: 'no connection' }),
      patience.connectMs,
    );
    const answering = setTimeout(() => end({ failure: 'timeout', detail: 'no answer' }), patience.answerMs);
    socket.once('connect', () => {
      clearTimeout(connecting);
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', chunk => {
      text += chunk.toString();
      if (isWhole(text)) end(judge(text, expected));
    });
    socket.once('error', error => end(failed(error)));
    socket.once('end', () => end(isWhole(text) ? judge(text, expected) : { failure: 'closed' }));
  });
}

function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n');
  const length = /^content-length: (\d+)\r$/im.exec(answer)?.[1];
  return head !== -1 && length !== undefined && answer.length >= head + 4 + Number(length);
}

function judge(answer: string, expected: readonly string[]): Outcome {
  const by = answer.slice(answer.indexOf('\r\n\r\n') + 4).trim();
  return answer.startsWith('HTTP/1.1 200 ') && expected.includes(by)
    ? { by }
    : { failure: 'wrong', detail: answer.slice(0, 80) };
}

/** Sends a datagram from a socket of its own, which is a new flow to everything on the way, and waits for the answer. */
export function askByDatagram({ host, port, expected }: Target, patience: Patience): Promise<Outcome> {
  return new Promise(resolve => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    const end = (outcome: Outcome) => {
      clearTimeout(timer);
      socket.close();
      resolve(outcome);
    };
    const timer = setTimeout(() => end({ failure: 'timeout' }), patience.answerMs);
    socket.once('error', error => end(failed(error)));
    socket.once('message', message => {
      const by = message.toString();
      end(expected.includes(by) ? { by } : { failure: 'wrong', detail: by.slice(0, 80) });
    });
    // Connected, so that the answer to a closed port is heard.
    socket.connect(port, host, () => socket.send('who'));
  });
}
