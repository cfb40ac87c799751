import { describe, expect, it } from '@jest/globals';
import { Conflict, Denied, NotFound, Terminal, Transient } from '../runtime/errors.ts';
import { type AlreadyExists, errorOfCause, errorOfStatus, explain, failureReason } from './errors.ts';
import { recordedAnswer } from './testing/recorded.ts';

const now = new Date('2026-11-21T01:00:00Z');
const what = 'GET https://api.x/api/vpcs';
const answer = (status: number, text = '', headers = {}) => ({ status, text, headers });

describe('errorOfStatus', () => {
  it.each([
    ['no token', Denied, 'Unauthorized', 'Jwt is missing'],
    ['unknown reg key', Denied, 'Unauthorized', 'invalid reg key'],
    ['reg key may not watch', Denied, 'Forbidden', 'answered with 403:'],
    ['vpc not found', NotFound, 'NotFound', 'not found, resource: vpc'],
    ['put metadata on unknown device', NotFound, 'NotFound', 'answered with 404'],
    ['bad uuid', Terminal, 'Rejected', 'path parameter invalid, field: vpc'],
    ['same public key again', Conflict, 'AlreadyExists', 'resource already exists'],
    ['single-use key after its device was deleted', Transient, 'ServerError', 'internal server error'],
  ])('translates the recorded answer "%s"', (name, kind, code, text) => {
    const error = errorOfStatus(what, recordedAnswer(name), now);
    expect(error).toBeInstanceOf(kind);
    expect(error.code).toBe(code);
    expect(error.message).toContain(what);
    expect(error.message).toContain(text);
  });

  it('names the Secret, its keys and the next step when the login is refused', () => {
    const { message } = errorOfStatus(what, answer(401), now);
    expect(message).toContain('Secret nexlink-system/nexodus-credentials');
    expect(message).toContain('username and password, or refreshToken');
  });

  it('keeps the id of what is there already', () => {
    const error = errorOfStatus(what, recordedAnswer('same public key again'), now);
    expect((error as AlreadyExists).id).toBe('e1d21932-b031-4bbb-870a-7bf7de8a96b2');
  });

  it.each([
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a date', { 'retry-after': 'Sat, 21 Nov 2026 01:00:09 GMT' }, 9_000],
    ['a date that is past', { 'retry-after': 'Sat, 21 Nov 2026 00:00:00 GMT' }, 0],
    ['a day', { 'retry-after': '86400' }, 300_000],
    ['the reset of the limit', { 'x-ratelimit-reset': '4' }, 4_000],
    ['nonsense', { 'retry-after': 'soon' }, 5_000],
    ['nothing', {}, 5_000],
  ])('waits after 429 as told by %s', (_, headers, ms) => {
    const error = errorOfStatus(what, answer(429, '', headers), now);
    expect(error).toMatchObject({ name: 'Transient', code: 'RateLimited', retryAfterMs: ms });
  });

  it.each([
    ['a page of another server', '404 page not found'],
    ['HTML', '<html>default backend</html>'],
  ])('believes no absence that is told by %s', (_, text) => {
    expect(errorOfStatus(what, answer(404, text), now)).toMatchObject({
      name: 'Transient',
      code: 'BadAnswer',
    });
  });

  it('does not follow a redirect', () => {
    expect(errorOfStatus(what, answer(302), now)).toMatchObject({ name: 'Transient', code: 'BadAnswer' });
  });
});

describe('explain', () => {
  it.each([
    ['', ''],
    ['<!doctype html><p>502', 'an HTML page'],
    ['upstream connect error', 'upstream connect error'],
    ['{"error":"a"}{"error":"b"}', 'a'],
    ['{"error":"a"}\n{"error":"b"}', 'a'],
    ['{"error":"a","trace_id":"123"}', 'a'],
    ['{"error":"trunca', '{"error":"trunca'],
    ['{"error":{"deep":1}}', ''],
    ['[1]', ''],
    ['a\0b\u202e\n\x1b[31mc', 'a b [31mc'],
    ['invalid token RK:4Jx+/= and eyJhbGciOiJSUzI1NiJ9.eyJzdWIi.c2ln', 'invalid token RK:… and …'],
  ])('makes one safe line of %j', (body, line) => {
    expect(explain(body)).toBe(line);
  });

  it('keeps a mebibyte short', () => {
    expect(explain('x'.repeat(2 ** 20))).toHaveLength(200);
  });
});

describe('errorOfCause', () => {
  const withCode = (code: string) => Object.assign(new Error('low level'), { code });

  it.each([
    [
      withCode('SELF_SIGNED_CERT_IN_CHAIN'),
      'cannot connect to https://api.x: certificate not trusted: set nexodus.caFile',
    ],
    [withCode('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'certificate not trusted: set nexodus.caFile'],
    [withCode('ENOTFOUND'), 'correct nexodus.url'],
    [new AggregateError([withCode('ECONNREFUSED')]), 'connection refused'],
    [new Error('outer', { cause: withCode('ERR_TLS_CERT_ALTNAME_INVALID') }), 'api. and auth. names'],
    [new DOMException('late', 'TimeoutError'), 'no complete answer in time'],
    ['not even an error', 'not even an error'],
  ])('says what to do about %s', (cause, text) => {
    const error = errorOfCause(what, 'https://api.x', cause);
    expect(error).toMatchObject({ name: 'Transient', code: 'Unreachable', cause });
    expect(error.message).toContain(text);
  });
});

describe('failureReason', () => {
  it.each([
    [errorOfStatus(what, answer(401), now), 'Unauthorized'],
    [errorOfStatus(what, answer(403), now), 'Unauthorized'],
    [errorOfCause(what, 'https://api.x', new Error('x')), 'Unreachable'],
    [errorOfStatus(what, answer(500), now), 'NexodusError'],
    [new Error('x'), 'NexodusError'],
  ])('of %s is %s', (error, reason) => {
    expect(failureReason(error)).toBe(reason);
  });
});
