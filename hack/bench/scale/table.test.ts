import { expect, test } from '@jest/globals';
import { busiest, kindsOf, renderPhases } from './table.ts';

test('finds the window with the most moments', () => {
  expect(busiest([], 10)).toBe(0);
  expect(busiest([0, 9, 10, 11, 30, 31], 10)).toBe(3);
  expect(busiest([0, 10, 20], 10)).toBe(1);
});

test('tells each phase in a line', () => {
  const reading = { rss: 204_800, files: 0, peak: 307_200, cpu: 12.34, age: 20, at: 20 };
  const phase = {
    name: 'rest',
    seconds: 120,
    reading,
    kubernetesWrites: 3,
    nexodusWrites: 0,
    nexodusBusiest: 7,
  };
  expect(renderPhases([phase]).split('\n').at(-1)).toBe('| rest | 120.0 | 12.3 | 200 | 300 | 3 | 0 | 7 |');
});

test('writes are told by kind', () => {
  const nxe = '/apis/nexlink.nexodus.io/v1alpha1/namespaces/shop/nexlinkexports/web';
  const paths: [string, string][] = [
    ['PATCH', `${nxe}/status?fieldManager=x`],
    ['PATCH', `${nxe}-1/status`],
    ['DELETE', nxe],
    ['POST', '/api/v1/namespaces/shop/events'],
    ['PUT', '/api/devices/7c0e1d5e-0000-4000-8000-000000000001/metadata/nexlink?x=1'],
  ];
  expect(kindsOf(paths.map(([method, path]) => ({ method, path })))).toEqual([
    ['PATCH nexlinkexports/status', 2],
    ['DELETE nexlinkexports', 1],
    ['POST events', 1],
    ['PUT /api/devices/ID/metadata/nexlink', 1],
  ]);
});
