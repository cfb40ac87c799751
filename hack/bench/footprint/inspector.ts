/** CPU profiles of programs in pods, by Node's inspector: SIGUSR1 opens it on the pod's own loopback. */

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pod } from '../../../controllers/runtime/objects.ts';
import type { Cluster } from '../../../e2e/harness/cluster.ts';
import { Node } from '../../../e2e/harness/node.ts';
import { until } from '../../../e2e/harness/wait.ts';
import type { Profile } from './profile.ts';

/** Profiles a container for a while, from when `started` is called. Its inspector is closed again afterwards. */
export async function profileOf(
  cluster: Cluster,
  pod: Pod,
  container: string,
  seconds: number,
  started: () => void = () => {},
): Promise<Profile> {
  const { name, namespace } = pod.metadata;
  await new Node(cluster).signal('SIGUSR1', pod, container);
  const forward = await cluster.forward(namespace!, name, 9229);
  try {
    const url = await until(`the inspector of ${namespace}/${name} listens`, () => debuggerURL(forward.port));
    const socket = new WebSocket(url);
    await once(socket, 'open');
    const call = caller(socket);
    await call('Profiler.enable');
    await call('Profiler.start');
    started();
    await sleep(seconds * 1000);
    const { profile } = (await call('Profiler.stop')) as { profile: Profile };
    // Later: it waits for its clients to go, and we are one.
    const close = `setTimeout(() => process.getBuiltinModule('node:inspector').close(), 500)`;
    await call('Runtime.evaluate', { expression: close });
    socket.close();
    await sleep(1000);
    return profile;
  } finally {
    forward.close();
  }
}

async function debuggerURL(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [target] = (await answer.json()) as { webSocketDebuggerUrl: string }[];
  return target!.webSocketDebuggerUrl;
}

/** Calls of the Chrome DevTools protocol. */
function caller(socket: WebSocket): (method: string, params?: object) => Promise<unknown> {
  let last = 0;
  const open = new Map<number, { resolve: (result: unknown) => void; reject: (error: Error) => void }>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as {
      id?: number;
      result?: unknown;
      error?: { message: string };
    };
    const waiting = id === undefined ? undefined : open.get(id);
    if (!waiting) return;
    open.delete(id!);
    if (error) waiting.reject(new Error(error.message));
    else waiting.resolve(result);
  });
  socket.addEventListener('close', () => {
    for (const { reject } of open.values()) reject(new Error('the inspector closed the connection'));
  });
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      open.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
    });
}
