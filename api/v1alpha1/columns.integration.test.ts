/** What kubectl prints of our kinds, on a terminal of 100 columns. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { documentedReasons } from '../../hack/generate/conditions-reference.ts';
import { apiVersion } from './labels.ts';
import type { Kind } from './validate.ts';

const root = join(import.meta.dirname, '../..');
const namespace = 'columns-test';

function kubectl(args: string[], input?: object): string {
  const { status, stdout, stderr } = spawnSync(
    join(root, '.cache/bin/kubectl'),
    ['--namespace', namespace, ...args],
    {
      env: {
        ...process.env,
        KUBECONFIG: process.env['NEXLINK_TEST_KUBECONFIG'],
        KUBECACHEDIR: join(root, '.cache/tmp/kubectl-columns-test'),
      },
      encoding: 'utf8',
      input: input && JSON.stringify(input),
    },
  );
  if (status !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** Names as long as people give them. */
const realm = 'payments-production-europe-w1';
const gateway = 'export-payments-production-eu1';
const name = 'transaction-history-backend-v2';
const message = `NexlinkGateway ${gateway}: nexlink-${gateway}-0: nexd runs and has no tunnel address yet.`;
const specs: { [kind in Kind]: object } = {
  NexlinkExport: { service: name },
  NexlinkImport: { service: { name } },
  NexlinkGateway: { direction: 'Export', realm },
};

const statuses: { [kind in Kind]: object } = {
  NexlinkExport: { realm, gateway, name, summary: { ports: '443/TCP,8443/TCP,9090/TCP' } },
  NexlinkImport: {
    realm,
    gateway,
    service: name,
    summary: {
      ports: '443/TCP,8443/TCP',
      clusterIPs: '10.96.113.207,fd00:10:96::9a2f',
      exporters: '2/3',
    },
  },
  NexlinkGateway: { readyReplicas: 10 },
};

/** An object of a kind whose name ends with a number. */
const nameOf = (kind: Kind, at: number) =>
  `${(kind === 'NexlinkGateway' ? gateway : name).slice(0, -2)}${String(at).padStart(2, '0')}`;

function put(kind: Kind, at: number, ready: { status: string; reason: string }): void {
  const metadata = { name: nameOf(kind, at), namespace };
  kubectl(['create', '-f', '-'], { apiVersion, kind, metadata, spec: specs[kind] });
  const { status, reason } = ready;
  const conditions = [{ type: 'Ready', status, reason, message, lastTransitionTime: '2026-01-01T00:00:00Z' }];
  const patch = JSON.stringify({ status: { ...statuses[kind], conditions } });
  kubectl(['patch', kind, metadata.name, '--subresource=status', '--type=merge', '-p', patch]);
}

const kindsOfAll = Object.keys(specs) as Kind[];
const reasonsOf = (kind: Kind) => documentedReasons(kind).filter(({ type }) => type === 'Ready');

beforeAll(() => {
  kubectl(['create', 'namespace', namespace]);
  for (const kind of kindsOfAll) reasonsOf(kind).forEach((reason, at) => put(kind, at, reason));
}, 120_000);

/** Lines as they are when an object is some days old: `3d23h`. */
const lines = (text: string) => text.split('\n').map(line => line.replace(/\d+s *$/, '3d23h'));

describe('kubectl get', () => {
  test('of all kinds says within 100 columns whether an object works, and why not', () => {
    const printed = lines(kubectl(['get', 'nxe,nxi,nxg']));
    for (const line of printed) expect([line, line.length <= 100]).toEqual([line, true]);
    for (const kind of kindsOfAll)
      reasonsOf(kind).forEach(({ status, reason }, at) => {
        const line = printed.find(each =>
          each.startsWith(`${kind.toLowerCase()}.nexlink.nexodus.io/${nameOf(kind, at)} `),
        );
        expect(line?.split(/ +/).slice(1, 3)).toEqual([status, reason]);
      });
  });

  test.each([
    ['nxe', [realm, name, '443/TCP,8443/TCP,9090/TCP', gateway, message]],
    ['nxi', [realm, name, '10.96.113.207,fd00:10:96::9a2f', '443/TCP,8443/TCP', gateway, '2/3', message]],
    ['nxg', ['Export', realm, message]],
  ])('-o wide of %s says the rest', (kind, parts) => {
    const [, first] = lines(kubectl(['get', kind, '-o', 'wide', '--sort-by=.metadata.name']));
    expect(first?.split(/ {3,}/).slice(-parts.length)).toEqual(parts);
  });
});
