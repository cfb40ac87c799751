import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { apiVersion } from './labels.ts';
import { validate, type Kind } from './validate.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'config/samples');

interface Schema {
  readonly properties?: { readonly [field: string]: Schema };
  readonly items?: Schema;
}

/** The schema of a kind, as the API server has it. */
function schemaOf(kind: string): Schema {
  const file = join(root, `config/crd/nexlink.nexodus.io_${kind.toLowerCase()}s.yaml`);
  const crd = parse(readFileSync(file, 'utf8')) as {
    spec: { versions: { schema: { openAPIV3Schema: Schema } }[] };
  };
  return crd.spec.versions[0]!.schema.openAPIV3Schema;
}

/** Fields that the API server would drop without a word. */
function unknownFields(value: unknown, schema: Schema, path = ''): string[] {
  if (Array.isArray(value))
    return value.flatMap((item, at) => unknownFields(item, schema.items ?? {}, `${path}[${at}]`));
  if (typeof value !== 'object' || value === null || !schema.properties) return [];
  return Object.entries(value).flatMap(([field, inner]) => {
    const known = schema.properties![field];
    return known ? unknownFields(inner, known, `${path}.${field}`) : [`${path}.${field}`];
  });
}

/** What is wrong with an object that a document shows. */
function flawsOf(object: { apiVersion: string; kind: string }): unknown[] {
  if (object.apiVersion === apiVersion)
    return [...validate(object.kind as Kind, object), ...unknownFields(object, schemaOf(object.kind))];
  return ['Namespace', 'Service'].includes(object.kind) ? [] : [`a ${object.kind} is not checked`];
}

test.each(readdirSync(folder))('the sample %s is valid and says what to expect', name => {
  const text = readFileSync(join(folder, name), 'utf8');
  expect(flawsOf(parse(text) as { apiVersion: string; kind: string })).toEqual([]);
  expect(text).toMatch(/^# Expect: nx[eig]\/\S+ \w+=(True|False)\/\w+$/m);
});

const shown = readFileSync(join(root, 'docs/tasks.md'), 'utf8').matchAll(/^```yaml\n(.*?)^```$/gms);
const documents = [...shown].flatMap(([, block]) =>
  parseAllDocuments(block!).map(document => document.toJS() as { apiVersion: string; kind: string }),
);

test.each(documents)('docs/tasks.md shows a valid object: %j', object => {
  expect(flawsOf(object)).toEqual([]);
});

test('a misspelled field is noticed', () => {
  const object = { apiVersion, kind: 'NexlinkExport', metadata: { name: 'web' }, spec: { port: [] } };
  expect(flawsOf(object)).toEqual(['.spec.port']);
});
