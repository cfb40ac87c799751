import { expect, test } from '@jest/globals';
import type { ApiDevice } from './api-types.ts';
import { Peers } from './peers.ts';

const device = (publicAddress: string, symmetric_nat: boolean) =>
  ({
    id: 'other',
    public_key: 'other',
    hostname: 'other',
    symmetric_nat,
    allowed_ips: ['100.64.0.2/32'],
    ipv4_tunnel_ips: [{ address: '100.64.0.2' }],
    ipv6_tunnel_ips: [],
    endpoints: [
      { source: 'local', address: '10.0.0.2:30000' },
      { source: 'stun:', address: `${publicAddress}:30000` },
    ],
  }) as unknown as ApiDevice;

test.each([
  ['neither is behind symmetric NAT: by the public address', false, false, '192.0.2.2', '192.0.2.2:30000'],
  ['the other is: there is no way', false, true, '192.0.2.2', undefined],
  ['this one is: there is no way', true, false, '192.0.2.2', undefined],
  ['both are, with one public address: by the local address', true, true, '192.0.2.1', '10.0.0.2:30000'],
])('%s', (_, own, other, publicAddress, endpoint) => {
  const peers = new Peers('own', own);
  peers.reflexiveAddress = '192.0.2.1:30001';
  peers.update([device(publicAddress, other)]);
  expect(peers.has('100.64.0.2')).toBe(endpoint !== undefined);
  expect(peers.list()['other']?.Endpoint).toBe(endpoint);
});
