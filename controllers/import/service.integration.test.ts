/** The Service of an import in real API servers: what they fill in leads to no further write. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ImportService } from '../../api/v1alpha1/nexlinkimport.ts';
import { startAPIServer, type TestAPIServer } from '../../hack/test/apiserver.ts';
import { testConnection } from '../../hack/test/connection.ts';
import { KubeClient } from '../kube/client.ts';
import { ResourceWriter } from '../kube/writer.ts';
import type { ServiceRecord } from '../metadata/record.ts';
import type { Service } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { aGateway, anExporter, anImport, aServiceRecord } from '../testing/builders.ts';
import { aSeenImport } from '../testing/seen.ts';
import { planImport } from './plan.ts';

const namespace = 'import-service-test';
let client: KubeClient;
let writer: ResourceWriter;

async function connect(kubeconfig?: string): Promise<void> {
  client = new KubeClient(testConnection(kubeconfig), { deadlineMs: 5000 });
  writer = new ResourceWriter(client, { observer: { written: () => {}, deleted: () => {} } });
  const metadata = { name: namespace };
  await writer.apply(resources.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata });
}

/** What the plan makes of `found`; then it must be content. */
async function bring(
  found: Service | undefined,
  offer: Partial<ServiceRecord> = {},
  service: ImportService = {},
): Promise<Service> {
  const nxi = anImport('web', { service }, { namespace });
  const wanted = (service: Service | undefined) =>
    planImport(
      aSeenImport({
        nxi,
        gateway: aGateway({ direction: 'Import', realm: namespace }),
        assigned: [{ owner: 'uid-web', protocol: 'TCP', port: 80, gatewayPort: 20000 }],
        exporters: [anExporter(0, [aServiceRecord(offer)])],
        ...(service ? { service } : {}),
      }),
    ).flatMap(action => (action.do === 'apply' ? [action.object as Service] : []));
  const [object] = wanted(found);
  if (!object) throw new Error('nothing is to be done');
  const made = await writer.apply<Service>(resources.services, object);
  expect(wanted(made)).toEqual([]);
  return made;
}

const affinityOf = ({ spec }: Service) => ({
  kind: spec?.sessionAffinity,
  seconds: spec?.sessionAffinityConfig?.clientIP?.timeoutSeconds,
});

describe('with one family of addresses', () => {
  beforeAll(() => connect());
  afterAll(() => client.close());

  test('application protocol and session affinity follow the exporter and the spec', async () => {
    let service = await bring(undefined);
    expect(affinityOf(service)).toEqual({ kind: 'None' });
    expect(service.spec).toMatchObject({
      clusterIPs: [expect.any(String)],
      ipFamilyPolicy: 'PreferDualStack',
    });

    service = await bring(service, { affinitySeconds: 60, appProtocol: 'kubernetes.io/h2c' });
    expect(affinityOf(service)).toEqual({ kind: 'ClientIP', seconds: 60 });
    expect(service.spec?.ports).toMatchObject([{ appProtocol: 'kubernetes.io/h2c' }]);

    service = await bring(service, { affinitySeconds: 60 }, { sessionAffinity: 'ClientIP' });
    expect(affinityOf(service)).toEqual({ kind: 'ClientIP', seconds: 10800 });
    expect(service.spec?.ports?.[0]).not.toHaveProperty('appProtocol');

    service = await bring(service, { affinitySeconds: 60 }, { sessionAffinity: 'None' });
    expect(affinityOf(service)).toEqual({ kind: 'None' });
  });

  test('annotations of any script stay as they are', async () => {
    const annotations = {
      'example.com/note': '🚀 שלום \u202egnp.exe\u202c e\u0301 \u0000 \ufffd 👩‍👩‍👧‍👦\r\n\t',
      plain: '',
    };
    const service = await bring(undefined, {}, { annotations });
    expect(service.metadata.annotations).toMatchObject({ plain: '' });
  });
});

describe('with two', () => {
  let server: TestAPIServer;
  beforeAll(async () => {
    server = await startAPIServer('10.0.0.0/24,fd00:10::/112');
    await connect(server.kubeconfig);
  }, 60_000);
  afterAll(async () => {
    await client.close();
    await server.stop();
  });

  test('the Service has an address of each', async () => {
    let service = await bring(undefined);
    expect(service.spec?.clusterIPs).toEqual([
      expect.stringMatching(/^10\./),
      expect.stringMatching(/^fd00:/),
    ]);
    service = await bring(service, { affinitySeconds: 60 });
    await writer.delete({ resource: resources.services, namespace, name: 'web' }, service.metadata.uid!);
  });

  test('a Service that had one gets the other', async () => {
    const made = await writer.create<Service>(resources.services, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', namespace },
      spec: { type: 'ClusterIP', ipFamilyPolicy: 'SingleStack', ports: [{ port: 80 }] },
    });
    expect(made.spec?.clusterIPs).toHaveLength(1);
    const owner = anImport().metadata.uid!;
    made.metadata.ownerReferences = [{ apiVersion: 'x', kind: 'NexlinkImport', name: 'web', uid: owner }];
    expect((await bring(made)).spec?.clusterIPs).toHaveLength(2);
  });
});
