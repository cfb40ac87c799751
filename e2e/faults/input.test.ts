/** What others publish, and what users write, that cannot be used. */

import { describe, expect, test } from '@jest/globals';
import { importLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { ConfigMap, Service } from '../../controllers/runtime/objects.ts';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { Exporter } from './harness/foreign.ts';
import { useLab } from './harness/use-lab.ts';
import { flawsAfter } from './harness/runs.ts';
import { exportWeb, nxe, nxi, service } from './harness/scenarios.ts';
import { namespace } from './harness/world.ts';

const lab = useLab();
const good = {
  name: 'api',
  protocol: 'tcp',
  port: 20000,
  servicePort: 80,
  portName: 'http',
  namespace: 'shop',
};
const record = (services: readonly object[], more: object = {}) => ({
  version: 1,
  realm: 'shop',
  cluster: 'there',
  gateway: 'export-shop',
  exports: services.map(each => (each as { name?: unknown }).name),
  services,
  ...more,
});
const imports = () =>
  lab()
    .mirror.list<NexlinkImport>(resources.imports, namespace)
    .map(({ metadata }) => metadata.name)
    .sort();

describe('22 another cluster publishes what is hostile', () => {
  const hostile: [string, object][] = [
    ['a name for the shell', { ...good, name: '$(reboot);`id`' }],
    ['a name that is a flag', { ...good, name: '--unix-socket' }],
    ['a name that is a path', { ...good, name: '../../kube-system' }],
    ['port 0', { ...good, name: 'zero', port: 0 }],
    ['port 70000', { ...good, name: 'seventy', port: 70_000 }],
    ['a port that is a rule', { ...good, name: 'rule', port: '80:evil.example:22' }],
    ['a protocol that is a flag', { ...good, name: 'flag', protocol: 'tcp --egress' }],
    ['the name of the API server', { ...good, name: 'kubernetes' }],
    ['text from right to left, and pictures', { ...good, name: '\u202e🚀e\u0301' }],
  ];
  test.each(hostile)(
    '22 %s: it is left out, and the rest of the record is used',
    async (_what, bad) => {
      const world = await lab().world({ labels: { [importLabel]: 'true' } });
      await world.start();
      const exporter = await Exporter.add(world);
      await exporter.publish(record([bad, good], { exports: ['api'] }));
      await world.untilCondition(resources.imports, 'api', 'True Ready');
      expect(imports()).toEqual(['api']);
      const rules = world.get<ConfigMap>(resources.configMaps, 'nexlink-import-shop-rules')!.data![
        'rules.json'
      ]!;
      expect((JSON.parse(rules) as { egress: object[] }).egress).toMatchObject([
        { host: exporter.address, targetPort: 20000 },
      ]);
      expect(await flawsAfter(world)).toEqual([]);
    },
    60_000,
  );

  test('22 a mebibyte, and no record at all: nothing comes of it, and a good exporter counts', async () => {
    const world = await lab().world({ labels: { [importLabel]: 'true' } });
    await world.start();
    const [large, none, fine] = [
      await Exporter.add(world, 'large'),
      await Exporter.add(world, 'none'),
      await Exporter.add(world),
    ];
    await large.publish(record([{ ...good, name: 'x'.repeat(1 << 20) }])).catch(() => {});
    await none.publish(['not', 'a', 'record']);
    await fine.offer(['api']);
    await world.untilCondition(resources.imports, 'api', 'True Ready');
    expect(imports()).toEqual(['api']);
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);
});

describe('23 a Service changes', () => {
  const changes: [string, object, string][] = [
    ['its port has another number', { ports: [{ name: 'http', port: 8080 }] }, '8080/TCP'],
    ['its port has another name', { ports: [{ name: 'web', port: 80 }] }, '80/TCP'],
    ['it speaks UDP', { ports: [{ name: 'dns', port: 53, protocol: 'UDP' }] }, '53/UDP'],
    [
      'one number has two protocols',
      {
        ports: [
          { name: 'a', port: 53 },
          { name: 'b', port: 53, protocol: 'UDP' },
        ],
      },
      '53/TCP,53/UDP',
    ],
  ];
  test.each(changes)(
    '23 %s: the rules follow',
    async (_what, spec, ports) => {
      const world = await lab().world();
      await world.start();
      await exportWeb(world);
      await world.patch(resources.services, 'web', { spec });
      await world.until(ports, () => {
        const { status } = world.get<KubeObject & { status: { summary?: { ports?: string } } }>(
          resources.exports,
          'web',
        )!;
        return status.summary?.ports === ports;
      });
      await world.untilCondition(resources.exports, 'web', 'True Exported');
      expect(await flawsAfter(world)).toEqual([]);
    },
    60_000,
  );

  const unsupported: [string, Service['spec'], string][] = [
    [
      'ExternalName',
      { type: 'ExternalName', externalName: 'example.com' } as Service['spec'],
      'False InvalidServiceType',
    ],
    ['no port', { clusterIP: 'None', selector: { app: 'web' } }, 'False'],
  ];
  test.each(unsupported)(
    '23 it has %s: said as Valid=False, and nothing is published',
    async (_what, spec, wanted) => {
      const world = await lab().world();
      await world.start();
      await world.create(resources.services, { metadata: { name: 'web' }, spec } as Service);
      await world.create(resources.exports, nxe());
      await world.until(wanted, () => world.condition(resources.exports, 'web', 'Valid').startsWith(wanted));
      expect(JSON.stringify(world.nexodusState.metadata)).not.toContain('"web"');
      expect(await flawsAfter(world)).toEqual([]);
    },
    60_000,
  );
});

describe('25 a name is taken', () => {
  test.each([
    ['its service account', resources.serviceAccounts, 'nexlink-export-shop', 'ChildConflict'],
    ['its rules', resources.configMaps, 'nexlink-export-shop-rules', 'ChildConflict'],
  ])(
    '25 of a gateway’s child, %s: it is left alone, and said',
    async (_what, resource, name, reason) => {
      const world = await lab().world();
      const theirs = await world.create<KubeObject>(resource, { metadata: { name } });
      await world.start();
      await world.create(resources.services, service());
      await world.create(resources.exports, nxe());
      await world.untilCondition(resources.gateways, 'export-shop', `False ${reason}`, 'Programmed');
      expect(world.get(resource, name)!.metadata.resourceVersion).toBe(theirs.metadata.resourceVersion);
      await world.delete(resource, name);
      await world.untilCondition(resources.exports, 'web', 'True Exported', 'Ready', 30_000);
      expect(await flawsAfter(world)).toEqual([]);
    },
    60_000,
  );

  test('25 of an imported Service: it is left alone, and said', async () => {
    const world = await lab().world();
    const theirs = await world.create(resources.services, service('api'));
    await world.start();
    await (await Exporter.add(world)).offer(['api']);
    await world.create(resources.imports, nxi());
    await world.untilCondition(resources.imports, 'api', 'True ServiceExists', 'Conflict');
    expect(world.get(resources.services, 'api')!.metadata.resourceVersion).toBe(
      theirs.metadata.resourceVersion,
    );
    await world.delete(resources.services, 'api');
    await world.untilCondition(resources.imports, 'api', 'True Ready', 'Ready', 30_000);
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);
});

test('26 names and texts in any script come through, in annotations and labels of what is ours', async () => {
  const world = await lab().world();
  await world.start();
  await exportWeb(world);
  const text = '日本語 🚀 \u202eright to left\u202c e\u0301';
  await world.patch(resources.exports, 'web', { metadata: { annotations: { 'example.com/text': text } } });
  await world.patch(resources.statefulSets, 'nexlink-export-shop', {
    metadata: { annotations: { 'example.com/text': text } },
  });
  await world.settle(1_000);
  const before = world.state();
  await world.patch(resources.services, 'web', { spec: { ports: [{ name: 'http', port: 81 }] } });
  await world.patch(resources.services, 'web', { spec: { ports: [{ name: 'http', port: 80 }] } });
  expect(await flawsAfter(world, before)).toEqual([]);
}, 60_000);

test('27 two exporters disagree about a port: the elder counts, whoever comes first, and the import says so', async () => {
  const world = await lab().world();
  await world.start();
  const [younger, elder] = [await Exporter.add(world, 'younger'), await Exporter.add(world, 'elder')];
  await younger.publish(
    record([{ ...good, servicePort: 8080, created: '2026-02-01T00:00:00Z' }], { cluster: 'aaa' }),
  );
  await world.create(resources.imports, nxi());
  await world.untilCondition(resources.imports, 'api', 'True Ready');
  await elder.publish(record([{ ...good, created: '2026-01-01T00:00:00Z' }], { cluster: 'zzz' }));
  await world.until(
    'the elder counts',
    () => world.get<Service>(resources.services, 'api')!.spec!.ports![0]!.port === 80,
  );
  await world.until('it is said', () =>
    world.condition(resources.imports, 'api', 'Conflict').startsWith('True'),
  );
  expect(await flawsAfter(world)).toEqual([]);
}, 60_000);

test('30 the controller is replaced by one of the same settings, then of others: pods change only for what is new to them', async () => {
  const world = await lab().world();
  await world.start();
  await exportWeb(world);
  await world.settle(1_000);
  const pod = () => world.get(resources.pods, 'nexlink-export-shop-0')?.metadata.uid;
  const before = pod();
  const { 'keys made': made } = world.counts();
  await world.controller.stop();
  const same = await world.start();
  await world.until('it is at work', () => same.operator.health.leading && same.nexodus.served.length > 5);
  await world.settle(1_000);
  // The sign of its install is no key of a gateway.
  const written = same.writes.filter(({ path }) => path !== '/api/reg-keys');
  expect([written, world.counts()['keys made'], pod()]).toEqual([[], made, before]);
  await same.stop();
  await world.start({ settings: { NEXLINK_GATEWAY_AGENT_IMAGE: 'nexlink:newer' } });
  await world.until('the pod is replaced', () => pod() !== undefined && pod() !== before);
  await world.untilCondition(resources.exports, 'web', 'True Exported');
  expect(await flawsAfter(world)).toEqual([]);
}, 60_000);
