import { createHash } from 'node:crypto';

/** Whether two JSON values are equal; the order of keys does not matter, absent and undefined are the same. */
export function sameJSON(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  for (const key of Object.keys(left)) if (!sameJSON(left[key], right[key])) return false;
  for (const key of Object.keys(right))
    if (right[key] !== undefined && !Object.hasOwn(left, key)) return false;
  return true;
}

/**
 * Lists that server-side apply merges item by item: others may have added to them, and their order is the server's.
 * Applying again would not change that.
 */
const mergedLists = new Set([
  'ownerReferences',
  'containers',
  'initContainers',
  'volumes',
  'env',
  'volumeMounts',
  'ports',
]);

/** Whether everything that `wanted` says is so in `found`, which may say more, as the API server's defaults do. */
export function covers(found: unknown, wanted: unknown, field?: string): boolean {
  if (wanted === undefined) return true;
  if (found === undefined && isLeftOut(wanted)) return true;
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found)) return false;
    if (field !== undefined && mergedLists.has(field))
      return wanted.every((item, at) => covers(found[at], item) || found.some(other => covers(other, item)));
    return found.length === wanted.length && wanted.every((item, at) => covers(found[at], item));
  }
  if (typeof wanted === 'object' && wanted !== null)
    return (
      typeof found === 'object' &&
      found !== null &&
      !Array.isArray(found) &&
      Object.entries(wanted).every(([key, value]) =>
        covers((found as Record<string, unknown>)[key], value, key),
      )
    );
  return Object.is(found, wanted);
}

/** The API server does not store such values in most of its fields, and gives the others back as they are. */
const isLeftOut = (value: unknown): boolean =>
  value === '' || value === false || value === 0 || (Array.isArray(value) && value.length === 0);

/** JSON text that does not depend on the order of keys: equal values give equal text. */
export const canonicalJSON = (value: unknown): string => JSON.stringify(sorted(value));

/** A copy with sorted keys. Several times faster than a replacer, and the digests of children need it often. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  // Without a prototype, a key `__proto__` is a key like others.
  const copy = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(value).sort()) copy[key] = sorted((value as Record<string, unknown>)[key]);
  return copy;
}

/** The first `length` hexadecimal digits of the SHA-256 of a JSON value. */
export const digest = (value: unknown, length = 16): string =>
  createHash('sha256').update(canonicalJSON(value)).digest('hex').slice(0, length);
