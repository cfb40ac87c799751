import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { generatePrivateKey, publicKeyOf, x25519 } from './keys.ts';

/**
 * The sealed device token: three padded base64url parts joined by `:` (version, ephemeral public
 * key, AES-256-GCM ciphertext with its tag). The shared secret takes the ephemeral *public* key as
 * the scalar. That is the real service's mistake and it has to be repeated to be compatible; it
 * also means that a sealed token protects nothing.
 */

const nonce = Buffer.alloc(12);
const tagLength = 16;

function base64url(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function encryptionKey(ephemeral: Buffer, recipient: Buffer): Buffer {
  const secret = x25519(ephemeral, recipient);
  const salt = Buffer.concat([ephemeral, recipient]);
  return Buffer.from(hkdfSync('sha256', secret, salt, 'X25519', 32));
}

/** Seals text for the holder of a WireGuard key, given its raw public key. */
export function seal(recipient: Buffer, text: string): string {
  const ephemeral = publicKeyOf(generatePrivateKey());
  const cipher = createCipheriv('aes-256-gcm', encryptionKey(ephemeral, recipient), nonce);
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  return [Buffer.from('v1'), ephemeral, data].map(base64url).join(':');
}

/** Opens what `seal` made, with the raw private key. Throws when it is malformed or not for this key. */
export function open(privateKey: Buffer, sealed: string): string {
  const [version, ephemeral, data, ...rest] = sealed.split(':').map(part => Buffer.from(part, 'base64url'));
  if (version === undefined || ephemeral === undefined || data === undefined || rest.length > 0) {
    throw new Error('invalid sealed');
  }
  if (version.toString() !== 'v1') throw new Error('unsupported sealed version');
  if (ephemeral.length !== 32) throw new Error('invalid ephemeral key');
  const key = encryptionKey(ephemeral, publicKeyOf(privateKey));
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAuthTag(data.subarray(data.length - tagLength));
  return (
    decipher.update(data.subarray(0, data.length - tagLength), undefined, 'utf8') + decipher.final('utf8')
  );
}
