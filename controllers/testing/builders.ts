/** Objects for tests: valid and small, with what a test is about given by it. */

import { createHash } from 'node:crypto';
import { apiVersion, gatewayLabel } from '../../api/v1alpha1/labels.ts';
import type { Condition, ObjectMeta } from '../../api/v1alpha1/meta.ts';
import type { NexlinkExport, NexlinkExportSpec } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway, NexlinkGatewaySpec } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport, NexlinkImportSpec } from '../../api/v1alpha1/nexlinkimport.ts';
import type { ExporterRecord } from '../import/registry.ts';
import type { ServiceOffer, ServiceRecord } from '../metadata/record.ts';
import type { Identity } from '../proxy/rules.ts';
import { publicKeyOf } from '../proxy/wireguard-key.ts';
import { childName, podName } from '../runtime/names.ts';
import type { Device, RegKey } from '../runtime/nexodus.ts';
import type { Namespace, Pod, Service, ServicePort } from '../runtime/objects.ts';
import type { GatewayDefaults } from '../runtime/ports.ts';

export const longAgo = '2026-01-01T00:00:00Z';

const metadata = (name: string, more: Partial<ObjectMeta> = {}): ObjectMeta => ({
  name,
  namespace: 'shop',
  uid: `uid-${name}`,
  resourceVersion: '1',
  generation: 1,
  creationTimestamp: longAgo,
  ...more,
});

export const aCondition = (
  type: string,
  status: Condition['status'],
  reason: string,
  more: Partial<Condition> = {},
): Condition => ({
  type,
  status,
  reason,
  message: 'so.',
  observedGeneration: 1,
  lastTransitionTime: longAgo,
  ...more,
});

export const aNamespace = (name = 'shop', labels: { [key: string]: string } = {}): Namespace => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, uid: `uid-${name}`, resourceVersion: '1', creationTimestamp: longAgo, labels },
});

export const aService = (
  name = 'web',
  ports: ServicePort[] = [{ name: 'http', port: 80, protocol: 'TCP' }],
  spec: Service['spec'] = {},
  meta: Partial<ObjectMeta> = {},
): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: metadata(name, meta),
  spec: { type: 'ClusterIP', clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'], ports, ...spec },
});

export const anExport = (
  name = 'web',
  spec: NexlinkExportSpec = {},
  meta: Partial<ObjectMeta> = {},
): NexlinkExport => ({ apiVersion, kind: 'NexlinkExport', metadata: metadata(name, meta), spec });

export const anImport = (
  name = 'web',
  spec: NexlinkImportSpec = {},
  meta: Partial<ObjectMeta> = {},
): NexlinkImport => ({ apiVersion, kind: 'NexlinkImport', metadata: metadata(name, meta), spec });

export const aGateway = (
  spec: Partial<NexlinkGatewaySpec> = {},
  meta: Partial<ObjectMeta> = {},
): NexlinkGateway => {
  const full: NexlinkGatewaySpec = { direction: 'Export', realm: 'shop', ...spec };
  const name = meta.name ?? `${full.direction.toLowerCase()}-${full.realm}`;
  return { apiVersion, kind: 'NexlinkGateway', metadata: metadata(name, meta), spec: full };
};

/** A pod of a gateway that runs and is ready. */
export const aPod = (
  gateway: string,
  ordinal = 0,
  status: Pod['status'] = {},
  meta: Partial<ObjectMeta> = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: metadata(podName(gateway, ordinal), {
    labels: { [gatewayLabel]: gateway },
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'StatefulSet', name: childName(gateway), uid: 'set', controller: true },
    ],
    ...meta,
  }),
  spec: { nodeName: 'node' },
  status: {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [{ name: 'nexd', ready: true, restartCount: 0, state: { running: {} } }],
    ...status,
  },
});

/** A WireGuard key pair, the same for the same text. */
export function aKeyPair(text: string): { readonly privateKey: string; readonly publicKey: string } {
  const privateKey = createHash('sha256').update(text).digest('base64');
  return { privateKey, publicKey: publicKeyOf(privateKey) };
}

export const anIdentity = (ordinal = 0, more: Partial<Identity> = {}): Identity => ({
  ...aKeyPair(`replica ${ordinal}`),
  deviceID: `device-${ordinal}`,
  regKeyID: `key-${ordinal}`,
  regKey: `RK:${ordinal}`,
  ...more,
});

export const aDevice = (ordinal = 0, more: Partial<Device> = {}): Device => ({
  id: `device-${ordinal}`,
  ownerID: 'me',
  vpcID: 'vpc',
  hostname: `${childName('export-shop')}-${ordinal}`,
  publicKey: aKeyPair(`replica ${ordinal}`).publicKey,
  ipv4: `100.64.0.${ordinal + 1}`,
  ipv6: `200::${ordinal + 1}`,
  online: true,
  endpoints: [{ source: 'stun:one:3478', address: '203.0.113.7:30000' }],
  symmetricNAT: false,
  revision: 1,
  ...more,
});

export const aRegKey = (ordinal = 0, more: Partial<RegKey> = {}): RegKey => ({
  id: `key-${ordinal}`,
  description: `nexlink:here/shop/export-shop/${ordinal}`,
  token: `RK:${ordinal}`,
  deviceID: `device-${ordinal}`,
  expiresAt: longAgo,
  ...more,
});

export const aServiceRecord = (more: Partial<ServiceRecord> = {}): ServiceRecord => ({
  name: 'web',
  protocol: 'tcp',
  port: 80,
  servicePort: 80,
  portName: 'http',
  namespace: 'shop',
  created: longAgo,
  appProtocol: undefined,
  affinitySeconds: 0,
  ...more,
});

export const anExporter = (
  ordinal = 0,
  services: ServiceRecord[] = [aServiceRecord()],
  cluster: string | undefined = 'there',
  announced: readonly ServiceOffer[] = [],
): ExporterRecord => ({
  device: aDevice(ordinal),
  cluster,
  hasAgent: true,
  services,
  announced,
  problems: [],
});

const withoutPort = ({ port: _, ...offer }: ServiceRecord): ServiceOffer => offer;
export const aServiceOffer = (more: Partial<ServiceOffer> = {}) => withoutPort(aServiceRecord(more));

export const gatewayDefaults: GatewayDefaults = {
  replicas: 2,
  nexdImage: 'nexd:1',
  agentImage: 'nexlink:1',
  stunServers: [],
  hostAliases: [],
  serviceURL: 'https://try.example',
  insecureSkipTLSVerify: false,
};
