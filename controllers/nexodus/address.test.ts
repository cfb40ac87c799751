import { describe, expect, it } from '@jest/globals';
import { apiOrigin } from './address.ts';
import { credentialsOf, sameCredentials } from './credentials.ts';

describe('apiOrigin', () => {
  it.each([
    ['https://try.nexodus.io', 'https://api.try.nexodus.io'],
    ['https://nexodus.example:8443/some/path?x#y', 'https://api.nexodus.example:8443'],
    ['https://user:secret@nexodus.example/', 'https://api.nexodus.example'],
  ])('of %s', (url, origin) => {
    expect(apiOrigin(url)).toBe(origin);
  });

  it.each(['', 'try.nexodus.io', 'http://try.nexodus.io', 'https://', 'file:///etc/passwd'])(
    'refuses "%s"',
    url => {
      expect(() => apiOrigin(url)).toThrow(
        expect.objectContaining({ name: 'Terminal', code: 'InvalidSettings' }),
      );
    },
  );
});

describe('credentialsOf', () => {
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it.each([
    ['nothing', undefined, undefined],
    ['no data', {}, undefined],
    ['empty values', { username: '', password: '', refreshToken: '' }, undefined],
    ['white space', { refreshToken: base64(' \n') }, undefined],
    ['a user without a password', { username: base64('nexlink') }, undefined],
    [
      'a user',
      { username: base64('nexlink\n'), password: base64('pä ss') },
      { username: 'nexlink', password: 'pä ss' },
    ],
    ['a token', { refreshToken: base64('abc') }, { refreshToken: 'abc' }],
    [
      'half a user and a token',
      { username: base64('x'), refreshToken: base64('abc') },
      { refreshToken: 'abc' },
    ],
  ])('of a Secret with %s', (_, data, credentials) => {
    expect(credentialsOf(data)).toEqual(credentials);
  });

  it('compares by content', () => {
    const user = { username: 'a', password: 'b' };
    expect(sameCredentials(user, { ...user })).toBe(true);
    expect(sameCredentials(user, { ...user, password: 'c' })).toBe(false);
    expect(sameCredentials(user, { refreshToken: 'a' })).toBe(false);
    expect(sameCredentials({ refreshToken: 'a' }, { refreshToken: 'a' })).toBe(true);
    expect(sameCredentials(undefined, undefined)).toBe(true);
    expect(sameCredentials(user, undefined)).toBe(false);
  });
});
