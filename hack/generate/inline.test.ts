import { describe, expect, it } from '@jest/globals';
import { inlineType } from './inline.ts';

const ref = (name: string) => ({ $ref: `#/definitions/${name}` });

describe('inlineType', () => {
  it('writes types in place, wherever they are referred to', () => {
    const definitions = {
      A: {
        type: 'object',
        properties: { one: ref('B'), many: { type: 'array', items: ref('B') } },
        additionalProperties: ref('B'),
      },
      B: { type: 'string', maxLength: 3 },
    };
    const b = { type: 'string', maxLength: 3 };
    expect(inlineType(definitions, 'A')).toEqual({
      type: 'object',
      properties: { one: b, many: { type: 'array', items: b } },
      additionalProperties: b,
    });
  });

  it('lets the place win over the type, and adds up the rules', () => {
    const definitions = {
      A: { type: 'object', properties: { b: { ...ref('B'), description: 'here', validations: [2] } } },
      B: { type: 'string', description: 'there', maxLength: 3, validations: [1] },
    };
    expect(inlineType(definitions, 'A').properties).toEqual({
      b: { type: 'string', description: 'here', maxLength: 3, validations: [1, 2] },
    });
  });

  it('refuses a type within itself, and one that is not there', () => {
    expect(() => inlineType({ A: { type: 'array', items: ref('B') }, B: ref('A') }, 'A')).toThrow(
      'A > B > A',
    );
    expect(() => inlineType({}, 'A')).toThrow('A: no such exported type');
  });

  it('takes a type twice that does not contain itself', () => {
    const definitions = {
      A: { type: 'object', properties: { x: ref('B'), y: ref('B') } },
      B: { type: 'string' },
    };
    expect(Object.keys(inlineType(definitions, 'A').properties!)).toEqual(['x', 'y']);
  });
});
