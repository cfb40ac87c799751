import { describe, expect, test } from '@jest/globals';
import { formatQuestion, parseAnswer, parseQuestion } from './probe-protocol.ts';

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
    ['alive', answer('200 OK', 'alive\n')],
    ['draining', answer('503 Service Unavailable', 'draining\n')],
    ['other', answer('200 OK', 'draining\n')],
    ['other', answer('404 Not Found', 'alive\n').padEnd(600)],
    ['other', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['other', 'x'],
    [undefined, 'HTTP'],
    [undefined, answer('200 OK', 'ali')],
    [undefined, answer('200 OK', '')],
  ])('is %s of %j', (word, text) => expect(parseAnswer(text)).toBe(word));

  test('reads an answer that comes in pieces', () => {
    const text = answer('200 OK', 'alive\n');
    for (let length = 1; length < text.length; length++)
      expect(parseAnswer(text.slice(0, length))).toBeUndefined();
    expect(parseAnswer(text)).toBe('alive');
  });
});
