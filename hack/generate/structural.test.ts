import { describe, expect, test } from '@jest/globals';
import type { Schema } from './schema.ts';
import { structural } from './structural.ts';

const string = { type: 'string' };

describe('structural', () => {
  test.each<[string, Schema, Schema]>([
    ['a constant is an enum of one', { type: 'string', const: 'a' }, { type: 'string', enum: ['a'] }],
    ['T | null is nullable', { type: ['string', 'null'] }, { type: 'string', nullable: true }],
    [
      'number | string is int-or-string',
      { type: ['number', 'string'], intOrString: true, maxLength: 3 },
      { 'x-kubernetes-int-or-string': true, maxLength: 3 },
    ],
    [
      'exclusive bounds are flags',
      { type: 'integer', exclusiveMinimum: 0, exclusiveMaximum: 9 },
      { type: 'integer', minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: true },
    ],
    ['bounds stay', { type: 'integer', minimum: 0, maximum: 9 }, { type: 'integer', minimum: 0, maximum: 9 }],
    [
      'a map keeps its values',
      { type: 'object', additionalProperties: { type: 'string', const: 'a' }, maxProperties: 2 },
      { type: 'object', additionalProperties: { type: 'string', enum: ['a'] }, maxProperties: 2 },
    ],
    [
      'a closed object loses the mark, which the API server does not allow',
      { type: 'object', properties: { a: string }, required: ['a'], additionalProperties: false },
      { type: 'object', properties: { a: string }, required: ['a'] },
    ],
    [
      'a field with a default is not required',
      { type: 'object', properties: { a: { ...string, default: 'x' } }, required: ['a'] },
      { type: 'object', properties: { a: { ...string, default: 'x' } } },
    ],
    [
      'an open object is preserved',
      { type: 'object', preserveUnknownFields: true },
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    ],
    [
      'lists say how they merge',
      { type: 'array', items: string, listType: 'map', listMapKeys: ['type'] },
      {
        type: 'array',
        items: string,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['type'],
      },
    ],
    [
      'a pattern with a text is a rule too, after the others',
      { ...string, pattern: '^a$', patternMessage: 'write a', validations: [{ rule: 'true', message: 'm' }] },
      {
        ...string,
        pattern: '^a$',
        'x-kubernetes-validations': [
          { rule: 'true', message: 'm' },
          { rule: "self.matches(r'^a$')", message: 'write a' },
        ],
      },
    ],
  ])('%s', (_what, schema, expected) => expect(structural(schema, 'A')).toEqual(expected));

  test.each<[string, Schema, string]>([
    ['a union of types', { type: ['string', 'boolean'] }, 'A.x: a union (string | boolean)'],
    ['number | string without the tag', { type: ['number', 'string'] }, 'A.x: a union'],
    ['anything', {}, 'A.x: a union (of any type)'],
    ['anyOf', { anyOf: [string, { type: 'integer' }] }, 'A.x: a CustomResourceDefinition cannot say anyOf'],
    ['a set', { type: 'array', items: string, uniqueItems: true }, 'cannot say uniqueItems'],
    ['patternProperties', { type: 'object', patternProperties: {} }, 'cannot say patternProperties'],
    ['fractions', { type: 'number' }, 'A.x: a number needs @asType integer'],
    ['an object that would be pruned', { type: 'object' }, 'A.x: an object without fields would lose'],
    ['a map with known fields', { type: 'object', properties: {}, additionalProperties: string }, 'not both'],
    [
      'an open object with known fields',
      { type: 'object', properties: {}, preserveUnknownFields: true },
      'A.x: @pres',
    ],
    ['a text for no pattern', { ...string, patternMessage: 'm' }, 'A.x: @patternMessage needs'],
  ])('refuses %s, naming the place', (_what, schema, message) =>
    expect(() => structural({ type: 'object', properties: { x: schema } }, 'A')).toThrow(message),
  );
});
