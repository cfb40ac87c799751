/** The CustomResourceDefinitions in a real API server: what it accepts, refuses, fills in and prints. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from '@jest/globals';
import { apiVersion } from './labels.ts';
import { validate, type Kind } from './validate.ts';

const namespace = 'crd-test';
const root = join(import.meta.dirname, '../..');

function kubectl(args: string[], input?: object): { status: number | null; stdout: string; stderr: string } {
  const env = {
    ...process.env,
    KUBECONFIG: process.env['NEXLINK_TEST_KUBECONFIG'],
    KUBECACHEDIR: join(root, '.cache/tmp/kubectl-crd-test'),
  };
  return spawnSync(join(root, '.cache/bin/kubectl'), ['--namespace', namespace, ...args], {
    env,
    encoding: 'utf8',
    input: input && JSON.stringify(input),
  });
}

/** Output of a kubectl that has to succeed. */
function succeed(args: string[], input?: object): string {
  const { status, stdout, stderr } = kubectl(args, input);
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

const object = (kind: Kind, name: string, spec?: object) => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  ...(spec ? { spec } : {}),
});
const gateway = (spec: object = {}, name = 'g') =>
  object('NexlinkGateway', name, { direction: 'Export', realm: 'shop', ...spec });
const create = ['create', '--validate=strict', '-o', 'json', '-f', '-'];

beforeAll(() => {
  succeed(['create', 'namespace', namespace]);
});

describe('the API server', () => {
  it('takes the definitions with strict validation', () => {
    const out = succeed([
      'apply',
      '--server-side',
      '--validate=strict',
      '--dry-run=server',
      '-k',
      join(root, 'config/crd'),
    ]);
    expect(out.match(/serverside-applied/g)).toHaveLength(3);
  });

  test.each<[string, object, object]>([
    ['an export that is only a name', object('NexlinkExport', 'web'), { gateway: 'default' }],
    [
      'the protocol of a port',
      object('NexlinkExport', 'ports', { ports: [{ port: 80, targetPort: 'http' }] }),
      { gateway: 'default', ports: [{ port: 80, targetPort: 'http', protocol: 'TCP' }] },
    ],
    ['an import that is only a name', object('NexlinkImport', 'web'), { gateway: 'default' }],
    [
      'nothing in a gateway, and keeps its pod template as it is',
      gateway({ podTemplate: { spec: { tolerations: [{ operator: 'Exists' }] } } }),
      {
        direction: 'Export',
        realm: 'shop',
        podTemplate: { spec: { tolerations: [{ operator: 'Exists' }] } },
      },
    ],
  ])('fills in %s', (_what, sent, spec) => {
    const { status, stdout, stderr } = kubectl(create, sent);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { spec: object }).spec).toEqual(spec);
  });

  test.each<[string, Kind, object, string]>([
    [
      'a realm',
      'NexlinkExport',
      object('NexlinkExport', 'a', { realm: 'A_b' }),
      'spec.realm: Invalid value: "A_b": not a DNS label: write lower-case',
    ],
    [
      'a Service name',
      'NexlinkExport',
      object('NexlinkExport', 'a', { service: '1a' }),
      `spec.service: Invalid value: "1a": not a Service's name: write`,
    ],
    [
      'a gateway name',
      'NexlinkImport',
      object('NexlinkImport', 'a', { gateway: 'A' }),
      `spec.gateway: Invalid value: "A": not a gateway's name: write`,
    ],
    [
      'a long name',
      'NexlinkImport',
      object('NexlinkImport', 'a', { name: 'n'.repeat(64) }),
      'spec.name: Too long: may not be more than 63',
    ],
    [
      'a port number',
      'NexlinkExport',
      object('NexlinkExport', 'a', { ports: [{ port: 70000 }] }),
      'spec.ports[0].port: Invalid value: 70000: spec.ports[0].port in body should be less than or equal to 65535',
    ],
    [
      'a target port',
      'NexlinkExport',
      object('NexlinkExport', 'a', { ports: [{ port: 1, targetPort: 0 }] }),
      'spec.ports[0].targetPort: Invalid value: 0: not a port: write a number from 1 to 65535',
    ],
    [
      'no ports',
      'NexlinkExport',
      object('NexlinkExport', 'a', { ports: [] }),
      'spec.ports: Invalid value: 0: spec.ports in body should have at least 1 items',
    ],
    [
      'a port twice',
      'NexlinkExport',
      object('NexlinkExport', 'a', { ports: [{ port: 1 }, { port: 1 }] }),
      'spec.ports: Invalid value: two entries have the same port and protocol: write each pair once',
    ],
    [
      'a port name twice',
      'NexlinkExport',
      object('NexlinkExport', 'a', {
        ports: [
          { port: 1, name: 'x' },
          { port: 2, name: 'x' },
        ],
      }),
      'two entries have the same name: write each name once',
    ],
    [
      'an export named like no Service',
      'NexlinkExport',
      object('NexlinkExport', 'a.b'),
      `spec.service: Invalid value: absent, and no Service can have the name of this object: write the Service's name here`,
    ],
    [
      'an import named like no Service',
      'NexlinkImport',
      object('NexlinkImport', 'a.b', { name: 'a' }),
      'spec: Invalid value: no Service can have the name of this object: write spec.name',
    ],
    [
      'a label',
      'NexlinkImport',
      object('NexlinkImport', 'a', { service: { labels: { x: 'b c' } } }),
      `not a label's value: write`,
    ],
    [
      'a direction',
      'NexlinkGateway',
      gateway({ direction: 'Both' }),
      'spec.direction: Unsupported value: "Both": supported values: "Export", "Import"',
    ],
    [
      'no realm',
      'NexlinkGateway',
      object('NexlinkGateway', 'g2', { direction: 'Export' }),
      'spec.realm: Required value',
    ],
    [
      'too many replicas',
      'NexlinkGateway',
      gateway({ replicas: 11 }, 'g2'),
      'spec.replicas in body should be less than or equal to 10',
    ],
    [
      'an amount',
      'NexlinkGateway',
      gateway({ nexd: { resources: { limits: { cpu: '1x' } } } }, 'g2'),
      'spec.nexd.resources.limits[cpu]: Invalid value: "1x": not an amount: write',
    ],
    [
      'a long gateway name',
      'NexlinkGateway',
      gateway({}, 'g'.repeat(41)),
      'metadata.name: the name of a NexlinkGateway is a DNS label of at most 40',
    ],
  ])('refuses %s, saying what to write, as our own check does', (_what, kind, sent, message) => {
    const { status, stderr } = kubectl(create, sent);
    expect(stderr).toContain(message);
    expect(status).not.toBe(0);
    expect(validate(kind, sent)).not.toEqual([]);
  });

  it('refuses fields that it does not know', () => {
    const { stderr } = kubectl(create, object('NexlinkExport', 'typo', { relm: 'x' }));
    expect(stderr).toContain('unknown field "spec.relm"');
  });

  it('keeps direction and realm of a gateway', () => {
    succeed(create, gateway({}, 'kept'));
    const patch = (spec: object) =>
      kubectl(['patch', 'nxg', 'kept', '--type=merge', '-p', JSON.stringify({ spec })]).stderr;
    expect(patch({ realm: 'other' })).toContain(
      'direction and realm cannot change: delete the NexlinkGateway',
    );
    expect(patch({ direction: 'Import' })).toContain('direction and realm cannot change');
    expect(patch({ replicas: 1 })).toBe('');
  });

  it('keeps the status apart from the spec', () => {
    succeed(create, object('NexlinkExport', 'status'));
    const status = { status: { realm: 'shop' } };
    const read = () =>
      (JSON.parse(succeed(['get', 'nxe', 'status', '-o', 'json'])) as { status?: object }).status;
    succeed(['patch', 'nxe', 'status', '--type=merge', '-p', JSON.stringify(status)]);
    expect(read()).toBeUndefined();
    succeed(['patch', 'nxe', 'status', '--subresource=status', '--type=merge', '-p', JSON.stringify(status)]);
    expect(read()).toEqual(status.status);
  });
});

describe('kubectl get', () => {
  beforeAll(() => {
    succeed(create, object('NexlinkExport', 'shown'));
    const condition = {
      type: 'Ready',
      status: 'False',
      reason: 'Pending',
      message: 'The gateway starts.',
      lastTransitionTime: '2026-01-02T03:04:05Z',
    };
    const status = { status: { realm: 'shop', name: 'web', conditions: [condition] } };
    succeed(['patch', 'nxe', 'shown', '--subresource=status', '--type=merge', '-p', JSON.stringify(status)]);
  });

  it('knows the short names and the category', () => {
    for (const what of ['nxe,nxi,nxg', 'nexlink']) {
      const out = succeed(['get', what, '-o', 'name']);
      for (const kind of ['nexlinkexport', 'nexlinkimport', 'nexlinkgateway'])
        expect(out).toContain(`${kind}.nexlink.nexodus.io/`);
    }
  });

  it('says whether it works, and with -o wide why not', () => {
    expect(succeed(['get', 'nxe', 'shown', '--no-headers'])).toMatch(
      /^shown +shop +web +False +Pending +\d+s\n$/,
    );
    expect(succeed(['get', 'nxe', 'shown', '-o', 'wide', '--no-headers'])).toContain('The gateway starts.');
  });

  it('is explained field by field', () => {
    expect(succeed(['explain', 'nxe.spec.gateway'])).toContain('The NexlinkGateway that carries it.');
  });
});
