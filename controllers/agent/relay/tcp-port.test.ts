import { expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { freePorts } from '../../../hack/test/free-ports.ts';
import { TcpPort } from './tcp-port.ts';
import type { Target } from './target.ts';

const target: Target = { protocol: 'tcp', host: '100.64.0.2', port: 80 };

test('a connection goes by what was known when its far end was chosen, not by what came while nexd took it', async () => {
  const nexd = createServer(socket => socket.on('error', () => {}).write('hello')).listen(0, '127.0.0.1');
  await once(nexd, 'listening');
  const [port] = await freePorts(1);
  const known = { ended: 0 };
  const relayPort = new TcpPort({
    port: port!,
    choose: () => {
      // The far end says that everything ended, after it was chosen.
      queueMicrotask(() => (known.ended = 1));
      return { target, port: (nexd.address() as AddressInfo).port };
    },
    markOf: () => ({ ...known }),
    now: () => 0,
  });
  await relayPort.listen();
  const client = connect({ port: port!, host: '127.0.0.1' });
  await once(client, 'data');
  expect([...relayPort.open].map(({ mark }) => mark)).toEqual([{ ended: 0 }]);
  client.destroy();
  await relayPort.close();
  nexd.close();
});
