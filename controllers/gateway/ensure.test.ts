import { expect, test } from '@jest/globals';
import { finalizer } from '../../api/v1alpha1/labels.ts';
import { aGateway } from '../testing/builders.ts';
import { mismatch, planEnsureGateway } from './ensure.ts';

const spec = { direction: 'Export', realm: 'shop' } as const;

test('a missing gateway is made, with the finalizer from the start', () => {
  expect(planEnsureGateway('shop', 'export-shop', spec, undefined)).toMatchObject([
    {
      do: 'create',
      object: { metadata: { name: 'export-shop', namespace: 'shop', finalizers: [finalizer] }, spec },
    },
  ]);
});

test('one that is there is left as it is, whatever it says', () => {
  expect(planEnsureGateway('shop', 'export-shop', spec, aGateway({ replicas: 5, realm: 'dev' }))).toEqual([]);
});

test('it cannot serve another direction or realm', () => {
  expect(mismatch(undefined, spec)).toBeUndefined();
  expect(mismatch(aGateway(), spec)).toBeUndefined();
  expect(mismatch(aGateway({ realm: 'dev' }), spec)).toMatch(
    /realm dev, not Export and shop: name another one/,
  );
  expect(mismatch(aGateway({ direction: 'Import' }), spec)).toMatch(/direction Import/);
});

test('it serves a wish for an address only when it asks for the same, and anything without a wish', () => {
  const tunnelIP = '100.64.0.9';
  const needs = { ...spec, tunnelIP };
  expect(mismatch(aGateway({ tunnelIP }), needs)).toBeUndefined();
  expect(mismatch(aGateway({ tunnelIP }), spec)).toBeUndefined();
  expect(mismatch(aGateway(), needs)).toBe(
    'NexlinkGateway export-shop asks for no tunnel address, not for 100.64.0.9: write 100.64.0.9 in its spec.tunnelIP, or name another one in spec.gateway.',
  );
  expect(mismatch(aGateway({ tunnelIP: '100.64.0.10' }), needs)).toMatch(/the tunnel address 100\.64\.0\.10/);
  expect(planEnsureGateway('shop', 'x', needs, undefined)).toMatchObject([{ object: { spec: needs } }]);
});
