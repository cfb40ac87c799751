import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import type { Schema } from './schema.ts';

const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;

/** An ajv that knows our keywords; `code` keeps the source for {@link validatorsModule}. */
export const newAjv = (): Ajv =>
  new Ajv({
    allErrors: true,
    useDefaults: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    code: { source: true, esm: true },
  })
    .addFormat('date-time', dateTime)
    .addKeyword('patternMessage');

/**
 * A module with one ajv validation function a schema, under the schema's name, that needs no ajv at run time: plain
 * ESM for node, jest and esbuild alike.
 */
export async function validatorsModule(schemas: { readonly [name: string]: Schema }): Promise<string> {
  const ajv = newAjv();
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(schema, name);
  const names = Object.fromEntries(Object.keys(schemas).map(name => [name, name]));
  const { outputFiles } = await build({
    // ajv's code asks for a few functions by require, which an ES module does not have.
    stdin: { contents: standalone.default(ajv, names), resolveDir: process.cwd(), loader: 'js' },
    bundle: true,
    // The comments name the files: the same ones wherever node_modules is kept.
    preserveSymlinks: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    legalComments: 'none',
  });
  return outputFiles[0]!.text;
}

/** The types of that module. */
export const validatorsTypes = (names: readonly string[]): string =>
  [
    "import type { ErrorObject } from 'ajv';",
    '',
    '/** Whether the value satisfies the schema; if not, `errors` says why until the next call. */',
    'export interface Validator {',
    '  (value: unknown): boolean;',
    '  errors?: ErrorObject[] | null;',
    '}',
    ...names.map(name => `export declare const ${name}: Validator;`),
    '',
  ].join('\n');
