/** Two clusters with controllers of their own, and one Nexodus. */

import { beforeEach, expect, test } from '@jest/globals';
import { exportLabel, importLabel } from '../api/v1alpha1/labels.ts';
import type { NexlinkImport } from '../api/v1alpha1/nexlinkimport.ts';
import { conditionOf } from './runtime/conditions.ts';
import type { KubeObject } from './runtime/kube.ts';
import type { EndpointSlice, Pod, Service } from './runtime/objects.ts';
import { resources } from './runtime/resources.ts';
import { aNamespace, aService } from './testing/builders.ts';
import { NexodusServer } from './testing/nexodus-server.ts';
import { World } from './testing/world.ts';

let nexodus: NexodusServer;
let here: World;
let there: World;

async function settle(): Promise<void> {
  for (let version = -1; version !== nexodus.version;) {
    version = nexodus.version;
    await here.settle();
    await there.settle();
  }
}
const web = { resource: resources.services, namespace: 'shop', name: 'web' };
const imported = () => there.server.get<NexlinkImport>(resources.imports, 'shop', 'web');
const isReady = () => conditionOf(imported()?.status?.conditions, 'Ready')?.status;
const service = () => there.server.get<Service>(resources.services, 'shop', 'web');
/** Follows a connection from a client there to the Service here; where it ends. */
function connect(port: number): string[] {
  const { targetPort } = service()?.spec?.ports?.find(each => each.port === port) ?? {};
  const pods = (world: World) => world.server.list<Pod>(resources.pods, 'shop');
  return pods(there)
    .flatMap(pod => there.cluster.rulesIn(pod)?.egress ?? [])
    .filter(rule => rule.port === targetPort)
    .flatMap(rule =>
      pods(here)
        .filter(pod => addressOf(pod) === rule.host)
        .flatMap(pod => here.cluster.rulesIn(pod)?.ingress ?? [])
        .filter(({ port }) => port === rule.targetPort),
    )
    .map(rule => `${rule.host}:${rule.targetPort}`);
}
const addressOf = (pod: Pod) =>
  [...nexodus.devices.values()].find(({ hostname }) => hostname === pod.metadata.name)?.ipv4;

beforeEach(async () => {
  nexodus = new NexodusServer();
  here = new World({}, undefined, nexodus, 'here');
  there = new World({}, undefined, nexodus, 'there');
  here.add(resources.namespaces, aNamespace());
  there.add(resources.namespaces, aNamespace('shop', { [importLabel]: 'true' }));
  here.add(resources.services, aService('web', undefined, {}, { labels: { [exportLabel]: 'true' } }));
  await settle();
});

test('a Service that is labeled in one cluster is reached in the other', () => {
  expect(isReady()).toBe('True');
  expect(new Set(connect(80))).toEqual(new Set(['10.96.0.7:80']));
});

test.each<[string, () => void]>([
  ['its Service is made anew', () => there.server.delete(web)],
  [
    'all pods of its gateway are',
    () => {
      for (const pod of there.server.list<Pod>(resources.pods, 'shop'))
        there.server.delete({ resource: resources.pods, namespace: 'shop', name: pod.metadata.name });
    },
  ],
])(
  'when %s, it is not said to be Ready before the nodes had time to take up an endpoint',
  async (_, loss) => {
    let backed: number | undefined;
    let ready: number | undefined;
    there.server.onChange(({ resource, object }) => {
      const now = there.clock.monotonic();
      if (resource === resources.endpointSlices) {
        const isBacked = (object as EndpointSlice).endpoints?.some(({ conditions }) => conditions?.ready);
        [backed, ready] = [isBacked ? (backed ?? now) : undefined, undefined];
      }
      const { conditions } = (object as NexlinkImport).status ?? {};
      if (resource === resources.imports && conditionOf(conditions, 'Ready')?.status === 'True')
        ready ??= now;
    });
    loss();
    await settle();
    expect(isReady()).toBe('True');
    expect(ready! - backed!).toBeGreaterThanOrEqual(1_250);
  },
);

test('its other port is reached after it changed, and the old one no longer', async () => {
  here.server.edit<Service>(web, object => {
    object.spec!.ports = [{ name: 'http', port: 81 }];
  });
  await settle();
  expect(isReady()).toBe('True');
  expect(connect(80)).toEqual([]);
  expect(new Set(connect(81))).toEqual(new Set(['10.96.0.7:81']));
});

test('its application protocol and session affinity are there too, and follow it', async () => {
  const carried = () => {
    const { ports, sessionAffinity, sessionAffinityConfig } = service()!.spec!;
    return [ports![0]!.appProtocol, sessionAffinity, sessionAffinityConfig?.clientIP?.timeoutSeconds];
  };
  expect(carried()).toEqual([undefined, 'None', undefined]);
  here.server.edit<Service>(web, ({ spec }) => {
    spec!.ports![0]!.appProtocol = 'kubernetes.io/h2c';
    spec!.sessionAffinity = 'ClientIP';
    spec!.sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } };
  });
  await settle();
  expect(carried()).toEqual(['kubernetes.io/h2c', 'ClientIP', 60]);
  expect(await there.idleWrites()).toEqual([]);
});

test('it is reached again when the exporting gateway was replaced, by its new devices', async () => {
  here.server.delete({ resource: resources.gateways, namespace: 'shop', name: 'export-shop' });
  await settle();
  expect(new Set(connect(80))).toEqual(new Set(['10.96.0.7:80']));
  expect(imported()?.status?.exporters).toHaveLength(2);
  expect(isReady()).toBe('True');
});

test('nothing is left of it after the label was taken away', async () => {
  here.server.edit<KubeObject>(web, object => {
    object.metadata.labels = {};
  });
  await settle();
  expect([imported(), service()]).toEqual([undefined, undefined]);
  expect([nexodus.devices.size, nexodus.keys.size, nexodus.metadata.size]).toEqual([0, 0, 0]);
  for (const world of [here, there]) {
    expect(world.server.list(resources.gateways)).toEqual([]);
    expect(world.violations).toEqual([]);
    expect(await world.idleWrites()).toEqual([]);
  }
});
