import { apiVersion } from '../../api/v1alpha1/labels.ts';
import type { KindInfo } from '../../api/v1alpha1/resources.ts';
import { cell, table } from './markdown.ts';
import type { Schema } from './schema.ts';
import type { Rule } from './structural.ts';

/** The documentation of the kinds, in Markdown, from their structural schemas. */
export function apiReference(kinds: { info: KindInfo; schema: Schema }[], notice: string): string {
  return `<!-- ${notice} -->
# API

The kinds of \`${apiVersion}\`. All are namespaced. \`[]\` stands for each entry of a list.
What a condition's reason means is in [conditions.md](conditions.md); \`kubectl explain\` shows the same fields.

${kinds.map(({ info, schema }) => kindSection(info, schema)).join('\n')}`;
}

function kindSection(info: KindInfo, schema: Schema): string {
  const { spec, status } = schema.properties!;
  const rules = rulesOf(schema, '');
  const refused = rules.map(({ at, message }) => `- ${at ? `\`${at}\`: ` : ''}${message}`).join('\n');
  return `## ${info.kind}

${schema.description ?? ''} Short name: \`${info.shortName}\`.

### ${info.kind}: spec

${fieldTable(spec!, 'Default')}

${refused && `Further rules, as the API server words them when it refuses an object:\n\n${refused}\n`}
### ${info.kind}: status

${fieldTable(status!)}
`;
}

/** A row for each field of an object, those within it after it. */
function fieldTable(schema: Schema, ...columns: 'Default'[]): string {
  const rows = fieldsOf(schema, '').map(({ path, field, required }) => {
    const { text, otherwise } = described(field);
    const facts = [text, constraintOf(field)].filter(Boolean).join(' ');
    const standard =
      'default' in field ? `\`${JSON.stringify(field.default)}\`` : required ? 'required' : otherwise;
    return [`\`${path}\``, typeOf(field), ...columns.map(() => cell(standard)), cell(facts)];
  });
  return table(['Field', 'Type', ...columns, 'Meaning'], rows);
}

interface Field {
  readonly path: string;
  readonly field: Schema;
  readonly required: boolean;
}

function fieldsOf(schema: Schema, at: string): Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]): Field[] => {
    const path = at + name;
    const within = [
      ...fieldsOf(field, `${path}.`),
      ...(field.items ? fieldsOf(field.items, `${path}[].`) : []),
    ];
    return [{ path, field, required: schema.required?.includes(name) ?? false }, ...within];
  });
}

/** A description without its last sentence "Default: ...", and that. */
function described({ description = '' }: Schema): { text: string; otherwise: string } {
  const [, text, otherwise] = /^(.*?)(?:(?:^| )Default: (.*)\.)?$/s.exec(description)!;
  return { text: text!, otherwise: otherwise ?? '' };
}

function typeOf(schema: Schema): string {
  if (schema['x-kubernetes-int-or-string']) return 'integer or string';
  if (schema.type === 'array') return `list of ${plural(typeOf(schema.items!))}`;
  if (typeof schema.additionalProperties === 'object')
    return `map of ${plural(typeOf(schema.additionalProperties))}`;
  return schema['format'] === 'date-time' ? 'time' : String(schema.type);
}

const plural = (type: string) => (type === 'integer or string' ? 'integers or strings' : `${type}s`);

/** What a value has to be, as sentences. */
function constraintOf(schema: Schema): string {
  const sentences: string[] = [];
  const values = schema['enum'] as unknown[] | undefined;
  if (values) sentences.push(`One of ${values.map(value => `\`${String(value)}\``).join(', ')}.`);
  const { additionalProperties: others } = schema;
  const form = formOf(schema);
  if (form && !others) sentences.push(`${form[0]!.toUpperCase()}${form.slice(1)}.`);
  for (const [minimum, maximum, unit] of [
    ['minimum', 'maximum', ''],
    ['minLength', 'maxLength', ' characters'],
    ['minItems', 'maxItems', ' entries'],
    ['minProperties', 'maxProperties', ' entries'],
  ] as const) {
    const range = rangeOf(schema[minimum], schema[maximum]);
    if (range === 'At least 1' && unit) sentences.push('Not empty.');
    else if (range) sentences.push(`${range}${unit}.`);
  }
  if (form && others) sentences.push(`Each key: ${form}.`);
  if (typeof others === 'object' && constraintOf(others))
    sentences.push(`Each value: ${constraintOf(others)}`);
  return sentences.join(' ');
}

function rangeOf(minimum: unknown, maximum: unknown): string | undefined {
  if (minimum === undefined) return maximum === undefined ? undefined : `At most ${String(maximum)}`;
  return maximum === undefined ? `At least ${String(minimum)}` : `${String(minimum)} to ${String(maximum)}`;
}

/** Texts of rules about the form of one value: "not a port: write a number", of which the last part is wanted. */
const form = /^not an? [^:]*: write (.*)$/;
const formOf = (schema: Schema) =>
  (schema['x-kubernetes-validations'] as Rule[] | undefined)
    ?.flatMap(({ message }) => form.exec(message)?.[1] ?? [])
    .join('; ');

/** The other rules, of an object and everything in it. */
function rulesOf(schema: Schema, at: string): { at: string; message: string }[] {
  const own = ((schema['x-kubernetes-validations'] as Rule[] | undefined) ?? []).filter(
    ({ message }) => !form.test(message),
  );
  return [
    ...own.map(({ message, fieldPath }) => ({ at: `${at}${fieldPath ?? ''}`.replace(/^\./, ''), message })),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, child]) => rulesOf(child, `${at}.${name}`)),
    ...(schema.items ? rulesOf(schema.items, `${at}[]`) : []),
  ];
}
