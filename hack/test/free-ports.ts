import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Ports that nobody listens on now. Below those that the kernel gives to connections, which might take one before it is
 * used; above those that tests know by heart.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(20_000, 32_000);
    const server = createServer();
    const isFree = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (isFree) ports.add(port);
  }
  return [...ports];
}
