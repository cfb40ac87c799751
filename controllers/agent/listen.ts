/** Starts and ends an HTTP server. */

import type { Server } from 'node:http';
import { NexlinkError } from '../runtime/errors.ts';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens until it is closed. Rejects with `CannotListen`; `setting` is what names another address. */
export async function listen(
  server: Server,
  { host, port }: { readonly host: string | undefined; readonly port: number },
  setting: string,
): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', cause =>
      reject(
        new NexlinkError('CannotListen', `${host ?? ''}:${port}: ${cause.message}; set ${setting}`, {
          cause,
        }),
      ),
    );
    server.listen({ port, ...(host === undefined ? {} : { host }) }, resolve);
  });
  return {
    port: (server.address() as { port: number }).port,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
