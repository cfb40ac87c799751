import { describe, expect, it } from '@jest/globals';
import { generatePrivateKey, parseKey, publicKeyOf } from './keys.ts';
import { open, seal } from './sealed.ts';

describe('sealed token', () => {
  it('is opened with the private key', () => {
    const key = generatePrivateKey();
    expect(open(key, seal(publicKeyOf(key), 'DT:secret'))).toBe('DT:secret');
  });

  it('is not opened with another key', () => {
    const sealed = seal(publicKeyOf(generatePrivateKey()), 'DT:secret');
    expect(() => open(generatePrivateKey(), sealed)).toThrow();
  });

  it('has the shape version:key:data in padded base64url', () => {
    const parts = seal(publicKeyOf(generatePrivateKey()), 'x').split(':');
    expect(parts[0]).toBe('djE=');
    expect(parts[1]).toMatch(/^[A-Za-z0-9_-]{43}=$/);
    expect(parts).toHaveLength(3);
  });

  it('rejects a key that is not 32 bytes', () => {
    expect(parseKey('abc')).toBeUndefined();
    expect(parseKey(generatePrivateKey().toString('base64'))).toHaveLength(32);
  });
});
