import { describe, expect, it } from '@jest/globals';
import { settingsReference } from './reference.ts';
import { editorSchema, fileSchema } from './settings.ts';

const item = { type: 'object', properties: { ip: { type: 'string' } }, required: ['ip'] };

describe('fileSchema', () => {
  it('requires nothing but the fields of items, and has no tag of the CRDs', () => {
    const schema = {
      type: 'object',
      properties: {
        size: { type: ['number', 'string'], intOrString: true },
        list: { type: 'array', items: item },
      },
      required: ['size'],
    };
    expect(fileSchema(schema)).toEqual({
      type: 'object',
      properties: { size: { type: ['number', 'string'] }, list: { type: 'array', items: item } },
    });
  });
});

describe('editorSchema', () => {
  it('names the text of a pattern as editors do', () =>
    expect(editorSchema({ pattern: '^a$', patternMessage: 'write a' })).toEqual({
      pattern: '^a$',
      patternErrorMessage: 'write a',
    }));
});

describe('settingsReference', () => {
  it('has a section for each key, with its type, default and variable', () => {
    const text = settingsReference(
      {
        properties: {
          log: {
            properties: {
              level: { type: 'string', enum: ['a', 'b'], default: 'a', description: 'How much.' },
            },
          },
          size: { type: 'integer', minimum: 1, maximum: 3 },
          names: { type: 'array', items: { type: 'string' }, default: [] },
        },
      },
      'notice',
    );
    expect(text).toContain(
      '## `log.level`\n\nHow much.\n\nType: `a`, `b`. Default: `"a"`. Environment: `NEXLINK_LOG_LEVEL`.',
    );
    expect(text).toContain('Type: integer from 1 to 3. Environment: `NEXLINK_SIZE`.');
    expect(text).toContain('Type: list of texts. Default: `[]`.');
  });
});
