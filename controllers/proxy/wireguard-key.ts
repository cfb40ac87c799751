/** WireGuard keys: 32 bytes in base64. Pure. */

import { createPrivateKey, createPublicKey } from 'node:crypto';

/** Whether a text is 32 bytes in canonical base64. */
export const isWireGuardKey = (text: string): boolean =>
  /^[A-Za-z0-9+/]{43}=$/.test(text) && Buffer.from(text, 'base64').toString('base64') === text;

/** What comes before the 32 bytes of an X25519 key in PKCS #8 (RFC 8410). */
const pkcs8 = Buffer.from('302e020100300506032b656e04220420', 'hex');

/** The public key, base64, of a WireGuard private key. */
export function publicKeyOf(privateKey: string): string {
  const der = Buffer.concat([pkcs8, Buffer.from(privateKey, 'base64')]);
  const key = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  return Buffer.from(key.export({ format: 'jwk' }).x!, 'base64url').toString('base64');
}
