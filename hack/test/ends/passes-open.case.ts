import { createServer } from 'node:net';
import { once } from 'node:events';
import { test } from '@jest/globals';

test('passes and leaves a server open', async () => {
  await once(createServer().listen(0, '127.0.0.1'), 'listening');
});
