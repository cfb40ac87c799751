import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decode } from './decode.ts';
import { maxProblems, maxServices } from './record.ts';
import { isAffinity, isAppProtocol, isLabel, isServiceName } from './values.ts';

const web = { name: 'web', protocol: 'tcp', port: 80 };
const read = (...services: unknown[]) => decode({ realm: 'prod', services });

describe('decode', () => {
  it('reads a record of the first design', () => {
    expect(decode({ realm: 'prod', services: [web, { name: 'dns', protocol: 'UDP', port: 53 }] })).toEqual({
      realm: 'prod',
      cluster: undefined,
      gateway: undefined,
      exports: ['dns', 'web'],
      services: [
        {
          name: 'web',
          protocol: 'tcp',
          port: 80,
          servicePort: 80,
          portName: undefined,
          namespace: undefined,
          created: undefined,
          appProtocol: undefined,
          affinitySeconds: undefined,
        },
        {
          name: 'dns',
          protocol: 'udp',
          port: 53,
          servicePort: 53,
          portName: undefined,
          namespace: undefined,
          created: undefined,
          appProtocol: undefined,
          affinitySeconds: undefined,
        },
      ],
      announced: [],
      problems: [],
    });
  });

  it('reads all fields and ignores unknown ones', () => {
    const record = decode({
      version: 7,
      realm: 'prod',
      cluster: '6e1c3a52-0c3f-4c39-9d0e-1c5d0a0f7a11',
      gateway: 'shop/export-prod',
      exports: ['web', 'starting'],
      later: { deep: [1] },
      services: [
        {
          ...web,
          port: 20000,
          servicePort: 80,
          portName: 'http',
          namespace: 'shop',
          created: '2026-11-21T02:00:00.5+01:00',
          appProtocol: 'kubernetes.io/h2c',
          affinitySeconds: 10800,
          x: 1,
        },
      ],
    });
    expect(record).toEqual({
      realm: 'prod',
      cluster: '6e1c3a52-0c3f-4c39-9d0e-1c5d0a0f7a11',
      gateway: 'shop/export-prod',
      exports: ['starting', 'web'],
      services: [
        {
          name: 'web',
          protocol: 'tcp',
          port: 20000,
          servicePort: 80,
          portName: 'http',
          namespace: 'shop',
          created: '2026-11-21T01:00:00Z',
          appProtocol: 'kubernetes.io/h2c',
          affinitySeconds: 10800,
        },
      ],
      announced: [],
      problems: [],
    });
  });

  it.each([
    ['a port of 0', { ...web, port: 0 }, 'services[0].port: must be an integer from 1 to 65535, not 0'],
    [
      'a port of 70000',
      { ...web, port: 70000 },
      'services[0].port: must be an integer from 1 to 65535, not 70000',
    ],
    [
      'a port as text',
      { ...web, port: '80' },
      'services[0].port: must be an integer from 1 to 65535, not "80"',
    ],
    ['a broken port', { ...web, port: 1.5 }, 'services[0].port: must be an integer from 1 to 65535, not 1.5'],
    [
      'a bad service port',
      { ...web, servicePort: -1 },
      'services[0].servicePort: must be an integer from 1 to 65535, not -1',
    ],
    [
      'a flag as name',
      { ...web, name: '--ingress' },
      'services[0].name: must be a DNS-1035 label, not "--ingress"',
    ],
    [
      'shell characters',
      { ...web, name: '$(reboot)' },
      'services[0].name: must be a DNS-1035 label, not "$(reboot)"',
    ],
    [
      'a name that starts with a digit',
      { ...web, name: '1web' },
      'services[0].name: must be a DNS-1035 label, not "1web"',
    ],
    ['NUL', { ...web, name: 'we\0b' }, 'services[0].name: must be a DNS-1035 label, not "we\\u0000b"'],
    [
      'right-to-left',
      { ...web, name: 'we\u202eb' },
      'services[0].name: must be a DNS-1035 label, not "we\\u202eb"',
    ],
    [
      'a lone surrogate',
      { ...web, name: '\ud800' },
      'services[0].name: must be a DNS-1035 label, not "\\ud800"',
    ],
    [
      'a trailing line feed',
      { ...web, name: 'web\n' },
      'services[0].name: must be a DNS-1035 label, not "web\\u000a"',
    ],
    ['no protocol', { name: 'web', port: 80 }, 'services[0].protocol: must be tcp or udp, not nothing'],
    [
      'another protocol',
      { ...web, protocol: 'sctp' },
      'services[0].protocol: must be tcp or udp, not "sctp"',
    ],
    [
      'a bad port name',
      { ...web, portName: 'HTTP' },
      'services[0].portName: must be a DNS-1123 label, not "HTTP"',
    ],
    [
      'a bad namespace',
      { ...web, namespace: '../x' },
      'services[0].namespace: must be a DNS-1123 label, not "../x"',
    ],
    [
      'a bad time',
      { ...web, created: 'yesterday' },
      'services[0].created: must be an RFC 3339 time, not "yesterday"',
    ],
    [
      'a time before the year 0',
      { ...web, created: '0000-01-01T00:00:00+01:00' },
      'services[0].created: must be an RFC 3339 time, not "0000-01-01T00:00:00+01:00"',
    ],
    ['a list', [web], 'services[0]: must be an object, not a list'],
    ['null', null, 'services[0]: must be an object, not null'],
  ])('leaves out a service with %s and keeps the others', (_, bad, problem) => {
    const record = read(bad, { ...web, name: 'good' });
    expect(record.problems).toEqual([problem]);
    expect(record.services.map(service => service.name)).toEqual(['good']);
    expect(record.exports).toEqual(['good']);
  });

  it.each([
    [
      'an application protocol with a space',
      { appProtocol: 'a b' },
      'appProtocol: must be a qualified name, not "a b"',
    ],
    ['one that is a flag', { appProtocol: '--x' }, 'appProtocol: must be a qualified name, not "--x"'],
    ['one that is a number', { appProtocol: 2 }, 'appProtocol: must be a qualified name, not 2'],
    [
      'one with an emoji',
      { appProtocol: '🚀' },
      'appProtocol: must be a qualified name, not "\\ud83d\\ude80"',
    ],
    [
      'one that the API server would refuse',
      { appProtocol: `${'d'.repeat(254)}/x` },
      `appProtocol: must be a qualified name, not "${'d'.repeat(40)}…" (256 characters)`,
    ],
    [
      'a negative affinity',
      { affinitySeconds: -1 },
      'affinitySeconds: must be an integer from 0 to 86400, not -1',
    ],
    [
      'one of over a day',
      { affinitySeconds: 86401 },
      'affinitySeconds: must be an integer from 0 to 86400, not 86401',
    ],
    [
      'one that is a text',
      { affinitySeconds: '60' },
      'affinitySeconds: must be an integer from 0 to 86400, not "60"',
    ],
  ])('leaves out %s and keeps the service', (_, bad, problem) => {
    const record = read({ ...web, ...bad });
    expect(record.problems).toEqual([`services[0].${problem}`]);
    expect(record.services).toMatchObject([{ ...web, appProtocol: undefined, affinitySeconds: undefined }]);
  });

  it('reads what is announced, without a port of the device', () => {
    const dns = { name: 'dns', protocol: 'udp', servicePort: 53, portName: 'dns' };
    const record = decode({ realm: 'prod', services: [web], announced: [dns, { ...dns, servicePort: 0 }] });
    expect(record).toMatchObject({ exports: ['dns', 'web'], services: [web], announced: [dns] });
    expect(record.announced[0]).not.toHaveProperty('port');
    expect(record.problems).toEqual(['announced[1].servicePort: must be an integer from 1 to 65535, not 0']);
  });

  it('leaves out what is announced and carried', () => {
    const record = decode({ realm: 'prod', services: [web], announced: [{ ...web, servicePort: 80 }] });
    expect(record).toMatchObject({ services: [web], announced: [] });
    expect(record.problems).toEqual(['announced[0]: web tcp 80 is there already']);
  });

  it('leaves out what is there twice', () => {
    const record = read(web, { ...web, port: 81, servicePort: 80 }, { ...web, protocol: 'udp' });
    expect(record.services.map(({ port, protocol }) => [protocol, port])).toEqual([
      ['tcp', 80],
      ['udp', 80],
    ]);
    expect(record.problems).toEqual(['services[1]: web tcp 80 is there already']);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'realm'],
    ['a list', [{ realm: 'prod' }]],
    ['no realm', { services: [web] }],
    ['a realm with capitals', { realm: 'Prod', services: [web] }],
    ['a realm of 64 characters', { realm: 'a'.repeat(64), services: [web] }],
  ])('takes nothing from %s', (_, value) => {
    const record = decode(value);
    expect(record).toMatchObject({ realm: '', exports: [], services: [] });
    expect(record.problems).toHaveLength(1);
  });

  it('leaves out a bad cluster and gateway', () => {
    const record = decode({ realm: 'prod', cluster: 'a b', gateway: 'x/y/z', services: [web] });
    expect(record).toMatchObject({ cluster: undefined, gateway: undefined });
    expect(record.services).toHaveLength(1);
    expect(record.problems).toHaveLength(2);
  });

  it('reads a bounded part of 100,000 services, and tells of a bounded number of faults', () => {
    const record = read(
      ...Array.from({ length: 100_000 }, (_, at) => ({ ...web, name: at % 2 ? `web-${at}` : '!' })),
    );
    expect(record.services).toHaveLength(maxServices / 2);
    expect(record.problems).toHaveLength(maxProblems);
    expect(record.problems[0]).toBe('services: has 100000 items, of which the first 1000 are read');
    expect(record.problems.at(-1)).toBe('and 482 more');
  });

  it('reads as many announced ports as services leave room for', () => {
    const numbered = (count: number, name: string) =>
      Array.from({ length: count }, (_, at) => ({ ...web, servicePort: at + 1, name }));
    const record = decode({
      realm: 'prod',
      services: numbered(maxServices - 10, 'carried'),
      announced: numbered(100_000, 'coming'),
    });
    expect(record.announced).toHaveLength(10);
    expect(record.problems).toEqual(['announced: has 100000 items, of which the first 10 are read']);
  });

  it('echoes only the start of a mebibyte', () => {
    const record = read({ ...web, name: '\u{1f4a9}'.repeat(2 ** 19) });
    expect(record.problems[0]!.length).toBeLessThan(400);
  });

  it('is not impressed by 100,000 levels of nesting', () => {
    const deep: unknown = JSON.parse('[{"services":'.repeat(50_000) + '1' + '}]'.repeat(50_000));
    expect(decode({ realm: 'prod', services: deep, exports: [deep] }).services).toEqual([]);
  });

  it('is not changed by names of the prototype', () => {
    const value: unknown = JSON.parse(
      '{"realm":"prod","__proto__":{"cluster":"evil"},"constructor":1,"services":[{"name":"constructor","protocol":"tcp","port":1,"__proto__":{"servicePort":9}}]}',
    );
    const record = decode(value);
    expect(record.cluster).toBeUndefined();
    expect(record.services[0]).toMatchObject({ name: 'constructor', servicePort: 1 });
    expect(({} as { cluster?: string }).cluster).toBeUndefined();
  });

  it('never throws, and lets nothing through that is not valid', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('web', 'tcp', 'UDP', 'prod', '', '-', 'a'.repeat(64)),
    );
    const anything = fc.oneof(
      text,
      fc.integer(),
      fc.double(),
      fc.constant(null),
      fc.boolean(),
      fc.jsonValue() as fc.Arbitrary<unknown>,
    );
    const service = fc.record(
      {
        name: fc.oneof(text, anything),
        protocol: anything,
        port: anything,
        servicePort: anything,
        portName: anything,
        namespace: anything,
        created: anything,
        appProtocol: anything,
        affinitySeconds: anything,
      },
      { requiredKeys: [] },
    );
    const record = fc.record(
      {
        realm: fc.oneof(fc.constant('prod'), anything),
        cluster: anything,
        exports: fc.oneof(fc.array(anything), anything),
        services: fc.oneof(fc.array(fc.oneof(service, anything)), anything),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(record, anything), value => {
        const { realm, cluster, exports, services, problems } = decode(value);
        expect(realm === '' || isLabel(realm)).toBe(true);
        expect(cluster === undefined || isLabel(cluster)).toBe(true);
        expect(exports.every(isServiceName)).toBe(true);
        for (const service of services) {
          expect(exports).toContain(service.name);
          const { appProtocol, affinitySeconds } = service;
          expect(appProtocol === undefined || isAppProtocol(appProtocol)).toBe(true);
          expect(affinitySeconds === undefined || isAffinity(affinitySeconds)).toBe(true);
          expect(service.port >= 1 && service.port <= 65_535 && Number.isInteger(service.port)).toBe(true);
        }
        for (const problem of problems) expect(problem).toMatch(/^[\x20-\x7e…]{1,400}$/);
      }),
      { numRuns: 500 },
    );
  });
});
