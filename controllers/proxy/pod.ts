/** The pod of a gateway: nexd as it is, and the agent that programs it. Passes Pod Security `restricted`. */

import { gatewayLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { caName, childName, rulesName } from '../runtime/names.ts';
import type { Container, EnvVar } from '../runtime/objects.ts';
import type { GatewayDefaults } from '../runtime/ports.ts';
import { strategicMerge } from './merge.ts';
import { nexdCommand } from './nexd-command.ts';

const identityDir = '/etc/nexlink/identity';
const caDir = '/etc/nexlink/ca';
const stateDir = '/var/lib/nexd';
const socketDir = '/run/nexd';
const socket = `${socketDir}/nexd.sock`;
/** The agent writes it when nexd may stop. */
const drainedFile = `${socketDir}/drained`;
export const healthPort = 8090;
const tokenDir = '/var/run/secrets/kubernetes.io/serviceaccount';

export interface PodTemplate {
  metadata: { labels: { [key: string]: string }; annotations?: { [key: string]: string } };
  spec: { containers: Container[]; initContainers: Container[]; [field: string]: unknown };
}

/** Labels that select a gateway's pods. */
export const podLabels = (gateway: string): { [key: string]: string } => ({
  'app.kubernetes.io/name': 'nexlink-gateway',
  [gatewayLabel]: gateway,
});

/** The pod template of a gateway, with the user's overrides merged over it. */
export function renderPod(gateway: NexlinkGateway, defaults: GatewayDefaults): PodTemplate {
  const { name } = gateway.metadata;
  const template: PodTemplate = {
    metadata: {
      labels: { ...podLabels(name), 'app.kubernetes.io/managed-by': 'nexlink' },
      annotations: { 'kubectl.kubernetes.io/default-container': 'agent' },
    },
    spec: {
      serviceAccountName: defaults.serviceAccountName ?? childName(name),
      // Only the agent talks to the API server; nexd must see neither token nor address of it.
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      // First nobody shall send new connections any more; then nexd waits for the last one to end, and some never do.
      terminationGracePeriodSeconds: 30,
      topologySpreadConstraints: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(
        topologyKey => ({
          topologyKey,
          maxSkew: 1,
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: podLabels(name) },
        }),
      ),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65532,
        runAsGroup: 65532,
        fsGroup: 65532,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      ...(defaults.hostAliases.length ? { hostAliases: defaults.hostAliases } : {}),
      initContainers: [identity(gateway, defaults)],
      containers: [nexd(gateway, defaults), agent(gateway, defaults)],
      volumes: volumes(gateway, defaults),
    },
  };
  return strategicMerge(template, gateway.spec.podTemplate);
}

const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
const small = { requests: { cpu: '10m', memory: '48Mi' } };
/**
 * What CPU time a container gets of a node that has none to spare goes by its request. With 10m beside a busy pod of
 * 500m, agents were so late that their far ends took them for dead.
 */
const carrying = { requests: { cpu: '50m', memory: '48Mi' } };
const pull = (defaults: GatewayDefaults) =>
  defaults.imagePullPolicy === undefined ? {} : { imagePullPolicy: defaults.imagePullPolicy };

/** Where the agent finds everything; the same for both of its containers. */
function agentEnv(gateway: NexlinkGateway): EnvVar[] {
  const { name } = gateway.metadata;
  return [
    { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
    { name: 'POD_UID', valueFrom: { fieldRef: { fieldPath: 'metadata.uid' } } },
    { name: 'NEXLINK_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
    { name: 'NEXLINK_GATEWAY', value: name },
    { name: 'NEXLINK_DIRECTION', value: gateway.spec.direction },
    { name: 'NEXLINK_RULES_CONFIGMAP', value: rulesName(name) },
    { name: 'NEXLINK_IDENTITY_DIR', value: identityDir },
    { name: 'NEXLINK_HEALTH_ADDRESS', value: `:${healthPort}` },
    { name: 'NEXD_SOCKET', value: socket },
    { name: 'NEXD_STATE_DIR', value: stateDir },
    // Without its start-up snapshot, Node.js needs 4 MB less.
    { name: 'NODE_OPTIONS', value: '--no-node-snapshot' },
  ];
}

/** Puts the replica's keys where nexd looks for them; only it sees the Secret. */
const identity = (gateway: NexlinkGateway, defaults: GatewayDefaults): Container => ({
  name: 'init',
  image: defaults.agentImage,
  ...pull(defaults),
  command: ['/nexlink/agent', 'init'],
  env: agentEnv(gateway),
  volumeMounts: [
    { name: 'identity', mountPath: identityDir, readOnly: true },
    { name: 'state', mountPath: stateDir },
  ],
  resources: small,
  securityContext: restricted,
  terminationMessagePolicy: 'FallbackToLogsOnError',
});

/** Until the agent says so, and for 26 seconds at most: it may have ended without a word. */
const waitForAgent = `i=0; while [ ! -e ${drainedFile} ] && [ $i -lt 130 ]; do i=$((i+1)); sleep 0.2; done`;

function nexd(gateway: NexlinkGateway, defaults: GatewayDefaults): Container {
  const env: EnvVar[] = [
    { name: 'NEXD_SERVICE_URL', value: defaults.serviceURL },
    // Set, nexd would keep its keys in a Secret that it shares with all pods of the same owner.
    { name: 'KUBERNETES_SERVICE_HOST', value: '' },
    { name: 'HOME', value: stateDir },
  ];
  if (defaults.stunServers.length)
    env.push({ name: 'NEXD_STUN_SERVER', value: defaults.stunServers.join(',') });
  if (defaults.ca !== undefined) env.push({ name: 'SSL_CERT_FILE', value: `${caDir}/ca.crt` });
  if (defaults.insecureSkipTLSVerify) env.push({ name: 'NEXD_INSECURE_SKIP_TLS_VERIFY', value: 'true' });
  return {
    name: 'nexd',
    image: gateway.spec.nexd?.image ?? defaults.nexdImage,
    ...pull(defaults),
    command: nexdCommand(stateDir, socket),
    env,
    lifecycle: { preStop: { exec: { command: ['/bin/sh', '-c', waitForAgent] } } },
    volumeMounts: [
      { name: 'state', mountPath: stateDir },
      { name: 'socket', mountPath: socketDir },
      ...(defaults.ca === undefined ? [] : [{ name: 'ca', mountPath: caDir, readOnly: true }]),
    ],
    resources: gateway.spec.nexd?.resources ?? defaults.nexdResources ?? carrying,
    securityContext: restricted,
    terminationMessagePolicy: 'FallbackToLogsOnError',
  };
}

/**
 * The agent says by itself when it must not have connections. An answer that is late tells only that the node is busy,
 * and a pod that is taken out for that costs more than it saves.
 */
const probe = (path: string, periodSeconds: number, timeoutSeconds: number, failureThreshold: number) => ({
  httpGet: { path, port: healthPort },
  periodSeconds,
  timeoutSeconds,
  failureThreshold,
});

const agent = (gateway: NexlinkGateway, defaults: GatewayDefaults): Container => ({
  name: 'agent',
  image: defaults.agentImage,
  ...pull(defaults),
  command: ['/nexlink/agent', 'run'],
  env: agentEnv(gateway),
  ports: [{ name: 'health', containerPort: healthPort }],
  // Two misses: rules that are being applied when the kubelet asks are no reason to take the pod out.
  readinessProbe: probe('/readyz', 1, 5, 2),
  livenessProbe: { ...probe('/healthz', 10, 10, 6), initialDelaySeconds: 10 },
  volumeMounts: [
    { name: 'state', mountPath: stateDir },
    { name: 'socket', mountPath: socketDir },
    { name: 'token', mountPath: tokenDir, readOnly: true },
  ],
  resources: gateway.spec.agent?.resources ?? defaults.agentResources ?? carrying,
  securityContext: restricted,
  terminationMessagePolicy: 'FallbackToLogsOnError',
});

function volumes(gateway: NexlinkGateway, defaults: GatewayDefaults): object[] {
  const { name } = gateway.metadata;
  return [
    { name: 'state', emptyDir: {} },
    { name: 'socket', emptyDir: {} },
    { name: 'identity', secret: { secretName: childName(name), defaultMode: 0o440 } },
    ...(defaults.ca === undefined ? [] : [{ name: 'ca', configMap: { name: caName(name) } }]),
    {
      name: 'token',
      projected: {
        sources: [
          { serviceAccountToken: { path: 'token', expirationSeconds: 3600 } },
          { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        ],
      },
    },
  ];
}
