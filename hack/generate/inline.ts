import type { Definitions, Schema } from './schema.ts';

const prefix = '#/definitions/';

/**
 * A type with everything that it refers to written in place. Keywords beside a reference win over those of the type,
 * except CEL rules, which add up. Throws on a type that contains itself.
 */
export function inlineType(definitions: Definitions, name: string): Schema {
  return typeOf(definitions, name, []);
}

function typeOf(definitions: Definitions, name: string, within: readonly string[]): Schema {
  if (within.includes(name))
    throw new Error(`${[...within, name].join(' > ')}: a type must not contain itself`);
  const definition = definitions[name];
  if (!definition) throw new Error(`${name}: no such exported type`);
  return inlineSchema(definitions, definition, [...within, name]);
}

function inlineSchema(definitions: Definitions, schema: Schema, within: readonly string[]): Schema {
  const go = (child: Schema) => inlineSchema(definitions, child, within);
  const result: Schema = { ...schema };
  if (schema.properties)
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([key, child]) => [key, go(child)]),
    );
  if (schema.items) result.items = go(schema.items);
  if (typeof schema.additionalProperties === 'object')
    result.additionalProperties = go(schema.additionalProperties);
  if (typeof schema['$ref'] !== 'string') return result;

  delete result['$ref'];
  const base = typeOf(definitions, schema['$ref'].slice(prefix.length), within);
  const validations = [base, schema].flatMap(part => (part['validations'] as unknown[] | undefined) ?? []);
  return { ...base, ...result, ...(validations.length ? { validations } : {}) };
}
