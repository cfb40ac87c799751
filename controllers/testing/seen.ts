/** What reconcilers have seen, for tests of plans and judgements. */

import type { GatewayReplica, NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { SeenExport } from '../export/observe.ts';
import { resolveExport } from '../export/resolve.ts';
import type { SeenGateway, SeenNexodus } from '../gateway/observe.ts';
import { rulesMapOf } from '../gateway/rules-map.ts';
import type { SeenImport } from '../import/observe.ts';
import { importedPorts, importPlaceOf } from '../import/resolve.ts';
import type { Identity } from '../proxy/rules.ts';
import type { Device, RegKey } from '../runtime/nexodus.ts';
import type { ConfigMap, Pod } from '../runtime/objects.ts';
import { aGateway, aNamespace, anExport, anImport, aService, longAgo } from './builders.ts';

export const settings = { autoImport: 'labeled', systemNamespace: 'nexlink-system' } as const;

export interface GatewaySight {
  readonly gateway?: NexlinkGateway;
  readonly identities?: readonly Identity[];
  readonly keys?: readonly RegKey[];
  readonly devices?: readonly Device[];
  /** What devices publish, by id. */
  readonly published?: { readonly [deviceID: string]: unknown };
  /** Ports that their metadata names, as `TCP/80`. */
  readonly publishedPorts?: readonly string[];
  /** For how long, in ms, nobody has been known to send to a freed port. */
  readonly quietPorts?: { readonly [port: string]: number };
  readonly pods?: readonly Pod[];
  readonly reports?: readonly GatewayReplica[];
  readonly synced?: boolean;
  readonly failure?: SeenNexodus['failure'];
  readonly holder?: Device;
  readonly exports?: SeenGateway['exports'];
  readonly imports?: SeenGateway['imports'];
  /** The rules ConfigMap as written last. */
  readonly rules?: ConfigMap;
  readonly policy?: SeenGateway['policy'];
  readonly children?: SeenGateway['children'];
}

const ordinalOf = (text: string) => Number(/(\d+)$/.exec(text)![1]);

/** A gateway as it was observed; lists are in the order of the replicas. */
export const aSeenGateway = (sight: GatewaySight = {}): SeenGateway => ({
  gateway: sight.gateway ?? aGateway(),
  exports: sight.exports ?? [],
  imports: sight.imports ?? [],
  children: sight.children ?? new Map(),
  secret: undefined,
  identities: new Map((sight.identities ?? []).map((identity, ordinal) => [ordinal, identity])),
  rules: rulesMapOf(sight.rules),
  policy: sight.policy,
  pods: new Map((sight.pods ?? []).map(pod => [ordinalOf(pod.metadata.name), pod])),
  reports: new Map((sight.reports ?? []).map(report => [report.ordinal, report])),
  quietPorts: new Map(Object.entries(sight.quietPorts ?? {})),
  nexodus: {
    synced: sight.synced ?? true,
    failure: sight.failure,
    keys: (sight.keys ?? []).map(key => ({ ordinal: ordinalOf(key.description), key })),
    devices: new Map((sight.devices ?? []).map(device => [device.id, device])),
    published: new Map(Object.entries(sight.published ?? {})),
    publishedPorts: new Set(sight.publishedPorts ?? []),
    holder: sight.holder,
    describe: ordinal => `nexlink:here/shop/export-shop/${ordinal}`,
  },
});

/** What the agent of a replica that works reports. */
export const aReport = (ordinal = 0, more: Partial<GatewayReplica> = {}): GatewayReplica => ({
  ordinal,
  podUID: `uid-nexlink-export-shop-${ordinal}`,
  deviceID: `device-${ordinal}`,
  tunnelIPv4: `100.64.0.${ordinal + 1}`,
  appliedRevision: 'present',
  ready: true,
  ...more,
});

/** A rules ConfigMap with these rules and ports. */
export const aRulesMap = (rules: object, ports: readonly object[] = []): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'rules', namespace: 'shop' },
  data: {
    'rules.json': JSON.stringify({ revision: 'present', ingress: [], egress: [], ...rules }),
    'ports.json': JSON.stringify(ports),
  },
});

/** An export of the Service `web` that works, but for what is given. */
export function aSeenExport(more: Partial<SeenExport> = {}): SeenExport {
  const nxe = more.nxe ?? anExport();
  return {
    nxe,
    synced: true,
    rivals: [],
    isEnding: false,
    isBacked: true,
    cluster: 'here',
    resolved: resolveExport(nxe, aNamespace(), aService(), settings),
    gateway: {
      ...aGateway(),
      status: {
        readyReplicas: 1,
        conditions: [
          { type: 'Ready', status: 'True', reason: 'Ready', message: 'fine.', lastTransitionTime: longAgo },
        ],
      },
    },
    won: new Set(['TCP/80']),
    rules: rulesMapOf(
      aRulesMap({ ingress: [{ protocol: 'tcp', port: 80, host: '10.96.0.7', targetPort: 80 }] }, [
        { owner: nxe.metadata.uid, protocol: 'TCP', port: 80, gatewayPort: 80 },
      ]),
    ),
    devices: [],
    now: new Date(Date.parse(longAgo) + 3_600_000),
    ...more,
  };
}

/** An import of `web`, of which the exporters are given. */
export function aSeenImport(more: Partial<SeenImport> = {}): SeenImport {
  const nxi = more.nxi ?? anImport();
  const exporters = more.exporters ?? [];
  return {
    nxi,
    place: importPlaceOf(nxi, aNamespace(), settings),
    gateway: undefined,
    reports: more.gateway?.status?.replicas ?? [],
    exporters,
    missing: undefined,
    merged: importedPorts(nxi, exporters),
    policy: undefined,
    assigned: [],
    rules: rulesMapOf(undefined),
    replicas: [],
    service: undefined,
    isBacked: true,
    owned: [],
    failure: undefined,
    synced: true,
    now: new Date(Date.parse(longAgo) + 3_600_000),
    ...more,
  };
}
