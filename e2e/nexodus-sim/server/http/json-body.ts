import { badPayload, type ApiError } from './api-error.ts';

/** Reading request bodies with the messages of the real server's JSON decoder. */

function syntaxError(text: string, error: unknown): ApiError {
  if (text.trim() === '') return badPayload('EOF');
  const message = error instanceof Error ? error.message : '';
  const wrong = /Unexpected token '(.)'/su.exec(message);
  if (wrong === null) return badPayload('unexpected EOF');
  return badPayload(`invalid character '${wrong[1] ?? ''}' looking for beginning of value`);
}

/** Parses a body; throws 400. What follows the first JSON value is not looked at. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const end = /non-whitespace character after JSON at position (\d+)/.exec(String(error))?.[1];
    if (end !== undefined) return parseJson(text.slice(0, Number(end)));
    throw syntaxError(text, error);
  }
}

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/** The fields of a JSON object, typed on access. A field that is absent or null is undefined. */
export class JsonObject {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #type: string;

  /** @param type name of the real server's type, for its error texts */
  constructor(value: unknown, type: string) {
    this.#type = type;
    if (value === null) value = {};
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw badPayload(`json: cannot unmarshal ${goTypeOf(value)} into Go value of type models.${type}`);
    }
    this.#fields = value as Record<string, unknown>;
  }

  #get(name: string): unknown {
    const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
    return value === null ? undefined : value;
  }

  #wrongType(value: unknown, name: string, wanted: string): ApiError {
    const cause = `cannot unmarshal ${goTypeOf(value)} into Go struct field ${this.#type}.${name} of type ${wanted}`;
    return badPayload(`json: ${cause}`);
  }

  string(name: string): string | undefined {
    const value = this.#get(name);
    if (value !== undefined && typeof value !== 'string') throw this.#wrongType(value, name, 'string');
    return value;
  }

  boolean(name: string): boolean | undefined {
    const value = this.#get(name);
    if (value !== undefined && typeof value !== 'boolean') throw this.#wrongType(value, name, 'bool');
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.#get(name);
    if (value !== undefined && (typeof value !== 'number' || !Number.isInteger(value) || value < 0)) {
      throw this.#wrongType(value, name, 'uint64');
    }
    return value;
  }

  /** A UUID; the empty text is an error, as in the real server. */
  uuid(name: string): string | undefined {
    const value = this.string(name);
    if (value === undefined || isUuid(value)) return value?.toLowerCase();
    throw badPayload(value.length === 36 ? 'invalid UUID format' : `invalid UUID length: ${value.length}`);
  }

  /** An RFC 3339 time, as it was written. */
  time(name: string): string | undefined {
    const value = this.string(name);
    if (value === undefined) return undefined;
    if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(value)) {
      throw badPayload(
        `parsing time "${value}" as "2006-01-02T15:04:05Z07:00": cannot parse "${value}" as "2006"`,
      );
    }
    return value;
  }

  strings(name: string): string[] | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every(item => typeof item === 'string')) {
      throw this.#wrongType(value, name, '[]string');
    }
    return value;
  }

  objects(name: string): JsonObject[] | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw this.#wrongType(value, name, '[]object');
    return value.map(item => new JsonObject(item, this.#type));
  }

  object(name: string): Record<string, unknown> | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || Array.isArray(value))
      throw this.#wrongType(value, name, 'map[string]interface {}');
    return value as Record<string, unknown>;
  }
}
