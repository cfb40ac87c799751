import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeDatagram, encodeDatagram, encodeHead, FrameDecoder } from './frames.ts';

describe('frames', () => {
  it('survive any cutting of the byte stream', () => {
    const frames = fc.array(
      fc.record({
        type: fc.integer({ min: 1, max: 9 }),
        stream: fc.nat(),
        payload: fc.uint8Array({ maxLength: 300 }),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(frames, fc.integer({ min: 1, max: 50 }), (sent, step) => {
        const bytes = Buffer.concat(
          sent.flatMap(({ type, stream, payload }) => [
            encodeHead(type, stream, payload.length),
            Buffer.from(payload),
          ]),
        );
        const decoder = new FrameDecoder();
        const received = [];
        for (let at = 0; at < bytes.length; at += step)
          received.push(...decoder.push(bytes.subarray(at, at + step)));
        expect(received.map(({ type, stream, payload }) => [type, stream, payload.toString('hex')])).toEqual(
          sent.map(({ type, stream, payload }) => [type, stream, Buffer.from(payload).toString('hex')]),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('refuses an absurd length', () => {
    expect(() => new FrameDecoder().push(Buffer.alloc(20, 0xff))).toThrow(/frame of/);
  });

  it('carries datagrams', () => {
    const datagram = { address: '200::5', sourcePort: 40000, targetPort: 53, data: Buffer.from('query') };
    expect(decodeDatagram(encodeDatagram(datagram))).toEqual(datagram);
  });
});
