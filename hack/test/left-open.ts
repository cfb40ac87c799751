/** What a test has left open: servers, connections, processes and timers that keep its process from ending. */

import { ChildProcess } from 'node:child_process';
import { Server, Socket } from 'node:net';

/** What a process has open now, but for its output; what is unreferenced does not keep it from ending. */
export function openHandles(): Set<object> {
  const { _getActiveHandles: all } = process as unknown as { _getActiveHandles(): object[] };
  const handles = new Set(all.call(process));
  for (const output of [process.stdout, process.stderr]) handles.delete(output);
  return handles;
}

export function describeHandle(handle: object): string {
  if (handle instanceof Server) {
    const address = handle.address();
    return `a server at ${typeof address === 'object' ? `${address?.address}:${address?.port}` : address}`;
  }
  if (handle instanceof ChildProcess)
    return `process ${handle.pid}: ${handle.spawnargs.join(' ').slice(0, 120)}`;
  if (handle instanceof Socket && handle.remotePort !== undefined)
    return `a connection from ${handle.localAddress}:${handle.localPort} to ${handle.remoteAddress}:${handle.remotePort}`;
  return handle instanceof Socket
    ? 'a pipe, or a connection without an address'
    : `a ${handle.constructor.name}`;
}

interface Timers {
  setTimeout: typeof setTimeout;
  setInterval: typeof setInterval;
}

/** The timers that are set with the functions of `global` from now on. */
export class TimersOf {
  /** Each with an error from where it was set. */
  readonly #set = new Map<NodeJS.Timeout, Error>();
  #sweepAt = 1_000;

  constructor(global: Timers) {
    for (const name of ['setTimeout', 'setInterval'] as const) {
      const original = global[name] as (...args: unknown[]) => NodeJS.Timeout;
      const noting = (...args: unknown[]): NodeJS.Timeout => {
        const timer = original(...args);
        this.#set.set(timer, new Error());
        if (this.#set.size >= this.#sweepAt) this.#sweep();
        return timer;
      };
      // util.promisify finds its own form among the properties.
      Object.defineProperties(noting, Object.getOwnPropertyDescriptors(original));
      global[name] = noting as never;
    }
  }

  /** Where those that are running were set. */
  running(): string[] {
    this.#sweep();
    return [...this.#set].flatMap(([timer, { stack = '' }]) =>
      timer.hasRef() ? [`a timer, set ${stack.split('\n')[2]?.trim()}`] : [],
    );
  }

  /** Forgets those that are over. */
  #sweep(): void {
    for (const timer of this.#set.keys())
      if ((timer as NodeJS.Timeout & { readonly _destroyed: boolean })._destroyed) this.#set.delete(timer);
    this.#sweepAt = this.#set.size + 1_000;
  }
}
