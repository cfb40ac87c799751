import { apiVersion } from '../../api/v1alpha1/labels.ts';
import type { Schema } from './schema.ts';

/**
 * A structural schema as plain JSON schema, for checking objects that the API server did not check. Unknown fields
 * are allowed, as a newer version of the kind may have stored them. `patternMessage` stays, for the error texts.
 */
export function plainSchema(structural: Schema): Schema {
  const result: Schema = {};
  for (const [keyword, value] of Object.entries(structural))
    if (!keyword.startsWith('x-kubernetes-') && keyword !== 'default' && keyword !== 'description')
      result[keyword] = value;

  if (structural['x-kubernetes-int-or-string']) result.type = ['integer', 'string'];
  if (structural['nullable']) {
    delete result['nullable'];
    result.type = [structural.type as string, 'null'];
  }
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (structural[exclusive] !== true) continue;
    result[exclusive] = structural[bound];
    delete result[bound];
  }
  const message = patternMessage(structural);
  if (message) result['patternMessage'] = message;
  if (structural.properties)
    result.properties = Object.fromEntries(
      Object.entries(structural.properties).map(([name, child]) => [name, plainSchema(child)]),
    );
  if (structural.items) result.items = plainSchema(structural.items);
  if (typeof structural.additionalProperties === 'object')
    result.additionalProperties = plainSchema(structural.additionalProperties);
  return result;
}

/** The same of a whole object of a kind, apart from its status, which is not the user's. */
export function objectSchema(kind: string, structural: Schema): Schema {
  const properties = { ...structural.properties };
  delete properties['status'];
  const plain = plainSchema({ ...structural, properties });
  return {
    ...plain,
    required: ['apiVersion', 'kind', 'metadata', ...(plain.required ?? [])],
    properties: {
      ...plain.properties,
      apiVersion: { type: 'string', enum: [apiVersion] },
      kind: { type: 'string', enum: [kind] },
      metadata: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string', minLength: 1 } },
      },
    },
  };
}

/** The text of the rule that repeats the pattern. */
function patternMessage(structural: Schema): string | undefined {
  const rules = structural['x-kubernetes-validations'] as { rule: string; message: string }[] | undefined;
  return rules?.find(({ rule }) => rule.endsWith(`self.matches(r'${structural['pattern'] as string}')`))
    ?.message;
}
