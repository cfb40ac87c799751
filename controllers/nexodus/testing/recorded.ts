import { readFileSync } from 'node:fs';

interface Exchange {
  readonly name: string;
  readonly response: {
    readonly status: number;
    readonly headers?: { readonly [name: string]: string };
    readonly json?: unknown;
    readonly text?: string;
    readonly lines?: readonly { readonly at_ms: number; readonly event: unknown }[];
  };
}

const exchanges = JSON.parse(
  readFileSync(new URL('../testdata/exchanges.json', import.meta.url), 'utf8'),
) as Exchange[];

function exchange(name: string): Exchange {
  const found = exchanges.find(item => item.name === name);
  if (!found) throw new Error(`testdata/exchanges.json has no exchange "${name}"`);
  return found;
}

/** An answer that the real Nexodus gave, by the name of the exchange. */
export function recordedAnswer(name: string) {
  const { status, headers, json, text } = exchange(name).response;
  return { status, headers: headers ?? {}, text: text ?? JSON.stringify(json) };
}

/** The body of an answer, parsed. */
export const recordedJSON = (name: string): unknown => JSON.parse(recordedAnswer(name).text);

/** The bytes of a recorded watch, as the server frames them. */
export const recordedStream = (name: string): Buffer =>
  Buffer.from(
    (exchange(name).response.lines ?? []).map(({ event }) => `${JSON.stringify(event)}\n\n`).join(''),
  );

/** The events of a recorded watch. */
export const recordedEvents = (name: string): unknown[] =>
  (exchange(name).response.lines ?? []).map(({ event }) => event);
