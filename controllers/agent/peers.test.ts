import { describe, expect, test } from '@jest/globals';
import type { Rule } from '../proxy/rules.ts';
import { agentsOf, farEndsOf, parsePeers } from './peers.ts';

const to = (host: string, port = 20000): Rule => ({ protocol: 'tcp', port, host, targetPort: 80 });
const answer = (...peers: [string[], boolean][]) =>
  JSON.stringify({
    peers: Object.fromEntries(peers.map(([AllowedIPs, Healthy], at) => [at, { AllowedIPs, Healthy }])),
  });

describe('parsePeers', () => {
  const healthy = parsePeers(
    answer(
      [['100.64.0.2/32', '200::2/128'], true],
      [['100.64.0.3/32', '200::3/128'], false],
      [['100.64.0.0/10', '200::/64'], true],
      [['100.64.1.0/24'], false],
    ),
  )!;
  test.each([
    ['a healthy peer', '100.64.0.2', true],
    ['its IPv6 address', '200::2', true],
    ['another spelling of it', '200:0:0::2', true],
    ['an unhealthy peer, though a relay holds its range', '100.64.0.3', false],
    ['an address behind a relay', '100.64.9.9', true],
    ['an IPv6 address behind a relay', '200::77', true],
    ['an address in a longer range', '100.64.1.5', false],
    ['an address that nobody has', '10.0.0.1', false],
  ])('%s', (_, address, expected) => expect(healthy(address)).toBe(expected));

  test('has no healthy peer when there are none', () => {
    expect(parsePeers('{"peers":null}')!('100.64.0.2')).toBe(false);
    expect(parsePeers('{}')!('100.64.0.2')).toBe(false);
  });
  test.each(['', 'null', '7', '{"peers":7}'])('is undefined for %j', text =>
    expect(parsePeers(text)).toBeUndefined(),
  );
  test('leaves out odd peers', () => {
    const odd =
      '{"peers":{"a":null,"b":{"AllowedIPs":7},"c":{"AllowedIPs":["x","1.2.3.4/99"],"Healthy":true}}}';
    expect(parsePeers(odd)!('1.2.3.4')).toBe(false);
  });
});

test('farEndsOf names each far end once, in order, and none of invalid rules', () => {
  const egress = [
    to('200::3'),
    to('100.64.0.2'),
    to('100.64.0.2', 20001),
    to('web'),
    null as unknown as Rule,
  ];
  expect(farEndsOf(egress)).toEqual(['100.64.0.2', '200::3']);
});

test('agentsOf names the far ends whose agent answers', () => {
  const egress = [{ ...to('100.64.0.2'), agent: true as const }, to('100.64.0.3'), null as unknown as Rule];
  expect([...agentsOf(egress)]).toEqual(['100.64.0.2']);
});
