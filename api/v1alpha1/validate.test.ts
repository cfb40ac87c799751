import { describe, expect, it, test } from '@jest/globals';
import { apiVersion } from './labels.ts';
import { validate, type Kind } from './validate.ts';

const object = (kind: Kind, spec: unknown, name = 'web') => ({ apiVersion, kind, metadata: { name }, spec });
const exported = (spec: unknown, name?: string) =>
  validate('NexlinkExport', object('NexlinkExport', spec, name));
const imported = (spec: unknown, name?: string) =>
  validate('NexlinkImport', object('NexlinkImport', spec, name));
const gateway = (spec: object, name?: string) =>
  validate('NexlinkGateway', object('NexlinkGateway', { direction: 'Export', realm: 'r', ...spec }, name));

describe('validate accepts', () => {
  test.each<[string, string[]]>([
    ['an export with nothing but a name', exported({})],
    ['an export as old versions stored it, without spec', exported(undefined)],
    ['fields of a newer version', exported({ later: { a: 1 } })],
    ['one port for TCP and UDP', exported({ ports: [{ port: 53 }, { port: 53, protocol: 'UDP' }] })],
    [
      'target ports by number and name',
      exported({
        ports: [
          { port: 1, targetPort: 8080 },
          { port: 2, targetPort: 'a' },
        ],
      }),
    ],
    [
      'a target with ports',
      exported({ target: { address: 'db.example' }, ports: [{ port: 1, targetPort: 2 }] }),
    ],
    [
      'a target of any name that says what it is called',
      exported({ target: { address: '2001:db8::1' }, name: 'db', ports: [{ port: 1 }] }, 'a.b'),
    ],
    ['an export of any name that says its Service', exported({ service: 'web' }, 'a.b')],
    [
      'an import of any name that says both names',
      imported({ name: 'web', service: { name: 'web' } }, 'a.b'),
    ],
    ['a device of any name with ports', imported({ device: { hostname: 'Db.local' }, ports: [{ port: 1 }] })],
    [
      'a device with a Service, named like none',
      imported({ device: { address: '200::5' }, ports: [{ port: 1 }], service: { name: 'db' } }, 'a.b'),
    ],
    ['amounts as numbers', gateway({ nexd: { resources: { requests: { cpu: 1, memory: '64Mi' } } } })],
    ['any pod template', gateway({ podTemplate: { spec: { nodeSelector: { a: 'b' } } } })],
  ])('%s', (_what, problems) => expect(problems).toEqual([]));
});

describe('validate names the field and what to write', () => {
  test.each<[string, string[], string]>([
    ['a realm', exported({ realm: 'A_b' }), `spec.realm: "A_b" is not a DNS label: write lower-case letters`],
    ['a gateway', exported({ gateway: '-' }), `spec.gateway: "-" is not a gateway's name: write`],
    ['a type', exported({ realm: 5 }), 'spec.realm: 5 has the wrong type: write string'],
    ['null', exported(null), 'spec: null has the wrong type: write object'],
    [
      'a port out of range',
      exported({ ports: [{ port: 0 }] }),
      'spec.ports[0].port: 0 is out of range: write a number from 1 to 65535',
    ],
    [
      'a fraction',
      exported({ ports: [{ port: 1.5 }] }),
      'spec.ports[0].port: 1.5 has the wrong type: write integer',
    ],
    [
      'a protocol',
      exported({ ports: [{ port: 1, protocol: 'SCTP' }] }),
      'spec.ports[0].protocol: "SCTP" is not supported: write TCP or UDP',
    ],
    ['a missing port', exported({ ports: [{}] }), 'spec.ports[0].port: missing: write it'],
    [
      'a target port',
      exported({ ports: [{ port: 1, targetPort: 0 }] }),
      'spec.ports[0].targetPort: 0 is not a port: write',
    ],
    [
      'a port twice',
      exported({ ports: [{ port: 1 }, { port: 1, protocol: 'TCP' }] }),
      'spec.ports[1]: "TCP 1" is in spec.ports[0] already',
    ],
    [
      'a port name twice',
      exported({
        ports: [
          { port: 1, name: 'a' },
          { port: 2, name: 'a' },
        ],
      }),
      'spec.ports[1]: "a" is in spec.ports[0] already',
    ],
    ['no port', exported({ ports: [] }), 'spec.ports: [] has too few entries: write at least 1'],
    [
      'a name that no Service can have',
      exported({}, 'a.b'),
      `spec.service: missing, and no Service can have the name of this object: write the Service's name`,
    ],
    [
      'a target that cannot be dialled',
      exported({ target: { address: '127.0.0.1' }, ports: [{ port: 1 }] }),
      'spec.target.address: "127.0.0.1" is a loopback',
    ],
    [
      'a target that is no text of an address',
      exported({ target: { address: 'a:1' }, ports: [{ port: 1 }] }),
      'spec.target.address: "a:1" is not an address: write a host name',
    ],
    [
      'a target beside a Service',
      exported({ target: { address: 'db' }, service: 'db', ports: [{ port: 1 }] }),
      'spec.target: excludes spec.service: keep',
    ],
    [
      'a target without ports',
      exported({ target: { address: 'db' } }),
      'spec.ports: missing, and a target does not tell its ports: write',
    ],
    [
      'a named port of a target',
      exported({ target: { address: 'db' }, ports: [{ port: 1, targetPort: 'sql' }] }),
      'spec.ports[0].targetPort: "sql" is a name, and a target has none: write its number',
    ],
    [
      'a target whose name nobody can use',
      exported({ target: { address: 'db' }, ports: [{ port: 1 }] }, 'a.b'),
      'spec.name: missing, and the name of this object cannot be',
    ],
    [
      'a device without ports',
      imported({ device: { hostname: 'db' } }),
      'spec.ports: missing, and a device does not tell its ports: write',
    ],
    [
      'a device by two names',
      imported({ device: { hostname: 'db', address: '100.64.0.1' }, ports: [{ port: 1 }] }),
      'spec.device: does not name one device: write exactly one of hostname, id and address',
    ],
    ['a device by none', imported({ device: {}, ports: [{ port: 1 }] }), 'spec.device: does not name one'],
    [
      'the address of a device',
      imported({ device: { address: 'db' }, ports: [{ port: 1 }] }),
      'spec.device.address: "db" is not an address: write',
    ],
    [
      'the id of a device',
      imported({ device: { id: 'db' }, ports: [{ port: 1 }] }),
      'spec.device.id: "db" is not the id of a device: write the UUID',
    ],
    [
      'the host name of a device',
      imported({ device: { hostname: 'a b' }, ports: [{ port: 1 }] }),
      'spec.device.hostname: "a b" is not a host name: write letters',
    ],
    [
      'a device in a realm',
      imported({ device: { hostname: 'db' }, ports: [{ port: 1 }], realm: 'r' }),
      'spec.realm: a device belongs to no realm: remove it',
    ],
    [
      'a device with an exported name',
      imported({ device: { hostname: 'db' }, ports: [{ port: 1 }], name: 'db' }),
      'spec.name: a device has no exported name: remove it',
    ],
    [
      'ports of an exported name',
      imported({ ports: [{ port: 1 }] }),
      'spec.ports: come from the exporters of an exported name: remove it',
    ],
    [
      'a port of a device twice',
      imported({ device: { hostname: 'db' }, ports: [{ port: 1 }, { port: 1, devicePort: 2 }] }),
      'spec.ports[1]: "TCP 1" is in spec.ports[0] already',
    ],
    [
      'an import of such a name',
      imported({ name: 'web' }, 'a.b'),
      'spec.service.name: missing, and no Service can',
    ],
    [
      'a label',
      imported({ service: { labels: { a: 'b c' } } }),
      `spec.service.labels.a: "b c" is not a label's value: write`,
    ],
    [
      'a direction',
      gateway({ direction: 'export' }),
      'spec.direction: "export" is not supported: write Export or Import',
    ],
    [
      'too many replicas',
      gateway({ replicas: 11 }),
      'spec.replicas: 11 is out of range: write a number from 0 to 10',
    ],
    [
      'an amount',
      gateway({ agent: { resources: { limits: { cpu: '1x' } } } }),
      'spec.agent.resources.limits.cpu: "1x" is not an amount: write',
    ],
    ['a long name of a gateway', gateway({}, 'g'.repeat(41)), 'metadata.name: "g'],
  ])('%s', (_what, problems, start) => {
    expect(problems).toHaveLength(1);
    expect(problems[0]!.slice(0, start.length)).toBe(start);
  });

  it('says so of what is no object, of another kind, or has no name', () => {
    expect(validate('NexlinkExport', null)).toEqual(['object: null has the wrong type: write object']);
    expect(validate('NexlinkExport', object('NexlinkImport', {}))[0]).toMatch(
      /^kind: "NexlinkImport" is not/,
    );
    expect(validate('NexlinkExport', { apiVersion, kind: 'NexlinkExport', metadata: {}, spec: {} })).toEqual([
      'metadata.name: missing: write it',
    ]);
  });

  it('shortens long values', () => {
    expect(exported({ realm: 'X'.repeat(10000) }).every(problem => problem.length < 250)).toBe(true);
  });
});
