/** Each sample, applied as it is to a namespace of its own, comes to the conditions that its comment promises. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import type { KubeObject, Resource } from '../../controllers/runtime/kube.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { useMachines } from '../harness/machine.ts';

const env = environment();
const { a: there, b: here } = env;
const folder = path.resolve(import.meta.dirname, '../../config/samples');
const machine = useMachines(env);
const spaces: string[] = [];

/** What a sample's comment presupposes: the Services that it names, with a ready endpoint, what other clusters export, a machine. */
const presupposed: { readonly [sample: string]: (space: string) => Promise<unknown> } = {
  'export.yaml': space => here.web(space, 'web', 'web', { port: 8080 }),
  'export-ports.yaml': async space => {
    await here.pod(space, 'dns', idle);
    await here.service(space, 'dns', [
      { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, targetPort: 53 },
      { name: 'http-metrics', port: 9153, targetPort: 9153 },
    ]);
  },
  'export-target.yaml': async () => {},
  'export-tunnel-ip.yaml': space => here.web(space, 'ledger', 'ledger'),
  'gateway.yaml': async () => {},
  'import.yaml': space => exportThere(space, 'export.yaml', 'web', 8080),
  'import-device.yaml': () =>
    machine('e2e-samples-metrics', {
      hostname: 'metrics.example.com',
      ingress: ['tcp:5432:127.0.0.1:5432'],
    }),
  'import-tunnel-ip.yaml': space => exportThere(space, 'export-tunnel-ip.yaml', 'ledger', 80),
  'import-clients.yaml': async space => {
    await use(space, false);
    await there.web(space, 'orders-db', 'orders');
    await there.export(space, 'orders-db');
  },
  'namespace.yaml': () => exportThere('e2e-sample-elsewhere', 'export.yaml', 'web', 8080),
  'service-label.yaml': space => here.pod(space, 'web', idle),
};

/** What a Service has as its ready endpoint where nobody asks it anything. */
const idle = ['sleep', 'infinity'];

/** Has another cluster export what a sample imports, by a sample. */
async function exportThere(space: string, sample: string, service: string, port: number): Promise<void> {
  await use(space, false);
  await there.web(space, service, service, { port });
  await there.kubectl('--namespace', space, 'apply', '-f', path.join(folder, sample));
}

/** A namespace for this test. */
async function use(space: string, isHere = true): Promise<void> {
  spaces.push(space);
  await (isHere ? here : there).namespace(space);
}

const kinds: { readonly [name: string]: Resource } = {
  nxe: resources.exports,
  nxi: resources.imports,
  nxg: resources.gateways,
};

/** The lines `# Expect: KIND/NAME CONDITION=STATUS/REASON` of a sample. */
const promises = (text: string) =>
  [...text.matchAll(/^# Expect: (nx[eig])\/(\S+) (\w+)=(True|False)\/(\w+)$/gm)].map(
    ([, kind, name, type, status, reason]) => ({
      resource: kinds[kind!]!,
      name: name!,
      condition: { type: type!, status: status as 'True' | 'False', reason: reason! },
    }),
  );

beforeAll(() => env.sim?.calm());

/** Has the namespaces deleted, while the next test goes on. */
afterEach(async () => {
  const all = spaces.flatMap(space => [here, there].map(cluster => ({ cluster, space })));
  await Promise.all(all.map(({ cluster, space }) => cluster.remove(resources.namespaces, undefined, space)));
}, 60_000);

afterAll(async () => {
  const all = spaces.flatMap(space => [here, there].map(cluster => ({ cluster, space })));
  await Promise.all(
    all.map(({ cluster, space }) => cluster.gone(resources.namespaces, undefined, space, 120_000)),
  );
}, 360_000);

describe('the sample', () => {
  test.each(readdirSync(folder))(
    '%s keeps its promise',
    async file => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      const { kind, metadata } = parse(text) as KubeObject;
      const space = kind === 'Namespace' ? metadata.name : `e2e-sample-${file.replace('.yaml', '')}`;
      expect(Object.keys(presupposed)).toContain(file);
      if (kind === 'Namespace') spaces.push(space);
      else await use(space);
      await presupposed[file]!(space);
      const scope = kind === 'Namespace' ? [] : ['--namespace', space];
      await here.kubectl(...scope, 'apply', '-f', path.join(folder, file));
      const promised = promises(text);
      expect(promised).not.toEqual([]);
      for (const { resource, name, condition } of promised)
        await here.condition(resource, space, name, condition, 90_000);
    },
    240_000,
  );
});
