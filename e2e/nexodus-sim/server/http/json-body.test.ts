import { describe, expect, it } from '@jest/globals';
import { ApiError } from './api-error.ts';
import { JsonObject, parseJson } from './json-body.ts';

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error instanceof ApiError ? error.body?.['error'] : error;
  }
  return undefined;
}

describe('request body', () => {
  it.each([
    ['', 'request json is invalid: EOF'],
    ['{"a":', 'request json is invalid: unexpected EOF'],
    ['{"a":"x', 'request json is invalid: unexpected EOF'],
    ['[1,', 'request json is invalid: unexpected EOF'],
    ['{"a":x}', "request json is invalid: invalid character 'x' looking for beginning of value"],
    ['nope', "request json is invalid: invalid character 'o' looking for beginning of value"],
  ])('%j is refused', (text, message) => {
    expect(errorOf(() => parseJson(text))).toBe(message);
  });

  it('ends with the first value', () => {
    expect(parseJson('{"a":1} rest')).toEqual({ a: 1 });
  });

  it('treats null like an absent field, but not the empty text of a UUID', () => {
    const body = new JsonObject({ vpc_id: null, device_id: '' }, 'T');
    expect(body.uuid('vpc_id')).toBeUndefined();
    expect(errorOf(() => body.uuid('device_id'))).toBe('request json is invalid: invalid UUID length: 0');
  });

  it('refuses a field of another type', () => {
    expect(errorOf(() => new JsonObject({ hostname: 7 }, 'T').string('hostname'))).toMatch(
      /cannot unmarshal number/,
    );
  });

  it('wants times in RFC 3339', () => {
    expect(new JsonObject({ at: '2026-11-21T02:41:42.611Z' }, 'T').time('at')).toBe(
      '2026-11-21T02:41:42.611Z',
    );
    expect(errorOf(() => new JsonObject({ at: 'tomorrow' }, 'T').time('at'))).toMatch(/parsing time/);
  });
});
