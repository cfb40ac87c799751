import { expect, test } from '@jest/globals';
import { aDevice } from '../testing/builders.ts';
import { hasSTUN } from './stun.ts';

test.each<[string, { source: string; address: string }[], boolean]>([
  ['an address that a server saw', [{ source: 'stun:one:3478', address: '203.0.113.7:30000' }], true],
  ['an IPv6 address', [{ source: 'stun:one:3478', address: '[2001:db8::1]:30000' }], true],
  ['before it was registered', [], true],
  ['its own address alone', [{ source: 'local', address: '10.0.0.1:30000' }], false],
  ['the text of nexd for none', [{ source: 'stun:one:3478', address: 'invalid AddrPort' }], false],
])('%s', (_name, endpoints, answer) => expect(hasSTUN(aDevice(0, { endpoints }))).toBe(answer));
