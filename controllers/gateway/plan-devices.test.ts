import { describe, expect, test } from '@jest/globals';
import type { Action } from '../runtime/actions.ts';
import { aDevice, aGateway, anIdentity, aPod, aRegKey } from '../testing/builders.ts';
import { aReport, aSeenGateway, type GatewaySight } from '../testing/seen.ts';
import { planDevices, planRemoval, planWithdrawal } from './plan-devices.ts';

const now = new Date('2026-03-01T12:00:00Z');
const inMinutes = (minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();
const failure = { reason: 'Unreachable' as const, message: '', since: now };

/** One replica that works. */
const works: GatewaySight = {
  identities: [anIdentity()],
  keys: [aRegKey()],
  devices: [aDevice()],
  pods: [aPod('export-shop')],
  reports: [aReport()],
};
const starting = aPod('export-shop', 0, { containerStatuses: [] });
const waiting = { ...aPod('export-shop', 0, { containerStatuses: [] }), spec: {} };
const crashing = aPod('export-shop', 0, {
  containerStatuses: [{ name: 'nexd', ready: false, restartCount: 2, state: { waiting: {} } }],
});
const oldPod = aPod('export-shop', 0, {}, { uid: 'uid-old' });

const tunnelIP = '100.64.0.9';
const asking = aGateway({ tunnelIP });
/** A second identity, while the pod still runs as the first. */
const renewed: GatewaySight = {
  identities: [
    anIdentity(0, {
      deviceID: 'device-new',
      regKeyID: 'new',
      publicKey: 'public-new',
      requestedIP: tunnelIP,
    }),
  ],
  keys: [aRegKey(), aRegKey(0, { id: 'new', deviceID: 'device-new' })],
};

const texts = (actions: readonly Action[]) =>
  actions.map(action => {
    if (action.do === 'delete') return `delete ${action.ref.resource.kind} ${action.ref.name}`;
    if (action.do === 'expireRegKey') return `${action.expiresAt > now ? 'open' : 'close'} ${action.id}`;
    if (action.do === 'deleteRegKey') return `deleteRegKey ${action.id}`;
    return 'deviceID' in action ? `${action.do} ${action.deviceID}` : action.do;
  });
const plan = (sight: GatewaySight, replicas = 1, gone: number[] = []) => {
  const { actions, make, suspects, keep } = planDevices(aSeenGateway(sight), replicas, now, new Set(gone));
  return {
    actions: texts(actions),
    make: [...make.keys()],
    suspects: [...suspects.keys()],
    keep: [...keep.keys()],
  };
};
const rest = { actions: [], make: [], suspects: [], keep: [0] };

describe('of a replica', () => {
  const cases: [string, GatewaySight, object][] = [
    ['nothing is to be done when it works', works, rest],
    ['everything is made when there is nothing', {}, { ...rest, make: [0], keep: [] }],
    [
      'a key that nobody used is taken',
      { keys: [aRegKey(0, { expiresAt: inMinutes(5) })] },
      { ...rest, make: [0], keep: [] },
    ],
    [
      'a key that is about to end is replaced',
      { keys: [aRegKey(0, { expiresAt: inMinutes(0.5) })] },
      { actions: ['deleteDevice device-0', 'deleteRegKey key-0'], make: [0], suspects: [], keep: [] },
    ],
    [
      'everything is replaced when the Secret was lost',
      { ...works, identities: [], published: { 'device-0': {} }, pods: [] },
      {
        actions: ['deleteMetadata device-0', 'deleteDevice device-0', 'deleteRegKey key-0'],
        make: [0],
        suspects: [],
        keep: [],
      },
    ],
    [
      'a device that a pod still runs as is only withdrawn',
      { ...works, identities: [], published: { 'device-0': {} } },
      { actions: ['deleteMetadata device-0'], make: [0], suspects: [], keep: [] },
    ],
    [
      'it stays until the pod is gone, which is replaced',
      { ...works, ...renewed },
      { ...rest, actions: ['delete Pod nexlink-export-shop-0'] },
    ],
    [
      'also while the pod is being deleted',
      { ...works, ...renewed, pods: [aPod('export-shop', 0, {}, { deletionTimestamp: 'now' })] },
      rest,
    ],
    [
      'also before the pod has said as what it runs',
      { ...works, ...renewed, reports: [] },
      { ...rest, actions: ['open new'] },
    ],
    [
      'then it goes, with its key',
      { ...works, ...renewed, pods: [] },
      { ...rest, actions: ['deleteDevice device-0', 'deleteRegKey key-0'] },
    ],
    [
      'it goes when the pod has another identity already',
      {
        ...works,
        ...renewed,
        devices: [aDevice(), aDevice(1, { id: 'device-new', publicKey: 'public-new', ipv4: tunnelIP })],
        reports: [aReport(0, { deviceID: 'device-new' })],
      },
      { ...rest, actions: ['deleteDevice device-0', 'deleteRegKey key-0'] },
    ],
    [
      'another address needs a new identity; the old device is only withdrawn',
      { ...works, gateway: asking, published: { 'device-0': {} } },
      { actions: ['deleteMetadata device-0'], make: [0], suspects: [], keep: [] },
    ],
    ['but not while Nexodus is away', { ...works, gateway: asking, failure }, rest],
    [
      'without its key, the pod goes before the device can be forgotten',
      { ...works, gateway: asking, keys: [], published: { 'device-0': {} } },
      { ...rest, actions: ['delete Pod nexlink-export-shop-0'] },
    ],
    [
      'then the device, and only then the identity',
      { ...works, gateway: asking, keys: [], pods: [], published: { 'device-0': {} } },
      { actions: ['deleteMetadata device-0', 'deleteDevice device-0'], make: [0], suspects: [], keep: [] },
    ],
    [
      'a key of an earlier crash goes, and a device of it that the directory may not know yet',
      { ...works, keys: [aRegKey(), aRegKey(0, { id: 'stray', deviceID: 'none' })] },
      { ...rest, actions: ['deleteDevice none', 'deleteRegKey stray'] },
    ],
    ['a key that is needed is opened', { ...works, pods: [starting] }, { ...rest, actions: ['open key-0'] }],
    [
      'a key that is open long enough is left',
      { ...works, keys: [aRegKey(0, { expiresAt: inMinutes(5) })], pods: [starting] },
      rest,
    ],
    [
      'a key that is no longer needed is closed',
      { ...works, keys: [aRegKey(0, { expiresAt: inMinutes(5) })] },
      { ...rest, actions: ['close key-0'] },
    ],
    [
      'a key stays open while its pod waits for a node',
      { ...works, keys: [aRegKey(0, { expiresAt: inMinutes(5) })], pods: [waiting] },
      rest,
    ],
    [
      'a key stays open before there is a pod',
      { ...works, keys: [aRegKey(0, { expiresAt: inMinutes(5) })], pods: [] },
      rest,
    ],
    [
      'a key stays open until the agent says that nexd works',
      { ...works, keys: [aRegKey(0, { expiresAt: inMinutes(5) })], reports: [aReport(0, { ready: false })] },
      rest,
    ],
    ['a device that was there and is not is suspect', { ...works, devices: [] }, { ...rest, suspects: [0] }],
    [
      'a device that nexd fails to register is suspect',
      {
        ...works,
        devices: [],
        pods: [crashing],
        keys: [aRegKey(0, { expiresAt: inMinutes(5) })],
        reports: [aReport(0, { tunnelIPv4: undefined as never, ready: false })],
      },
      { ...rest, suspects: [0] },
    ],
    [
      'a new one is not suspect for the failures of the old',
      {
        ...works,
        devices: [],
        pods: [crashing],
        keys: [aRegKey(0, { expiresAt: inMinutes(5) })],
        reports: [aReport(0, { deviceID: 'old' })],
      },
      { ...rest, actions: ['delete Pod nexlink-export-shop-0'] },
    ],
    ['nothing is suspect while Nexodus is away', { ...works, devices: [], failure }, rest],
    [
      'a pod that runs as an earlier device is replaced',
      { ...works, reports: [aReport(0, { deviceID: 'old' })] },
      { ...rest, actions: ['delete Pod nexlink-export-shop-0'] },
    ],
    [
      'but not one that is being deleted already',
      {
        ...works,
        pods: [aPod('export-shop', 0, {}, { deletionTimestamp: 'now' })],
        reports: [aReport(0, { deviceID: 'old' })],
      },
      rest,
    ],
    [
      'a report of an earlier pod tells nothing',
      {
        ...works,
        keys: [aRegKey(0, { expiresAt: inMinutes(5) })],
        pods: [oldPod],
        reports: [aReport(0, { deviceID: 'old' })],
      },
      rest,
    ],
    ['a lost key does no harm while nexd runs', { ...works, keys: [] }, rest],
    [
      'a lost key is replaced, with its device, when nexd starts',
      { ...works, keys: [], pods: [starting] },
      { actions: ['deleteDevice device-0'], make: [0], suspects: [], keep: [] },
    ],
    ['a lost key is not concluded from an outage', { ...works, keys: [], pods: [starting], failure }, rest],
    [
      'a device with another WireGuard key is replaced',
      { ...works, devices: [aDevice(0, { publicKey: 'other' })] },
      { actions: [], make: [0], suspects: [], keep: [] },
    ],
    [
      'an identity that names another device than its key is replaced',
      { ...works, identities: [anIdentity(0, { deviceID: 'theirs' })] },
      { actions: [], make: [0], suspects: [], keep: [] },
    ],
    ['nothing is concluded before Nexodus has answered', { identities: [anIdentity()], synced: false }, rest],
  ];
  test.each(cases)('%s', (_name, sight, wanted) => expect(plan(sight)).toEqual(wanted));

  test('one that Nexodus does not know is made anew', () => {
    expect(plan({ ...works, devices: [] }, 1, [0])).toEqual({
      actions: [],
      make: [0],
      suspects: [],
      keep: [],
    });
  });
});

describe('a new identity', () => {
  const unused = aRegKey(0, { id: 'new', deviceID: 'device-new', expiresAt: inMinutes(5) });
  const made = (sight: GatewaySight) => planDevices(aSeenGateway(sight), 1, now).make.get(0);
  test('takes a key that nobody used', () =>
    expect(made({ keys: [unused] })).toEqual({ unused, spent: new Set() }));
  test('takes it beside the key of the old identity, too', () =>
    expect(made({ ...works, gateway: asking, keys: [aRegKey(), unused] })).toEqual({
      unused,
      spent: new Set(['key-0']),
    }));
  test('is never made around a key of before', () =>
    expect(made({ ...works, gateway: asking, keys: [], pods: [] })).toEqual({
      unused: undefined,
      spent: new Set(['key-0']),
    }));
});

test('who has the address that was refused is kept with the identity', () => {
  const identities = [anIdentity(0, { requestedIP: tunnelIP })];
  const holder = aDevice(7, { ipv4: tunnelIP });
  const sight = { ...works, gateway: asking, identities, holder };
  expect(planDevices(aSeenGateway(sight), 1, now).keep.get(0)).toMatchObject({ heldBy: 'device-7' });
  const away = planDevices(aSeenGateway({ ...sight, failure }), 1, now);
  expect(away.keep.get(0)).not.toHaveProperty('heldBy');
});

describe('beyond the wanted number', () => {
  const published = { 'device-0': {} };
  const cases: [string, GatewaySight, object][] = [
    [
      'a replica is withdrawn while its pod is there',
      { ...works, published },
      { ...rest, actions: ['deleteMetadata device-0'] },
    ],
    ['and not twice', works, rest],
    [
      'it is removed when its pod is gone',
      { ...works, pods: [], published },
      {
        ...rest,
        actions: ['deleteMetadata device-0', 'deleteDevice device-0', 'deleteRegKey key-0'],
        keep: [],
      },
    ],
    [
      'also when its key is gone',
      { ...works, pods: [], keys: [] },
      { ...rest, actions: ['deleteDevice device-0'], keep: [] },
    ],
    [
      'also when its identity is gone',
      { ...works, pods: [], identities: [] },
      { ...rest, actions: ['deleteDevice device-0', 'deleteRegKey key-0'], keep: [] },
    ],
    ['not before Nexodus has answered', { identities: [anIdentity()], synced: false }, rest],
  ];
  test.each(cases)('%s', (_name, sight, wanted) => expect(plan(sight, 0)).toEqual(wanted));
});

describe('a look at an open key', () => {
  const requeue = (expiresAt: string | undefined) =>
    planDevices(aSeenGateway({ ...works, keys: [aRegKey(0, { expiresAt })], pods: [starting] }), 1, now)
      .requeueAfterMs;
  test.each<[string, string | undefined, number | undefined]>([
    ['comes before its end', inMinutes(5), 4 * 60_000 + 1000],
    ['comes in time after it was opened', inMinutes(-5), 9 * 60_000],
    ['is not needed when it never ends', undefined, undefined],
  ])('%s', (_name, expiresAt, wanted) => expect(requeue(expiresAt)).toBe(wanted));

  test('comes before the first end of several', () => {
    const keys = [aRegKey(0, { expiresAt: inMinutes(2) }), aRegKey(1, { expiresAt: inMinutes(10) })];
    const pods = [starting, aPod('export-shop', 1, { conditions: [], containerStatuses: [] })];
    const both = { identities: [anIdentity(), anIdentity(1)], devices: [aDevice(), aDevice(1)] };
    const seen = aSeenGateway({ ...works, ...both, keys, pods });
    expect(planDevices(seen, 2, now).requeueAfterMs).toBe(61_000);
  });
});

test('the end: metadata first, then each device, known or not, before its key', () => {
  const seen = aSeenGateway({
    keys: [aRegKey(0), aRegKey(1)],
    devices: [aDevice(1), aDevice(2)],
    published: { 'device-1': {} },
  });
  expect(texts(planWithdrawal(seen))).toEqual(['deleteMetadata device-1']);
  expect(texts(planRemoval(seen))).toEqual([
    'deleteDevice device-2',
    'deleteDevice device-0',
    'deleteRegKey key-0',
    'deleteDevice device-1',
    'deleteRegKey key-1',
  ]);
});

describe('of a replica of an import gateway, each pod of which is a device of its own', () => {
  const importing: GatewaySight = {
    ...works,
    gateway: aGateway({ direction: 'Import' }),
    keys: [aRegKey(), aRegKey(0, { id: 'next', deviceID: 'device-next' })],
    identities: [anIdentity(0, { deviceID: 'device-next', regKeyID: 'next', publicKey: 'public-next' })],
  };
  const running = { ...importing, keys: [aRegKey()], identities: [anIdentity()] };
  const nextPod = aPod('export-shop', 0, {}, { uid: 'uid-next' });
  const asNext = aReport(0, { podUID: 'uid-next', deviceID: 'device-next' });
  test.each<[string, GatewaySight, object]>([
    ['the next pod gets another identity once this one has registered', running, { ...rest, make: [0] }],
    [
      'not before',
      { ...running, reports: [aReport(0, { ready: false })] },
      expect.objectContaining({ make: [] }),
    ],
    ['not while Nexodus fails', { ...running, failure }, rest],
    ['nothing is to be done when there is one', importing, rest],
    [
      'the key of the next pod is closed while none starts',
      {
        ...importing,
        keys: [aRegKey(), aRegKey(0, { id: 'next', deviceID: 'device-next', expiresAt: inMinutes(5) })],
      },
      { ...rest, actions: ['close next'] },
    ],
    [
      'the key of this pod is opened when its nexd has to start again',
      { ...importing, pods: [starting] },
      { ...rest, actions: ['open key-0'] },
    ],
    [
      'the key of the next pod is opened when it starts, and nothing of the former one is removed before it is known',
      { ...importing, pods: [aPod('export-shop', 0, {}, { uid: 'uid-next' })], reports: [aReport()] },
      { ...rest, actions: ['open next'] },
    ],
    [
      'the former device goes when its pod is gone',
      { ...importing, pods: [] },
      { ...rest, actions: ['deleteDevice device-0', 'deleteRegKey key-0'] },
    ],
    [
      'the former device goes when the next pod has registered, which is followed by another identity',
      {
        ...importing,
        devices: [aDevice(), aDevice(0, { id: 'device-next', publicKey: 'public-next' })],
        pods: [nextPod],
        reports: [asNext],
      },
      { ...rest, actions: ['deleteDevice device-0', 'deleteRegKey key-0'], make: [0] },
    ],
    [
      'a device that was deleted behind our back is suspect',
      { ...importing, devices: [] },
      { ...rest, suspects: [0] },
    ],
    [
      'a pod that runs as a device of none of our keys is replaced',
      { ...importing, keys: [importing.keys![1]!] },
      { ...rest, actions: ['delete Pod nexlink-export-shop-0'] },
    ],
  ])('%s', (_, sight, expected) => expect(plan(sight)).toEqual(expected));

  test('its pod is replaced when its device is gone for certain, as the next one is another', () =>
    expect(plan({ ...importing, devices: [] }, 1, [0])).toEqual({
      ...rest,
      actions: ['delete Pod nexlink-export-shop-0'],
      suspects: [0],
    }));

  test('an import gateway that asked for an address keeps its device', () =>
    expect(
      plan({
        ...running,
        gateway: aGateway({ direction: 'Import', tunnelIP }),
        identities: [anIdentity(0, { requestedIP: tunnelIP })],
      }).make,
    ).toEqual([]));
});
