/** A replica's identity: its WireGuard keys, its registration key and the device that belongs to both. */

import { generateKeyPairSync } from 'node:crypto';
import type { Identity } from '../proxy/rules.ts';
import { isWireGuardKey, publicKeyOf } from '../proxy/wireguard-key.ts';
import type { Device, RegKey } from '../runtime/nexodus.ts';
import type { Secret } from '../runtime/objects.ts';

/** The Secret's key for a replica. */
export const identityKey = (ordinal: number): string => `${ordinal}.json`;

const known = new WeakMap<Secret, ReadonlyMap<number, Identity>>();

/**
 * The identities in a gateway's Secret, by ordinal. Whoever may write the Secret can put any text there: what cannot be
 * read, and what has not the private key of its device, counts as absent and is made anew.
 */
export function parseIdentities(secret: Secret | undefined): ReadonlyMap<number, Identity> {
  if (!secret) return new Map();
  const before = known.get(secret);
  if (before) return before;
  const identities = new Map<number, Identity>();
  for (const [key, data] of Object.entries(secret.data ?? {})) {
    // A gateway has ten replicas at most.
    const match = /^(\d{1,2})\.json$/.exec(key);
    const identity = match && parseIdentity(Buffer.from(data, 'base64').toString());
    if (match && identity) identities.set(Number(match[1]), identity);
  }
  known.set(secret, identities);
  return identities;
}

function parseIdentity(text: string): Identity | undefined {
  let value: Partial<Record<keyof Identity, unknown>>;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { privateKey, publicKey, deviceID, regKeyID, regKey, requestedIP, heldBy, madeAt } = value;
  const texts = [privateKey, publicKey, deviceID, regKeyID, regKey];
  texts.push(...[requestedIP, heldBy, madeAt].filter(text => text !== undefined));
  if (!texts.every(text => typeof text === 'string' && text !== '')) return undefined;
  const identity = value as Identity;
  return isWireGuardKey(identity.privateKey) && publicKeyOf(identity.privateKey) === identity.publicKey
    ? identity
    : undefined;
}

/** Identities as a Secret's `data`. */
export const identityData = (identities: ReadonlyMap<number, Identity>): { [key: string]: string } =>
  Object.fromEntries(
    [...identities].map(([ordinal, identity]) => [
      identityKey(ordinal),
      Buffer.from(JSON.stringify(identity)).toString('base64'),
    ]),
  );

/** A new identity around a registration key; `holder` has the address that is requested. */
export function newIdentity(
  key: RegKey & { readonly deviceID: string },
  now: Date,
  requestedIP?: string,
  holder?: Device,
): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('x25519');
  const raw = (part: string) => Buffer.from(part, 'base64url').toString('base64');
  return {
    privateKey: raw(privateKey.export({ format: 'jwk' }).d!),
    publicKey: raw(publicKey.export({ format: 'jwk' }).x!),
    deviceID: key.deviceID,
    regKeyID: key.id,
    regKey: key.token,
    madeAt: now.toISOString(),
    ...(requestedIP === undefined ? {} : { requestedIP }),
    // Known before it is asked for: it may go before the refusal is seen.
    ...(holder === undefined ? {} : { heldBy: holder.id }),
  };
}
