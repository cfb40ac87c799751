import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { canonicalAddress, targetFlaw } from './address.ts';

describe('a target may be', () => {
  test.each(['db.example.com', 'db', '3com.example', '10.0.0.5', '2001:db8::5', '2001:DB8::5', '100.64.0.9'])(
    '%s',
    address => expect(targetFlaw(address)).toBeUndefined(),
  );
});

describe('a target may not be', () => {
  test.each([
    ['', 'not an address'],
    ['a b', 'not an address'],
    ['db.example.com:5432', 'not an address'],
    ['[2001:db8::5]', 'not an address'],
    ['fe80::1%eth0', 'not an address'],
    ['10.0.0.256', 'not an address'],
    ['010.0.0.1', 'not an address'],
    ['db.1', 'not an address'],
    ['-db', 'not an address'],
    ['db.', 'not an address'],
    ['DB.example', 'not an address'],
    ['db\ntcp:1:evil:1', 'not an address'],
    ['127.0.0.1', 'a loopback'],
    ['::1', 'a loopback'],
    ['::ffff:127.0.0.1', 'a loopback'],
    ['0.0.0.0', 'a loopback'],
    ['169.254.169.254', 'a loopback'],
    ['fe80::1', 'a loopback'],
    ['224.0.0.1', 'a loopback'],
    ['ff05::2', 'a loopback'],
    ['255.255.255.255', 'a loopback'],
    ['localhost', 'a loopback'],
    ['db.localhost', 'a loopback'],
    ['::169.254.169.254', 'a loopback'],
    ['64:ff9b::a9fe:a9fe', 'a loopback'],
    ['64:ff9b:1::a9fe:a9fe', 'a loopback'],
    ['168.63.129.16', 'the metadata service'],
    ['100.100.100.200', 'the metadata service'],
    ['192.0.0.192', 'the metadata service'],
    ['fd00:ec2::254', 'the metadata service'],
    ['fd00:0ec2:0::0254', 'the metadata service'],
    ['metadata.google.internal', 'the metadata service'],
  ])('%j', (address, flaw) => expect(targetFlaw(address)).toContain(flaw));

  test('what is no text, or too long', () => {
    for (const address of [undefined, null, 7, {}, `${'a.'.repeat(126)}ab`])
      expect(targetFlaw(address)).toMatch(/^not an address: write/);
  });
});

test('what is accepted has none of the characters that mean something to nexd, but the colons of IPv6', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6()), text => {
      if (targetFlaw(text) === undefined)
        expect(text).toMatch(/^([-.a-z0-9]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)$/);
    }),
  );
});

test('an IPv6 address has one canonical text', () => {
  expect(canonicalAddress('200:0:0::A')).toBe('200::a');
  expect(canonicalAddress('10.0.0.1')).toBe('10.0.0.1');
});
