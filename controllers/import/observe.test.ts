import { beforeEach, describe, expect, test } from '@jest/globals';
import { importNameLabel, managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { podLabels } from '../proxy/pod.ts';
import { importLabelValue, rulesName } from '../runtime/names.ts';
import type { Service } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { aGateway, aNamespace, anImport, aPod, aService } from '../testing/builders.ts';
import { aReport, aRulesMap } from '../testing/seen.ts';
import { World } from '../testing/world.ts';
import { observeImport } from './observe.ts';
import { RegistrySource } from './registry.ts';

const name = 'web'.repeat(30);
let world: World;
let uid: string;

const owned = () => {
  const { ports } = world.process;
  const seen = observeImport(`shop/${name}`, ports, new RegistrySource(ports.directory, 'here'))!;
  return seen.owned.map(({ metadata }) => metadata.name).sort();
};
const add = (service: string, owner: string, label = importLabelValue(name), namespace = 'shop') => {
  const ownerReferences = [{ apiVersion: 'x', kind: 'NexlinkImport', name, uid: owner }];
  const labels = { [importNameLabel]: label };
  world.add(resources.services, aService(service, [], {}, { namespace, labels, ownerReferences }));
};
const edit = (service: string, change: (metadata: Service['metadata']) => void) =>
  world.server.edit<Service>(
    { resource: resources.services, namespace: 'shop', name: service },
    ({ metadata }) => change(metadata),
  );

beforeEach(() => {
  world = new World();
  for (const namespace of ['shop', 'other']) world.add(resources.namespaces, aNamespace(namespace));
  world.add(resources.imports, anImport(name, { name: 'web', service: { name: 'web' } }));
  world.start();
  ({ uid } = world.server.get(resources.imports, 'shop', name)!.metadata as { uid: string });
});

describe('the Services that an import made', () => {
  test('are those with its label and uid', () => {
    for (const service of ['one', 'two']) add(service, uid);
    add('of-another', uid, 'other');
    add('of-an-earlier-one', 'uid-earlier');
    add('elsewhere', uid, importLabelValue(name), 'other');
    expect(owned()).toEqual(['one', 'two']);
  });

  test('are so as they are now, whatever becomes of them', () => {
    add('one', uid, 'other');
    add('two', uid);
    edit('one', metadata => (metadata.labels = { [importNameLabel]: importLabelValue(name) }));
    expect(owned()).toEqual(['one', 'two']);
    edit('one', metadata => delete metadata.labels);
    expect(owned()).toEqual(['two']);
    edit('two', metadata => delete metadata.ownerReferences);
    add('three', uid);
    expect(owned()).toEqual(['three']);
    world.server.delete({ resource: resources.services, namespace: 'shop', name: 'three' });
    expect(owned()).toEqual([]);
  });
});

describe('a replica of the gateway', () => {
  const port = { protocol: 'TCP', port: 80, gatewayPort: 20000 };
  const current = (closedPorts?: string[]) => {
    const pod = aPod('import-shop', 0, {}, { labels: podLabels('import-shop') });
    world.add(resources.pods, pod);
    pod.metadata.uid = world.server.get(resources.pods, 'shop', pod.metadata.name)!.metadata.uid!;
    const report = aReport(0, { podUID: pod.metadata.uid!, ...(closedPorts ? { closedPorts } : {}) });
    const metadata = {
      name: rulesName('import-shop'),
      namespace: 'shop',
      labels: { [managedByLabel]: 'controller' },
    };
    world.add(resources.configMaps, { ...aRulesMap({}, [{ ...port, owner: uid }]), metadata });
    const gateway: NexlinkGateway = {
      ...aGateway({ direction: 'Import' }, { name: 'import-shop' }),
      status: { replicas: [report] },
    };
    world.add(resources.gateways, gateway);
    const { ports } = world.process;
    return observeImport(`shop/${name}`, ports, new RegistrySource(ports.directory, 'here'))!.replicas;
  };

  test('counts when it has the rules of now', () => expect(current()).toEqual([{ current: true }]));

  test('not when a port of the import leads nowhere there', () => {
    expect(current(['TCP/20000'])).toEqual([{ current: false }]);
  });

  test('not less when a port of another import does', () => {
    expect(current(['UDP/20000', 'TCP/20001'])).toEqual([{ current: true }]);
  });
});
