import { describe, expect, test } from '@jest/globals';
import type { EndpointSlice, Service } from '../runtime/objects.ts';
import { aService } from '../testing/builders.ts';
import { hasBackend, leanSlice, serviceKeyOf, serviceNameLabel } from './backends.ts';

const http = [{ name: 'http', protocol: 'TCP' as const }];
const slice = (
  endpoints: EndpointSlice['endpoints'],
  ports: EndpointSlice['ports'] = http,
): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', namespace: 'shop', labels: { [serviceNameLabel]: 'web' } },
  ...(endpoints !== undefined && { endpoints }),
  ...(ports !== undefined && { ports }),
});
const [ready, unready] = [true, false].map(ready => ({ conditions: { ready } }));
const ofPort = (port: object) => aService('web', [{ port: 80, ...port }]);
const headless = aService('web', undefined, { clusterIP: 'None' });

describe('a Service', () => {
  const cases: [string, Service, EndpointSlice[], boolean][] = [
    ['without slices', aService(), [], false],
    ['whose slices have no endpoints', aService(), [slice([]), slice(undefined)], false],
    ['whose slices have null endpoints', aService(), [slice(null)], false],
    ['whose slice has null ports', aService(), [slice([ready!], null)], false],
    ['of which no endpoint is ready', aService(), [slice([unready!]), slice([unready!, unready!])], false],
    ['of which one endpoint is ready', aService(), [slice([]), slice([unready!, ready!])], true],
    ['whose endpoint says nothing about that', aService(), [slice([{}])], true],
    ['whose endpoint is stopping', aService(), [slice([{ conditions: { ready: false } }])], false],
    ['whose pods have no port of that name', aService(), [slice([ready!], [])], false],
    [
      'whose slice has another port',
      aService(),
      [slice([ready!], [{ name: 'dns', protocol: 'TCP' }])],
      false,
    ],
    ['whose slice has it for UDP', aService(), [slice([ready!], [{ name: 'http', protocol: 'UDP' }])], false],
    [
      'with an unready slice and one without its port',
      aService(),
      [slice([unready!]), slice([ready!], [])],
      false,
    ],
    ['whose port has no name', ofPort({}), [slice([ready!], [{ name: '' }]), slice([ready!], [{}])], true],
    ['that is headless, whatever the ports', headless, [slice([ready!], null)], true],
    ['that is headless, without a ready endpoint', headless, [slice([unready!])], false],
  ];
  test.each(cases)('%s', (_what, service, slices, expected) => {
    expect(hasBackend(service, slices)).toBe(expected);
    expect(hasBackend(service, slices.map(leanSlice))).toBe(expected);
  });
});

test('a slice is held without what nobody reads, and the same slice again is the same', () => {
  const full = {
    ...slice([unready!, { ...ready!, addresses: ['10.0.0.1'], nodeName: 'node' } as object]),
    addressType: 'IPv4',
    ports: [{ name: 'http', protocol: 'TCP' as const, port: 8080 }],
    metadata: {
      ...slice([]).metadata,
      uid: 'u',
      resourceVersion: '7',
      annotations: { x: 'y' },
      labels: { [serviceNameLabel]: 'web', app: 'web' },
    },
  };
  const lean = leanSlice(full);
  expect(lean).toEqual({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '7',
      labels: { [serviceNameLabel]: 'web' },
    },
    endpoints: [{ conditions: { ready: true } }],
    ports: http,
  });
  expect(leanSlice(lean)).toEqual(lean);
});

test('a slice belongs to the Service that its label names, or to none', () => {
  expect(serviceKeyOf(slice([]))).toBe('shop/web');
  expect(serviceKeyOf({ ...slice([]), metadata: { name: 'x', namespace: 'shop' } })).toBeUndefined();
});
