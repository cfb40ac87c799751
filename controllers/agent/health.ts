/** HTTP for the kubelet and Prometheus: /healthz, /readyz, /metrics. */

import { createServer, type Server } from 'node:http';
import { NexlinkError } from '../runtime/errors.ts';

export interface HealthSource {
  /** Why the agent itself does not work any more; undefined while it does. */
  alive(): string | undefined;
  /** Why no traffic may be sent here; undefined when it may. */
  ready(): string | undefined;
  metrics(): string;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves until it is closed. Rejects with `AddressInUse` or the like when it cannot listen. */
export async function serveHealth(
  source: HealthSource,
  { host, port }: { readonly host: string | undefined; readonly port: number },
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const reply = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { 'content-type': type }).end(body);
    const judge = (why: string | undefined) => reply(why === undefined ? 200 : 503, `${why ?? 'ok'}\n`);
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply(405, 'use GET\n');
    switch (request.url?.split('?')[0] ?? '') {
      case '/healthz':
        return judge(source.alive());
      case '/readyz':
        return judge(source.ready());
      case '/metrics':
        return reply(200, source.metrics(), 'text/plain; version=0.0.4; charset=utf-8');
      default:
        return reply(404, 'there are /healthz, /readyz and /metrics\n');
    }
  });
  await listen(server, host, port);
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, host: string | undefined, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new NexlinkError(
          'CannotListen',
          `health address ${host ?? ''}:${port}: ${cause.message}; set NEXLINK_HEALTH_ADDRESS`,
          { cause },
        ),
      ),
    );
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
  });
}
