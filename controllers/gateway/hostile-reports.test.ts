/** What a gateway's pod that was taken over may write into its status: the agents' entries are nobody's word. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { GatewayReplica } from '../../api/v1alpha1/nexlinkgateway.ts';
import { resolveExport } from '../export/resolve.ts';
import { judgeExport } from '../export/status.ts';
import { judgeImport } from '../import/status.ts';
import { decode } from '../metadata/decode.ts';
import type { Action } from '../runtime/actions.ts';
import {
  aDevice,
  aGateway,
  anExport,
  anExporter,
  anIdentity,
  aNamespace,
  aPod,
  aRegKey,
  aService,
  gatewayDefaults,
} from '../testing/builders.ts';
import { hostileNumber, hostileText } from '../testing/hostile.ts';
import { aReport, aRulesMap, aSeenExport, aSeenGateway, aSeenImport, settings } from '../testing/seen.ts';
import { planGateway } from './plan.ts';
import { planDevices, planRemoval, planWithdrawal } from './plan-devices.ts';
import { judgeGateway } from './status.ts';

const text = fc.oneof(
  hostileText,
  fc.constantFrom('device-0', 'device-1', 'device-of-others', 'present', '100.64.0.1', '100.64.0.7'),
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const report = fc.record({
  ordinal: fc.oneof(fc.nat(3), hostileNumber),
  podUID: maybe(fc.oneof(text, fc.constantFrom('uid-nexlink-export-shop-0', 'uid-nexlink-export-shop-1'))),
  deviceID: maybe(text),
  tunnelIPv4: maybe(text),
  tunnelIPv6: maybe(text),
  appliedRevision: maybe(text),
  ready: maybe(fc.boolean()),
  message: maybe(text),
  peers: maybe(fc.array(fc.record({ address: text, healthy: fc.boolean() }), { maxLength: 4 })),
}) as fc.Arbitrary<GatewayReplica>;
/** The good reports with some of them replaced, and others beside them. */
const reports = fc
  .tuple(fc.array(report, { maxLength: 4 }), fc.boolean(), fc.boolean())
  .map(([hostile, first, second]) => [
    ...(first ? [aReport(0)] : []),
    ...(second ? [aReport(1)] : []),
    ...hostile,
  ]);

const nxe = anExport('web');
const resolved = resolveExport(nxe, aNamespace(), aService('web'), settings);
const now = new Date('2026-03-01T12:00:00Z');
const identities = new Map([0, 1].map(ordinal => [ordinal, anIdentity(ordinal)]));
const own = new Set(['device-0', 'device-1']);

/** What there is of each replica: without all of it, devices and keys are replaced and removed. */
interface Replicas {
  readonly identities: readonly number[];
  readonly keys: readonly number[];
  readonly devices: readonly number[];
  readonly pods: readonly number[];
}
const all: Replicas = { identities: [0, 1], keys: [0, 1], devices: [0, 1], pods: [0, 1] };
const some = fc.subarray([0, 1]);
const replicas: fc.Arbitrary<Replicas> = fc.record({
  identities: some,
  keys: some,
  devices: some,
  pods: some,
});

const seenWith = (reports: readonly GatewayReplica[], replicas = all) =>
  aSeenGateway({
    gateway: { ...aGateway(), status: { replicas: [...reports] } },
    identities: replicas.identities.map(ordinal => anIdentity(ordinal)),
    keys: replicas.keys.map(ordinal => aRegKey(ordinal)),
    devices: replicas.devices.map(ordinal => aDevice(ordinal)),
    pods: replicas.pods.map(ordinal => aPod('export-shop', ordinal)),
    exports: [{ nxe, resolved, isBacked: true }],
    rules: aRulesMap({ ingress: [{ protocol: 'tcp', port: 80, host: '10.96.0.7', targetPort: 80 }] }, [
      { owner: nxe.metadata.uid, protocol: 'TCP', port: 80, gatewayPort: 80 },
    ]),
    published: { 'device-0': { realm: 'shop', services: [] } },
    reports,
  });

/** Everything that the plans of a gateway would do. */
function actionsOf(reports: readonly GatewayReplica[], replicas = all): Action[] {
  const seen = seenWith(reports, replicas);
  const decodeRecord = (id: string) => decode(seen.nexodus.published.get(id));
  const context = { defaults: gatewayDefaults, cluster: 'here', decodeRecord };
  const { metadata, rules, pods } = planGateway(seen, identities, context);
  const devices = [1, 2].flatMap(wanted => planDevices(seen, wanted, now).actions);
  return [...metadata, ...rules, ...pods, ...devices, ...planWithdrawal(seen), ...planRemoval(seen)];
}

describe('the reports of a hostile agent', () => {
  test('make the controller write to nothing but the gateway, its children and its devices', () => {
    const keys = new Set([aRegKey(0).id, aRegKey(1).id]);
    fc.assert(
      fc.property(reports, replicas, (reports, replicas) => {
        for (const action of actionsOf(reports, replicas)) {
          if ('deviceID' in action) expect(own).toContain(action.deviceID);
          else if ('id' in action) expect(keys).toContain(action.id);
          else if ('object' in action) {
            expect(action.object.metadata.namespace).toBe('shop');
            expect(action.object.metadata.name).toMatch(/^nexlink-export-shop(-rules|-ca)?$/);
          } else if ('ref' in action) {
            expect(action.ref.namespace).toBe('shop');
            expect(action.ref.name).toMatch(/^(nexlink-)?export-shop(-[01])?$/);
            for (const { path } of 'operations' in action ? action.operations : [])
              expect(path).toMatch(/^\/status\/replicas\/\d+(\/ordinal)?$/);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('change neither the rules nor what the pods are', () => {
    const children = (reports: readonly GatewayReplica[]) =>
      actionsOf(reports).flatMap(action => (action.do === 'apply' ? [action.object] : []));
    const wanted = children([aReport(0), aReport(1)]);
    fc.assert(fc.property(reports, reports => expect(children(reports)).toEqual(wanted)));
  });

  test('publish nothing that is not exported', () => {
    fc.assert(
      fc.property(reports, reports => {
        for (const action of actionsOf(reports))
          if (action.do === 'putMetadata') {
            const { realm, exports, services } = decode(action.value);
            expect([realm, exports]).toEqual(['shop', ['web']]);
            expect(services.every(({ name, port }) => name === 'web' && port === 80)).toBe(true);
          }
      }),
      { numRuns: 100 },
    );
  });

  test('give conditions that the API takes, and count no more pods than there are', () => {
    fc.assert(
      fc.property(reports, reports => {
        const { readyReplicas, conditions } = judgeGateway(
          seenWith(reports),
          identities,
          2,
          'present',
          undefined,
        );
        expect(readyReplicas).toBeLessThanOrEqual(2);
        for (const { message, reason } of conditions) {
          expect(message.length).toBeLessThanOrEqual(32_768);
          expect(reason).toMatch(/^[A-Za-z]+$/);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('can be told by exports and imports, which believe them about tunnels only', () => {
    fc.assert(
      fc.property(reports, reports => {
        const gateway = { ...aSeenExport().gateway!, status: { replicas: reports } };
        expect(judgeExport(aSeenExport({ gateway, devices: [] }), undefined).conditions).toHaveLength(3);
        const seen = aSeenImport({ gateway, exporters: [anExporter(6)] });
        const [exporter] = judgeImport(seen, undefined).status.exporters!;
        expect(['Reachable', 'Unreachable', 'Offline', 'Unknown']).toContain(exporter!.state);
        expect(exporter).toMatchObject({ deviceID: 'device-6', address: '100.64.0.7' });
      }),
      { numRuns: 100 },
    );
  });
});
