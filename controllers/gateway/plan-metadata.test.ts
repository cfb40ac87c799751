import { describe, expect, test } from '@jest/globals';
import { resolveExport } from '../export/resolve.ts';
import { decode } from '../metadata/decode.ts';
import type { ServiceRecord } from '../metadata/record.ts';
import type { AssignedPort } from '../proxy/ports.ts';
import {
  aDevice,
  anExport,
  anIdentity,
  aNamespace,
  aPod,
  aService,
  aServiceRecord,
} from '../testing/builders.ts';
import { aReport, aSeenGateway, settings, type GatewaySight } from '../testing/seen.ts';
import type { CarriedExport } from './observe.ts';
import { planMetadata } from './plan-metadata.ts';

const carry = (name: string, isBacked = true): CarriedExport => {
  const nxe = anExport(name);
  return { nxe, resolved: resolveExport(nxe, aNamespace(), aService(name), settings), isBacked };
};
const port = (name: string, gatewayPort = 80): AssignedPort => ({
  owner: `uid-${name}`,
  protocol: 'TCP',
  port: 80,
  gatewayPort,
});
const works: GatewaySight = {
  exports: [carry('web')],
  devices: [aDevice()],
  pods: [aPod('export-shop')],
  reports: [aReport()],
};
const record = (services: object[], announced: Port[] = []) => ({
  version: 1,
  realm: 'shop',
  cluster: 'here',
  gateway: 'export-shop',
  exports: [...new Set([...services, ...announced].map(each => (each as Port).name))].sort(),
  services,
  ...(announced.length === 0 ? {} : { announced: announced.map(({ port: _, ...offer }) => offer) }),
});
type Port = Pick<ServiceRecord, 'name' | 'port'>;
const web = JSON.parse(JSON.stringify(aServiceRecord())) as Port;
const db = { ...web, name: 'db', port: 20000 };
const plan = (sight: GatewaySight, ports = [port('web')], replicas = 1) => {
  const seen = aSeenGateway({ ...works, ...sight });
  const decoded = (id: string) => {
    const value = seen.nexodus.published.get(id);
    return value === undefined ? undefined : decode(value);
  };
  return planMetadata(seen, new Map([[0, anIdentity()]]), replicas, ports, 'present', 'here', decoded).map(
    action => (action.do === 'putMetadata' ? action.value : action.do),
  );
};

describe('a device publishes', () => {
  const both = { exports: [carry('web'), carry('db')] };
  const ports = [port('web'), port('db', 20000)];
  const cases: [string, GatewaySight, AssignedPort[], object[]][] = [
    ['what its nexd has rules for', {}, [port('web')], [record([web])]],
    [
      'not what leads nowhere there',
      { ...both, reports: [aReport(0, { closedPorts: ['TCP/80', 'UDP/20000'] })] },
      ports,
      [record([db], [web])],
    ],
    ['nothing again that is published', { published: { 'device-0': record([web]) } }, [port('web')], []],
    [
      'what somebody altered',
      { published: { 'device-0': { ...record([web]), x: 1 } } },
      [port('web')],
      [record([web])],
    ],
    [
      'what is to come before its nexd has the rules',
      { reports: [aReport(0, { appliedRevision: 'earlier' })] },
      [port('web')],
      [record([], [web])],
    ],
    [
      'what is to come when its pod is not ready',
      { pods: [aPod('export-shop', 0, { conditions: [] })] },
      [port('web')],
      [record([], [web])],
    ],
    [
      'what is to come when its pod reports as another device',
      { reports: [aReport(0, { deviceID: 'x' })] },
      [port('web')],
      [record([], [web])],
    ],
    [
      'what it did, and not yet what is new, while rules are taken over',
      {
        ...both,
        reports: [aReport(0, { appliedRevision: 'earlier' })],
        published: { 'device-0': record([web]) },
      },
      ports,
      [record([web], [db])],
    ],
    [
      'no longer what is gone, before its rule goes',
      {
        reports: [aReport(0, { appliedRevision: 'earlier' })],
        published: { 'device-0': record([web, db]) },
      },
      [port('web')],
      [record([web])],
    ],
    [
      'not yet, while rules are taken over, what is at another port than it was',
      {
        reports: [aReport(0, { appliedRevision: 'earlier' })],
        published: { 'device-0': record([{ ...web, port: 20000 }]) },
      },
      [port('web')],
      [record([], [web])],
    ],
    [
      'what is carried along, at once, though rules are taken over',
      {
        reports: [aReport(0, { appliedRevision: 'earlier' })],
        published: { 'device-0': record([{ ...web, affinitySeconds: 60, appProtocol: 'http' }]) },
      },
      [port('web')],
      [record([web])],
    ],
    [
      'what is to come of a Service without a backend',
      { exports: [carry('web'), carry('db', false)], published: { 'device-0': record([web, db]) } },
      ports,
      [record([web], [db])],
    ],
    [
      'the same of it while rules are taken over too',
      {
        exports: [carry('web', false)],
        reports: [aReport(0, { appliedRevision: 'earlier' })],
        published: { 'device-0': record([web]) },
      },
      [port('web')],
      [record([], [web])],
    ],
    ['nothing of an export that got no port', both, [port('web')], [record([web])]],
    ['nothing when there is no device', { devices: [] }, [port('web')], []],
  ];
  test.each(cases)('%s', (_name, sight, assigned, values) => expect(plan(sight, assigned)).toEqual(values));

  test('nothing when it is one too many', () => {
    expect(plan({}, [port('web')], 0)).toEqual([]);
  });
});
