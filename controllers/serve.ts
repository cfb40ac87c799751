/** The controller's two HTTP ports: health for the kubelet, metrics for Prometheus. */

import { createServer, type Server } from 'node:http';

/** A path's answer: status, body, content type. */
export type Page = () => Promise<{ status: number; text: string; contentType?: string }>;

/**
 * Serves pages at `address`, written `host:port` or `:port`. Resolves when it listens; rejects when it cannot, with
 * the address in the message.
 */
export async function serve(address: string, pages: { readonly [path: string]: Page }): Promise<Server> {
  const at = address.lastIndexOf(':');
  const server = createServer((request, response) => {
    const page = pages[(request.url ?? '').split('?')[0]!];
    const answer = page ? page() : Promise.resolve({ status: 404, text: 'not found\n' });
    answer.then(
      ({ status, text, contentType }: Awaited<ReturnType<Page>>) =>
        response.writeHead(status, { 'content-type': contentType ?? 'text/plain; charset=utf-8' }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', error =>
      reject(
        new Error(
          `cannot listen on ${address}: ${error.message}; another address: settings metrics.address, health.address`,
          { cause: error },
        ),
      ),
    );
    server.listen(Number(address.slice(at + 1)), address.slice(0, at) || undefined, resolve);
  });
  // It must not keep the process from ending.
  server.unref();
  return server;
}
