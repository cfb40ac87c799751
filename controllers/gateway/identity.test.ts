import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { Secret } from '../runtime/objects.ts';
import { aDevice, anIdentity, aRegKey } from '../testing/builders.ts';
import { identityData, newIdentity, parseIdentities } from './identity.ts';

const secret = (data: { [key: string]: string }): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'x' },
  data,
});
const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');

test('identities are read as they were written', () => {
  const identities = new Map([
    [0, anIdentity(0)],
    [11, anIdentity(11, { requestedIP: '100.64.0.9', heldBy: 'device-7' })],
  ]);
  expect(parseIdentities(secret(identityData(identities)))).toEqual(identities);
});

describe('left out is', () => {
  const cases: [string, { [key: string]: string }][] = [
    ['another key', { 'x.json': base64(anIdentity()), '0.json.bak': base64(anIdentity()) }],
    ['what is no JSON', { '0.json': base64('{') }],
    ['what is no base64', { '0.json': '***' }],
    ['null', { '0.json': base64(null) }],
    ['a list', { '0.json': base64([]) }],
    ['an identity without a key', { '0.json': base64({ ...anIdentity(), privateKey: '' }) }],
    [
      'an identity with an address that is no text',
      { '0.json': base64({ ...anIdentity(), requestedIP: 9 }) },
    ],
  ];
  test.each(cases)('%s', (_name, data) => expect(parseIdentities(secret(data)).size).toBe(0));
});

test('without a Secret there are none', () => {
  expect(parseIdentities(undefined).size).toBe(0);
});

const now = new Date('2026-01-02T03:04:05Z');

test('a new identity has a WireGuard key pair, a port of its range, and what its key says', () => {
  const identity = newIdentity({ ...aRegKey(3), deviceID: 'device-3' }, now);
  expect(identity).toMatchObject({ deviceID: 'device-3', regKeyID: 'key-3', regKey: 'RK:3' });
  expect(identity.madeAt).toBe('2026-01-02T03:04:05.000Z');
  const raw = (text: string) => Buffer.from(text, 'base64');
  expect([raw(identity.privateKey).length, raw(identity.publicKey).length]).toEqual([32, 32]);
  // PKCS #8 of an X25519 key is this prefix and the key.
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex');
  const key = createPrivateKey({
    key: Buffer.concat([prefix, raw(identity.privateKey)]),
    format: 'der',
    type: 'pkcs8',
  });
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  expect(Buffer.from(x!, 'base64url').toString('base64')).toBe(identity.publicKey);
});

test('a new identity keeps the address that it is to ask for, and who has it', () => {
  const key = { ...aRegKey(), deviceID: 'device-0' };
  expect(newIdentity(key, now, '100.64.0.9', aDevice(7))).toMatchObject({
    requestedIP: '100.64.0.9',
    heldBy: 'device-7',
  });
  expect(Object.keys(newIdentity(key, now))).not.toContain('requestedIP');
});

test('no two identities are alike', () => {
  const key = { ...aRegKey(), deviceID: 'device-0' };
  expect(newIdentity(key, now).privateKey).not.toBe(newIdentity(key, now).privateKey);
});
