import { expect, test } from '@jest/globals';
import { freeAfterMs, QuietPorts, type FreedPort } from './freed-ports.ts';

const port = (gatewayPort: number, isUsed: boolean): FreedPort => ({
  port: { owner: 'a', protocol: 'TCP', port: 80, gatewayPort, freed: true },
  isUsed,
});

test('counts from when nobody is known to send there, anew when somebody does again', () => {
  const quiet = new QuietPorts();
  expect(quiet.note('shop/g', [port(80, true)], 0)).toBeUndefined();
  expect(quiet.note('shop/g', [port(80, false)], 1_000)).toBe(freeAfterMs);
  expect(quiet.note('shop/g', [port(80, false), port(81, false)], 4_000)).toBe(freeAfterMs - 3_000);
  expect([...quiet.of('shop/g', 5_000)]).toEqual([
    ['TCP/80', 4_000],
    ['TCP/81', 1_000],
  ]);
  expect([...quiet.of('shop/other', 5_000)]).toEqual([]);
  expect(quiet.note('shop/g', [port(80, true), port(81, false)], 6_000)).toBe(freeAfterMs - 2_000);
  expect([...quiet.of('shop/g', 6_000)]).toEqual([['TCP/81', 2_000]]);
});

test('remembers nothing of ports that are free, nor of gateways that are gone', () => {
  const quiet = new QuietPorts();
  quiet.note('shop/g', [port(80, false)], 0);
  expect(quiet.note('shop/g', [], 1_000)).toBeUndefined();
  expect([...quiet.of('shop/g', 1_000)]).toEqual([]);
  quiet.note('shop/g', [port(80, false)], 2_000);
  quiet.forget('shop/g');
  expect([...quiet.of('shop/g', 3_000)]).toEqual([]);
});
