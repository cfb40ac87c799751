import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  childName,
  fitName,
  gatewayName,
  keyOf,
  maxGatewayName,
  ordinalOf,
  podName,
  rulesName,
  splitKey,
} from './names.ts';

const label = fc.stringMatching(/^[a-z]([-a-z0-9]{0,60}[a-z0-9])?$/);

describe('fitName', () => {
  test('what fits stays', () => {
    expect(fitName('export-shop', 40)).toBe('export-shop');
  });

  test('what does not fit is shortened to a valid name', () => {
    fc.assert(
      fc.property(label, fc.integer({ min: 12, max: 40 }), (text, max) => {
        const name = fitName(text, max);
        expect(name.length).toBeLessThanOrEqual(max);
        expect(name).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);
        expect(fitName(text, max)).toBe(name);
      }),
    );
  });

  test('different texts get different names', () => {
    fc.assert(
      fc.property(label, label, label, (start, a, b) => {
        fc.pre(a !== b);
        expect(fitName(`${start}-${a}`, 40)).not.toBe(fitName(`${start}-${b}`, 40));
      }),
    );
  });

  test('the cut leaves no two hyphens', () => {
    expect(fitName(`${'a'.repeat(30)}-${'b'.repeat(30)}`, 40)).toMatch(/^a{30}-[0-9a-f]{8}$/);
  });
});

describe('gatewayName', () => {
  const long = 'r'.repeat(63);
  const cases: [string, string | undefined, 'Export' | 'Import', string, string][] = [
    ['default stands for the one of direction and realm', 'default', 'Export', 'prod', 'export-prod'],
    ['as does nothing', undefined, 'Import', 'prod', 'import-prod'],
    ['another name is itself', 'mine', 'Export', 'prod', 'mine'],
  ];
  test.each(cases)('%s', (_name, gateway, direction, realm, name) =>
    expect(gatewayName(gateway, direction, realm)).toBe(name),
  );

  test('an address has one of its own, except where another one is named', () => {
    expect(gatewayName('default', 'Export', 'shop', '100.64.0.9')).toBe('export-shop-100-64-0-9');
    expect(gatewayName('mine', 'Export', 'shop', '100.64.0.9')).toBe('mine');
    const names = ['100.64.0.9', '100.64.0.10', undefined].map(ip =>
      gatewayName('default', 'Import', long, ip),
    );
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(maxGatewayName);
  });

  test('the longest realm gives names that fit, with those of its children and pods', () => {
    const name = gatewayName(undefined, 'Export', long);
    expect(name.length).toBeLessThanOrEqual(maxGatewayName);
    for (const child of [childName(name), rulesName(name), podName(name, 9)])
      expect(child.length).toBeLessThanOrEqual(63);
  });
});

test('the ordinal of a pod is read back from its name', () => {
  expect(ordinalOf(podName('export-shop', 12))).toBe(12);
  expect(ordinalOf('export-shop')).toBeUndefined();
});

test('keys are split as they were joined', () => {
  const key = keyOf({ metadata: { namespace: 'shop', name: 'web' } });
  expect(splitKey(key)).toEqual({ namespace: 'shop', name: 'web' });
  expect(keyOf({ metadata: { name: 'shop' } })).toBe('shop');
});
