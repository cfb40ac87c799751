import { once } from 'node:events';
import { createServer } from 'node:net';

/** Opens what nobody closes. */
export default async function setup() {
  await once(createServer().listen(0, '127.0.0.1'), 'listening');
}
