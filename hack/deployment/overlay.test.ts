import { describe, expect, it, test } from '@jest/globals';
import { loadSettings } from '../../controllers/settings/load.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kustomization, prerequisites, settings, type Wishes } from './overlay.ts';

const full: Wishes = {
  NEXODUS_URL: 'https://nexodus.example:8443',
  NEXODUS_USERNAME: 'kitty',
  NEXODUS_PASSWORD: 'hunter2',
  ca: '-----BEGIN CERTIFICATE-----\n',
  NEXODUS_HOST_IP: '10.0.0.1',
  NEXODUS_STUN_SERVERS: '10.0.0.1:3478,10.0.0.1:3479',
  NEXD_IMAGE: 'nexd:1',
  GATEWAY_REPLICAS: '1',
  GATEWAY_CPU: '10m',
};

/** The patches of a kustomization, by kind. */
function patchesOf(wishes: Wishes) {
  const { patches } = kustomization('nexlink:1', wishes, '../base') as { patches: { patch: string }[] };
  const [deployment, configMap] = patches.map(({ patch }) => JSON.parse(patch) as unknown) as [
    {
      spec: {
        template: { metadata: { annotations: object }; spec: { hostAliases?: object; containers: object[] } };
      };
    },
    { data: { 'config.yaml': string } },
  ];
  return { pod: deployment.spec.template, config: configMap.data['config.yaml'] };
}

describe('the settings of a deployment', () => {
  it('say nothing when nothing is wished for', () => expect(settings({})).toEqual({}));

  test.each<[string, Wishes]>([
    ['everything', full],
    ['nothing', {}],
  ])('are accepted by the controller with %s', (_what, wishes) => {
    const folder = mkdtempSync(join(tmpdir(), 'nexlink-overlay-'));
    const file = join(folder, 'config.yaml');
    writeFileSync(file, patchesOf(wishes).config);
    try {
      expect(loadSettings(file, { NEXLINK_AGENT_IMAGE: 'x' })).toMatchObject(settings(wishes));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('give gateways the hosts of the service, without its port', () =>
    expect(settings(full)).toMatchObject({
      gateway: {
        hostAliases: [
          { ip: '10.0.0.1', hostnames: ['nexodus.example', 'api.nexodus.example', 'auth.nexodus.example'] },
        ],
        stunServers: ['10.0.0.1:3478', '10.0.0.1:3479'],
        imagePullPolicy: 'IfNotPresent',
      },
      nexodus: { caFile: '/etc/nexlink/ca/ca.crt' },
    }));
});

describe('the overlay', () => {
  it('sets the image in both of its places, and the hosts', () => {
    const { pod } = patchesOf(full);
    expect(pod.spec).toMatchObject({
      hostAliases: [{ ip: '10.0.0.1' }],
      containers: [{ image: 'nexlink:1', env: [{ name: 'NEXLINK_AGENT_IMAGE', value: 'nexlink:1' }] }],
    });
  });

  it('replaces pods when settings or CA changed, and else not', () => {
    const annotation = (wishes: Wishes) => JSON.stringify(patchesOf(wishes).pod.metadata.annotations);
    expect(annotation({ ...full })).toBe(annotation(full));
    expect(annotation({ ...full, NEXD_IMAGE: 'nexd:2' })).not.toBe(annotation(full));
    expect(annotation({ ...full, ca: 'other' })).not.toBe(annotation(full));
  });

  it('holds no login', () =>
    expect(JSON.stringify(kustomization('x', full, '.'))).not.toMatch(/kitty|hunter2/));
});

describe('what the pods need', () => {
  it('is the login and the CA', () => {
    expect(prerequisites(full)).toMatchObject({
      items: [
        { kind: 'Secret', stringData: { username: 'kitty', password: 'hunter2' } },
        { kind: 'ConfigMap', data: { 'ca.crt': full.ca } },
      ],
    });
  });

  it('leaves alone what is not given', () => expect(prerequisites({})).toMatchObject({ items: [] }));

  test.each<[string, Wishes, string]>([
    ['half a login', { NEXODUS_USERNAME: 'kitty' }, 'NEXODUS_PASSWORD is not set'],
    ['the other half', { NEXODUS_PASSWORD: 'x' }, 'NEXODUS_USERNAME is not set'],
  ])('refuses %s', (_what, wishes, message) => expect(() => prerequisites(wishes)).toThrow(message));

  it('refuses an address that is none', () =>
    expect(() => settings({ NEXODUS_HOST_IP: 'here' })).toThrow('NEXODUS_HOST_IP=here is not an IP address'));
});
