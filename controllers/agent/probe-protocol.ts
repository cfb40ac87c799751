/**
 * What the agents of import gateways ask those of export gateways: HTTP, at a port of the export's device. The question
 * says who asks, and whether it sends connections there. The answer says whether to send any, and what became of the
 * device's ports. Pure.
 */

export interface Question {
  /** Id of the device that asks. */
  readonly from: string;
  /** Whether nexd there has rules of imports that lead to the one that is asked. */
  readonly uses: boolean;
}

export type Word = 'alive' | 'draining';

/** What became of a port of the device. */
export interface PortWord {
  /** `closing`: it takes no new connections in a moment, and should get none. `closed`: it takes none. */
  readonly state: 'open' | 'closing' | 'closed';
  /** How often everything that was open there had to end, as it led elsewhere. */
  readonly ended: number;
}

/** An agent's answer. */
export interface Answer {
  readonly word: Word;
  /** Another one when the agent or its nexd was started anew: connections of before have ended then. */
  readonly instance: string;
  /** Ports, as `TCP/80`, of which there is more to say than that they are open as ever. */
  readonly ports: ReadonlyMap<string, PortWord>;
}

/** A whole request. It is of HTTP 1.0, so that the one that is asked ends the connection. */
export const formatQuestion = ({ from, uses }: Question): string =>
  `GET /alive?from=${from}&uses=${uses ? 1 : 0} HTTP/1.0\r\n\r\n`;

/** The question in the URL of a request; undefined when it is none. */
export function parseQuestion(url: string): Question | undefined {
  const [, from, uses] = /^\/alive\?from=([\w-]{1,64})&uses=([01])$/.exec(url) ?? [];
  return from === undefined ? undefined : { from, uses: uses === '1' };
}

export const statusOf: { readonly [word in Word]: number } = { alive: 200, draining: 503 };

/** The body of an answer. */
export const formatAnswer = ({ word, instance, ports }: Answer): string =>
  [
    word,
    `instance ${instance}`,
    ...[...ports].map(([port, { state, ended }]) => `port ${port} ${state} ${ended}`),
    '',
  ].join('\n');

/** The longest answer of ours: a line for each of two thousand ports. */
const maxAnswer = 128 * 1024;
const maxHead = 512;

/** The answer in bytes that came: `other` when they are none of ours, undefined when there may come more. */
export function parseAnswer(text: string): Answer | 'other' | undefined {
  if (!'HTTP/1.'.startsWith(text.slice(0, 7))) return 'other';
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return text.length < maxHead ? undefined : 'other';
  const head = text.slice(0, end);
  const status = /^HTTP\/1\.[01] (\d{3}) /.exec(head)?.[1];
  const length = Number(/\r\ncontent-length: (\d{1,6})(?:\r\n|$)/i.exec(head)?.[1] ?? maxAnswer);
  if (status === undefined || length >= maxAnswer) return 'other';
  const body = text.slice(end + 4);
  if (body.length < length) return undefined;
  return parseBody(body.slice(0, length), Number(status)) ?? 'other';
}

function parseBody(body: string, status: number): Answer | undefined {
  const [word, second, ...rest] = body.split('\n');
  const instance = /^instance ([\w.-]{1,64})$/.exec(second ?? '')?.[1];
  if ((word !== 'alive' && word !== 'draining') || statusOf[word] !== status || instance === undefined)
    return undefined;
  const ports = new Map<string, PortWord>();
  for (const line of rest) {
    const [, port, state, ended] =
      /^port ((?:TCP|UDP)\/\d{1,5}) (open|closing|closed) (\d{1,15})$/.exec(line) ?? [];
    if (port !== undefined) ports.set(port, { state: state as PortWord['state'], ended: Number(ended) });
  }
  return { word, instance, ports };
}
