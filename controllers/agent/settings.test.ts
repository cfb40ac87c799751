import { expect, test } from '@jest/globals';
import { readSettings } from './settings.ts';

const env = {
  NEXLINK_GATEWAY: 'export-shop',
  NEXLINK_NAMESPACE: 'shop',
  NEXLINK_DIRECTION: 'Export',
  POD_NAME: 'nexlink-export-shop-12',
  POD_UID: 'uid',
};

test('has a default for all that the pod does not have to say', () =>
  expect(readSettings(env)).toEqual({
    gateway: 'export-shop',
    namespace: 'shop',
    direction: 'Export',
    rulesConfigMap: 'nexlink-export-shop-rules',
    podName: 'nexlink-export-shop-12',
    ordinal: 12,
    podUID: 'uid',
    socket: '/run/nexd/nexd.sock',
    drainedFile: '/run/nexd/drained',
    stateDir: '/var/lib/nexd',
    identityDir: '/etc/nexlink/identity',
    identitySecret: 'nexlink-export-shop',
    healthAddress: { host: undefined, port: 8090 },
    responderPort: 8091,
    firstProbePort: 19000,
    firstWayPort: 10000,
    serviceAccountDir: undefined,
    logLevel: 'info',
  }));

test.each([
  ['127.0.0.1:1', { host: '127.0.0.1', port: 1 }],
  ['[::1]:9000', { host: '::1', port: 9000 }],
])('listens on %s', (address, expected) =>
  expect(readSettings({ ...env, NEXLINK_HEALTH_ADDRESS: address }).healthAddress).toEqual(expected),
);

test('names everything that is wrong', () => {
  const wrong = () =>
    readSettings({
      POD_NAME: 'web',
      NEXLINK_HEALTH_ADDRESS: 'x',
      NEXLINK_RESPONDER_PORT: '70000',
      NEXLINK_FIRST_PROBE_PORT: 'first',
      NEXLINK_DIRECTION: 'Up',
      NEXLINK_LOG_LEVEL: 'loud',
      POD_UID: 'u',
    });
  for (const name of [
    'NEXLINK_GATEWAY',
    'NEXLINK_NAMESPACE',
    'POD_NAME',
    'NEXLINK_HEALTH_ADDRESS',
    '70000',
    'first',
    'Up',
    'loud',
  ])
    expect(wrong).toThrow(name);
});
