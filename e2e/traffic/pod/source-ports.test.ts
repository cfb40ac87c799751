import { expect, test } from '@jest/globals';
import { SourcePorts } from './source-ports.ts';

test('a port comes again only after all others, and not while it is taken', () => {
  const ports = new SourcePorts();
  const held = ports.take();
  const lap = Array.from({ length: 19_999 }, () => {
    const port = ports.take();
    ports.release(port);
    return port;
  });
  expect(new Set([held, ...lap]).size).toBe(20_000);
  expect(ports.take()).toBe(lap[0]);
  ports.release(held);
  expect(Array.from({ length: 19_999 }, () => ports.take())).toContain(held);
  expect(() => ports.take()).toThrow('all source ports from 10000 on are taken');
});
