import { internalError } from './api-error.ts';

/** Database columns that `filter` and `sort` may name. */
export type Columns<Row> = Readonly<Record<string, (row: Row) => unknown>>;

export interface ListResult<Row> {
  readonly rows: Row[];
  /** Number of rows before `range`; undefined unless `range` was given. */
  readonly total: number | undefined;
}

/** A JSON query parameter; malformed ones are silently ignored. */
function jsonParameter(query: URLSearchParams, name: string): unknown {
  try {
    return JSON.parse(query.get(name) ?? '');
  } catch {
    return undefined;
  }
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const left = String(a);
  const right = String(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

function columnOf<Row>(columns: Columns<Row>, name: string): (row: Row) => unknown {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column === undefined) throw internalError();
  return column;
}

/** Applies `filter={"column":value}`, `sort=["column","ASC"]` and `range=[first,last]`. */
export function applyListQuery<Row>(
  all: readonly Row[],
  query: URLSearchParams,
  columns: Columns<Row>,
  defaultSort: string,
): ListResult<Row> {
  let rows = [...all];
  const filter = jsonParameter(query, 'filter');
  if (filter !== null && typeof filter === 'object' && !Array.isArray(filter)) {
    for (const [name, wanted] of Object.entries(filter)) {
      const column = columnOf(columns, name);
      const accepted: unknown[] = Array.isArray(wanted) ? wanted : [wanted];
      rows = rows.filter(row => accepted.includes(column(row)));
    }
  }
  const sort = jsonParameter(query, 'sort');
  const [name, direction] = Array.isArray(sort) && sort.length === 2 ? sort : [defaultSort, 'ASC'];
  const column = columnOf(columns, String(name));
  const sign = String(direction).toUpperCase() === 'DESC' ? -1 : 1;
  rows.sort((a, b) => sign * compare(column(a), column(b)));

  const range = jsonParameter(query, 'range');
  if (!Array.isArray(range) || range.length !== 2) return { rows, total: undefined };
  const [first, last] = range.map(Number);
  return { rows: rows.slice(first, (last ?? 0) + 1), total: rows.length };
}

/** `X-Total-Count` of the plain lists: there only with `range`. */
export function totalHeaders(result: ListResult<unknown>): Record<string, string> {
  if (result.total === undefined) return {};
  return { 'access-control-expose-headers': 'X-Total-Count', 'x-total-count': String(result.total) };
}

/** `X-Total-Count` of the sub-lists: always the number of items returned. */
export function itemCountHeaders(result: ListResult<unknown>): Record<string, string> {
  return { 'access-control-expose-headers': 'X-Total-Count', 'x-total-count': String(result.rows.length) };
}
