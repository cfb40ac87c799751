/** HTTP for the kubelet and Prometheus: /healthz, /readyz, /metrics. */

import { createServer } from 'node:http';
import { listen, type Listening } from './listen.ts';

export interface HealthSource {
  /** Why the agent itself does not work any more; undefined while it does. */
  alive(): string | undefined;
  /** Why no traffic may be sent here; undefined when it may. */
  ready(): string | undefined;
  metrics(): string;
}

/** Serves until it is closed. Rejects with `CannotListen`. */
export function serveHealth(
  source: HealthSource,
  address: { readonly host: string | undefined; readonly port: number },
): Promise<Listening> {
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
  return listen(server, address, 'NEXLINK_HEALTH_ADDRESS');
}
