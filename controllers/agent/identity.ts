/** A replica's identity, as the controller wrote it into the gateway's Secret, checked. Pure. */

import { isIPv4 } from 'node:net';
import type { Identity } from '../proxy/rules.ts';
import { isWireGuardKey, publicKeyOf } from '../proxy/wireguard-key.ts';

/** The identity in a JSON text. Throws a RangeError that names the field and what is wrong, never its value. */
export function parseIdentity(text: string): Identity {
  let value: { readonly [field in keyof Identity]?: unknown } | null;
  try {
    value = JSON.parse(text) as typeof value;
  } catch {
    throw new RangeError('it is not JSON');
  }
  if (typeof value !== 'object' || value === null) throw new RangeError('it is no JSON object');
  const identity = {
    privateKey: keyOf(value.privateKey, 'privateKey'),
    publicKey: keyOf(value.publicKey, 'publicKey'),
    deviceID: textOf(value.deviceID, 'deviceID', uuid, 'is no UUID'),
    regKeyID: textOf(value.regKeyID, 'regKeyID', /./, 'is empty'),
    regKey: textOf(value.regKey, 'regKey', /^RK:\S+$/, 'does not look like a registration key (RK:…)'),
    ...(value.requestedIP === undefined ? {} : { requestedIP: addressOf(value.requestedIP) }),
    ...(value.madeAt === undefined ? {} : { madeAt: timeOf(value.madeAt) }),
  };
  if (publicKeyOf(identity.privateKey) !== identity.publicKey)
    throw new RangeError('publicKey does not belong to privateKey');
  return identity;
}

function addressOf(value: unknown): string {
  if (typeof value !== 'string' || !isIPv4(value)) throw new RangeError('requestedIP is no IPv4 address');
  return value;
}

function timeOf(value: unknown): string {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) throw new RangeError('madeAt is no time');
  return value;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function textOf(value: unknown, field: string, form: RegExp, flaw: string): string {
  if (typeof value !== 'string' || !form.test(value)) throw new RangeError(`${field} ${flaw}`);
  return value;
}

function keyOf(value: unknown, field: string): string {
  if (typeof value !== 'string' || !isWireGuardKey(value))
    throw new RangeError(`${field} is no WireGuard key (32 bytes in base64)`);
  return value;
}
