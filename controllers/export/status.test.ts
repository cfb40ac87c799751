import { describe, expect, test } from '@jest/globals';
import type { Condition } from '../../api/v1alpha1/meta.ts';
import { rulesMapOf } from '../gateway/rules-map.ts';
import type { DeviceRecord } from '../metadata/record.ts';
import { maxPorts } from '../proxy/ports.ts';
import { Conflict, Transient } from '../runtime/errors.ts';
import {
  aCondition,
  aDevice,
  aGateway,
  anExport,
  anExporter,
  aService,
  aServiceRecord,
  longAgo,
} from '../testing/builders.ts';
import type { Service } from '../runtime/objects.ts';
import { aRulesMap, aSeenExport, settings } from '../testing/seen.ts';
import type { SeenDevice, SeenExport } from './observe.ts';
import { resolveExport } from './resolve.ts';
import { judgeExport } from './status.ts';

const record = (services = [aServiceRecord()]): DeviceRecord => ({
  realm: 'shop',
  cluster: 'here',
  gateway: 'export-shop',
  exports: ['web'],
  services,
  announced: [],
  problems: [],
});
const serving = (more: Partial<SeenDevice> = {}): SeenDevice => ({
  device: aDevice(),
  record: record(),
  ready: true,
  current: true,
  ...more,
});
const gatewayWith = (...conditions: Condition[]) => ({ ...aGateway(), status: { conditions } });
const wasReady = {
  ...anExport(),
  status: { conditions: [aCondition('Ready', 'True', 'Exported')] },
};
const elsewhere = rulesMapOf(
  aRulesMap({ ingress: [{ protocol: 'tcp', port: 80, host: '10.96.0.9', targetPort: 80 }] }, [
    { owner: 'uid-web', protocol: 'TCP', port: 80, gatewayPort: 80 },
  ]),
);
const freed = rulesMapOf(
  aRulesMap({}, [{ owner: 'other', protocol: 'TCP', port: 80, gatewayPort: 80, freed: true }]),
);
const full = rulesMapOf(
  aRulesMap(
    {},
    Array.from({ length: maxPorts }, (_, at) => ({
      owner: 'other',
      protocol: 'TCP',
      port: at + 1,
      gatewayPort: at + 1,
    })),
  ),
);
const judge = (seen: Partial<SeenExport>, error?: unknown) => {
  const { status, conditions } = judgeExport(aSeenExport(seen), error);
  return { status, ...Object.fromEntries(conditions.map(each => [each.type, each])) };
};

describe('Ready', () => {
  const cases: [string, Partial<SeenExport>, unknown, Condition['status'], string, RegExp][] = [
    [
      'when a ready pod with the rule is published',
      { devices: [serving()] },
      undefined,
      'True',
      'Exported',
      /by 100\.64\.0\.1/,
    ],
    [
      'not before it is published',
      { devices: [serving({ record: record([]) })] },
      undefined,
      'False',
      'Pending',
      /taking over/,
    ],
    [
      'not when another port is published',
      { devices: [serving({ record: record([aServiceRecord({ port: 81 })]) })] },
      undefined,
      'False',
      'Pending',
      /taking over/,
    ],
    [
      'not when its pod is not ready',
      { devices: [serving({ ready: false })] },
      undefined,
      'False',
      'Pending',
      /taking over/,
    ],
    [
      'not before nexd has the present rules',
      { devices: [serving({ current: false })] },
      undefined,
      'False',
      'Pending',
      /taking over/,
    ],
    [
      'still, while nexd takes over rules of others',
      { nxe: wasReady, devices: [serving({ current: false })] },
      undefined,
      'True',
      'Exported',
      /web/,
    ],
    [
      'not for a new generation on the word of the old',
      {
        nxe: { ...wasReady, metadata: { ...wasReady.metadata, generation: 2 } },
        devices: [serving({ current: false })],
      },
      undefined,
      'False',
      'Pending',
      /taking over/,
    ],
    [
      'not while the rule leads elsewhere',
      { nxe: wasReady, devices: [serving()], rules: elsewhere },
      undefined,
      'False',
      'Pending',
      /taking over/,
    ],
    [
      'not without a gateway',
      { gateway: undefined },
      undefined,
      'False',
      'Pending',
      /export-shop is being made/,
    ],
    [
      'not when its gateway could not be made',
      { gateway: undefined },
      new Transient('Unreachable', 'no route'),
      'False',
      'GatewayNotReady',
      /no route/,
    ],
    [
      'Pending when somebody else made the gateway first',
      { gateway: undefined },
      new Conflict('AlreadyExists', 'there'),
      'False',
      'Pending',
      /being made/,
    ],
    [
      'not when the gateway is full',
      { rules: full },
      undefined,
      'False',
      'GatewayNotReady',
      /all of its 1000 ports: name another one/,
    ],
    [
      'not while its port led to something else until now',
      { rules: freed },
      undefined,
      'False',
      'Pending',
      /TCP port 80 of NexlinkGateway export-shop led to something else.*free once they have let go/,
    ],
    [
      'not while Nexodus is away',
      { gateway: gatewayWith(aCondition('Connected', 'False', 'Unreachable', { message: 'no answer' })) },
      undefined,
      'False',
      'NexodusUnavailable',
      /no answer/,
    ],
    [
      'with the trouble of the gateway',
      { gateway: gatewayWith(aCondition('Ready', 'False', 'NotReady', { message: 'no node' })) },
      undefined,
      'False',
      'GatewayNotReady',
      /export-shop: no node/,
    ],
    [
      'Pending while the gateway is',
      { gateway: gatewayWith(aCondition('Ready', 'False', 'Pending', { message: 'No pod is ready yet.' })) },
      undefined,
      'False',
      'Pending',
      /No pod is ready yet/,
    ],
    [
      'Pending while the gateway says nothing yet',
      { gateway: aGateway() },
      undefined,
      'False',
      'Pending',
      /being started/,
    ],
    [
      'not in a namespace that is being deleted, though it is still published',
      { isEnding: true, devices: [serving()] },
      undefined,
      'False',
      'Deleting',
      /^Namespace shop is being deleted\.$/,
    ],
    [
      'not without a backend, though it is still published',
      { isBacked: false, devices: [serving()] },
      undefined,
      'False',
      'NoEndpoint',
      /^Service shop\/web has no ready endpoint .*kubectl -n shop get endpointslices -l kubernetes.io\/service-name=web\.$/,
    ],
    [
      'not without a backend, though it was',
      { nxe: wasReady, isBacked: false, devices: [serving()], now: new Date(longAgo) },
      undefined,
      'False',
      'NoEndpoint',
      /no ready endpoint/,
    ],
    [
      'Pending while a new one waits for its first backend',
      { isBacked: false, devices: [serving()], now: new Date(Date.parse(longAgo) + 29_000) },
      undefined,
      'False',
      'Pending',
      /no ready endpoint/,
    ],
    [
      'Pending while its gateway is, whether or not there is a backend',
      {
        isBacked: false,
        gateway: gatewayWith(aCondition('Ready', 'False', 'Pending', { message: 'No pod is ready yet.' })),
      },
      undefined,
      'False',
      'Pending',
      /No pod is ready yet/,
    ],
    [
      'not when an older export has all of its ports',
      { won: new Set() },
      undefined,
      'False',
      'Conflict',
      /older NexlinkExport/,
    ],
    [
      'not through a gateway of another realm',
      { gateway: aGateway({ realm: 'dev' }, { name: 'export-shop' }) },
      undefined,
      'False',
      'Conflict',
      /realm dev/,
    ],
  ];
  test.each(cases)('%s', (_name, seen, error, status, reason, message) =>
    expect(judge(seen, error)).toMatchObject({
      Ready: { status, reason, message: expect.stringMatching(message) },
    }),
  );
});

test('without its Service it is neither Valid nor Ready, and has no ports', () => {
  const resolved = resolveExport(anExport(), undefined, undefined, settings);
  expect(judge({ resolved, devices: [serving()] })).toMatchObject({
    Valid: { status: 'False', reason: 'NoService' },
    Ready: { status: 'False', reason: 'Invalid' },
    Conflict: { status: 'False', reason: 'NoConflicts' },
    status: { ports: [] },
  });
});

test('a target is named in Valid, and Ready once its rule is there', () => {
  const nxe = anExport('web', {
    target: { address: '2001:db8::7' },
    ports: [{ port: 80, targetPort: 8080 }],
  });
  const resolved = resolveExport(nxe, undefined, undefined, settings);
  const rule = { protocol: 'tcp', port: 80, host: '2001:db8::7', targetPort: 8080 };
  const ports = [{ owner: 'uid-web', protocol: 'TCP', port: 80, gatewayPort: 80 }];
  const rules = rulesMapOf(aRulesMap({ ingress: [rule] }, ports));
  expect(judge({ nxe, resolved, rules, devices: [serving()] })).toMatchObject({
    Valid: { status: 'True', reason: 'Valid', message: 'Target 2001:db8::7 can be exported.' },
    Ready: { status: 'True', reason: 'Exported' },
  });
  expect(judge({ nxe, resolved, devices: [serving()] })).toMatchObject({ Ready: { status: 'False' } });
});

test('the conflict names the port and what to change', () => {
  expect(judge({ won: new Set() })).toMatchObject({
    Conflict: {
      status: 'True',
      reason: 'PortConflict',
      message: expect.stringMatching(/TCP port 80 as "web".*spec\.name, spec\.ports or spec\.gateway/),
    },
  });
});

describe('another cluster that says something else', () => {
  const older = '2020-01-01T00:00:00Z';
  const rival = (more: Parameters<typeof aServiceRecord>[0], cluster = 'there') =>
    anExporter(0, [aServiceRecord({ created: older, ...more })], cluster);
  const cases: [string, Partial<SeenExport>, string, RegExp][] = [
    ['is none when it agrees', { rivals: [rival({})] }, 'NoConflicts', /./],
    [
      'has the port name for another number',
      { rivals: [rival({ servicePort: 8080 })] },
      'PortConflict',
      /^About the port name "http" of web, importers follow cluster "there", which says TCP 8080, not TCP 80 as this one: give the ports the same number, or other names in both clusters\.$/,
    ],
    [
      'has another session affinity',
      { rivals: [rival({ affinitySeconds: 60 })] },
      'SessionAffinityConflict',
      /session affinity of web, importers follow cluster "there", which says ClientIP for 60 s, not None/,
    ],
    [
      'is of no matter when it is younger',
      { rivals: [rival({ affinitySeconds: 60, created: '2027-01-01T00:00:00Z' })] },
      'NoConflicts',
      /./,
    ],
    [
      'is of the same age: with a greater id it follows this one',
      { rivals: [rival({ affinitySeconds: 60, created: longAgo })] },
      'NoConflicts',
      /./,
    ],
    [
      'is of the same age: with a lesser id it is followed',
      { rivals: [rival({ affinitySeconds: 60, created: longAgo }, 'a')] },
      'SessionAffinityConflict',
      /cluster "a"/,
    ],
    [
      'disagrees with others than this one',
      { rivals: [rival({}), rival({ affinitySeconds: 60 }, 'x')] },
      'NoConflicts',
      /./,
    ],
    [
      'does not matter to ports that this one has not',
      { won: new Set(), rivals: [rival({ servicePort: 8080 })] },
      'PortConflict',
      /^An older NexlinkExport of this namespace/,
    ],
  ];
  test.each(cases)('%s', (_name, seen, reason, message) => {
    const judged = judge({ devices: [serving()], ...seen });
    expect(judged).toMatchObject({ Conflict: { reason, message: expect.stringMatching(message) } });
    if (!seen.won) expect(judged).toMatchObject({ Ready: { status: 'True' } });
  });
});

describe('with a wish for an address, AddressGranted', () => {
  const tunnelIP = '100.64.0.9';
  const nxe = anExport('web', { tunnelIP });
  const resolved = resolveExport(nxe, undefined, aService(), settings);
  const gateway = {
    ...aGateway({ tunnelIP }),
    status: {
      conditions: [aCondition('AddressGranted', 'True', 'AddressGranted', { message: 'It has it.' })],
    },
  };
  const say = (more: Partial<SeenExport>) => judge({ nxe, resolved, gateway, ...more });
  test('is what the gateway says', () =>
    expect(say({})).toMatchObject({ AddressGranted: { status: 'True', message: 'It has it.' } }));
  test('tells of a gateway that asks for another one', () =>
    expect(say({ gateway: aGateway() })).toMatchObject({
      AddressGranted: {
        status: 'False',
        reason: 'Pending',
        message: expect.stringMatching(/no tunnel address/),
      },
      Conflict: { reason: 'GatewayMismatch' },
      Ready: { reason: 'Conflict' },
    }));
  test('tells why no gateway is made', () => {
    const invalid = resolveExport(nxe, undefined, undefined, settings);
    expect(say({ resolved: invalid, gateway: undefined })).toMatchObject({
      AddressGranted: {
        reason: 'Pending',
        message: expect.stringMatching(/Service shop\/web does not exist/),
      },
    });
  });
  test('is not there without one, and goes', () => {
    expect(judgeExport(aSeenExport({ gateway }), undefined).dropped).toEqual(['AddressGranted']);
    expect(judge({ gateway })).not.toHaveProperty('AddressGranted');
  });
});

test('the status tells place, ports and devices', () => {
  expect(judge({ devices: [serving()] }).status).toEqual({
    realm: 'shop',
    name: 'web',
    gateway: 'export-shop',
    ports: [{ name: 'http', protocol: 'TCP', port: 80, devicePort: 80 }],
    summary: { ports: '80/TCP' },
    devices: [{ id: 'device-0', hostname: 'nexlink-export-shop-0', ipv4: '100.64.0.1', ipv6: '200::1' }],
  });
});

describe('what of a Service does not go along is told', () => {
  const valid = (service: Service, spec = {}) => {
    const nxe = anExport('web', spec);
    const resolved = resolveExport(nxe, undefined, service, settings);
    const { conditions } = judgeExport(aSeenExport({ nxe, resolved }), undefined);
    return conditions.find(({ type }) => type === 'Valid');
  };
  const mixed = aService('web', [{ port: 80 }, { name: 'sig', port: 9999, protocol: 'SCTP' }]);

  test('a port of another protocol', () =>
    expect(valid(mixed)).toMatchObject({
      status: 'True',
      message:
        'Service web can be exported. Left out: SCTP 9999 (sig), as nothing but TCP and UDP goes through a gateway.',
    }));

  test('but none that spec.ports does not ask for', () =>
    expect(valid(mixed, { ports: [{ port: 80 }] })).toMatchObject({
      message: 'Service web can be exported.',
    }));

  test('a policy that keeps gateway pods of other nodes away', () => {
    const local = (clusterIP: string): Service => {
      const service = aService();
      return { ...service, spec: { ...service.spec, clusterIP, internalTrafficPolicy: 'Local' } };
    };
    expect(valid(local('10.96.0.7'))).toMatchObject({
      status: 'True',
      message: expect.stringContaining('internalTrafficPolicy is Local: gateway pods reach it only on nodes'),
    });
    expect(valid(local('None'))).toMatchObject({ message: 'Service web can be exported.' });
  });
});
