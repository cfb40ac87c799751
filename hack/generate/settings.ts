import { inlineType } from './inline.ts';
import { readTypes, type Schema } from './schema.ts';

/** The JSON schema of the settings file. */
export const settingsSchema = (): Schema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Settings of the Nexlink controller',
  ...fileSchema(inlineType(readTypes('controllers/settings/settings.ts'), 'Settings')),
});

/**
 * Drops what only a CustomResourceDefinition needs, and `required`, except in the items of lists: a setting that is
 * not written has a default, or is looked for elsewhere.
 */
export function fileSchema(schema: Schema, isItem = false): Schema {
  const result: Schema = { ...schema };
  for (const keyword of ['intOrString', 'validations']) delete result[keyword];
  if (!isItem) delete result.required;
  if (schema.items) result.items = fileSchema(schema.items, true);
  if (typeof schema.additionalProperties === 'object')
    result.additionalProperties = fileSchema(schema.additionalProperties);
  if (schema.properties)
    result.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, child]) => [name, fileSchema(child)]),
    );
  return result;
}

/** The same with the name that editors know for the text of a pattern. */
export function editorSchema(schema: Schema): Schema {
  return JSON.parse(
    JSON.stringify(schema).replaceAll('"patternMessage":', '"patternErrorMessage":'),
  ) as Schema;
}
