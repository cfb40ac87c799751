import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LineSplitter, LineTooLong } from './lines.ts';

describe('LineSplitter', () => {
  test('gives the same lines wherever the chunks end, also inside a character', () => {
    const line = fc.string({ unit: 'binary', maxLength: 20 }).map(text => text.replace(/\n/g, '').trim());
    fc.assert(
      fc.property(fc.array(line), fc.array(fc.nat()), (texts, cuts) => {
        const bytes = Buffer.from(texts.map(text => `${text}\n`).join(''));
        const ends = [...new Set(cuts.map(cut => cut % (bytes.length + 1)))].sort((a, b) => a - b);
        const splitter = new LineSplitter(1000);
        const lines: string[] = [];
        let start = 0;
        for (const end of [...ends, bytes.length]) {
          lines.push(...splitter.push(bytes.subarray(start, end)));
          start = end;
        }
        expect(lines).toEqual(texts.filter(text => text !== ''));
        expect(splitter.pendingBytes).toBe(0);
      }),
    );
  });

  test('keeps what follows the last newline', () => {
    const splitter = new LineSplitter(100);
    expect(splitter.push(Buffer.from('one\ntw'))).toEqual(['one']);
    expect(splitter.pendingBytes).toBe(2);
    expect(splitter.push(Buffer.from('o\r\n'))).toEqual(['two']);
  });

  test('refuses a line that does not end', () => {
    const splitter = new LineSplitter(100);
    expect(() => {
      for (let chunk = 0; chunk < 11; chunk++) splitter.push(Buffer.alloc(10, 'x'));
    }).toThrow(LineTooLong);
  });
});
