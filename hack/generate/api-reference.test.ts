import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { group, kinds } from '../../api/v1alpha1/resources.ts';
import { apiReference } from './api-reference.ts';
import type { Schema } from './schema.ts';
import { structural } from './structural.ts';

const [info] = kinds;
const reference = (spec: Schema) => {
  const schema = structural(
    { type: 'object', properties: { spec, status: { type: 'object', properties: {} } } },
    'A',
  );
  return apiReference([{ info: info!, schema }], 'notice');
};

describe('apiReference', () => {
  it('has a row for each field, with type, default and constraints in words', () => {
    const text = reference({
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 3, description: 'How many <b>.' },
        name: {
          type: 'string',
          maxLength: 5,
          pattern: '^a$',
          patternMessage: 'not a name: write a|b',
          description: 'Its name. Default: the\n`size`.',
        },
        mode: { type: 'string', enum: ['x', 'y'], default: 'x' },
        list: {
          type: 'array',
          minItems: 1,
          items: { type: 'object', properties: { at: { type: 'string', format: 'date-time' } } },
        },
        map: {
          type: 'object',
          maxProperties: 2,
          additionalProperties: { type: 'string', minLength: 1 },
          validations: [{ rule: 'r', message: 'not a key: write one' }],
        },
      },
    });
    expect(text.match(/^\| `.*$/gm)).toEqual([
      '| `size` | integer | required | How many \\<b>. 1 to 3. |',
      '| `name` | string | the `size` | Its name. A\\|b. At most 5 characters. |',
      '| `mode` | string | `"x"` | One of `x`, `y`. |',
      '| `list` | list of objects |  | Not empty. |',
      '| `list[].at` | time |  |  |',
      '| `map` | map of strings |  | At most 2 entries. Each key: one. Each value: Not empty. |',
    ]);
  });

  it('lists the rules that are not about the form of one value', () => {
    const text = reference({
      type: 'object',
      properties: {
        list: {
          type: 'array',
          items: { type: 'string' },
          validations: [{ rule: 'r', message: 'twice: write it once' }],
        },
      },
    });
    expect(text).toContain('- `spec.list`: twice: write it once');
  });
});

it('every field of the kinds says what it means', () => {
  const undescribed = (schema: Schema, path: string): string[] => [
    ...(schema.description ? [] : [path]),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) =>
      undescribed(child, `${path}.${name}`),
    ),
    ...Object.entries(schema.items?.properties ?? {}).flatMap(([name, child]) =>
      undescribed(child, `${path}[].${name}`),
    ),
  ];
  for (const { plural } of kinds) {
    const crd = parse(
      readFileSync(join(import.meta.dirname, `../../config/crd/${group}_${plural}.yaml`), 'utf8'),
    ) as {
      spec: { versions: [{ schema: { openAPIV3Schema: { properties: { [name: string]: Schema } } } }] };
    };
    const { spec, status } = crd.spec.versions[0].schema.openAPIV3Schema.properties;
    expect([...undescribed(spec!, 'spec'), ...undescribed(status!, 'status')]).toEqual([]);
  }
});
