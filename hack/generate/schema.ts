import { createGenerator } from 'ts-json-schema-generator';

/** A node of a JSON schema (draft 7), with the tags that {@link readTypes} keeps as further keywords. */
export interface Schema {
  type?: string | string[];
  description?: string;
  properties?: { [name: string]: Schema };
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  default?: unknown;
  [keyword: string]: unknown;
}

export type Definitions = { [type: string]: Schema };

/**
 * JSDoc tags with a meaning of ours. Each takes one JSON value or text; a repeated tag would keep only its last value.
 * - `@validations [{rule, message}]` CEL rules of the API server
 * - `@patternMessage text` what to write, when `@pattern` does not match
 * - `@listType`, `@listMapKeys` how server-side apply merges a list
 * - `@intOrString` for `number | string`
 * - `@preserveUnknownFields` for objects whose fields are not ours to know
 */
const extraTags = [
  'validations',
  'patternMessage',
  'listType',
  'listMapKeys',
  'intOrString',
  'preserveUnknownFields',
];

/** The exported types of the files that match `path` (a glob), and everything that they refer to, by name. */
export function readTypes(path: string): Definitions {
  const generator = createGenerator({
    path,
    tsconfig: 'tsconfig.json',
    skipTypeCheck: true,
    additionalProperties: false,
    topRef: true,
    encodeRefs: false,
    sortProps: false,
    jsDoc: 'extended',
    extraTags,
  });
  return (generator.createSchema().definitions ?? {}) as Definitions;
}
