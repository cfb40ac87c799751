import { describe, expect, test } from '@jest/globals';
import { managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { Condition } from '../../api/v1alpha1/meta.ts';
import type { Identity } from '../proxy/rules.ts';
import type { Device } from '../runtime/nexodus.ts';
import { aCondition, aDevice, aGateway, anIdentity, longAgo } from '../testing/builders.ts';
import { aSeenGateway, type GatewaySight } from '../testing/seen.ts';
import { asksAnew, judgeAddress, passOnAddress, withHolder } from './address.ts';

const tunnelIP = '100.64.0.9';
const gateway = aGateway({ tunnelIP });
const asked = anIdentity(0, { requestedIP: tunnelIP });
const refused = aDevice(0, { ipv4: '100.64.0.12' });
const granted = aDevice(0, { ipv4: tunnelIP });
const laptop = aDevice(7, { hostname: 'laptop-7', ipv4: tunnelIP });
const failure = { reason: 'Unreachable' as const, message: 'Nexodus is away.', since: new Date(0) };
const told = (status: Condition['status'], reason: string, observedGeneration = 1) => ({
  ...gateway,
  status: {
    conditions: [aCondition('AddressGranted', status, reason, { message: 'as before.', observedGeneration })],
  },
});

describe('asked for anew is', () => {
  const heldBy = laptop.id;
  const cases: [string, boolean, GatewaySight, Identity, Device | undefined][] = [
    ['nothing without a wish', false, {}, anIdentity(), refused],
    ['nothing when the wish was removed', false, {}, asked, granted],
    ['an address that no device of the replica was asked for', true, { gateway }, anIdentity(), refused],
    ['another address than before', true, { gateway }, anIdentity(0, { requestedIP: '100.64.0.8' }), refused],
    [
      'also before the device exists',
      true,
      { gateway },
      anIdentity(0, { requestedIP: '100.64.0.8' }),
      undefined,
    ],
    ['no address that the device has by chance', false, { gateway }, anIdentity(), granted],
    ['no address that it got', false, { gateway }, asked, granted],
    ['no address before the answer', false, { gateway }, { ...asked, heldBy }, undefined],
    [
      'none before the device has any',
      false,
      { gateway },
      { ...asked, heldBy },
      aDevice(0, { ipv4: undefined }),
    ],
    ['none that was refused for no known reason', false, { gateway }, asked, refused],
    ['none that another device has', false, { gateway, holder: laptop }, { ...asked, heldBy }, refused],
    ['one whose holder is gone', true, { gateway }, { ...asked, heldBy }, refused],
  ];
  test.each(cases)('%s', (_name, is, sight, identity, device) =>
    expect(asksAnew(aSeenGateway(sight), identity, device)).toBe(is),
  );
});

describe('the holder', () => {
  const heldBy = (sight: GatewaySight, identity = asked, device: Device | undefined = refused) =>
    withHolder(aSeenGateway(sight), identity, device).heldBy;
  test('is remembered when the address was refused', () =>
    expect(heldBy({ gateway, holder: laptop })).toBe(laptop.id));
  test('is another one now', () =>
    expect(heldBy({ gateway, holder: laptop }, { ...asked, heldBy: 'before' })).toBe(laptop.id));
  test('is not forgotten when it goes', () =>
    expect(heldBy({ gateway }, { ...asked, heldBy: 'before' })).toBe('before'));
  test('is not the device itself', () =>
    expect(heldBy({ gateway, holder: granted }, asked, granted)).toBeUndefined());
  test('means nothing before there is an answer', () =>
    expect(withHolder(aSeenGateway({ gateway, holder: laptop }), asked, undefined)).toBe(asked));
});

describe('the gateway says', () => {
  const judge = (sight: GatewaySight, identity: Identity | undefined = asked, replicas = 1) => {
    const seen = aSeenGateway({ gateway, ...sight });
    const { status, reason, message } = judgeAddress(seen, replicas, identity)!;
    return `${status} ${reason}: ${message}`;
  };
  const cases: [string, GatewaySight, RegExp][] = [
    [
      'that it has the address',
      { devices: [granted], holder: granted },
      /^True AddressGranted: Device nexlink-export-shop-0 has 100\.64\.0\.9\.$/,
    ],
    ['that it waits for the device', {}, /^False Pending: .*100\.64\.0\.9 is being registered/],
    [
      'who has it instead',
      { devices: [refused], holder: laptop },
      /^False AddressNotGranted: Nexodus gave 100\.64\.0\.12 instead of 100\.64\.0\.9, which device laptop-7 \(device-7\) has: .*delete it in Nexodus, or ask for another address in spec\.tunnelIP\.$/,
    ],
    [
      'that nobody has it, and how to ask again',
      { devices: [refused] },
      /^False AddressNotGranted: .*which no device has: .*kubectl -n shop delete nxg export-shop; then create it again\.$/,
    ],
    [
      'that it is made again where we made it',
      {
        devices: [refused],
        gateway: aGateway({ tunnelIP }, { labels: { [managedByLabel]: 'controller' } }),
      },
      /delete nxg export-shop; it is made again\.$/,
    ],
    [
      'the same as before while Nexodus is away',
      { devices: [refused], failure, gateway: told('False', 'AddressNotGranted') },
      /^False AddressNotGranted: as before\.$/,
    ],
    [
      'nothing of an earlier address while Nexodus is away',
      { devices: [refused], failure, gateway: told('True', 'AddressGranted', 0) },
      /^False Pending: Nexodus is away\.$/,
    ],
    ['nothing before Nexodus has answered', { synced: false }, /^False Pending: Nexodus has not answered/],
  ];
  test.each(cases)('%s', (_name, sight, wanted) => expect(judge(sight)).toMatch(wanted));

  test('nothing of a device that was not asked', () =>
    expect(judge({ devices: [refused], holder: laptop }, anIdentity())).toMatch(/^False Pending/));
  test('that it is scaled to zero', () => expect(judge({}, undefined, 0)).toMatch(/has 0 replicas/));
  test('nothing when it asks for none', () =>
    expect(judgeAddress(aSeenGateway({ devices: [refused] }), 1, asked)).toBeUndefined());
});

describe('an export or import says', () => {
  const saying = (...args: Parameters<typeof passOnAddress>) => {
    const { conditions, dropped } = passOnAddress(...args);
    return [
      ...conditions.map(({ status, reason, message }) => `${status} ${reason}: ${message}`),
      ...dropped,
    ];
  };
  test('nothing without a wish, and takes back what it said', () =>
    expect(saying(undefined, told('True', 'AddressGranted'), undefined)).toEqual(['AddressGranted']));
  test('what its gateway says', () =>
    expect(saying(tunnelIP, told('False', 'AddressNotGranted'), undefined)).toEqual([
      'False AddressNotGranted: as before.',
    ]));
  test('nothing new while the gateway has not judged its present spec', () =>
    expect(saying(tunnelIP, told('True', 'AddressGranted', 0), undefined)).toEqual([]));
  test('that the gateway is being made', () =>
    expect(saying(tunnelIP, undefined, undefined)).toEqual([
      'False Pending: The gateway that asks for 100.64.0.9 is being made.',
    ]));
  test('that it is made again, not what one that is being deleted had', () => {
    const ending = told('True', 'AddressGranted');
    const metadata = { ...ending.metadata, deletionTimestamp: longAgo };
    expect(saying(tunnelIP, { ...ending, metadata }, undefined)).toEqual([
      'False Pending: The gateway that asks for 100.64.0.9 is being made.',
    ]);
  });
  test('what stands in the way', () =>
    expect(saying(tunnelIP, told('True', 'AddressGranted'), 'Another one.')).toEqual([
      'False Pending: Another one.',
    ]));
});
