import { badAnswer } from './errors.ts';

/** The longest event that is taken in. */
export const maxFrameBytes = 16 * 1024 * 1024;

const newline = 0x0a;

/**
 * Cuts the body of a watch into its events: one JSON object a line, empty lines between them, however the bytes are
 * chunked. An unfinished last line is dropped, as nothing says that it is whole.
 *
 * @throws Transient (BadAnswer) for a line that is no JSON document, or longer than `maxBytes`.
 */
export async function* frames(
  body: AsyncIterable<Uint8Array>,
  what: string,
  maxBytes: number = maxFrameBytes,
): AsyncGenerator<unknown, void, undefined> {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      parts.push(chunk.subarray(from, at));
      bytes += at - from;
      from = at + 1;
      if (bytes > maxBytes) throw badAnswer(what, `an event of more than ${maxBytes} bytes`);
      const line = Buffer.concat(parts).toString('utf8').trim();
      parts = [];
      bytes = 0;
      if (line !== '') yield parse(line, what);
    }
    parts.push(chunk.subarray(from));
    bytes += chunk.length - from;
    if (bytes > maxBytes) throw badAnswer(what, `an event of more than ${maxBytes} bytes`);
  }
}

function parse(line: string, what: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    throw badAnswer(what, 'an event that is not one JSON document');
  }
}
