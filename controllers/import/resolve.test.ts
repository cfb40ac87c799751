import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImportSpec } from '../../api/v1alpha1/nexlinkimport.ts';
import { anExporter, aNamespace, anImport, aServiceOffer, aServiceRecord } from '../testing/builders.ts';
import { originOf } from './disputes.ts';
import { importedPorts, importPlaceOf, mergePorts } from './resolve.ts';

describe('the place of an import', () => {
  const cases: [string, NexlinkImportSpec, { [key: string]: string }, object][] = [
    [
      'is named after the object by default',
      {},
      {},
      { realm: 'shop', name: 'web', service: 'web', gateway: 'import-shop' },
    ],
    ['may have another exported name', { name: 'db' }, {}, { name: 'db', service: 'web' }],
    ['may have another Service', { service: { name: 'far' } }, {}, { name: 'web', service: 'far' }],
    [
      'has the realm of the namespace',
      {},
      { [realmLabel]: 'prod' },
      { realm: 'prod', gateway: 'import-prod' },
    ],
    ['has the realm of spec.realm first', { realm: 'dev' }, { [realmLabel]: 'prod' }, { realm: 'dev' }],
    ['has the gateway of spec.gateway', { gateway: 'mine' }, {}, { gateway: 'mine' }],
  ];
  test.each(cases)('%s', (_name, spec, labels, place) =>
    expect(
      importPlaceOf(anImport('web', spec), aNamespace('shop', labels), {
        autoImport: 'labeled',
        systemNamespace: 'nexlink-system',
      }),
    ).toMatchObject(place),
  );
});

describe('the ports of a device', () => {
  const device = anImport('db', {
    device: { hostname: 'db' },
    ports: [
      { port: 5432 },
      { name: 'tcp-5432', port: 80, devicePort: 8080, appProtocol: 'http' },
      { port: 53, protocol: 'UDP' as const },
    ],
  });
  const ports = [
    { name: 'tcp-5432-2', protocol: 'TCP', port: 5432 },
    { name: 'tcp-5432', protocol: 'TCP', port: 80, appProtocol: 'http' },
    { name: 'udp-53', protocol: 'UDP', port: 53 },
  ];

  test('are those of the spec, and lead to its address', () => {
    const targets = [5432, 8080, 53].map(port => [{ address: '100.64.0.1', port, hasAgent: true }]);
    expect(importedPorts(device, [anExporter(0, [])])).toEqual({
      disagreements: [],
      affinitySeconds: undefined,
      ports: ports.map((port, at) => ({ ...port, targets: targets[at] })),
    });
  });

  test('are the same, and lead nowhere, while it is not there', () =>
    expect(importedPorts(device, []).ports).toEqual(ports.map(port => ({ ...port, targets: [] }))));
});

describe('mergePorts', () => {
  const http = aServiceRecord({ port: 20000, servicePort: 80 });

  test('a port that two serve has both as targets', () => {
    const { ports, disagreements } = mergePorts([
      anExporter(0, [http]),
      anExporter(1, [{ ...http, port: 20001 }], 'b'),
    ]);
    expect(disagreements).toEqual([]);
    expect(ports).toEqual([
      {
        name: 'http',
        protocol: 'TCP',
        port: 80,
        appProtocol: undefined,
        targets: [
          { address: '100.64.0.2', port: 20001, hasAgent: true },
          { address: '100.64.0.1', port: 20000, hasAgent: true },
        ],
      },
    ]);
  });

  test('a port that is only announced leads nowhere', () => {
    const announced = [
      aServiceOffer({ servicePort: 80 }),
      aServiceOffer({ servicePort: 81, portName: 'two' }),
    ];
    const alone = mergePorts([anExporter(0, [], 'a', announced)]);
    expect(alone.ports.map(({ name, port, targets }) => [name, port, targets])).toEqual([
      ['http', 80, []],
      ['two', 81, []],
    ]);
    const { ports, disagreements } = mergePorts([
      anExporter(0, [], 'a', announced),
      anExporter(1, [http], 'b'),
    ]);
    expect(disagreements).toEqual([]);
    expect(ports.map(({ port, targets }) => [port, targets.length])).toEqual([
      [80, 1],
      [81, 0],
    ]);
  });

  test('a port that one serves goes to that one only', () => {
    const { ports } = mergePorts([
      anExporter(0, [http]),
      anExporter(1, [{ ...http, portName: 'tls', servicePort: 443, port: 20001 }]),
    ]);
    expect(ports.map(({ name, targets }) => [name, targets.length])).toEqual([
      ['http', 1],
      ['tls', 1],
    ]);
  });

  describe('of what is carried along', () => {
    const says = (appProtocol: string | undefined, affinitySeconds: number | undefined, created?: string) => [
      aServiceRecord({ appProtocol, affinitySeconds, created }),
    ];
    const [old, older] = ['2021-01-01T00:00:00Z', '2020-01-01T00:00:00Z'];
    const cases: [string, Parameters<typeof mergePorts>[0], [string | undefined, number | undefined]][] = [
      [
        'nothing is known when nobody says anything',
        [anExporter(0, says(undefined, undefined))],
        [undefined, undefined],
      ],
      [
        'the oldest export counts',
        [anExporter(0, says('http', 60, old)), anExporter(1, says('grpc', 0, older), 'zz')],
        ['grpc', 0],
      ],
      [
        'of the same age, the lesser cluster id counts',
        [anExporter(0, says('http', 60, old), 'b'), anExporter(1, says('grpc', 90, old), 'a')],
        ['grpc', 90],
      ],
      [
        'who says nothing is in nobody’s way',
        [anExporter(0, says(undefined, undefined, older)), anExporter(1, says('http', 60, old))],
        ['http', 60],
      ],
    ];
    test.each(cases)('%s', (_name, exporters, [appProtocol, affinitySeconds]) => {
      const merged = mergePorts(exporters);
      expect(merged).toMatchObject({ affinitySeconds, ports: [{ appProtocol }] });
      expect(mergePorts([...exporters].reverse())).toEqual(merged);
    });

    test('the application protocol is that of its own port', () => {
      const { ports } = mergePorts([
        anExporter(0, [
          aServiceRecord({ appProtocol: 'http' }),
          aServiceRecord({ servicePort: 53, portName: 'dns', protocol: 'udp', appProtocol: 'dns' }),
        ]),
      ]);
      expect(ports.map(({ port, appProtocol }) => [port, appProtocol])).toEqual([
        [53, 'dns'],
        [80, 'http'],
      ]);
    });
  });

  const old = { ...http, servicePort: 8080, created: '2020-01-01T00:00:00Z' };
  const cases: [string, Parameters<typeof mergePorts>[0], [string, number][]][] = [
    [
      'the oldest export keeps the name',
      [anExporter(0, [http]), anExporter(1, [old])],
      [
        ['http', 8080],
        ['tcp-80', 80],
      ],
    ],
    [
      'of the same age, the lesser cluster id',
      [anExporter(0, [http], 'b'), anExporter(1, [{ ...http, servicePort: 8080 }], 'a')],
      [
        ['http', 8080],
        ['tcp-80', 80],
      ],
    ],
    [
      'one that says no age is the youngest',
      [anExporter(0, [{ ...http, created: undefined }]), anExporter(1, [old])],
      [
        ['http', 8080],
        ['tcp-80', 80],
      ],
    ],
    [
      'a name that is made up is one that nobody has',
      [anExporter(0, [old, { ...http, portName: 'tcp-80', servicePort: 1 }]), anExporter(1, [http])],
      [
        ['http', 8080],
        ['tcp-80', 1],
        ['tcp-80-2', 80],
      ],
    ],
  ];
  test.each(cases)('%s', (_name, exporters, wanted) => {
    const { ports } = mergePorts(exporters);
    expect(ports.map(({ name, port }) => [name, port])).toEqual(wanted);
    expect(mergePorts([...exporters].reverse())).toEqual(mergePorts(exporters));
  });

  describe('disagreements', () => {
    const young = { ...http, created: '2027-01-01T00:00:00Z' };
    const said = (exporters: Parameters<typeof mergePorts>[0]) =>
      mergePorts(exporters).disagreements.map(
        ({ reason, field, won, lost, winner, loser }) =>
          `${reason} ${field}: ${won} ${originOf(winner)}, ${lost} ${originOf(loser)}`,
      );
    const cases: [string, Parameters<typeof mergePorts>[0], string[]][] = [
      [
        'about a port name, of the elder with the younger',
        [anExporter(0, [http], 'a'), anExporter(1, [old], 'b')],
        ['PortConflict the port name "http": TCP 8080 cluster "b", TCP 80 cluster "a"'],
      ],
      [
        'with each that says the same wrong thing, once for all replicas of it',
        [
          anExporter(0, [old], 'a'),
          anExporter(1, [http], 'b'),
          anExporter(2, [http], 'b'),
          anExporter(3, [http], 'c'),
        ],
        [
          'PortConflict the port name "http": TCP 8080 cluster "a", TCP 80 cluster "b"',
          'PortConflict the port name "http": TCP 8080 cluster "a", TCP 80 cluster "c"',
        ],
      ],
      [
        'about protocols of a port',
        [
          anExporter(0, [{ ...http, appProtocol: 'http' }], 'a'),
          anExporter(1, [{ ...young, appProtocol: 'grpc' }], 'b'),
        ],
        ['PortConflict the appProtocol of TCP 80: http cluster "a", grpc cluster "b"'],
      ],
      [
        'about the session affinity, which come last',
        [
          anExporter(0, [{ ...young, affinitySeconds: 60 }], 'b'),
          anExporter(1, [{ ...old, affinitySeconds: 0 }], 'a'),
        ],
        [
          'PortConflict the port name "http": TCP 8080 cluster "a", TCP 80 cluster "b"',
          'SessionAffinityConflict the session affinity: None cluster "a", ClientIP for 60 s cluster "b"',
        ],
      ],
      [
        'but not among replicas of one export, of which one is late',
        [
          anExporter(0, [{ ...old, affinitySeconds: 0 }], 'a'),
          anExporter(1, [{ ...old, portName: 'http', servicePort: 81, affinitySeconds: 60 }], 'a'),
        ],
        [],
      ],
      [
        'with a device that names no cluster',
        [anExporter(0, [http]), { ...anExporter(1, [{ ...old, created: undefined }]), cluster: undefined }],
        [
          'PortConflict the port name "http": TCP 80 cluster "there", TCP 8080 device "nexlink-export-shop-1"',
        ],
      ],
      [
        'are none with who says nothing',
        [
          anExporter(0, [{ ...http, appProtocol: 'http', affinitySeconds: 60 }]),
          anExporter(1, [
            { ...young, appProtocol: undefined, affinitySeconds: undefined, portName: undefined },
          ]),
        ],
        [],
      ],
    ];
    test.each(cases)('%s', (_name, exporters, texts) => {
      expect(said(exporters)).toEqual(texts);
      expect(said([...exporters].reverse())).toEqual(texts);
    });
  });

  test('no name and no port is there twice, each target is offered, the order of the exporters does not matter', () => {
    const service = fc.record({
      protocol: fc.constantFrom('tcp' as const, 'udp' as const),
      port: fc.integer({ min: 20000, max: 20005 }),
      servicePort: fc.integer({ min: 79, max: 82 }),
      portName: fc.constantFrom('http', 'tcp-80', 'tcp-80-2', undefined),
      created: fc.constantFrom('2020-01-01T00:00:00Z', '2021-01-01T00:00:00Z', undefined),
      appProtocol: fc.constantFrom('http', 'grpc', undefined),
      affinitySeconds: fc.constantFrom(0, 60, 90, undefined),
    });
    // As decode() has them.
    const services = fc.uniqueArray(service, {
      selector: ({ protocol, servicePort }) => `${protocol}/${servicePort}`,
      maxLength: 4,
    });
    const exporters = fc.array(services, { maxLength: 4 });
    fc.assert(
      fc.property(exporters, all => {
        const offers = all.map((services, at) =>
          anExporter(
            at,
            services.map(each => aServiceRecord(each)),
            `c${at % 2}`,
          ),
        );
        const { ports, disagreements, affinitySeconds } = mergePorts(offers);
        const said = offers.flatMap(({ cluster, services }) =>
          services.flatMap(({ created, affinitySeconds: seconds }) =>
            seconds === undefined ? [] : { by: `${cluster} ${created}`, seconds },
          ),
        );
        expect(said.length ? said.map(({ seconds }) => seconds) : [undefined]).toContain(affinitySeconds);
        // Of one export, replicas may be half way from one value to the next.
        const winner = disagreements.find(({ reason }) => reason === 'SessionAffinityConflict')?.winner;
        const others = said.filter(({ seconds }) => seconds !== affinitySeconds);
        if (winner) {
          const by = `${winner.exporter.cluster} ${winner.service.created}`;
          expect(others.some(other => other.by !== by)).toBe(true);
        } else expect(new Set(others.map(({ by }) => by)).size).toBeLessThanOrEqual(1);
        for (const { won, lost, winner, loser } of disagreements) {
          expect(won).not.toBe(lost);
          expect((winner.service.created ?? '9999') <= (loser.service.created ?? '9999')).toBe(true);
        }
        expect(new Set(ports.map(({ name }) => name)).size).toBe(ports.length);
        expect(new Set(ports.map(({ protocol, port }) => `${protocol}/${port}`)).size).toBe(ports.length);
        expect(new Set(ports.map(({ protocol, port }) => `${protocol}/${port}`))).toEqual(
          new Set(all.flat().map(({ protocol, servicePort }) => `${protocol.toUpperCase()}/${servicePort}`)),
        );
        expect(mergePorts([...offers].reverse())).toEqual(mergePorts(offers));
      }),
    );
  });
});
