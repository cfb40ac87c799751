import { describe, expect, it } from '@jest/globals';
import { asStoredJson, asStoredTime, asWrittenTime, isStorable } from './stored-json.ts';

describe('stored JSON', () => {
  it('has its keys sorted, at every depth', () => {
    const stored = asStoredJson({ b: 1, aa: [{ z: 1, y: 2 }], a: null });
    expect(JSON.stringify(stored)).toBe('{"a":null,"aa":[{"y":2,"z":1}],"b":1}');
  });

  it.each([
    [{ name: 'web', emoji: '🌐' }, true],
    [{ name: 'a\0b' }, false],
    [['\ud800'], false],
    [{ 'k\0': 1 }, false],
  ])('%j can be stored: %s', (value, storable) => {
    expect(isStorable(value)).toBe(storable);
  });

  it.each([
    ['2036-01-02T03:04:05+02:00', '2036-01-02T01:04:05Z'],
    ['2026-11-21T02:41:42.610Z', '2026-11-21T02:41:42.61Z'],
    ['2026-11-21T02:41:42.000Z', '2026-11-21T02:41:42Z'],
  ])('%s comes back as %s', (time, stored) => {
    expect(asStoredTime(time)).toBe(stored);
  });

  it.each([
    ['2036-01-02T03:04:05.500+02:00', '2036-01-02T03:04:05.5+02:00'],
    ['2036-01-02T03:04:50.000Z', '2036-01-02T03:04:50Z'],
    ['2036-01-02T03:04:50Z', '2036-01-02T03:04:50Z'],
  ])('%s is answered as %s', (time, written) => {
    expect(asWrittenTime(time)).toBe(written);
  });
});
