import type { Schema } from './schema.ts';

/** A CEL rule of `x-kubernetes-validations`. */
export interface Rule {
  rule: string;
  message: string;
  /** The field that the error names, such as `.spec.service`. Default: where the rule is. */
  fieldPath?: string;
}

/** Keywords that mean the same in JSON schema and in a CustomResourceDefinition. */
const same = [
  'description',
  'default',
  'enum',
  'format',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'multipleOf',
];
const translated = [
  'type',
  'const',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'validations',
  'patternMessage',
  'listType',
  'listMapKeys',
  'intOrString',
  'preserveUnknownFields',
];

/**
 * A structural schema, as a CustomResourceDefinition wants it, of a type without references. Throws, naming `path`,
 * on what such a schema cannot say, so that no constraint of a type is lost without a word.
 */
export function structural(schema: Schema, path: string): Schema {
  const stranger = Object.keys(schema).find(
    keyword => !same.includes(keyword) && !translated.includes(keyword),
  );
  if (stranger) throw new Error(`${path}: a CustomResourceDefinition cannot say ${stranger}`);

  const result: Schema = { ...typeKeywords(schema, path) };
  for (const keyword of same) if (keyword in schema) result[keyword] = schema[keyword];
  if ('const' in schema) result['enum'] = [schema['const']];
  Object.assign(result, bounds(schema), objectKeywords(schema, path));
  if (schema.items) result.items = structural(schema.items, `${path}[]`);
  if ('listType' in schema) result['x-kubernetes-list-type'] = schema['listType'];
  if ('listMapKeys' in schema) result['x-kubernetes-list-map-keys'] = schema['listMapKeys'];
  const rules = [...((schema['validations'] as Rule[] | undefined) ?? []), ...patternRule(schema, path)];
  if (rules.length) result['x-kubernetes-validations'] = rules;
  return result;
}

function typeKeywords(schema: Schema, path: string): Schema {
  if (schema['intOrString']) return { 'x-kubernetes-int-or-string': true };
  const types = [schema.type].flat().filter(type => type !== 'null');
  const [type, another] = types;
  if (type === undefined || another !== undefined)
    throw new Error(
      `${path}: a union (${types.join(' | ') || 'of any type'}); number | string needs @intOrString`,
    );
  if (type === 'number') throw new Error(`${path}: a number needs @asType integer`);
  return Array.isArray(schema.type) && schema.type.includes('null') ? { type, nullable: true } : { type };
}

/** Numeric exclusive bounds become a bound and a flag. */
function bounds(schema: Schema): Schema {
  const result: Schema = {};
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (bound in schema) result[bound] = schema[bound];
    if (exclusive in schema) Object.assign(result, { [bound]: schema[exclusive], [exclusive]: true });
  }
  return result;
}

function objectKeywords(schema: Schema, path: string): Schema {
  if (schema.type !== 'object') return {};
  const { properties, additionalProperties: others } = schema;
  if (schema['preserveUnknownFields']) {
    if (properties) throw new Error(`${path}: @preserveUnknownFields is for objects without known fields`);
    return { 'x-kubernetes-preserve-unknown-fields': true };
  }
  if (typeof others === 'object') {
    if (properties) throw new Error(`${path}: an object has known fields or is a map, not both`);
    return { additionalProperties: structural(others, `${path}{}`) };
  }
  if (!properties)
    throw new Error(`${path}: an object without fields would lose all it holds: @preserveUnknownFields`);
  // What has a default is never missing by the time it is checked.
  const required = schema.required?.filter(name => !('default' in properties[name]!));
  return {
    ...(required?.length ? { required } : {}),
    properties: Object.fromEntries(
      Object.entries(properties).map(([name, child]) => [name, structural(child, `${path}.${name}`)]),
    ),
  };
}

/** The pattern once more as a rule, as only rules have messages of their own. */
function patternRule(schema: Schema, path: string): Rule[] {
  const { pattern, patternMessage: message } = schema as { pattern?: string; patternMessage?: string };
  if (message === undefined) return [];
  if (pattern === undefined || pattern.includes("'"))
    throw new Error(`${path}: @patternMessage needs a @pattern without '`);
  const matches = `self.matches(r'${pattern}')`;
  return [{ rule: schema['intOrString'] ? `type(self) == int || ${matches}` : matches, message }];
}
