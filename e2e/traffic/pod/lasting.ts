/** A connection that is to last: a byte goes out every so often and comes back. */

import { connect } from 'node:net';
import { failed, type Outcome } from './record.ts';
import type { Patience } from './attempt.ts';
import type { SourcePorts } from './source-ports.ts';

export interface LastingOptions {
  readonly host: string;
  readonly port: number;
  readonly sourcePorts: SourcePorts;
  readonly everyMs: number;
  /** It ends itself, without a failure, when it is this old and its last byte is back; undefined: never. */
  readonly forMs?: number | undefined;
  /** It counts as broken when a byte is not back by `answerMs`. */
  readonly patience: Patience;
  /** A silence this long is told to `stalled`, once bytes come again. */
  readonly stallMs: number;
  readonly stalled: (at: number, ms: number) => void;
}

/** Resolves when it ends, with the reason. */
export function last(options: LastingOptions): Promise<Outcome> {
  const { host, port, sourcePorts, everyMs, forMs = Infinity, patience, stallMs, stalled } = options;
  return new Promise(resolve => {
    const localPort = sourcePorts.take();
    const socket = connect({ host, port, localPort });
    socket.once('close', () => sourcePorts.release(localPort));
    socket.setNoDelay(true);
    /** When the oldest byte that is still out was sent; at first the connection itself is waited for. */
    const began = Date.now();
    let waitingSince: number | undefined = began;
    const end = (outcome: Outcome) => {
      clearInterval(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setInterval(() => {
      const silence = waitingSince === undefined ? 0 : Date.now() - waitingSince;
      if (socket.connecting && silence > patience.connectMs)
        return end({ failure: 'timeout', detail: 'no connection' });
      if (silence > patience.answerMs) return end({ failure: 'timeout', detail: 'no answer' });
      if (waitingSince !== undefined) return;
      if (Date.now() - began > forMs) return end({});
      waitingSince = Date.now();
      socket.write('.');
    }, everyMs);
    socket.once('connect', () => (waitingSince = undefined));
    socket.on('data', () => {
      if (waitingSince === undefined) return;
      const silence = Date.now() - waitingSince;
      if (silence >= stallMs) stalled(waitingSince, silence);
      waitingSince = undefined;
    });
    socket.once('error', error => end(failed(error)));
    socket.once('end', () => end({ failure: 'closed' }));
  });
}
