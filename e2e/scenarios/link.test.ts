/** The first link, and what happens to it: everything a user does to exports and imports. */

import { describe, expect, test } from '@jest/globals';
import { exportLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import { environment } from '../harness/environment.ts';
import { useSpace } from '../harness/space.ts';
import { leftovers } from '../harness/leftovers.ts';
import { eventually, until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
const space = 'e2e-link';
const exportGateway = `export-${space}`;
const importGateway = `import-${space}`;

const ready = { type: 'Ready', status: 'True' } as const;

useSpace(env, space);

describe('a link', () => {
  test('by a NexlinkExport: the import appears by itself and the Service answers', async () => {
    await a.export(space, 'web');
    await b.answers(space, 'http://web/', 'web of a', 60_000);
    // As many as there are where nobody says otherwise.
    await Promise.all([a.scale(space, exportGateway, 2), b.scale(space, importGateway, 2)]);
    await a.condition(resources.exports, space, 'web', { ...ready, reason: 'Exported' });
    await b.condition(resources.imports, space, 'web', { ...ready, reason: 'Ready' });

    // What the second pod has to do with comes later.
    await eventually(async () => {
      const nxe = (await a.get<NexlinkExport>(resources.exports, space, 'web'))!;
      expect(nxe.status).toMatchObject({ realm: space, name: 'web', gateway: exportGateway });
      expect(nxe.status?.ports).toEqual([{ name: 'http', protocol: 'TCP', port: 80, devicePort: 80 }]);
      expect(nxe.status?.devices).toHaveLength(2);
      const nxi = (await b.get<NexlinkImport>(resources.imports, space, 'web'))!;
      expect(nxi.status?.exporters?.some(({ state }) => state === 'Reachable')).toBe(true);
      const service = (await b.get<Service>(resources.services, space, 'web'))!;
      expect(nxi.status?.clusterIPs).toEqual(service.spec?.clusterIPs);
    });
  }, 240_000);

  test('runs its gateways in a namespace that enforces Pod Security restricted', async () => {
    for (const [cluster, gateway] of [
      [a, exportGateway],
      [b, importGateway],
    ] as const) {
      const labels = JSON.parse(
        await cluster.kubectl('get', 'namespace', space, '-o', 'jsonpath={.metadata.labels}'),
      ) as {
        [label: string]: string;
      };
      expect(labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
      await eventually(async () => expect(await cluster.gatewayPods(space, gateway)).toHaveLength(2));
    }
  });

  test('of a second Service by its label: the same pods carry it, none is restarted', async () => {
    const before = await pods();
    await a.web(space, 'shop', 'shop of a', { labels: { [exportLabel]: 'true' } });
    await b.answers(space, 'http://shop/', 'shop of a', 30_000);
    expect(await pods()).toEqual(before);
    await eventually(async () => {
      const nxe = (await a.get<NexlinkExport>(resources.exports, space, 'shop'))!;
      expect(nxe.metadata.ownerReferences?.[0]?.kind).toBe('Service');
      expect(nxe.status?.ports?.[0]?.devicePort).toBeGreaterThanOrEqual(20000);
    });
  }, 240_000);

  test('follows a change of the Service’s port', async () => {
    const before = await pods();
    await a.service(space, 'shop', [{ name: 'http', port: 8081, targetPort: 8080 }], {
      [exportLabel]: 'true',
    });
    await b.answers(space, 'http://shop:8081/', 'shop of a', 30_000);
    const service = (await b.get<Service>(resources.services, space, 'shop'))!;
    expect(service.spec?.ports?.map(({ port }) => port)).toEqual([8081]);
    expect(await pods()).toEqual(before);
  }, 120_000);

  test('carries UDP', async () => {
    await a.pod(space, 'echo', ['socat', '-T', '5', 'UDP-RECVFROM:5353,fork', 'EXEC:cat']);
    await a.podReady(space, 'echo');
    await a.service(space, 'echo', [{ name: 'echo', port: 5353, targetPort: 5353, protocol: 'UDP' }]);
    await a.export(space, 'echo');
    await until(
      'a datagram to echo:5353 comes back',
      async () => {
        const said = await b.exec(space, 'client', 'bash', '-c', 'echo ping | socat -t 1 - UDP:echo:5353');
        return said.includes('ping');
      },
      { timeoutMs: 30_000, explain: () => b.overview(space) },
    );
    await a.remove(resources.exports, space, 'echo');
    await b.gone(resources.imports, space, 'echo', 30_000);
  }, 180_000);

  test('of a label ends with the label', async () => {
    await a.kubectl('--namespace', space, 'label', 'service', 'shop', `${exportLabel}-`);
    await a.gone(resources.exports, space, 'shop', 30_000);
    await b.gone(resources.imports, space, 'shop', 30_000);
    await b.gone(resources.services, space, 'shop', 30_000);
    expect(await b.curl(space, 'http://web/')).toBe('web of a');
  }, 120_000);

  test('leaves a Service of the user with the import’s name alone, and tells so', async () => {
    await b.service(space, 'mine', [{ name: 'http', port: 80, targetPort: 80 }]);
    const before = (await b.get<Service>(resources.services, space, 'mine'))!;
    await a.export(space, 'mine', { service: 'web', name: 'mine' });
    const conflict = await b.condition(resources.imports, space, 'mine', {
      type: 'Conflict',
      status: 'True',
      reason: 'ServiceExists',
    });
    expect(conflict.message).toContain(`Service ${space}/mine`);
    const after = (await b.get<Service>(resources.services, space, 'mine'))!;
    expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);

    await b.remove(resources.services, space, 'mine');
    await b.answers(space, 'http://mine/', 'web of a', 30_000);
    await a.remove(resources.exports, space, 'mine');
    await b.gone(resources.services, space, 'mine', 30_000);
  }, 180_000);

  test('with two exporters uses both', async () => {
    await a.web(space, 'web2', 'web2 of a');
    await a.export(space, 'web2', { name: 'web', gateway: 'second' });
    await a.condition(resources.exports, space, 'web2', ready);
    await until(
      'both exporters answer',
      async () => {
        const loop = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do curl -s --max-time 2 http://web/; done';
        const answers = await b.exec(space, 'client', 'sh', '-c', loop);
        return answers.includes('web of a') && answers.includes('web2 of a');
      },
      { timeoutMs: 30_000, explain: () => b.overview(space) },
    );
    await a.remove(resources.exports, space, 'web2');
    await a.gone(resources.gateways, space, 'second', 60_000);
    await b.answers(space, 'http://web/', 'web of a', 30_000);
  }, 360_000);

  test('ends with its export: import, Service, rules and metadata, and with the last one gateways, devices and keys', async () => {
    await a.remove(resources.exports, space, 'web');
    await b.gone(resources.imports, space, 'web', 30_000);
    await b.gone(resources.services, space, 'web', 30_000);
    await Promise.all([
      a.gone(resources.gateways, space, exportGateway),
      b.gone(resources.gateways, space, importGateway),
    ]);
    await until(
      'nothing of the namespace is left in Nexodus',
      async () => (await leftovers(env, space)).length === 0,
      {
        timeoutMs: 30_000,
        explain: async () => (await leftovers(env, space)).join('\n'),
      },
    );
    for (const [cluster, gateway] of [
      [a, exportGateway],
      [b, importGateway],
    ] as const) {
      await until('its pods are gone', async () => (await cluster.gatewayPods(space, gateway)).length === 0);
      for (const resource of [
        resources.statefulSets,
        resources.secrets,
        resources.configMaps,
        resources.roles,
        resources.podDisruptionBudgets,
      ])
        await until(`no ${resource.kind} of the gateway is left`, async () => {
          const left = await cluster.list(resource, space, `nexlink.nexodus.io/gateway=${gateway}`);
          return left.length === 0;
        });
    }
  }, 360_000);
});

/** uids and restarts of the gateways' pods. */
async function pods(): Promise<string[]> {
  const found = [
    ...(await a.gatewayPods(space, exportGateway)),
    ...(await b.gatewayPods(space, importGateway)),
  ];
  return found
    .map(({ metadata, status }) => {
      const restarts = (status?.containerStatuses ?? []).map(({ restartCount }) => restartCount);
      return `${metadata.name} ${metadata.uid} ${restarts.join(',')}`;
    })
    .sort();
}
