/** Checks of single values that come from other people's devices. */

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const startsWithLetter = /^[a-z]/;

/** A DNS-1123 label: lower-case letters, digits and '-', at most 63 characters. */
export const isLabel = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 63 && label.test(value);

/** A DNS-1035 label, as the name of a Service: a DNS-1123 label that starts with a letter. */
export const isServiceName = (value: unknown): value is string =>
  isLabel(value) && startsWithLetter.test(value);

/** A NexlinkGateway: `name` or `namespace/name`. */
export function isGateway(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 127) return false;
  const parts = value.split('/');
  return parts.length <= 2 && parts.every(isLabel);
}

export const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;

const qualifiedName =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** The appProtocol of a Service's port, as the API server takes it: a name, after a DNS name and '/' if need be. */
export const isAppProtocol = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= 317 && value.indexOf('/') <= 253 && qualifiedName.test(value);

/** The longest time that a Service takes. */
const longestAffinity = 86_400;

/** The seconds of a session affinity; 0 is none. */
export const isAffinity = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= longestAffinity;

const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)$/;

/** The time in UTC and whole seconds, `2026-11-21T01:00:00Z`; undefined when `value` is no RFC 3339 time. */
export function utcSeconds(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 40 || !rfc3339.test(value)) return undefined;
  const milliseconds = Date.parse(value.toUpperCase());
  if (Number.isNaN(milliseconds)) return undefined;
  const text = new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
  // An offset can lead out of the four-digit years, whose texts sort by time.
  return text.length === 20 ? text : undefined;
}

const shown = 40;

/** A value as text for a message: short, printable ASCII, whatever it is. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'string') return 'an object';
  const start = value
    .slice(0, shown)
    .replace(/[^\x20-\x7e]|["\\]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return value.length > shown ? `"${start}…" (${value.length} characters)` : `"${start}"`;
}
