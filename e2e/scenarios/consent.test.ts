/** Mutual consent: nothing is reached that was not exported, nothing appears where nobody opted in, either side ends it. */

import { describe, expect, test } from '@jest/globals';
import { importLabel, realmLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import { environment } from '../harness/environment.ts';
import { useNamespaces } from '../harness/space.ts';
import { eventually, until } from '../harness/wait.ts';

const env = environment();
const { a, b } = env;
const realm = 'e2e-consent';
const space = realm;
const [open, closed, refused] = [space, `${space}-closed`, `${space}-refused`];
const ready = { type: 'Ready', status: 'True' } as const;

useNamespaces(
  env,
  [
    [a, { [space]: {} }],
    [
      b,
      {
        [open]: { imports: true },
        // Of the same realm, so that only the consent is missing.
        [closed]: { labels: { [realmLabel]: realm } },
        [refused]: { labels: { [realmLabel]: realm, [importLabel]: 'false' } },
      },
    ],
  ],
  async () => {
    await Promise.all([
      a.web(space, 'web', 'web of a'),
      a.web(space, 'private', 'private of a'),
      a.clientPod(space),
      b.clientPod(open),
      b.clientPod(closed),
    ]);
    await a.export(space, 'web');
    await b.answers(open, 'http://web/', 'web of a');
    await b.condition(resources.imports, open, 'web', ready);
  },
);

describe('consent', () => {
  test('of a namespace is asked for: without its label nothing appears in it, with it everything does', async () => {
    // Export and import of a name that comes later tell that discovery has looked at everything.
    await a.export(space, 'late', { service: 'web', name: 'late' });
    await b.condition(resources.imports, open, 'late', ready);
    for (const namespace of [closed, refused]) expect(await ofNexlink(namespace)).toEqual([]);

    await b.kubectl('label', 'namespace', closed, `${importLabel}=true`);
    await b.answers(closed, 'http://web/', 'web of a');
    await b.condition(resources.imports, closed, 'late', ready, 30_000);
    expect(await ofNexlink(refused)).toEqual([]);

    await a.remove(resources.exports, space, 'late');
    await b.gone(resources.imports, closed, 'late', 30_000);
  }, 300_000);

  test('of the exporter is asked for: its other Services are not imported', async () => {
    // What the test before exported is forgotten here, too.
    await eventually(async () => expect(await importsIn(open)).toEqual(['web']));
    // A name that is not exported cannot be had by asking for it either.
    await b.import(open, 'private');
    const condition = await b.condition(resources.imports, open, 'private', {
      type: 'Ready',
      status: 'False',
      reason: 'NoExporter',
    });
    expect(condition.message).toContain('private');
    expect(await b.get(resources.services, open, 'private')).toBeUndefined();
    await b.remove(resources.imports, open, 'private');
  }, 120_000);

  test('the tunnel addresses of its gateway answer on no port that is not exported', async () => {
    const gateway = (await a.gateway(space, `export-${space}`))!;
    const device = gateway.status!.replicas!.find(replica => replica.ready)!;
    // Ports of the pod itself, of what is behind it, of its node, and some that anybody tries.
    const others = [22, 53, 81, 443, 6443, 8080, 8090, 9090, 10250, 15000, 19000, 20000, 20001, 29999];
    await b.import(open, 'knock', {
      device: { id: device.deviceID! },
      ports: [
        { port: 80 },
        ...others.map(port => ({ port })),
        { port: 53, protocol: 'UDP' },
        { port: 80, protocol: 'UDP' },
      ],
    });
    // The port that is exported proves that the way there is open.
    await b.answers(open, 'http://knock/', 'web of a');
    await programmed(b, open, 'knock');
    expect(await answering(b, open, 'knock', others, [53, 80])).toBe('');
    await b.answers(open, 'http://knock/', 'web of a');
    await b.remove(resources.imports, open, 'knock');
    await b.gone(resources.services, open, 'knock', 30_000);
  }, 300_000);

  test('those of the gateway that imports answer on none: an import lets nobody in', async () => {
    const gateway = (await b.gateway(open, `import-${realm}`))!;
    const device = gateway.status!.replicas!.find(replica => replica.ready)!;
    const web = (await b.get<NexlinkImport>(resources.imports, open, 'web'))!;
    // On the last ones it listens for pods of its own cluster.
    const ports = [22, 80, 443, 8080, 8090, 19000, ...web.status!.ports!.map(({ listenPort }) => listenPort)];
    await a.import(space, 'back', {
      device: { address: device.tunnelIPv4! },
      ports: ports.map(port => ({ port })),
    });
    // Ready says that the tunnel to it works.
    await programmed(a, space, 'back');
    expect(await answering(a, space, 'back', ports, [])).toBe('');
    await a.condition(resources.imports, space, 'back', ready);
    await a.remove(resources.imports, space, 'back');
  }, 240_000);

  test('the pods of its gateway let in nobody at their own addresses, but to the agent’s port', async () => {
    const [pod] = await a.gatewayPods(space, `export-${space}`);
    const ports = [22, 80, 8080, 8090, 9090, 18999, 20000];
    const knock = `for port in ${ports.join(' ')}; do
      curl --silent --output /dev/null --connect-timeout 2 --max-time 10 --write-out "$port %{exitcode}\\n" "http://${pod!.status!.podIP}:$port/"
    done; true`;
    // A port that is only not listened on would refuse at once (7); a policy says nothing (28).
    expect((await a.exec(space, 'client', 'sh', '-c', knock)).trim().split('\n')).toEqual(
      ports.map(port => `${port} ${port === 8090 ? 0 : 28}`),
    );
  }, 120_000);

  test('what is no longer exported is not answered at the tunnel address either, and the rest is', async () => {
    await a.export(space, 'short', { service: 'web', name: 'short' });
    await a.condition(resources.exports, space, 'short', { ...ready, reason: 'Exported' });
    const nxe = (await a.get<NexlinkExport>(resources.exports, space, 'short'))!;
    const [device] = nxe.status!.devices!;
    const { devicePort } = nxe.status!.ports![0]!;
    await b.import(open, 'direct', {
      device: { id: device!.id },
      ports: [{ port: 80 }, { port: 81, devicePort }],
    });
    await b.answers(open, 'http://direct:81/', 'web of a');

    await a.remove(resources.exports, space, 'short');
    await until('http://direct:81/ answers no more', () =>
      b.curl(open, 'http://direct:81/').then(
        () => false,
        () => true,
      ),
    );
    for (let round = 0; round < 5; round++) {
      await expect(b.curl(open, 'http://direct:81/')).rejects.toThrow();
      expect(await b.curl(open, 'http://direct:80/')).toBe('web of a');
    }
    await b.remove(resources.imports, open, 'direct');
  }, 240_000);

  test('an importer takes back its own: imports, Services and gateway go, the export stays as it was', async () => {
    const before = await exportStatus();
    await b.kubectl('label', 'namespace', closed, `${importLabel}-`);
    await b.gone(resources.imports, closed, 'web', 30_000);
    await b.gone(resources.services, closed, 'web', 30_000);
    await b.gone(resources.gateways, closed, `import-${realm}`);
    await until(
      'nothing of Nexlink is left in the namespace',
      async () => (await ofNexlink(closed)).length === 0,
    );
    expect(await exportStatus()).toEqual(before);
    // The other namespace of the realm did not take anything back.
    expect(await b.curl(open, 'http://web/')).toBe('web of a');
  }, 240_000);

  test('an import that a user made is consent by itself, and stays when the label goes', async () => {
    await b.import(open, 'mine', { name: 'web' });
    await b.answers(open, 'http://mine/', 'web of a', 30_000);
    await b.kubectl('label', 'namespace', open, `${importLabel}-`);
    await b.gone(resources.imports, open, 'web', 30_000);
    await b.gone(resources.services, open, 'web', 30_000);
    expect(await importsIn(open)).toEqual(['mine']);
    expect(await b.curl(open, 'http://mine/')).toBe('web of a');

    await b.kubectl('label', 'namespace', open, `${importLabel}=true`);
    await b.answers(open, 'http://web/', 'web of a', 30_000);
    await b.condition(resources.imports, open, 'mine', ready);
  }, 240_000);

  test('an exporter takes back its own: import and Service go; what a user asked for says that nobody exports it', async () => {
    await a.remove(resources.exports, space, 'web');
    await b.gone(resources.imports, open, 'web', 30_000);
    await b.gone(resources.services, open, 'web', 30_000);
    await b.condition(resources.imports, open, 'mine', {
      type: 'Ready',
      status: 'False',
      reason: 'NoExporter',
    });
    await expect(b.curl(open, 'http://mine/')).rejects.toThrow(/exit code|failed/i);
    await b.remove(resources.imports, open, 'mine');
    await Promise.all([
      a.gone(resources.gateways, space, `export-${realm}`),
      b.gone(resources.gateways, open, `import-${realm}`),
    ]);
  }, 240_000);
});

const importsIn = async (namespace: string): Promise<string[]> =>
  (await b.list(resources.imports, namespace)).map(({ metadata }) => metadata.name).sort();

/** Everything that Nexlink has, or made, in a namespace of b. */
async function ofNexlink(namespace: string): Promise<string[]> {
  const kinds = [resources.imports, resources.gateways, resources.services, resources.statefulSets];
  const found = await Promise.all(
    kinds.map(async resource =>
      (await b.list(resource, namespace)).map(({ metadata }) => `${resource.kind} ${metadata.name}`),
    ),
  );
  return found.flat();
}

/** Waits until an import is ready, and its gateway's pods have rules for every port of it. */
async function programmed(cluster: Cluster, namespace: string, name: string): Promise<void> {
  await cluster.condition(resources.imports, namespace, name, ready);
  await until(
    `every port of the import ${name} has its rule`,
    async () => {
      const nxi = await cluster.get<NexlinkImport>(resources.imports, namespace, name);
      const gateway = await cluster.gateway(namespace, nxi?.status?.gateway ?? '');
      const { revision, replicas = [] } = gateway?.status ?? {};
      return (
        nxi?.status?.ports?.length === nxi?.spec.ports?.length &&
        replicas.length > 0 &&
        replicas.every(({ appliedRevision }) => appliedRevision === revision)
      );
    },
    { timeoutMs: 30_000, explain: () => cluster.overview(namespace) },
  );
}

/** What the pod `client` hears from ports of a host, one line a port; those that say nothing are left out. */
function answering(
  cluster: Cluster,
  namespace: string,
  host: string,
  tcp: readonly number[],
  udp: readonly number[],
): Promise<string> {
  const knock = `
    for port in ${tcp.join(' ')}; do
      said=$(curl --silent --max-time 2 --output - "http://${host}:$port/" | head -c 200 | tr '\\0' ' ')
      [ -z "$said" ] || echo "tcp $port: $said"
    done
    for port in ${udp.join(' ')}; do
      said=$(echo x | socat -t 1 - "UDP:${host}:$port" 2>/dev/null | head -c 200 | tr '\\0' ' ')
      [ -z "$said" ] || echo "udp $port: $said"
    done`;
  return cluster.exec(namespace, 'client', 'bash', '-c', knock);
}

async function exportStatus() {
  const nxe = (await a.get<NexlinkExport>(resources.exports, space, 'web'))!;
  const condition = nxe.status?.conditions?.find(({ type }) => type === 'Ready');
  expect(condition).toMatchObject({ status: 'True', reason: 'Exported' });
  return { condition, ports: nxe.status?.ports, gateway: nxe.status?.gateway };
}
