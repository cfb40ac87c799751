/**
 * What the agents of import gateways ask those of export gateways: HTTP, at a port of the export's device. The answer
 * says whether to send connections there; the question says who asks, and whether it does send them. Pure.
 */

export interface Question {
  /** Id of the device that asks. */
  readonly from: string;
  /** Whether nexd there has rules of imports that lead to the one that is asked. */
  readonly uses: boolean;
}

export type Word = 'alive' | 'draining';

/** A whole request. It is of HTTP 1.0, so that the one that is asked ends the connection. */
export const formatQuestion = ({ from, uses }: Question): string =>
  `GET /alive?from=${from}&uses=${uses ? 1 : 0} HTTP/1.0\r\n\r\n`;

/** The question in the URL of a request; undefined when it is none. */
export function parseQuestion(url: string): Question | undefined {
  const [, from, uses] = /^\/alive\?from=([\w-]{1,64})&uses=([01])$/.exec(url) ?? [];
  return from === undefined ? undefined : { from, uses: uses === '1' };
}

export const statusOf: { readonly [word in Word]: number } = { alive: 200, draining: 503 };

/** The longest answer of ours. */
const maxAnswer = 512;

/** The word in the bytes of an answer: `other` when they are none of ours, undefined when there may come more. */
export function parseAnswer(text: string): Word | 'other' | undefined {
  const [, status, word] =
    /^HTTP\/1\.[01] (\d{3}) [^\n]*\n(?:[^\n]+\n)*\r\n(alive|draining)\n$/.exec(text) ?? [];
  if (word !== undefined) return statusOf[word as Word] === Number(status) ? (word as Word) : 'other';
  return text.length < maxAnswer && 'HTTP/1.'.startsWith(text.slice(0, 7)) ? undefined : 'other';
}
