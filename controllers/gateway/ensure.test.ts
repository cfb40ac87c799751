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
