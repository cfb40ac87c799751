import { describe, expect, test } from '@jest/globals';
import { importNameLabel, managedByLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkImportSpec } from '../../api/v1alpha1/nexlinkimport.ts';
import type { Action } from '../runtime/actions.ts';
import type { KubeObject } from '../runtime/kube.ts';
import type { Service } from '../runtime/objects.ts';
import { podLabels } from '../proxy/pod.ts';
import { aGateway, anExporter, anImport, aService, aServiceRecord } from '../testing/builders.ts';
import { aSeenImport, settings } from '../testing/seen.ts';
import { isOurs, type SeenImport } from './observe.ts';
import { planImport, servedPorts } from './plan.ts';
import { importedPorts, importPlaceOf } from './resolve.ts';

const gateway = aGateway({ direction: 'Import' });
const assigned = [{ owner: 'uid-web', protocol: 'TCP' as const, port: 80, gatewayPort: 20000 }];
const seen = (more: Partial<SeenImport> = {}) =>
  aSeenImport({ gateway, assigned, exporters: [anExporter()], ...more });
const named = (actions: readonly Action[]) =>
  actions.map(action =>
    'object' in action
      ? `${action.do} ${(action.object as KubeObject).kind} ${(action.object as KubeObject).metadata.name}`
      : 'ref' in action
        ? `${action.do} ${action.ref.resource.kind} ${action.ref.name}`
        : action.do,
  );
const applied = (sight: SeenImport) =>
  planImport(sight).flatMap(action => (action.do === 'apply' ? [action.object as Service] : []))[0];

const ownedByWeb = { apiVersion: 'x', kind: 'NexlinkImport', name: 'web', uid: 'uid-web', controller: true };

test('the Service leads to the gateway, from the port of the exporter to that of the gateway', () => {
  expect(applied(seen())).toMatchObject({
    metadata: { name: 'web', ownerReferences: [{ kind: 'NexlinkImport', uid: 'uid-web', controller: true }] },
    spec: {
      ipFamilyPolicy: 'PreferDualStack',
      selector: { 'nexlink.nexodus.io/gateway': 'import-shop' },
      ports: [{ name: 'http', protocol: 'TCP', port: 80, targetPort: 20000 }],
    },
  });
});

test('once it is there, nothing is written', () => {
  const service = applied(seen())!;
  service.metadata.uid = 'uid-service';
  service.spec!.clusterIP = '10.96.0.9';
  expect(planImport(seen({ service }))).toEqual([]);
});

test('a selector to which somebody added a label is put right', () => {
  const service = applied(seen())!;
  service.metadata.uid = 'uid-service';
  service.spec!.selector!['app'] = 'another';
  expect(applied(seen({ service }))!.spec!.selector).not.toHaveProperty('app');
});

test('labels and annotations of the spec are taken over, ours cannot be replaced', () => {
  const spec: NexlinkImportSpec = {
    service: { labels: { mine: 'yes', [managedByLabel]: 'me' }, annotations: { note: 'x' } },
  };
  expect(applied(seen({ nxi: anImport('web', spec) }))!.metadata).toMatchObject({
    labels: { mine: 'yes', [managedByLabel]: 'controller', [importNameLabel]: 'web' },
    annotations: { note: 'x' },
  });
});

test('an import whose name is too long for a label has a Service all the same, and knows it again', () => {
  const long = `a.very.${'long.'.repeat(48)}name`;
  const nxi = anImport(long, { name: 'api', service: { name: 'api' } });
  const service = applied(seen({ nxi, place: importPlaceOf(nxi, undefined, settings) }))!;
  expect(service.metadata.labels![importNameLabel]).toMatch(/^[a-z.]{54}-[0-9a-f]{8}$/);
  service.metadata.ownerReferences = [];
  expect(isOurs(service, nxi)).toBe(true);
  expect(isOurs(service, anImport(`${long}r`))).toBe(false);
});

test('a label that the spec no longer has is noticed', () => {
  const service = applied(seen({ nxi: anImport('web', { service: { labels: { mine: 'yes' } } }) }))!;
  service.metadata.uid = 'uid-service';
  expect(named(planImport(seen({ service })))).toEqual(['apply Service web']);
});

describe('the session affinity of the Service', () => {
  const service = (affinitySeconds: number | undefined) => [
    anExporter(0, [aServiceRecord({ affinitySeconds })]),
  ];
  const clientIP = (timeoutSeconds: number) => ({
    sessionAffinity: 'ClientIP',
    sessionAffinityConfig: { clientIP: { timeoutSeconds } },
  });
  const asked = (service: NexlinkImportSpec['service']) => ({ nxi: anImport('web', { service: service! }) });
  const made = aService('web', undefined, clientIP(90));
  const none = { sessionAffinity: undefined, sessionAffinityConfig: undefined };
  const cases: [string, Partial<SeenImport>, object][] = [
    ['is that of the exporter', { exporters: service(60) }, clientIP(60)],
    ['is left to Kubernetes when the exporter has none', { exporters: service(0) }, none],
    ['is left to Kubernetes when the exporter says nothing', { exporters: service(undefined) }, none],
    ['goes with that of the exporter', { exporters: service(0), service: made }, none],
    ['is that of the spec first', { exporters: service(0), ...asked(clientIP(5) as object) }, clientIP(5)],
    ['has the time of Kubernetes', asked({ sessionAffinity: 'ClientIP' }), clientIP(10800)],
    ['may be refused', { exporters: service(60), ...asked({ sessionAffinity: 'None' }) }, none],
    ['stays while nobody offers anything', { exporters: [anExporter(0, [])], service: made }, clientIP(90)],
    [
      'of a device is that of the spec alone',
      {
        nxi: anImport('web', { device: { hostname: 'db' }, ports: [{ port: 80 }] }),
        exporters: [{ ...anExporter(0, []), cluster: undefined }],
        service: made,
      },
      none,
    ],
  ];
  test.each(cases)('%s', (_name, more, spec) => {
    const { service, ...rest } = more;
    const found = service && { ...service, metadata: { ...service.metadata, ownerReferences: [ownedByWeb] } };
    const { sessionAffinity, sessionAffinityConfig } = applied(
      seen({ ...rest, ...(found ? { service: found } : {}) }),
    )!.spec!;
    expect({ sessionAffinity, sessionAffinityConfig }).toEqual(spec);
  });
});

describe('what is done', () => {
  const ours = {
    ...aService(),
    metadata: {
      ...aService().metadata,
      ownerReferences: [ownedByWeb],
    },
  };
  const theirs = {
    ...ours,
    metadata: {
      ...ours.metadata,
      ownerReferences: [{ ...ours.metadata.ownerReferences[0]!, uid: 'earlier' }],
    },
  };
  const orphan = aService(
    'web',
    [],
    {},
    { labels: { [managedByLabel]: 'controller', [importNameLabel]: 'web' } },
  );
  const old = { ...ours, metadata: { ...ours.metadata, name: 'old' } };
  const elsewhere = { ...ours, spec: { ...ours.spec, selector: podLabels('import-prod') } };
  const nobody = { exporters: [], merged: importedPorts(anImport(), []) };
  const both = (service: Service) => ({ service, owned: [service] });
  const cases: [string, Partial<SeenImport>, string[]][] = [
    [
      'first the gateway, then the Service',
      { gateway: undefined },
      ['create NexlinkGateway import-shop', 'apply Service web'],
    ],
    ['no Service before the gateway has ports for it', { assigned: [] }, []],
    ['nothing when a Service of the user has the name', { service: aService(), gateway: undefined }, []],
    ['nothing when an earlier import of the name has it', { service: theirs }, []],
    ['our Service is brought up to date', { service: ours }, ['apply Service web']],
    ['one that lost its owner is taken back', { service: orphan }, ['apply Service web']],
    [
      'nothing while it is being deleted',
      { service: { ...ours, metadata: { ...ours.metadata, deletionTimestamp: 'now' } } },
      [],
    ],
    ['nothing through a gateway of another direction', { gateway: aGateway() }, []],
    [
      'the Service under an earlier name goes after the new one is there',
      { owned: [old] },
      ['apply Service web', 'delete Service old'],
    ],
    [
      'a Service that leads to an earlier gateway goes while the new one has no port for it',
      { ...both(elsewhere), ...nobody, assigned: [] },
      ['delete Service web'],
    ],
    ['or stays, when there will be one', { ...both(elsewhere), assigned: [] }, []],
    ['or is led to the new one', { ...both(elsewhere), ...nobody }, ['apply Service web']],
    [
      'one whose gateway does not carry it goes',
      { ...both(ours), gateway: aGateway() },
      ['delete Service web'],
    ],
    [
      'but not twice',
      { owned: [{ ...old, metadata: { ...old.metadata, deletionTimestamp: 'now' } }] },
      ['apply Service web'],
    ],
  ];
  test.each(cases)('%s', (_name, more, actions) => expect(named(planImport(seen(more)))).toEqual(actions));
});

describe('the application protocol of a port', () => {
  const status = {
    ports: [{ name: 'kept', protocol: 'TCP' as const, port: 80, listenPort: 20000, appProtocol: 'kept' }],
  };
  const speaking = [anExporter(0, [aServiceRecord({ appProtocol: 'http' })])];
  const cases: [string, Partial<SeenImport>, string | undefined][] = [
    ['is that of the exporter', { exporters: speaking }, 'http'],
    ['is none when the exporter says none', {}, undefined],
    ['goes with that of the exporter', { nxi: { ...anImport(), status } }, undefined],
    ['is kept while nobody offers it', { exporters: [], nxi: { ...anImport(), status } }, 'kept'],
  ];
  test.each(cases)('%s', (_name, more, appProtocol) => {
    expect(servedPorts(seen(more))[0]?.appProtocol).toBe(appProtocol);
    expect(applied(seen(more))!.spec!.ports![0]!.appProtocol).toBe(appProtocol);
  });
});

describe('the name of a port', () => {
  const status = { ports: [{ name: 'kept', protocol: 'TCP' as const, port: 80, listenPort: 20000 }] };
  const cases: [string, Partial<SeenImport>, string][] = [
    ['is that of the exporter', {}, 'http'],
    ['is kept while nobody offers it', { exporters: [], nxi: { ...anImport(), status } }, 'kept'],
    ['is made of protocol and number at last', { exporters: [] }, 'tcp-80'],
    [
      'follows the exporter',
      { exporters: [anExporter(0, [aServiceRecord({ portName: 'web' })])], nxi: { ...anImport(), status } },
      'web',
    ],
  ];
  test.each(cases)('%s', (_name, more, name) => expect(servedPorts(seen(more))).toMatchObject([{ name }]));
});
