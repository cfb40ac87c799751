/** What the traffic client talks to: tells its name over HTTP and by datagram, and sends bytes back. */

import { createSocket } from 'node:dgram';
import { createServer as createHTTPServer } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';

export interface TrafficPorts {
  readonly http: number;
  readonly echo: number;
  readonly udp: number;
}

/** Port 0: any. Resolves when it listens, with the ports and how to end it. */
export async function serveTraffic(
  name: string,
  ports: TrafficPorts,
): Promise<{ readonly ports: TrafficPorts; readonly stop: () => void }> {
  const http = createHTTPServer((_, response) => response.end(`${name}\n`)).listen(ports.http);
  const echo = createServer(socket => {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  }).listen(ports.echo);
  const udp = createSocket('udp4');
  udp.on('message', (_, from) => udp.send(name, from.port, from.address));
  udp.bind(ports.udp);
  await Promise.all([http, echo, udp].map(server => once(server, 'listening')));
  const stop = () => {
    http.closeAllConnections();
    for (const server of [http, echo, udp]) server.close();
  };
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  return { ports: { http: portOf(http), echo: portOf(echo), udp: portOf(udp) }, stop };
}

if (process.env['SERVE']) await serveTraffic(process.env['SERVE'], { http: 8080, echo: 8081, udp: 8082 });
