import { describe, expect, test } from '@jest/globals';
import type { ImportDevice } from '../../api/v1alpha1/nexlinkimport.ts';
import { aDevice } from '../testing/builders.ts';
import { deviceKeys, findDevice, indexDevices, selectorKey } from './device.ts';

const laptop = aDevice(0, { hostname: 'Laptop', ipv6: '200::a' });
const twin = aDevice(1, { hostname: 'laptop' });
const gateway = aDevice(2, { hostname: 'gateway' });
const fresh = aDevice(3, { hostname: 'fresh', ipv4: undefined, ipv6: undefined });
const find = (selector: ImportDevice, devices = [laptop, gateway, fresh]) =>
  findDevice(selector, indexDevices(devices), device => device === gateway);

describe('a device is found by', () => {
  const cases: [string, ImportDevice][] = [
    ['its id', { id: 'device-0' }],
    ['its host name, in capitals or not', { hostname: 'LAPTOP' }],
    ['its IPv4 address', { address: '100.64.0.1' }],
    ['its IPv6 address, however that is written', { address: '200:0::000A' }],
  ];
  test.each(cases)('%s', (_name, selector) => {
    expect(find(selector)).toEqual({ device: laptop });
    expect(deviceKeys(laptop)).toContain(selectorKey(selector));
  });
});

describe('it says what to do about', () => {
  const cases: [string, ImportDevice, RegExp][] = [
    ['a name that no device has', { hostname: 'db' }, /no device db: start nexd on it.*spec\.device/],
    ['an id that no device has', { id: 'x' }, /no device with the id x/],
    ['an address that no device has', { address: '100.64.9.9' }, /no device with the address 100\.64\.9\.9/],
    ['a gateway of our own', { hostname: 'gateway' }, /device gateway is a gateway of this cluster: use/],
    ['a device without an address', { hostname: 'fresh' }, /fresh has no tunnel address yet/],
    ['a selector that selects by nothing', {}, /correct spec\.device/],
  ];
  test.each(cases)('%s', (_name, selector, missing) =>
    expect(find(selector)).toEqual({ missing: expect.stringMatching(missing) }),
  );

  test('two devices of one name: their ids', () => {
    expect(find({ hostname: 'laptop' }, [twin, laptop])).toEqual({
      missing:
        'Nexodus has 2 devices laptop: write spec.device.id instead, one of device-0 (100.64.0.1), device-1 (100.64.0.2).',
    });
  });

  test('very many devices of one name, in a text that stays short', () => {
    const many = Array.from({ length: 500 }, (_, at) => aDevice(at, { hostname: 'laptop' }));
    expect(find({ hostname: 'laptop' }, many)).toEqual({ missing: expect.stringMatching(/, 495 more\.$/) });
  });
});

test('a gateway of our own does not make a name ambiguous', () => {
  expect(find({ hostname: 'gateway' }, [gateway, aDevice(4, { hostname: 'gateway' })])).toMatchObject({
    device: { id: 'device-4' },
  });
});
