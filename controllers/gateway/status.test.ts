import { describe, expect, test } from '@jest/globals';
import type { Condition } from '../../api/v1alpha1/meta.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { Conflict, Denied, Terminal, Transient } from '../runtime/errors.ts';
import { aDevice, aGateway, anIdentity, aPod } from '../testing/builders.ts';
import { aReport, aSeenGateway, type GatewaySight } from '../testing/seen.ts';
import { judgeEnd, judgeGateway } from './status.ts';

const now = new Date('2026-03-01T12:00:00Z');
const stopping = (deletionTimestamp: string) => aPod('export-shop', 0, {}, { deletionTimestamp });
const identities = new Map([0, 1].map(ordinal => [ordinal, anIdentity(ordinal)]));
const works: GatewaySight = {
  pods: [aPod('export-shop', 0), aPod('export-shop', 1)],
  reports: [aReport(0), aReport(1)],
  devices: [aDevice(0), aDevice(1)],
};
const failure = {
  reason: 'Unauthorized' as const,
  message: 'The password of Secret x is wrong.',
  since: new Date(0),
};
const deaf = aDevice(0, {
  endpoints: [
    { source: 'local', address: '10.0.0.1:30000' },
    { source: 'stun:one:3478', address: 'invalid AddrPort' },
  ],
});
const deafToo = { ...deaf, id: 'device-1' };
const notReady = (message?: string) =>
  aReport(0, { ready: false, ...(message === undefined ? {} : { message }) });
const crashing = aPod('export-shop', 0, {
  conditions: [],
  containerStatuses: [
    {
      name: 'nexd',
      ready: false,
      restartCount: 3,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 1, message: 'starting\ninvalid reg key\n' } },
    },
  ],
});
const creating = aPod('export-shop', 0, {
  conditions: [],
  containerStatuses: [
    { name: 'nexd', ready: false, restartCount: 0, state: { waiting: { reason: 'ContainerCreating' } } },
  ],
});
const taken = new Conflict('AlreadyExists', 'Secret shop/x exists and does not belong to it.');

const judge = (
  sight: GatewaySight,
  { replicas = 2, error = undefined as unknown, known = identities } = {},
) => {
  const { readyReplicas, conditions } = judgeGateway(
    aSeenGateway({ ...works, ...sight }),
    known,
    replicas,
    'present',
    error,
  );
  return { readyReplicas, ...Object.fromEntries(conditions.map(each => [each.type, each])) };
};

type Line = [string, GatewaySight, Parameters<typeof judge>[1], Condition['status'], string, RegExp];
const check = (type: string, lines: Line[]) =>
  describe(type, () => {
    test.each(lines)('%s', (_name, sight, more, status, reason, message) =>
      expect(judge(sight, more)).toMatchObject({
        [type]: { status, reason, message: expect.stringMatching(message) },
      }),
    );
  });

check('Programmed', [
  ['when every pod has every rule', {}, {}, 'True', 'Programmed', /2 of 2 pods have every rule\.$/],
  [
    'with closed ports through which connections go on',
    { reports: [aReport(0), aReport(1, { lingeringPorts: ['TCP/80', 'UDP/53'] })] },
    {},
    'True',
    'Programmed',
    /every rule\. Connections of before go on through TCP\/80, UDP\/53, .* delete pod nexlink-export-shop-1$/,
  ],
  [
    'without those of a pod that is gone',
    { reports: [aReport(0), aReport(1, { lingeringPorts: ['TCP/80'], podUID: 'earlier' })] },
    {},
    'False',
    'Pending',
    /1 of 2 pods have every rule\.$/,
  ],
  [
    'not when one has an earlier revision',
    { reports: [aReport(0), aReport(1, { appliedRevision: 'earlier' })] },
    {},
    'False',
    'Pending',
    /1 of 2 pods have every rule\.$/,
  ],
  [
    'not when nexd was not given every rule, and why',
    { reports: [aReport(0), aReport(1, { closedPorts: ['TCP/80'], message: 'not given to nexd: x.' })] },
    {},
    'False',
    'Pending',
    /1 of 2 pods have every rule; nexlink-export-shop-1: not given to nexd: x\.$/,
  ],
  [
    'not when one that has every rule is no longer ready for the kubelet, and why',
    {
      pods: [aPod('export-shop', 0), aPod('export-shop', 1, { conditions: [] })],
      reports: [aReport(0), aReport(1, { message: 'no far end answers.' })],
    },
    {},
    'False',
    'Pending',
    /1 of 2 pods have every rule; nexlink-export-shop-1: no far end answers\.$/,
  ],
  [
    'not when the report is of an earlier pod',
    { reports: [aReport(0, { podUID: 'earlier' }), aReport(1)] },
    {},
    'False',
    'Pending',
    /1 of 2/,
  ],
  [
    'not when the report is of another device',
    { reports: [aReport(0, { deviceID: 'earlier' }), aReport(1)] },
    {},
    'False',
    'Pending',
    /1 of 2/,
  ],
  [
    'with what the agent says',
    { reports: [notReady('nexd did not take tcp:80.'), aReport(1)] },
    {},
    'False',
    'Pending',
    /1 of 2.*; nexlink-export-shop-0: nexd did not take tcp:80\.$/,
  ],
  [
    'with the last words of a container',
    { pods: [crashing, aPod('export-shop', 1)] },
    {},
    'False',
    'Pending',
    /container nexd of pod nexlink-export-shop-0 waits \(CrashLoopBackOff\), its last words: invalid reg key/,
  ],
  [
    'without those that are being made',
    { pods: [creating, aPod('export-shop', 1)] },
    {},
    'False',
    'Pending',
    /every rule\.$/,
  ],
  [
    'with what could not be written',
    { reports: [] },
    { error: new Transient('Unreachable', 'no route') },
    'False',
    'Failed',
    /no route/,
  ],
  [
    'still, when a write fails that changes nothing of it',
    {},
    { error: new Transient('Unreachable', 'no route') },
    'True',
    'Programmed',
    /2 of 2/,
  ],
  [
    'not when a child is refused, though pods run with what was before',
    {},
    { error: new Terminal('Invalid', 'StatefulSet x is invalid') },
    'False',
    'Failed',
    /StatefulSet x is invalid/,
  ],
  [
    'not when a right is missing',
    {},
    { error: new Denied('Forbidden', 'may not apply Role x') },
    'False',
    'Failed',
    /may not apply/,
  ],
  ['not when a child is in the way', {}, { error: taken }, 'False', 'ChildConflict', /does not belong/],
]);

check('Connected', [
  ['when every replica is a device', {}, {}, 'True', 'Connected', /2 of 2/],
  ['not before one is', { devices: [aDevice(0)] }, {}, 'False', 'Pending', /1 of 2/],
  ['not before there are identities', {}, { known: new Map() }, 'False', 'Pending', /0 of 2/],
  ['not when Nexodus refuses us', { failure }, {}, 'False', 'Unauthorized', /password/],
  [
    'not when no STUN server answers',
    { devices: [deaf, aDevice(1)] },
    {},
    'False',
    'NoSTUNAnswer',
    /nexlink-export-shop-0 got no answer.*allow UDP/,
  ],
  [
    'and says who is behind symmetric NAT',
    { devices: [aDevice(0), aDevice(1, { symmetricNAT: true })] },
    {},
    'True',
    'Connected',
    /2 of 2 .* Behind symmetric NAT: nexlink-export-shop-1; without a relay/,
  ],
]);

check('Ready', [
  ['when a pod carries traffic', { pods: [aPod('export-shop', 0)] }, {}, 'True', 'Ready', /1 of 2/],
  ['though Nexodus is away', { failure }, {}, 'True', 'Ready', /2 of 2/],
  ['not without pods', { pods: [], reports: [] }, {}, 'False', 'Pending', /No pod is ready yet\.$/],
  ['not when scaled to nothing', {}, { replicas: 0 }, 'False', 'Idle', /0 replicas: set spec\.replicas/],
  ['not when nexd can find no peers', { devices: [deaf, deafToo] }, {}, 'False', 'NotReady', /STUN/],
  ['with what could not be written', { pods: [] }, { error: taken }, 'False', 'NotReady', /does not belong/],
  ['with why Nexodus does not let it begin', { pods: [], failure }, {}, 'False', 'NotReady', /password/],
  [
    'with what the agent says',
    { pods: [aPod('export-shop', 0, { conditions: [] })], reports: [notReady('nexd does not answer')] },
    {},
    'False',
    'NotReady',
    /nexlink-export-shop-0: nexd does not answer/,
  ],
]);

test('readyReplicas counts pods that carry traffic', () => {
  expect(judge({}).readyReplicas).toBe(2);
  expect(judge({ pods: [aPod('export-shop', 0)] }).readyReplicas).toBe(1);
  expect(judge({}, { replicas: 1 }).readyReplicas).toBe(1);
  expect(judge({ devices: [deaf, aDevice(1)] }).readyReplicas).toBe(1);
  expect(judge({ devices: [deaf, deafToo] }).readyReplicas).toBe(0);
});

test('AddressGranted is there only while an address is asked for', () => {
  const judged = (gateway: NexlinkGateway) =>
    judgeGateway(aSeenGateway({ ...works, gateway }), identities, 1, 'present', undefined);
  expect(judged(aGateway()).dropped).toEqual(['AddressGranted']);
  const gateway = aGateway({ tunnelIP: '100.64.0.1' });
  expect(judged(gateway).dropped).toEqual([]);
  expect(judged(gateway).conditions.at(-1)).toMatchObject({ type: 'AddressGranted', status: 'True' });
  expect(judgeEnd(aSeenGateway({ gateway }), undefined, now).conditions.at(-1)).toMatchObject({
    status: 'False',
  });
});

describe('the end', () => {
  const message = (sight: GatewaySight, error?: unknown) =>
    judgeEnd(aSeenGateway(sight), error, now).conditions[0]!.message;
  test.each<[string, GatewaySight, unknown, RegExp]>([
    ['waits for pods', { pods: [aPod('export-shop')] }, undefined, /1 pods are stopping\.$/],
    [
      'waits for them a while',
      { pods: [stopping('2026-03-01T11:58:30Z')] },
      undefined,
      /1 pods are stopping\.$/,
    ],
    [
      'names the one that does not end, its node and the ways out',
      { pods: [stopping('2026-03-01T11:58:00Z')] },
      undefined,
      /^Pod nexlink-export-shop-0 should have ended at .*kubectl delete node node; .*--force.*To give it up: kubectl -n shop patch nxg/,
    ],
    ['removes what is in Nexodus', {}, undefined, /Devices and keys are being removed/],
    [
      'says what holds it up, and how to give it up',
      { failure },
      undefined,
      /password.*kubectl -n shop patch nxg export-shop .*swept/,
    ],
    ['or what failed', {}, new Transient('Unreachable', 'no route'), /no route.*kubectl/],
  ])('%s', (_name, sight, error, text) => expect(message(sight, error)).toMatch(text));
});
