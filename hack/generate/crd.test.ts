import { describe, expect, it } from '@jest/globals';
import { kinds } from '../../api/v1alpha1/resources.ts';
import { customResourceDefinition, kindSchema } from './crd.ts';
import { objectSchema } from './plain.ts';
import type { Schema } from './schema.ts';
import { newAjv } from './validators.ts';

const type: Schema = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string', const: 'v1' },
    kind: { type: 'string', const: 'A' },
    metadata: { $ref: '#/definitions/Meta' },
    spec: {
      type: 'object',
      properties: {
        size: { type: 'integer', exclusiveMinimum: 0 },
        port: { type: ['number', 'string'], intOrString: true },
        name: { type: ['string', 'null'], pattern: '^a$', patternMessage: 'wrong: write a' },
      },
      required: ['size'],
    },
    status: { type: 'object', properties: { ok: { type: 'boolean' } } },
  },
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
};
const definitions = { A: type, Meta: { type: 'object', properties: { name: { type: 'string' } } } };

describe('kindSchema', () => {
  it('leaves apiVersion, kind and metadata to the API server', () => {
    const schema = kindSchema(definitions, 'A');
    expect(schema.required).toEqual(['spec']);
    expect(Object.entries(schema.properties!).slice(0, 3)).toEqual([
      ['apiVersion', { type: 'string' }],
      ['kind', { type: 'string' }],
      ['metadata', { type: 'object' }],
    ]);
  });
});

describe('customResourceDefinition', () => {
  it('has short name, category, columns and status', () => {
    const crd = customResourceDefinition(kinds[0]!, { type: 'object' });
    expect(crd).toMatchObject({
      metadata: { name: 'nexlinkexports.nexlink.nexodus.io' },
      spec: {
        names: { shortNames: ['nxe'], categories: ['nexlink'], listKind: 'NexlinkExportList' },
        versions: [{ subresources: { status: {} } }],
      },
    });
    expect(JSON.stringify(crd)).toContain('"name":"Message","type":"string"');
  });
});

describe('objectSchema', () => {
  const validate = newAjv().compile(objectSchema('A', kindSchema(definitions, 'A')));
  const accepts = (spec: object) =>
    validate({
      apiVersion: 'nexlink.nexodus.io/v1alpha1',
      kind: 'A',
      metadata: { name: 'x' },
      spec,
      status: 'any',
    });

  it('accepts and refuses what the API server does', () => {
    expect(accepts({ size: 1, port: 'http', name: 'a' })).toBe(true);
    expect(accepts({ size: 1, port: 80, name: null, later: true })).toBe(true);
    for (const spec of [{}, { size: 0 }, { size: 1, port: true }, { size: 1, name: 'b' }])
      expect(accepts(spec)).toBe(false);
  });

  it('keeps the text for a pattern', () => {
    accepts({ size: 1, name: 'b' });
    expect(validate.errors).toMatchObject([
      { keyword: 'pattern', parentSchema: { patternMessage: 'wrong: write a' } },
    ]);
  });
});
