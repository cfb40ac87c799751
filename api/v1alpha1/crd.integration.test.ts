/** The CustomResourceDefinitions in a real API server: what it fills in, keeps and prints. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from '@jest/globals';
import { apiVersion } from './labels.ts';
import type { Kind } from './validate.ts';

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

describe('kubectl', () => {
  it('knows the short names and the category', () => {
    for (const what of ['nxe,nxi,nxg', 'nexlink']) {
      const out = succeed(['get', what, '-o', 'name']);
      for (const kind of ['nexlinkexport', 'nexlinkimport', 'nexlinkgateway'])
        expect(out).toContain(`${kind}.nexlink.nexodus.io/`);
    }
  });

  it('is explained field by field', () => {
    expect(succeed(['explain', 'nxe.spec.gateway'])).toContain('The NexlinkGateway that carries it.');
  });
});
