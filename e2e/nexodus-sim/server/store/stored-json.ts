/**
 * JSON as it comes back from the database: every read decodes it into a map, whose keys are then
 * written in the order of their bytes. The answer to the write itself shows the value as sent.
 */
export function asStoredJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStoredJson);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, asStoredJson(item)] as const);
  entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return Object.fromEntries(entries);
}

/** Whether PostgreSQL takes it: texts with NUL or half a surrogate pair are refused. */
export function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed();
  if (value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([key, item]) => isStorable(key) && isStorable(item));
}

/** A time as the real server writes what it was sent: without trailing zeros. */
export function asWrittenTime(time: string): string {
  return time.replace(/\.(\d*?)0*(Z|[+-]\d{2}:\d{2})$/, (_, digits: string, zone: string) =>
    digits === '' ? zone : `.${digits}${zone}`,
  );
}

/** A time as the database gives it back: in UTC, without trailing zeros. */
export function asStoredTime(time: string): string {
  const fraction = (/\.(\d{1,6})/.exec(time)?.[1] ?? '').replace(/0+$/, '');
  const seconds = new Date(time).toISOString().slice(0, 19);
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`;
}
