import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayLabel } from '../../api/v1alpha1/labels.ts';
import { aGateway, gatewayDefaults } from '../testing/builders.ts';
import type { Container } from '../runtime/objects.ts';
import type { GatewayDefaults } from '../runtime/ports.ts';
import { podLabels, renderPod } from './pod.ts';

const render = (spec: Parameters<typeof aGateway>[0] = {}, defaults: Partial<GatewayDefaults> = {}) =>
  renderPod(aGateway(spec), { ...gatewayDefaults, ...defaults });
const containersOf = ({ spec }: ReturnType<typeof renderPod>): Container[] => [
  ...spec.initContainers,
  ...spec.containers,
];
const container = (pod: ReturnType<typeof renderPod>, name: string) =>
  containersOf(pod).find(each => each.name === name)!;
const envOf = (pod: ReturnType<typeof renderPod>, name: string) =>
  Object.fromEntries((container(pod, name).env ?? []).map(({ name, value }) => [name, value]));
const mountsOf = (pod: ReturnType<typeof renderPod>, name: string) =>
  (container(pod, name).volumeMounts ?? []).map(mount => mount.name).sort();

test('every container passes Pod Security restricted', () => {
  const pod = render();
  expect(pod.spec.securityContext).toMatchObject({
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  });
  for (const { securityContext } of containersOf(pod))
    expect(securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
});

test('nexd sees no token, no address of the API server, and no keys of other replicas', () => {
  const pod = render();
  expect(pod.spec.automountServiceAccountToken).toBe(false);
  expect(envOf(pod, 'nexd')).toMatchObject({ KUBERNETES_SERVICE_HOST: '' });
  expect(mountsOf(pod, 'nexd')).toEqual(['socket', 'state']);
  expect(mountsOf(pod, 'init')).toEqual(['identity', 'state']);
  expect(mountsOf(pod, 'agent')).toEqual(['socket', 'state', 'token']);
});

test('no key is in an argument or in the environment', () => {
  for (const { args = [], env = [] } of containersOf(render())) {
    expect(args).toEqual([]);
    expect(env.map(({ name }) => name)).not.toContain('NEXD_REG_KEY');
  }
});

test('nexd asks for the address of its identity, whatever the gateway wants by now', () => {
  const command = container(render({ tunnelIP: '100.64.0.9' }), 'nexd').command!.join(' ');
  expect(command).toContain('export NEXD_REQUESTED_IP="$(cat /var/lib/nexd/requested-ip)"');
  expect(command).not.toContain('100.64.0.9');
  expect(render({ tunnelIP: '100.64.0.9' })).toEqual(render());
});

test('no rule is on the command line, as those cannot be removed', () => {
  expect(container(render(), 'nexd').command!.join(' ')).not.toMatch(/--(in|e)gress/);
});

test('the agent knows its direction', () => {
  expect(envOf(render(), 'agent')).toMatchObject({ NEXLINK_DIRECTION: 'Export' });
  expect(envOf(render({ direction: 'Import' }), 'agent')).toMatchObject({ NEXLINK_DIRECTION: 'Import' });
});

test('nexd is told to stop when the agent says so, and the pod has the time for it', async () => {
  const pod = render();
  const { preStop } = container(pod, 'nexd')['lifecycle'] as { preStop: { exec: { command: string[] } } };
  const folder = await mkdtemp(join(tmpdir(), 'pre-stop-'));
  const [shell, ...args] = preStop.exec.command.map(arg => arg.replaceAll('/run/nexd', folder));
  const waiting = spawn(shell!, args);
  const ended = new Promise(resolve => waiting.once('exit', resolve));
  await new Promise(resolve => setTimeout(resolve, 300));
  expect(waiting.exitCode).toBeNull();
  await writeFile(join(folder, 'drained'), '');
  expect(await ended).toBe(0);
  await rm(folder, { recursive: true });
  // 12 seconds of its own, and nexd's connections.
  expect(preStop.exec.command.join(' ')).toMatch(/-lt 130 .*sleep 0\.2/);
  expect(pod.spec['terminationGracePeriodSeconds']).toBe(30);
});

test('the pods of a gateway are spread, where there is somewhere to', () =>
  expect(render().spec['topologySpreadConstraints']).toEqual(
    ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'].map(topologyKey => ({
      topologyKey,
      maxSkew: 1,
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: podLabels('export-shop') },
    })),
  ));

test('the pods carry the labels that the Service of an import selects', () => {
  expect(render().metadata.labels).toMatchObject(podLabels('export-shop'));
  expect(podLabels('export-shop')[gatewayLabel]).toBe('export-shop');
});

describe('settings', () => {
  test('the CA is mounted and named, when there is one', () => {
    const pod = render({}, { ca: 'PEM' });
    expect(envOf(pod, 'nexd')).toMatchObject({ SSL_CERT_FILE: '/etc/nexlink/ca/ca.crt' });
    expect(mountsOf(pod, 'nexd')).toContain('ca');
    expect(JSON.stringify(pod.spec.volumes)).toContain('nexlink-export-shop-ca');
    expect(JSON.stringify(render())).not.toContain('nexlink-export-shop-ca');
  });

  test('STUN servers, TLS, host aliases, account and pull policy are taken over', () => {
    const pod = render(
      {},
      {
        stunServers: ['one:3478', 'two:3478'],
        insecureSkipTLSVerify: true,
        hostAliases: [{ ip: '10.0.0.1', hostnames: ['try.example'] }],
        serviceAccountName: 'mine',
        imagePullPolicy: 'Never',
      },
    );
    expect(envOf(pod, 'nexd')).toMatchObject({
      NEXD_STUN_SERVER: 'one:3478,two:3478',
      NEXD_INSECURE_SKIP_TLS_VERIFY: 'true',
      NEXD_SERVICE_URL: 'https://try.example',
    });
    expect(pod.spec).toMatchObject({
      serviceAccountName: 'mine',
      hostAliases: [{ ip: '10.0.0.1', hostnames: ['try.example'] }],
    });
    for (const { imagePullPolicy } of containersOf(pod)) expect(imagePullPolicy).toBe('Never');
  });

  test('image and resources of the gateway count more than the settings', () => {
    const resources = { limits: { memory: '1Gi' } };
    const pod = render(
      { nexd: { image: 'mine:1', resources }, agent: { resources } },
      { nexdResources: { limits: { memory: '2Gi' } } },
    );
    expect(container(pod, 'nexd')).toMatchObject({ image: 'mine:1', resources });
    expect(container(pod, 'agent')).toMatchObject({ image: 'nexlink:1', resources });
  });

  test('the settings count more than the defaults', () => {
    const nexdResources = { limits: { memory: '2Gi' } };
    expect(container(render({}, { nexdResources }), 'nexd').resources).toEqual(nexdResources);
  });

  test('the template of the user is merged over everything', () => {
    const pod = render({
      podTemplate: {
        metadata: { annotations: { mine: 'yes' } },
        spec: {
          nodeSelector: { zone: 'a' },
          containers: [{ name: 'nexd', env: [{ name: 'NEXD_LOGLEVEL', value: 'debug' }] }],
        },
      },
    });
    expect(pod.metadata.annotations).toMatchObject({ mine: 'yes' });
    expect(pod.spec).toMatchObject({ nodeSelector: { zone: 'a' } });
    expect(pod.spec.containers.map(({ name }) => name)).toEqual(['nexd', 'agent']);
    expect(envOf(pod, 'nexd')).toMatchObject({ NEXD_LOGLEVEL: 'debug', HOME: '/var/lib/nexd' });
  });
});
