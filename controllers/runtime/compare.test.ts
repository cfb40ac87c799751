import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJSON, covers, digest, sameJSON } from './compare.ts';

describe('covers', () => {
  const cases: [string, unknown, unknown, boolean][] = [
    ['the same', { a: 1 }, { a: 1 }, true],
    ['a default of the server', { a: 1, b: 2 }, { a: 1 }, true],
    ['a field that is missing', {}, { a: 1 }, false],
    ['another value', { a: 2 }, { a: 1 }, false],
    ['a field that is not asked for', { a: 1 }, { a: undefined }, true],
    ['a list with the same items', { args: ['a', 'b'] }, { args: ['a', 'b'] }, true],
    ['a list in another order', { args: ['b', 'a'] }, { args: ['a', 'b'] }, false],
    ['a list with more items', { args: ['a', 'b'] }, { args: ['a'] }, false],
    ['defaults in the items of a list', { rules: [{ a: 1, b: 2 }] }, { rules: [{ a: 1 }] }, true],
    [
      'an owner that somebody added',
      { ownerReferences: [{ uid: 'x' }, { uid: 'y' }] },
      { ownerReferences: [{ uid: 'y' }] },
      true,
    ],
    [
      'an owner that is missing',
      { ownerReferences: [{ uid: 'x' }] },
      { ownerReferences: [{ uid: 'y' }] },
      false,
    ],
    [
      'ports in the order of the server',
      { ports: [{ port: 1 }, { port: 2 }] },
      { ports: [{ port: 2 }, { port: 1 }] },
      true,
    ],
    ['a list instead of an object', { a: [] }, { a: {} }, false],
    ['an object instead of a list', { a: {} }, { a: [] }, false],
    ['null instead of an object', { a: null }, { a: {} }, false],
    ['nothing at all', undefined, { a: 1 }, false],
    ['an empty text that the server left out', {}, { a: '' }, true],
    ['another text instead of an empty one', { a: 'b' }, { a: '' }, false],
    ['what is false, 0 or an empty list, left out', {}, { a: false, b: 0, c: [] }, true],
    ['something else instead of false', { a: true }, { a: false }, false],
    ['something else instead of 0', { a: 1 }, { a: 0 }, false],
    ['items instead of an empty list', { a: [1] }, { a: [] }, false],
    ['an empty object that is not there', {}, { emptyDir: {} }, false],
    ['what is true, left out', {}, { a: true }, false],
  ];
  test.each(cases)('%s', (_name, found, wanted, answer) => expect(covers(found, wanted)).toBe(answer));

  test('every value covers itself, and with more fields too', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (value, more) => {
        expect(covers(value, value)).toBe(true);
        expect(covers({ more, ...value }, value)).toBe(true);
      }),
    );
  });
});

describe('sameJSON', () => {
  const cases: [string, unknown, unknown, boolean][] = [
    ['keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['an absent field and an undefined one', { a: 1, b: undefined }, { a: 1 }, true],
    ['an absent field and null', { a: null }, {}, false],
    ['lists in another order', [1, 2], [2, 1], false],
    ['a list and an object', [], {}, false],
    ['a longer list', [1, 2], [1], false],
    ['null and an object', null, {}, false],
    ['a number and its text', 1, '1', false],
  ];
  test.each(cases)('%s', (_name, a, b, answer) => {
    expect(sameJSON(a, b)).toBe(answer);
    expect(sameJSON(b, a)).toBe(answer);
  });

  test('is equality of the canonical texts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        // JSON has no -0.
        const [left, right] = [a, b].map(value => JSON.parse(JSON.stringify(value)) as unknown);
        expect(sameJSON(left, structuredClone(left))).toBe(true);
        expect(sameJSON(left, right)).toBe(canonicalJSON(left) === canonicalJSON(right));
      }),
    );
  });
});

test('canonical text is JSON, the same whatever the order of the keys', () => {
  expect(canonicalJSON({ b: [1, undefined, { d: 'x', c: null }], a: undefined })).toBe(
    '{"b":[1,null,{"c":null,"d":"x"}]}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const text = canonicalJSON(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJSON(JSON.parse(text))).toBe(text);
    }),
  );
});

test('a digest depends on the content, not on the order of keys', () => {
  expect(digest({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(digest({ b: [{ d: 3, c: 2 }], a: 1 }));
  expect(digest({ a: 1 })).not.toBe(digest({ a: 2 }));
  expect(digest({}, 8)).toMatch(/^[0-9a-f]{8}$/);
});
