import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { redact, redactField } from './redact.ts';

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJraXR0eSJ9.c2lnbmF0dXJl-_x';

describe('redact', () => {
  test.each([
    ['RK:AbC+/12=', 'RK:***'],
    ['key RK:abc, then DT:x/y= and more', 'key RK:***, then DT:*** and more'],
    [`Bearer ${jwt}`, 'Bearer JWT:***'],
    [`{"token":"${jwt}"}`, '{"token":"JWT:***"}'],
    [`"RK:${jwt}"`, '"RK:***"'],
  ])('%s becomes %s', (text, expected) => expect(redact(text)).toBe(expected));

  test.each(['WORK:DONE', 'a DT cable', 'eyJ is no token', 'https://nexodus.example/a.b.c', 'web.shop.svc'])(
    '%s stays',
    text => expect(redact(text)).toBe(text),
  );

  it('leaves no token in any text around it', () => {
    const token = fc.stringMatching(/^(RK|DT):[A-Za-z0-9+/]{16,44}={0,2}$/);
    fc.assert(
      fc.property(fc.string(), token, fc.string(), (before, secret, after) => {
        const text = redact(`${before} ${secret} ${after}`);
        return !text.includes(secret.slice(3));
      }),
    );
  });
});

describe('redactField', () => {
  test.each<[string, string | number | string[], unknown]>([
    ['password', 'hunter2', '***'],
    ['refreshToken', 'opaque', '***'],
    ['privateKey', 'base64=', '***'],
    ['error', 'refused RK:abc', 'refused RK:***'],
    ['list', ['DT:a', 'b'], ['DT:***', 'b']],
    ['port', 80, 80],
    ['publicKey', 'base64=', 'base64='],
  ])('%s', (name, value, expected) => expect(redactField(name, value)).toEqual(expected));
});
