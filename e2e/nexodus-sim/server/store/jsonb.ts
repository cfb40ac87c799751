/**
 * The order PostgreSQL's jsonb gives back object keys in: shorter keys first, then by bytes.
 * A PUT answers with the value as it was sent; every later read comes from the column.
 */
export function asStoredJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asStoredJson);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).map(([key, item]) => [key, asStoredJson(item)] as const);
  entries.sort(([a], [b]) => {
    const left = Buffer.from(a);
    const right = Buffer.from(b);
    return left.length - right.length || Buffer.compare(left, right);
  });
  return Object.fromEntries(entries);
}
