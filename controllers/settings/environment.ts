import { Terminal } from '../runtime/errors.ts';
import type { Key } from './keys.ts';

/** Environment variables, as in `process.env`. */
export interface Environment {
  readonly [variable: string]: string | undefined;
}

/**
 * The value of a key in an environment variable. Lists of texts have commas between them, other lists and objects are
 * JSON. A text that is no value of the key's type stays a text, for the check of the schema to complain about.
 * @throws Terminal (code InvalidSettings) when it should be JSON and is not.
 */
export function valueOf(text: string, { schema, path, variable }: Key): unknown {
  const { type } = schema;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'integer') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (type === 'array' && schema.items?.type === 'string')
    return text.split(',').flatMap(item => item.trim() || []);
  return type === 'array' || type === 'object' ? fromJSON(text, path, variable) : text;
}

function fromJSON(text: string, path: readonly string[], variable: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Terminal(
      'InvalidSettings',
      `${path.join('.')} (environment variable ${variable}) is not JSON: write it as one line of JSON`,
      { cause },
    );
  }
}
