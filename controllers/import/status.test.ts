import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Condition } from '../../api/v1alpha1/meta.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { Exporter } from '../../api/v1alpha1/nexlinkimport.ts';
import { rulesMapOf } from '../gateway/rules-map.ts';
import { policyChild } from '../proxy/network-policy.ts';
import { decode } from '../metadata/decode.ts';
import { Conflict, Transient } from '../runtime/errors.ts';
import type { NetworkPolicy, NetworkPolicyPeer } from '../runtime/objects.ts';
import {
  aCondition,
  aGateway,
  anExporter,
  anImport,
  aService,
  aServiceOffer,
  aServiceRecord,
  longAgo,
} from '../testing/builders.ts';
import { aReport, aRulesMap, aSeenImport } from '../testing/seen.ts';
import type { SeenImport } from './observe.ts';
import { judgeImport } from './status.ts';

const peer = (healthy: boolean) => aReport(0, { peers: [{ address: '100.64.0.1', healthy }] });
const gatewayWith = (status: NexlinkGateway['status']) => ({
  ...aGateway({ direction: 'Import' }),
  status: status!,
});
const ready = aCondition('Ready', 'True', 'Ready');
const owner = { apiVersion: 'x', kind: 'NexlinkImport', name: 'web', uid: 'uid-web', controller: true };
const service = aService('web', [], {}, { ownerReferences: [owner] });
const assigned = [{ owner: 'uid-web', protocol: 'TCP' as const, port: 80, gatewayPort: 20000 }];
const rule = { protocol: 'tcp', port: 20000, host: '100.64.0.1', targetPort: 80 };
const works: Partial<SeenImport> = {
  exporters: [anExporter()],
  gateway: gatewayWith({ conditions: [ready], replicas: [peer(true)] }),
  service,
  assigned,
  rules: rulesMapOf(aRulesMap({ egress: [rule] })),
  replicas: [{ current: true }],
};
const wasReadyAt = (listenPort: number) => ({
  ...anImport(),
  status: {
    conditions: [aCondition('Ready', 'True', 'Ready')],
    ports: [{ protocol: 'TCP' as const, port: 80, listenPort }],
  },
});
const wasReady = wasReadyAt(20000);
const judge = (more: Partial<SeenImport>, error?: unknown) => {
  const { status, conditions } = judgeImport(aSeenImport({ ...works, ...more }), error);
  return { status, ...Object.fromEntries(conditions.map(each => [each.type, each])) };
};
test('the time to an exporter is that of the nearest pod which reaches it', () => {
  const told = (...rtts: [rttMillis: number | undefined, healthy: boolean][]) => {
    const replicas = rtts.map(([rttMillis, healthy], at) =>
      aReport(at, {
        peers: [{ address: '100.64.0.1', healthy, ...(rttMillis === undefined ? {} : { rttMillis }) }],
      }),
    );
    return judge({ gateway: gatewayWith({ conditions: [ready], replicas }) }).status.exporters![0];
  };
  expect(told([40, true], [12, true], [undefined, true])).toMatchObject({ rttMillis: 12 });
  expect(told([40, true], [12, false])).toMatchObject({ rttMillis: 40 });
  expect(told([undefined, true])).not.toHaveProperty('rttMillis');
});

test('Ready waits for an endpoint of the Service, and for the nodes to take it up', () => {
  const told = (isBacked: boolean, isNew: boolean) =>
    judgeImport(aSeenImport({ ...works, isBacked }), undefined, isNew).conditions.find(
      ({ type }) => type === 'Ready',
    );
  const pending = { status: 'False', reason: 'Pending' };
  expect(told(false, false)).toMatchObject({
    ...pending,
    message:
      'Service web has no ready endpoint yet; its endpoints: kubectl -n shop get endpointslices -l kubernetes.io/service-name=web.',
  });
  expect(told(true, true)).toMatchObject({
    ...pending,
    message: 'Service web has its first ready endpoint: the nodes take it up within two seconds.',
  });
  expect(told(true, false)?.status).toBe('True');
});

test('who is behind symmetric NAT is told when there is no tunnel to it', () => {
  const { device } = anExporter();
  const told = (symmetricNAT: boolean, healthy: boolean) => {
    const seen = aSeenImport({
      ...works,
      exporters: [{ ...anExporter(), device: { ...device, symmetricNAT } }],
      gateway: gatewayWith({ conditions: [ready], replicas: [peer(healthy)] }),
    });
    return judgeImport(seen, undefined).conditions.find(({ type }) => type === 'Ready')!.message;
  };
  expect(told(true, false)).toContain(
    'Behind symmetric NAT, which without a relay device in the VPC lets no tunnel through: 100.64.0.1.',
  );
  expect(told(false, false)).not.toContain('symmetric NAT');
  expect(told(true, true)).not.toContain('symmetric NAT');
});

const offline = { ...anExporter(), device: { ...anExporter().device, online: false } };
const failure = { reason: 'Unauthorized' as const, message: 'wrong password', since: new Date(0) };

describe('Ready', () => {
  const cases: [string, Partial<SeenImport>, unknown, Condition['status'], string, RegExp][] = [
    [
      'when rules are in force and a tunnel works',
      {},
      undefined,
      'True',
      'Ready',
      /reaches 1 of 1 exporters/,
    ],
    [
      'though Nexodus says that the exporter is offline',
      { exporters: [offline] },
      undefined,
      'True',
      'Ready',
      /1 of 1/,
    ],
    [
      'not before Nexodus has answered',
      { synced: false },
      undefined,
      'False',
      'NexodusUnavailable',
      /not answered yet/,
    ],
    [
      'not when it refuses us',
      { synced: false, failure },
      undefined,
      'False',
      'NexodusUnavailable',
      /wrong password/,
    ],
    ['still, while Nexodus is away later', { failure }, undefined, 'True', 'Ready', /1 of 1/],
    [
      'not without an exporter',
      { exporters: [] },
      undefined,
      'False',
      'NoExporter',
      /No other cluster exports web in realm shop/,
    ],
    [
      'not when none of them carries it',
      { exporters: [anExporter(0, [])] },
      undefined,
      'False',
      'NoExporter',
      /1 devices export.*none of them/,
    ],
    [
      'not when its Service cannot be made',
      {},
      new Transient('Unreachable', 'no route'),
      'False',
      'GatewayNotReady',
      /no route/,
    ],
    ['not before its Service is there', { service: undefined }, undefined, 'False', 'Pending', /import-shop/],
    ['not without a gateway', { gateway: undefined }, undefined, 'False', 'Pending', /being started/],
    [
      'with the trouble of the gateway',
      {
        gateway: gatewayWith({
          conditions: [aCondition('Ready', 'False', 'NotReady', { message: 'no node' })],
        }),
      },
      undefined,
      'False',
      'GatewayNotReady',
      /no node/,
    ],
    [
      'not before nexd has the rules',
      { replicas: [{ current: false }] },
      undefined,
      'False',
      'Pending',
      /taking over new rules/,
    ],
    [
      'still, while nexd takes over rules of others',
      { nxi: wasReady, replicas: [{ current: false }] },
      undefined,
      'True',
      'Ready',
      /1 of 1/,
    ],
    [
      'not while nexd takes over another port',
      { nxi: wasReadyAt(20001), replicas: [{ current: false }] },
      undefined,
      'False',
      'Pending',
      /taking over/,
    ],
    [
      'not without a ready pod',
      { nxi: wasReady, replicas: [] },
      undefined,
      'False',
      'Pending',
      /taking over/,
    ],
    [
      'not while no rule leads from its port',
      { rules: rulesMapOf(aRulesMap({})) },
      undefined,
      'False',
      'Pending',
      /taking over/,
    ],
    [
      'though another port carries nothing',
      {
        exporters: [anExporter(0, [aServiceRecord()], 'there', [aServiceOffer({ servicePort: 81 })])],
        assigned: [...assigned, { ...assigned[0]!, port: 81, gatewayPort: 20001 }],
      },
      undefined,
      'True',
      'Ready',
      /reaches 1 of 1/,
    ],
    [
      'not when the tunnel is dead',
      { gateway: gatewayWith({ conditions: [ready], replicas: [peer(false)] }) },
      undefined,
      'False',
      'NoExporter',
      /100\.64\.0\.1 \(Unreachable\).*UDP/,
    ],
    [
      'not when the exporter is offline',
      { exporters: [offline], gateway: gatewayWith({ conditions: [ready], replicas: [] }) },
      undefined,
      'False',
      'NoExporter',
      /\(Offline\)/,
    ],
    [
      'not before the tunnel is known',
      { gateway: gatewayWith({ conditions: [ready], replicas: [aReport()] }) },
      undefined,
      'False',
      'Pending',
      /tunnel to 100\.64\.0\.1 is being set up/,
    ],
    [
      'not when a Service of the user has the name',
      { service: aService() },
      undefined,
      'False',
      'Conflict',
      /shop\/web exists/,
    ],
    [
      'not through a gateway of another direction',
      { gateway: aGateway() },
      undefined,
      'False',
      'Conflict',
      /direction Export/,
    ],
  ];
  test.each(cases)('%s', (_name, more, error, status, reason, message) =>
    expect(judge(more, error)).toMatchObject({
      Ready: { status, reason, message: expect.stringMatching(message) },
    }),
  );
});

describe('Conflict', () => {
  const other = anExporter(
    1,
    [aServiceRecord({ servicePort: 81, port: 81, affinitySeconds: 60 })],
    'elsewhere',
  );
  const sticky = anExporter(1, [aServiceRecord({ affinitySeconds: 60 })], 'elsewhere');
  const cases: [string, Partial<SeenImport>, unknown, string, RegExp][] = [
    ['none', {}, undefined, 'NoConflicts', /./],
    [
      'a Service of the user',
      { service: aService() },
      undefined,
      'ServiceExists',
      /left alone: set spec\.service\.name/,
    ],
    [
      'none yet, when something was there first that the cache has still to show',
      { gateway: undefined, service: undefined },
      new Conflict('AlreadyExists', 'there'),
      'NoConflicts',
      /./,
    ],
    [
      'a gateway of another realm',
      { gateway: aGateway({ direction: 'Import', realm: 'dev' }) },
      undefined,
      'GatewayMismatch',
      /realm dev/,
    ],
    [
      'exporters that disagree about ports, first of all',
      { exporters: [anExporter(), other] },
      undefined,
      'PortConflict',
      /disagree about the port name "http": TCP 81 says cluster "elsewhere", which takes precedence, TCP 80 says cluster "there": give the ports the same number, or other names in both\. They disagree 1 more time\.$/,
    ],
    [
      'exporters that disagree about the session affinity',
      { exporters: [anExporter(), sticky] },
      undefined,
      'SessionAffinityConflict',
      /ClientIP for 60 s says cluster "elsewhere", which takes precedence, None says cluster "there"/,
    ],
    [
      'none, when the import says what affinity it wants',
      { nxi: anImport('web', { service: { sessionAffinity: 'None' } }), exporters: [anExporter(), sticky] },
      undefined,
      'NoConflicts',
      /./,
    ],
  ];
  test.each(cases)('%s', (_name, more, error, reason, message) =>
    expect(judge(more, error)).toMatchObject({
      Conflict: {
        reason,
        status: reason === 'NoConflicts' ? 'False' : 'True',
        message: expect.stringMatching(message),
      },
    }),
  );
});

test('a disagreement of exporters keeps nobody from being Ready', () => {
  const other = anExporter(1, [aServiceRecord({ affinitySeconds: 60 })], 'elsewhere');
  expect(judge({ exporters: [anExporter(), other] })).toMatchObject({
    Conflict: { status: 'True' },
    Ready: { status: 'True' },
  });
});

describe('with a wish for an address, AddressGranted', () => {
  const nxi = anImport('web', { tunnelIP: '100.64.0.9' });
  const asking = aGateway({ direction: 'Import', tunnelIP: '100.64.0.9' });
  test('waits for the gateway', () =>
    expect(judge({ nxi, gateway: undefined })).toMatchObject({
      AddressGranted: { status: 'False', reason: 'Pending', message: expect.stringMatching(/being made/) },
    }));
  test('tells why none is made', () =>
    expect(judge({ nxi, service: aService(), gateway: undefined })).toMatchObject({
      AddressGranted: { reason: 'Pending', message: expect.stringMatching(/left alone/) },
    }));
  test('is what a gateway says that is there for others', () => {
    const conditions = [aCondition('AddressGranted', 'True', 'AddressGranted', { message: 'It has it.' })];
    expect(judge({ nxi, service: aService(), gateway: { ...asking, status: { conditions } } })).toMatchObject(
      {
        AddressGranted: { message: 'It has it.' },
      },
    );
  });
  test('is not there without one', () => expect(judge({})).not.toHaveProperty('AddressGranted'));
});

describe('for some pods', () => {
  const clients = [{ podSelector: { matchLabels: { app: 'a' } } }];
  const nxi = anImport('web', { clients });
  const guard = (peers: readonly NetworkPolicyPeer[]) =>
    policyChild(aGateway({ direction: 'Import' }), [{ peers, ports: assigned }]).object as NetworkPolicy;
  const denied = [
    ready,
    aCondition('Programmed', 'False', 'Failed', { message: 'cannot apply NetworkPolicy shop/x' }),
  ];
  const cases: [string, Partial<SeenImport>, Condition['status'], string, RegExp][] = [
    ['is True when the policy lets in just them', { policy: guard(clients) }, 'True', 'Ready', /1 of 1/],
    [
      'is False before there is a policy',
      {},
      'False',
      'Pending',
      /NetworkPolicy of NexlinkGateway import-shop/,
    ],
    [
      'is False before the policy lets them in',
      { policy: guard([]) },
      'False',
      'Pending',
      /is being changed/,
    ],
    [
      'is False while it lets in others',
      { policy: guard([...clients, { namespaceSelector: {} }]) },
      'False',
      'Pending',
      /is being changed/,
    ],
    [
      'tells why the policy cannot be written',
      { gateway: gatewayWith({ conditions: denied, replicas: [peer(true)] }) },
      'False',
      'GatewayNotReady',
      /cannot apply NetworkPolicy/,
    ],
    [
      'is False for an open import that the policy does not let anyone use yet',
      { nxi: anImport(), policy: guard(clients) },
      'False',
      'Pending',
      /is being changed/,
    ],
  ];
  test.each(cases)('Ready %s', (_name, more, status, reason, message) =>
    expect(judge({ nxi, ...more })).toMatchObject({
      Ready: { status, reason, message: expect.stringMatching(message) },
    }),
  );

  test('Valid says that it is', () =>
    expect(judge({ nxi })).toMatchObject({
      Valid: { message: 'Imports web of realm shop for the pods of spec.clients.' },
    }));

  test('what is not understood is not valid, and says so', () =>
    expect(judge({ nxi: anImport('web', { clients: [{}] }) })).toMatchObject({
      Valid: {
        status: 'False',
        reason: 'InvalidClients',
        message: expect.stringMatching(/^Nobody.*clients\[0\]/),
      },
      Ready: { status: 'False', reason: 'Invalid', message: expect.stringMatching(/^Nobody may use it/) },
    }));
});

test('the ports stay in the status while the rules, with their record, are away', () => {
  const rules = rulesMapOf(undefined);
  expect(judge({ nxi: wasReady, assigned: [], rules }).status.ports).toEqual(wasReady.status.ports);
});

describe('of a device', () => {
  const nxi = anImport('web', { device: { hostname: 'laptop' }, ports: [{ port: 80 }] });
  const plain = { ...anExporter(0, []), cluster: undefined };
  const cases: [string, Partial<SeenImport>, Condition['status'], string, RegExp][] = [
    ['is True when its tunnel works', {}, 'True', 'Ready', /reaches the device laptop\./],
    [
      'tells why the device is not to be had',
      { exporters: [], missing: 'Nexodus has no device laptop: start nexd.' },
      'False',
      'DeviceNotFound',
      /^Nexodus has no device laptop: start nexd\.$/,
    ],
    [
      'tells nothing of that before Nexodus has answered',
      { exporters: [], missing: 'none', synced: false },
      'False',
      'NexodusUnavailable',
      /not answered/,
    ],
    [
      'is False when its tunnel is dead',
      { gateway: gatewayWith({ conditions: [ready], replicas: [peer(false)] }) },
      'False',
      'NoExporter',
      /100\.64\.0\.1 \(Unreachable\): see that nexd runs on the device/,
    ],
    [
      'is False when it is offline',
      {
        exporters: [{ ...plain, device: offline.device }],
        gateway: gatewayWith({ conditions: [ready], replicas: [] }),
      },
      'False',
      'NoExporter',
      /\(Offline\)/,
    ],
  ];
  test.each(cases)('Ready %s', (_name, more, status, reason, message) =>
    expect(judge({ nxi, exporters: [plain], ...more })).toMatchObject({
      Valid: { status: 'True', message: 'Imports the device laptop.' },
      Ready: { status, reason, message: expect.stringMatching(message) },
    }),
  );

  test('the status names no cluster', () =>
    expect(judge({ nxi, exporters: [plain] }).status.exporters).toEqual([
      {
        deviceID: 'device-0',
        hostname: 'nexlink-export-shop-0',
        address: '100.64.0.1',
        state: 'Reachable',
      },
    ]));
});

describe('a new import', () => {
  const now = new Date(Date.parse(longAgo) + 10_000);
  const unreachable = gatewayWith({ conditions: [ready], replicas: [peer(false)] });
  const was = (reason: string) => ({
    ...anImport(),
    status: { conditions: [aCondition('Ready', 'False', reason)] },
  });
  const cases: [string, Partial<SeenImport>, string][] = [
    ['waits for an exporter that carries it', { now, exporters: [anExporter(0, [])] }, 'Pending'],
    ['goes on waiting', { now, nxi: was('Pending'), exporters: [anExporter(0, [])] }, 'Pending'],
    ['waits for its tunnel', { now, gateway: unreachable }, 'Pending'],
    ['does not wait for somebody to export it', { now, exporters: [] }, 'NoExporter'],
    ['waits no more once that was said', { now, nxi: was('NoExporter'), gateway: unreachable }, 'NoExporter'],
    ['that worked before is in trouble', { now, nxi: wasReady, gateway: unreachable }, 'NoExporter'],
    ['is not new for long', { nxi: was('Pending'), gateway: unreachable }, 'NoExporter'],
    [
      'is not new for as long as clocks differ',
      { now: new Date(Date.parse(longAgo) - 3_600_000), gateway: unreachable },
      'NoExporter',
    ],
  ];
  test.each(cases)('%s', (_name, more, reason) => expect(judge(more)).toMatchObject({ Ready: { reason } }));
});

describe('of an exporter the status tells', () => {
  const exporterOf = (more: Partial<SeenImport>) => judge(more).status.exporters![0]!;
  const dead = gatewayWith({ conditions: [ready], replicas: [peer(false)] });
  const known = (more: Partial<Exporter>) => ({
    ...anImport(),
    status: {
      exporters: [{ deviceID: 'device-0', address: '100.64.0.1', state: 'Reachable' as const, ...more }],
    },
  });
  const now = '2026-01-01T01:00:00Z';
  const cases: [string, Partial<SeenImport>, string | undefined][] = [
    ['since when it is lost', { nxi: known({}), gateway: dead }, now],
    [
      'the same time later',
      { nxi: known({ state: 'Unreachable', lostSince: longAgo }), gateway: dead },
      longAgo,
    ],
    ['no such time when it is back', { nxi: known({ state: 'Offline', lostSince: longAgo }) }, undefined],
    ['none when it was never reached', { nxi: known({ state: 'Unknown' }), gateway: dead }, undefined],
    [
      'none while no gateway of ours reports',
      { nxi: known({}), gateway: gatewayWith({ conditions: [ready], replicas: [] }) },
      undefined,
    ],
  ];
  test.each(cases)('%s', (_name, more, time) => expect(exporterOf(more).lostSince).toBe(time));

  test('that it carries nothing now', () =>
    expect(exporterOf({ exporters: [anExporter(0, [])] }).message).toMatch(
      /^carries nothing now: its gateway/,
    ));

  test('what of its record was left out, in printable and not too many characters', () => {
    const record = fc.record({
      realm: fc.constant('shop'),
      exports: fc.constant(['web']),
      services: fc.array(
        fc.record({ name: fc.string({ unit: 'binary' }), protocol: fc.jsonValue(), port: fc.jsonValue() }),
      ),
    });
    fc.assert(
      fc.property(record, value => {
        const { problems } = decode(value);
        const { message } = exporterOf({ exporters: [{ ...anExporter(), problems }] });
        if (problems.length === 0) return expect(message).toBeUndefined();
        expect(message).toMatch(/^left out: services\[0\][\x20-\x7e…]*$/);
        expect(message!.length).toBeLessThanOrEqual(256);
      }),
    );
  });

  test('nothing of what a plain device publishes, as nothing of it is used', () => {
    const nxi = anImport('web', { device: { hostname: 'x' }, ports: [{ port: 80 }] });
    expect(exporterOf({ nxi, exporters: [anExporter(0, [])] })).not.toHaveProperty('message');
  });
});

test('the status tells Service, ports and exporters', () => {
  expect(judge({}).status).toEqual({
    realm: 'shop',
    gateway: 'import-shop',
    service: 'web',
    clusterIPs: ['10.96.0.7'],
    ports: [{ name: 'http', protocol: 'TCP', port: 80, listenPort: 20000 }],
    summary: { ports: '80/TCP', clusterIPs: '10.96.0.7', exporters: '1/1' },
    exporters: [
      {
        cluster: 'there',
        deviceID: 'device-0',
        hostname: 'nexlink-export-shop-0',
        address: '100.64.0.1',
        state: 'Reachable',
      },
    ],
  });
});

test('a Service of somebody else is not told as ours', () => {
  expect(judge({ service: aService() }).status).toMatchObject({ service: undefined, clusterIPs: undefined });
});

test('an import that gets no port of a full gateway says so, and what to do', () => {
  const ports = Array.from({ length: 1000 }, (_, at) => ({
    owner: 'others',
    protocol: 'TCP' as const,
    port: at + 1,
    gatewayPort: 20_000 + at,
  }));
  const told = judge({ assigned: [], rules: rulesMapOf(aRulesMap({}, ports)) });
  expect(told).toMatchObject({
    Ready: {
      status: 'False',
      reason: 'GatewayNotReady',
      message:
        'NexlinkGateway import-shop has given out all of its 1000 ports: name another one in spec.gateway.',
    },
  });
});
