import { describe, expect, test } from '@jest/globals';
import { Conflict, Denied, NexlinkError, NotFound, Terminal, Transient, Waiting } from '../runtime/errors.ts';
import {
  failureOf,
  isFailedTest,
  isGone,
  isOtherUID,
  isUIDChange,
  networkFailureOf,
  neverSent,
} from './failures.ts';
import { DeadlineExceeded } from './deadline.ts';
import { AnswerTooLong } from './transport.ts';

const attempt = { verb: 'apply', object: 'Service team-a/web', server: 'https://10.0.0.1:443' };
const answer = (status: number, body: unknown, headers = {}) => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const status = (reason: string, message: string, details = {}) => ({
  kind: 'Status',
  reason,
  message,
  details,
});

describe('failureOf', () => {
  const cases: [
    name: string,
    code: number,
    body: unknown,
    type: abstract new (...args: never[]) => NexlinkError,
    failureCode: string,
  ][] = [
    ['an invalid object', 422, status('Invalid', 'port: 0'), Terminal, 'Invalid'],
    ['a request that is not understood', 400, status('BadRequest', 'no'), Terminal, 'BadRequest'],
    ['a body that is too large', 413, 'too large', Terminal, 'BadRequest'],
    ['no identity', 401, status('Unauthorized', 'Unauthorized'), Denied, 'Unauthorized'],
    [
      'a missing right',
      403,
      status('Forbidden', 'user x cannot patch resource "services"'),
      Denied,
      'Forbidden',
    ],
    [
      'a namespace that is being deleted',
      403,
      status('Forbidden', 'x', { causes: [{ reason: 'NamespaceTerminating' }] }),
      Waiting,
      'NamespaceTerminating',
    ],
    [
      'no such object',
      404,
      status('NotFound', 'services "web" not found', { name: 'web' }),
      NotFound,
      'NotFound',
    ],
    ['no such kind', 404, '404 page not found', Transient, 'KindNotServed'],
    ['it is there already', 409, status('AlreadyExists', 'x'), Conflict, 'AlreadyExists'],
    ['somebody was faster', 409, status('Conflict', 'x'), Conflict, 'Conflict'],
    ['a revision that is forgotten', 410, status('Expired', 'too old'), Transient, 'Expired'],
    ['too many requests', 429, 'slow down', Transient, 'TooManyRequests'],
    ['an ill server', 500, status('InternalError', 'etcd'), Transient, 'InternalError'],
    ['a proxy without a server', 502, '<html>Bad Gateway</html>', Transient, 'ServerError'],
  ];

  test.each(cases)('%s: %i', (_, code, body, type, failureCode) => {
    const failure = failureOf(attempt, answer(code, body));
    expect(failure).toBeInstanceOf(type);
    expect(failure.code).toBe(failureCode);
    expect(failure.message).toMatch(new RegExp(`^cannot apply Service team-a/web: .* ${code}.*; \\w`));
  });

  test('says what is missing and where to grant it', () => {
    const said =
      'services "web" is forbidden: User "nexlink" cannot patch resource "services" in API group ""';
    expect(failureOf(attempt, answer(403, status('Forbidden', said))).message).toMatch(
      /cannot patch resource "services".*grant this verb in the role.*config\/rbac/,
    );
  });

  test.each([
    [
      'roles "x" is forbidden: user "nexlink" is attempting to grant RBAC permissions not currently held: {…}',
      /grant these rights in the role.*config\/rbac.*passes them on/,
    ],
    [
      'services "x" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can\'t set finalizers on: , <nil>',
      /grant update of its owner's finalizers in the role/,
    ],
    ['pods "x" is forbidden: exceeded quota: small', /a quota, a policy or a webhook/],
  ])('says what helps against: %s', (said, remedy) => {
    expect(failureOf(attempt, answer(403, status('Forbidden', said))).message).toMatch(remedy);
  });

  test.each([
    [{ 'retry-after': '3' }, {}, 3000],
    [{}, { details: { retryAfterSeconds: 2 } }, 2000],
    [{ 'retry-after': '99999' }, {}, 600_000],
    [{ 'retry-after': 'soon' }, {}, undefined],
    [{ 'retry-after': '-1' }, {}, undefined],
  ])('Retry-After of %j %j is %s ms', (headers, body, expected) => {
    expect((failureOf(attempt, answer(429, body, headers)) as Transient).retryAfterMs).toBe(expected);
  });

  test('repeats nothing of a Secret', () => {
    const body = status('Invalid', 'Invalid value: "hunter2"', { causes: [{ field: 'data[tls.crt]' }] });
    const { message } = failureOf({ ...attempt, secret: true }, answer(422, body));
    expect(message).not.toContain('hunter2');
    expect(message).toContain('data[tls.crt]');
  });

  test('cuts what is long', () => {
    expect(failureOf(attempt, answer(500, 'x'.repeat(100_000))).message.length).toBeLessThan(1500);
  });

  test.each(['null', '[]', '3', '"text"', '{"details":null}', '{"details":{"causes":"x"}}', '{"message":7}'])(
    'takes any body: %s',
    body => {
      for (const code of [401, 403, 404, 409, 410, 422, 429, 500])
        expect(failureOf(attempt, answer(code, body))).toBeInstanceOf(NexlinkError);
    },
  );
});

describe('networkFailureOf', () => {
  const coded = (code: string) => Object.assign(new Error(code), { code });
  test.each([
    [new AnswerTooLong(10), 'AnswerTooLong'],
    [new DeadlineExceeded(10), 'Timeout'],
    [coded('UND_ERR_CONNECT_TIMEOUT'), 'Timeout'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), 'Untrusted'],
    [coded('ECONNRESET'), 'Unreachable'],
    [coded('UND_ERR_SOCKET'), 'Unreachable'],
  ])('%s', (error, code) => {
    const failure = networkFailureOf(attempt, error);
    expect(failure).toBeInstanceOf(Transient);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(attempt.server);
  });

  test('only a request without a connection was surely not sent', () => {
    expect(neverSent(coded('ECONNREFUSED'))).toBe(true);
    expect(neverSent(coded('ECONNRESET'))).toBe(false);
    expect(neverSent(new DeadlineExceeded(10))).toBe(false);
  });
});

test('what an answer says of uids and tests', () => {
  expect(isGone(answer(404, status('NotFound', '', { name: 'web' })))).toBe(true);
  expect(isGone(answer(404, '404 page not found'))).toBe(false);
  const precondition = 'Precondition failed: UID in precondition: a, UID in object meta: b';
  expect(isOtherUID(answer(409, status('Conflict', precondition)))).toBe(true);
  const record = 'the UID in the precondition (a) does not match the UID in record (b)';
  expect(isOtherUID(answer(409, status('Conflict', record)))).toBe(true);
  expect(isOtherUID(answer(409, status('Conflict', 'the object has been modified')))).toBe(false);
  const immutable = status('Invalid', '', { causes: [{ field: 'metadata.uid' }] });
  expect(isUIDChange(answer(422, immutable))).toBe(true);
  expect(isFailedTest(answer(422, immutable))).toBe(false);
  expect(isFailedTest(answer(422, status('Invalid', 'the server rejected our request')))).toBe(true);
});
