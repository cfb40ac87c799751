import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { frames } from './frames.ts';
import { recordedEvents, recordedStream } from './testing/recorded.ts';

async function* chunks(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  let from = 0;
  for (const to of [...cuts].sort((a, b) => a - b)) {
    yield bytes.subarray(from, to);
    from = Math.max(from, to);
  }
  yield bytes.subarray(from);
}

async function read(body: AsyncIterable<Uint8Array>, maxBytes?: number): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of frames(body, 'the watch', maxBytes)) events.push(event);
  return events;
}

describe('frames', () => {
  it('gives the same events however the bytes are cut', async () => {
    const name = 'watch from the start, then a change at 2 s';
    const bytes = recordedStream(name);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: bytes.length }), { maxLength: 50 }), async cuts => {
        expect(await read(chunks(bytes, cuts))).toEqual(recordedEvents(name));
      }),
      { numRuns: 50 },
    );
  });

  it('keeps characters whole that are cut in the middle', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.array(fc.nat({ max: 500 })), async (values, cuts) => {
        const bytes = Buffer.from(values.map(value => `${JSON.stringify({ value })}\n\n`).join(''));
        const events = await read(
          chunks(
            bytes,
            cuts.map(cut => Math.min(cut, bytes.length)),
          ),
        );
        expect(events).toEqual(values.map(value => JSON.parse(JSON.stringify({ value })) as unknown));
      }),
      { numRuns: 100 },
    );
  });

  it('drops an unfinished last event', async () => {
    expect(await read(chunks(Buffer.from('{"a":1}\n\n{"b":2'), []))).toEqual([{ a: 1 }]);
    expect(await read(chunks(Buffer.from('{"a":1}\n\n{"b":2}'), []))).toEqual([{ a: 1 }]);
  });

  it.each([
    ['HTML', '<html>\n'],
    ['two documents in a line', '{"a":1}{"b":2}\n'],
    ['half a document', '{"a":\n'],
  ])('rejects %s', async (_, text) => {
    await expect(read(chunks(Buffer.from(text), []))).rejects.toMatchObject({
      name: 'Transient',
      code: 'BadAnswer',
    });
  });

  it('rejects an endless event before it fills the memory', async () => {
    let sent = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sent += 1_000;
        yield Buffer.alloc(1_000, 0x20);
      }
    }
    await expect(read(endless(), 10_000)).rejects.toMatchObject({ code: 'BadAnswer' });
    expect(sent).toBeLessThanOrEqual(11_000);
  });
});
