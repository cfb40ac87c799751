import { describe, expect, test } from '@jest/globals';
import { formatAnswer, formatQuestion, parseAnswer, parseQuestion, type Answer } from './probe-protocol.ts';

const urlOf = (request: string) => request.split(' ')[1]!;
const answer = (status: string, body: string) =>
  `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}\r\n\r\n${body}`;

test.each([
  { from: '7c0e1d5e-0000-4000-8000-000000000001', uses: true },
  { from: 'device', uses: false },
])('a question is understood: %j', question =>
  expect(parseQuestion(urlOf(formatQuestion(question)))).toEqual(question),
);

test.each([
  '/',
  '/metrics',
  '/alive',
  '/alive?from=&uses=1',
  '/alive?from=a&uses=2',
  '/alive?from=a%0a&uses=1',
  `/alive?from=${'a'.repeat(65)}&uses=1`,
  '/alive?from=a&uses=1&more',
])('%s is no question', url => expect(parseQuestion(url)).toBeUndefined());

describe('parseAnswer', () => {
  test.each([
    ['other', answer('200 OK', 'draining\ninstance a\n')],
    ['other', answer('404 Not Found', 'alive\ninstance a\n')],
    ['other', answer('200 OK', 'alive\n')],
    ['other', answer('200 OK', '')],
    ['other', 'HTTP/1.1 200 OK\r\n'.padEnd(600)],
    ['other', 'HTTP/1.1 200 OK\r\ncontent-length: 999999\r\n\r\nalive\n'],
    ['other', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['other', 'x'],
    [undefined, 'HTTP'],
    [undefined, answer('200 OK', 'alive\ninstance a\n').slice(0, -3)],
  ])('is %s of %j', (word, text) => expect(parseAnswer(text)).toBe(word));

  test.each<Answer>([
    { word: 'alive', instance: 'pod-1', ports: new Map() },
    {
      word: 'draining',
      instance: '0-17',
      ports: new Map([
        ['TCP/80', { state: 'closing', ended: 0 }],
        ['UDP/53', { state: 'closed', ended: 1_700_000_000_000 }],
      ]),
    },
  ])('understands %j', said => {
    const status = said.word === 'alive' ? '200 OK' : '503 Service Unavailable';
    expect(parseAnswer(answer(status, formatAnswer(said)))).toEqual(said);
  });

  test('leaves out what it does not understand of the ports', () => {
    const body = 'alive\ninstance a\nport SCTP/7 closed 1\nport TCP/80 shut 1\nport TCP/81 open 2\nmore\n';
    expect(parseAnswer(answer('200 OK', body))).toMatchObject({
      ports: new Map([['TCP/81', { state: 'open', ended: 2 }]]),
    });
  });

  test('reads an answer that comes in pieces', () => {
    const text = answer('200 OK', 'alive\ninstance a\n');
    for (let length = 1; length < text.length; length++)
      expect(parseAnswer(text.slice(0, length))).toBeUndefined();
    expect(parseAnswer(text)).toMatchObject({ word: 'alive' });
  });
});
