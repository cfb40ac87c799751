import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto';

/** X25519 with raw 32-byte keys, which is what WireGuard keys are. */

// DER around a raw key: PKCS #8 for private keys, SubjectPublicKeyInfo for public ones (RFC 8410).
const pkcs8Prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
const spkiPrefix = Buffer.from('302a300506032b656e032100', 'hex');

function privateKeyObject(raw: Buffer): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.concat([pkcs8Prefix, raw]), format: 'der', type: 'pkcs8' });
}

/** The shared secret of a scalar and a point; throws when either is not 32 bytes. */
export function x25519(scalar: Buffer, point: Buffer): Buffer {
  return diffieHellman({
    privateKey: privateKeyObject(scalar),
    publicKey: createPublicKey({ key: Buffer.concat([spkiPrefix, point]), format: 'der', type: 'spki' }),
  });
}

/** The public key of a private key, both raw. */
export function publicKeyOf(privateKey: Buffer): Buffer {
  const der = createPublicKey(privateKeyObject(privateKey)).export({ format: 'der', type: 'spki' });
  return der.subarray(spkiPrefix.length);
}

/** A new raw private key. */
export function generatePrivateKey(): Buffer {
  const { privateKey } = generateKeyPairSync('x25519');
  return privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(pkcs8Prefix.length);
}

/** A WireGuard key from its base64 text; undefined when it is not 32 bytes. */
export function parseKey(text: string): Buffer | undefined {
  const raw = Buffer.from(text, 'base64');
  return raw.length === 32 && raw.toString('base64') === text ? raw : undefined;
}
