import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { promisify } from 'node:util';

/** An RS256 signing key and the JSON Web Tokens made with it. */
export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export type Claims = Readonly<Record<string, unknown>>;

export async function generateSigningKey(): Promise<SigningKey> {
  return promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
}

export function exportSigningKey(key: SigningKey): string {
  return key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

export function importSigningKey(pem: string): SigningKey {
  const privateKey = createPrivateKey(pem);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

export function signJwt(key: SigningKey, claims: Claims): string {
  const signed = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), key.privateKey).toString('base64url')}`;
}

/** The JSON Web Key Set with the public half; like the real one it names no `kid`. */
export function jwks(key: SigningKey): Claims {
  return { keys: [{ ...key.publicKey.export({ format: 'jwk' }), alg: 'RS256', use: 'sig' }] };
}

/** Why a token is refused, in the words of Envoy's jwt_authn filter. */
export type JwtProblem =
  | 'Jwt is missing'
  | 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections'
  | 'Jwt payload is an invalid JSON'
  | 'Jwt verification fails'
  | 'Jwt issuer is not configured'
  | 'Jwt is expired';

export type JwtResult = { readonly claims: Claims } | { readonly problem: JwtProblem };

/** Checks shape, signature and expiry. */
export function verifyJwt(key: SigningKey, token: string, nowSeconds: number): JwtResult {
  const parts = token.split('.');
  const [header, payload, signature] = parts;
  if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) {
    return { problem: 'Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections' };
  }
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return { problem: 'Jwt payload is an invalid JSON' };
  }
  if (claims === null || typeof claims !== 'object') return { problem: 'Jwt payload is an invalid JSON' };
  const signedBytes = Buffer.from(`${header}.${payload}`);
  if (!verify('sha256', signedBytes, key.publicKey, Buffer.from(signature, 'base64url'))) {
    return { problem: 'Jwt verification fails' };
  }
  const known = claims as Claims;
  if (typeof known['exp'] === 'number' && known['exp'] <= nowSeconds) return { problem: 'Jwt is expired' };
  return { claims: known };
}
