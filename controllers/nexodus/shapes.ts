/** Checks the shape of Nexodus' answers before anything uses them, and keeps only the fields that are needed. */

import { isIPv4, isIPv6 } from 'node:net';
import type { Device, RegKey } from '../runtime/nexodus.ts';
import { badAnswer } from './errors.ts';
import type { ServerClock } from './serverclock.ts';

/** One metadata row. `value` is what anybody wrote: any JSON. */
export interface MetadataRow {
  readonly deviceID: string;
  readonly key: string;
  readonly value: unknown;
  readonly revision: number;
}

/** A registration key with what only this adapter looks at. */
export interface OwnedRegKey extends RegKey {
  readonly ownerID: string;
  readonly vpcID: string | undefined;
  /** What its maker keeps with it: any JSON. */
  readonly settings: unknown;
}

/** The value of a JSON text. @throws Transient (BadAnswer) for anything but one document. */
export function json(body: string, what: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    const start = body.trimStart();
    throw badAnswer(
      what,
      start === ''
        ? 'an empty body'
        : start.startsWith('<')
          ? 'an HTML page'
          : 'a body that is not one JSON document',
    );
  }
}

/** A field of anything; undefined when there is none. */
export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as { [name: string]: unknown })[name]
    : undefined;

/** A field that must be a text with something in it. */
export function text(value: unknown, name: string, what: string): string {
  const found = field(value, name);
  if (typeof found === 'string' && found !== '') return found;
  throw badAnswer(what, `${name} is not a text`);
}

/** A field that must be the id of something: it becomes part of paths and of messages. */
function identifier(value: unknown, name: string, what: string): string {
  const found = text(value, name, what);
  if (found.length <= 253 && found.isWellFormed()) return found;
  throw badAnswer(what, `${name} is not an id`);
}

/** A field that must be a finite number. */
export function number(value: unknown, name: string, what: string): number {
  const found = field(value, name);
  if (typeof found === 'number' && Number.isFinite(found)) return found;
  throw badAnswer(what, `${name} is not a number`);
}

/** A field that may be absent, null or a text. */
function optionalText(value: unknown, name: string, what: string): string | undefined {
  const found = field(value, name);
  if (found === undefined || found === null || found === '') return undefined;
  if (typeof found === 'string') return found;
  throw badAnswer(what, `${name} is not a text`);
}

/** The items of a list, each read by `read`. */
export function list<T>(value: unknown, what: string, read: (item: unknown) => T): T[] {
  if (!Array.isArray(value)) throw badAnswer(what, 'it is not a list');
  return value.map(read);
}

/** The list under a field, where null and absence mean none. */
function listAt<T>(value: unknown, name: string, what: string, read: (item: unknown) => T): T[] {
  const found = field(value, name);
  return found === undefined || found === null ? [] : list(found, what, read);
}

/**
 * The length of a host name at most, which Nexodus does not look at: it gets into the status of imports, and a status
 * has an end. A character is not cut in half, as the API server would store another one than it was sent.
 */
const shortened = (name: string): string => name.slice(0, 253).toWellFormed();

/** A device, without `bearer_token`: whoever sees the sealed token can open it. */
export function readDevice(value: unknown, what: string): Device {
  const online = field(value, 'online');
  if (typeof online !== 'boolean') throw badAnswer(what, 'online is not a boolean');
  const address = (name: string) => listAt(value, name, what, item => text(item, 'address', what))[0];
  const ipv4 = address('ipv4_tunnel_ips');
  const ipv6 = address('ipv6_tunnel_ips');
  return {
    id: identifier(value, 'id', what),
    ownerID: optionalText(value, 'owner_id', what) ?? '',
    vpcID: text(value, 'vpc_id', what),
    hostname: shortened(optionalText(value, 'hostname', what) ?? ''),
    publicKey: optionalText(value, 'public_key', what) ?? '',
    ipv4: ipv4 !== undefined && isIPv4(ipv4) ? ipv4 : undefined,
    ipv6: ipv6 !== undefined && isIPv6(ipv6) ? ipv6 : undefined,
    online,
    endpoints: listAt(value, 'endpoints', what, item => ({
      source: optionalText(item, 'source', what) ?? '',
      address: optionalText(item, 'address', what) ?? '',
    })),
    symmetricNAT: field(value, 'symmetric_nat') === true,
    revision: number(value, 'revision', what),
  };
}

export function readMetadata(value: unknown, what: string): MetadataRow {
  return {
    deviceID: identifier(value, 'device_id', what),
    key: text(value, 'key', what),
    value: field(value, 'value'),
    revision: number(value, 'revision', what),
  };
}

/** A registration key; the end of its life is translated to our clock. */
export function readRegKey(value: unknown, what: string, serverClock: ServerClock): OwnedRegKey {
  const told = optionalText(value, 'expires_at', what);
  const expiresAt = told === undefined ? undefined : serverClock.toLocal(new Date(told));
  if (Number.isNaN(expiresAt?.getTime())) throw badAnswer(what, 'expires_at is not a time');
  const settings = field(value, 'settings');
  const install = field(settings, 'install');
  return {
    id: identifier(value, 'id', what),
    ownerID: text(value, 'owner_id', what),
    vpcID: optionalText(value, 'vpc_id', what),
    settings,
    ...(typeof install === 'string' ? { install } : {}),
    description: optionalText(value, 'description', what) ?? '',
    token: text(value, 'bearer_token', what),
    deviceID: optionalText(value, 'device_id', what),
    expiresAt: expiresAt?.toISOString(),
  };
}
