import { createServer } from 'node:net';
import { once } from 'node:events';
import { test } from '@jest/globals';

test('closes what it opens, if late', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  setTimeout(() => server.close(), 200);
});
