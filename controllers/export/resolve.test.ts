import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExportSpec } from '../../api/v1alpha1/nexlinkexport.ts';
import type { Service } from '../runtime/objects.ts';
import { aNamespace, anExport, aService } from '../testing/builders.ts';
import { placeOf, resolveExport, serviceFor } from './resolve.ts';

const settings = { autoImport: 'labeled', systemNamespace: 'nexlink-system' } as const;
const resolve = (spec: NexlinkExportSpec, service: Service | undefined = aService()) =>
  resolveExport(anExport('web', spec), aNamespace(), service, settings);
const two = aService('web', [
  { name: 'http', port: 80, targetPort: 8080 },
  { name: 'dns', port: 53, protocol: 'UDP' },
]);
const host = '10.96.0.7';

describe('the place of an export', () => {
  const cases: [string, NexlinkExportSpec, { [key: string]: string }, object][] = [
    [
      'is named after the object by default',
      {},
      {},
      { realm: 'shop', name: 'web', service: 'web', gateway: 'export-shop' },
    ],
    ['follows spec.service', { service: 'db' }, {}, { name: 'db', service: 'db' }],
    [
      'has the exported name of spec.name',
      { service: 'db', name: 'sql' },
      {},
      { name: 'sql', service: 'db' },
    ],
    [
      'has the realm of the namespace',
      {},
      { [realmLabel]: 'prod' },
      { realm: 'prod', gateway: 'export-prod' },
    ],
    [
      'has the realm of spec.realm first',
      { realm: 'dev' },
      { [realmLabel]: 'prod' },
      { realm: 'dev', gateway: 'export-dev' },
    ],
    ['has the gateway of spec.gateway', { gateway: 'mine' }, {}, { gateway: 'mine' }],
  ];
  test.each(cases)('%s', (_name, spec, labels, place) =>
    expect(placeOf(anExport('web', spec), aNamespace('shop', labels), settings)).toMatchObject(place),
  );
});

describe('the ports of an export', () => {
  const cases: [string, NexlinkExportSpec, Service, object[]][] = [
    [
      'are all of the Service, through its cluster IP',
      {},
      two,
      [
        { name: 'http', protocol: 'TCP', port: 80, host, targetPort: 80 },
        { name: 'dns', protocol: 'UDP', port: 53, host, targetPort: 53 },
      ],
    ],
    [
      'are those of spec.ports',
      { ports: [{ port: 80 }] },
      two,
      [{ name: 'http', protocol: 'TCP', port: 80, host, targetPort: 80 }],
    ],
    [
      'may have another number and name than the Service gives them',
      { ports: [{ name: 'web', port: 8000, targetPort: 80 }] },
      two,
      [{ name: 'web', protocol: 'TCP', port: 8000, host, targetPort: 80 }],
    ],
    [
      'are found by the name of the port',
      { ports: [{ port: 8000, targetPort: 'http' }] },
      two,
      [{ name: 'http', protocol: 'TCP', port: 8000, host, targetPort: 80 }],
    ],
    [
      'leave out SCTP',
      {},
      aService('web', [
        { name: 'a', port: 1, protocol: 'SCTP' },
        { name: 'b', port: 2 },
      ]),
      [{ name: 'b', protocol: 'TCP', port: 2, host, targetPort: 2 }],
    ],
    [
      'of a headless Service are those of its pods, under its name',
      {},
      aService('web', [{ port: 80, targetPort: 8080 }, { port: 81 }], { clusterIP: 'None' }),
      [
        { name: undefined, protocol: 'TCP', port: 80, host: 'web.shop.svc', targetPort: 8080 },
        { name: undefined, protocol: 'TCP', port: 81, host: 'web.shop.svc', targetPort: 81 },
      ],
    ],
  ];
  test.each(cases)('%s', (_name, spec, service, ports) =>
    expect(resolve(spec, service)).toMatchObject({ valid: true, ports }),
  );
});

describe('what is carried along', () => {
  const web = (spec: Service['spec']) =>
    aService('web', [{ name: 'http', port: 80, appProtocol: 'http' }], spec);
  const clientIP = (timeoutSeconds?: number): Service['spec'] => ({
    sessionAffinity: 'ClientIP',
    ...(timeoutSeconds === undefined ? {} : { sessionAffinityConfig: { clientIP: { timeoutSeconds } } }),
  });
  const cases: [string, NexlinkExportSpec, Service, object][] = [
    ['the application protocol of the port', {}, web({}), { ports: [{ appProtocol: 'http' }] }],
    [
      'that of spec.ports before it',
      { ports: [{ port: 80, appProtocol: 'kubernetes.io/h2c' }] },
      web({}),
      { ports: [{ appProtocol: 'kubernetes.io/h2c' }] },
    ],
    [
      'that of the port, when spec.ports says nothing of it',
      { ports: [{ port: 8080, targetPort: 80 }] },
      web({}),
      { ports: [{ appProtocol: 'http' }] },
    ],
    ['no affinity', {}, web({ sessionAffinity: 'None' }), { affinitySeconds: 0 }],
    ['an affinity with its time', {}, web(clientIP(60)), { affinitySeconds: 60 }],
    ["an affinity with Kubernetes' own time", {}, web(clientIP()), { affinitySeconds: 10800 }],
  ];
  test.each(cases)('is %s', (_name, spec, service, carried) =>
    expect(resolve(spec, service)).toMatchObject({ valid: true, ...carried }),
  );
});

describe('an address of IPv6', () => {
  test('is dialled, of a Service that has no other', () =>
    expect(
      resolve({}, aService('web', undefined, { clusterIP: 'fd00::7', clusterIPs: ['fd00::7'] })),
    ).toMatchObject({
      ports: [{ host: 'fd00::7', targetPort: 80 }],
    }));

  test('is dialled, when it is the first of two', () => {
    const spec = { clusterIP: 'fd00::7', clusterIPs: ['fd00::7', '10.96.0.7'] };
    expect(resolve({}, aService('web', undefined, spec))).toMatchObject({ ports: [{ host: 'fd00::7' }] });
  });
});

describe('a target outside the cluster', () => {
  const ports = [{ name: 'sql', port: 5432, appProtocol: 'postgresql' }];
  const resolveTarget = (address: string, spec: NexlinkExportSpec = { ports }) =>
    resolveExport(anExport('db', { ...spec, target: { address } }), aNamespace(), undefined, settings);

  test.each(['db.example.com', '192.0.2.7', '2001:db8::7'])('%s is dialled as it is written', address =>
    expect(resolveTarget(address)).toEqual({
      valid: true,
      realm: 'shop',
      name: 'db',
      service: undefined,
      gateway: 'export-shop',
      ports: [
        {
          name: 'sql',
          protocol: 'TCP',
          port: 5432,
          host: address,
          targetPort: 5432,
          appProtocol: 'postgresql',
        },
      ],
      affinitySeconds: undefined,
    }),
  );

  test('has another port and protocol when the spec says so', () =>
    expect(
      resolveTarget('ns.example', { name: 'dns', ports: [{ port: 53, targetPort: 5353, protocol: 'UDP' }] }),
    ).toMatchObject({
      name: 'dns',
      ports: [{ name: undefined, protocol: 'UDP', port: 53, host: 'ns.example', targetPort: 5353 }],
    }));

  test('is not looked up among the Services, though one has the name of the export', () => {
    const nxe = anExport('web', { target: { address: 'db' }, ports });
    expect(serviceFor(nxe, { services: { get: () => aService() } })).toBeUndefined();
  });

  const flaws: [string, string, NexlinkExportSpec, string, RegExp][] = [
    ['with a rule for an address', 'x:1\ntcp:1:y', { ports }, 'InvalidTarget', /not an address: write/],
    ['with the gateway for an address', '127.0.0.1', { ports }, 'InvalidTarget', /loopback/],
    ['without ports', 'db', {}, 'InvalidPort', /ports is missing: write the ports of db/],
    [
      'with a named port',
      'db',
      { ports: [{ port: 1, targetPort: 'sql' }] },
      'InvalidPort',
      /write the number/,
    ],
    ['with a port twice', 'db', { ports: [...ports, ...ports] }, 'InvalidPort', /TCP port 5432 twice/],
  ];
  test.each(flaws)('is not valid %s', (_name, address, spec, reason, message) =>
    expect(resolveTarget(address, spec)).toMatchObject({
      valid: false,
      reason,
      message: expect.stringMatching(message),
    }),
  );
});

describe('an export is not valid', () => {
  const gone = aService('web', [], {}, { deletionTimestamp: '2026-01-01T00:00:00Z' });
  const cases: [string, NexlinkExportSpec, Service | undefined, string, RegExp][] = [
    ['without its Service', {}, undefined, 'NoService', /Service shop\/web does not exist: create it/],
    ['while its Service is being deleted', {}, gone, 'NoService', /does not exist/],
    [
      'of type ExternalName',
      {},
      aService('web', [], { type: 'ExternalName' }),
      'InvalidServiceType',
      /ExternalName/,
    ],
    [
      'before its Service has an address',
      {},
      aService('web', undefined, { clusterIP: '' }),
      'NoService',
      /no cluster IP yet/,
    ],
    ['of a Service without ports', {}, aService('web', []), 'InvalidPort', /add a port/],
    [
      'of a Service with SCTP only',
      {},
      aService('web', [{ port: 1, protocol: 'SCTP' }]),
      'InvalidPort',
      /no TCP or UDP port/,
    ],
    [
      'for a port that the Service lacks',
      { ports: [{ port: 81 }] },
      two,
      'InvalidPort',
      /no TCP port 81.*TCP 80 \(http\), UDP 53 \(dns\)/,
    ],
    ['for a port of the other protocol', { ports: [{ port: 53 }] }, two, 'InvalidPort', /no TCP port 53/],
    [
      'for a port name that the Service lacks',
      { ports: [{ port: 1, targetPort: 'x' }] },
      two,
      'InvalidPort',
      /no TCP port x/,
    ],
    [
      'for the same port twice',
      {
        ports: [
          { port: 1, targetPort: 80 },
          { port: 1, targetPort: 'http' },
        ],
      },
      two,
      'InvalidPort',
      /TCP port 1 twice/,
    ],
    [
      'of a headless Service with a named target port',
      {},
      aService('web', [{ port: 80, targetPort: 'http' }], { clusterIP: 'None' }),
      'InvalidPort',
      /named targetPort "http": write the number/,
    ],
  ];
  test.each(cases)('%s', (_name, spec, service, reason, message) => {
    const answer = resolveExport(anExport('web', spec), aNamespace(), service, settings);
    expect(answer).toMatchObject({ valid: false, reason, message: expect.stringMatching(message) });
  });
});

test('whatever the Service and the spec are, there is an answer', () => {
  const port = fc.record(
    {
      name: fc.string(),
      port: fc.integer({ min: 0, max: 70000 }),
      protocol: fc.constantFrom('TCP', 'UDP', 'SCTP'),
      targetPort: fc.oneof(fc.string(), fc.integer()),
    },
    { requiredKeys: ['port'] },
  );
  const service = fc.record(
    {
      type: fc.constantFrom('ClusterIP', 'ExternalName', 'LoadBalancer'),
      clusterIP: fc.constantFrom('None', '', '10.0.0.1', 'fd00::1'),
      ports: fc.array(port),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(service, fc.option(fc.array(port), { nil: undefined }), (spec, ports) => {
      const object = { ...aService(), spec } as Service;
      const answer = resolve((ports ? { ports } : {}) as NexlinkExportSpec, object);
      if (!answer.valid) return expect(answer.message).not.toBe('');
      const keys = answer.ports.map(each => `${each.protocol}/${each.port}`);
      expect(new Set(keys).size).toBe(keys.length);
      for (const { protocol } of answer.ports) expect(['TCP', 'UDP']).toContain(protocol);
    }),
  );
});
