import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';

test('fails before it closes its server', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  expect(server.listening).toBe(false);
  server.close();
});
