import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { isWireGuardKey, publicKeyOf } from './wireguard-key.ts';

test('the public key of a private key is that of X25519', () => {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const raw = (part: string) => Buffer.from(part, 'base64url').toString('base64');
  const found = publicKeyOf(raw(privateKey.export({ format: 'jwk' }).d!));
  expect(found).toBe(raw(publicKey.export({ format: 'jwk' }).x!));
});

test.each([
  ['32 bytes', 'A'.repeat(43) + '=', true],
  ['31 bytes', 'A'.repeat(40) + 'AA==', false],
  ['bits that are left over', 'A'.repeat(42) + 'B=', false],
  ['base64 of URLs', '-'.repeat(42) + 'A=', false],
  ['nothing', '', false],
])('%s', (_what, text, is) => expect(isWireGuardKey(text)).toBe(is));
