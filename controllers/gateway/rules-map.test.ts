import { describe, expect, test } from '@jest/globals';
import { aPod } from '../testing/builders.ts';
import { aReport, aRulesMap } from '../testing/seen.ts';
import { isReplicaReady, isReplicaServing, isReplicaThere, rulesMapOf } from './rules-map.ts';

const rule = { protocol: 'tcp', port: 80, host: '10.96.0.7', targetPort: 8080 };
const port = { owner: 'a', protocol: 'TCP', port: 80, gatewayPort: 80 };

test('ports are found by owner, targets by port', () => {
  const map = rulesMapOf(aRulesMap({ ingress: [rule], egress: [{ ...rule, host: '100.64.0.1' }] }, [port]));
  expect(map.revision).toBe('present');
  expect(map.portsOf('a')).toEqual([port]);
  expect(map.portsOf('b')).toEqual([]);
  expect(map.targetsOf({ protocol: 'TCP', gatewayPort: 80 })).toEqual(['10.96.0.7:8080', '100.64.0.1:8080']);
  expect(map.targetsOf({ protocol: 'UDP', gatewayPort: 80 })).toEqual([]);
});

test('ports that were given up belong to nobody', () => {
  const freed = { ...port, gatewayPort: 81, freed: true };
  const map = rulesMapOf(aRulesMap({}, [port, freed]));
  expect([map.ports, map.portsOf('a'), map.freed]).toEqual([[port], [port], [freed]]);
});

test('a version is read once', () => {
  const configMap = aRulesMap({});
  expect(rulesMapOf(configMap)).toBe(rulesMapOf(configMap));
});

test.each([undefined, '[', 'null', '{}', '{"revision":"x"}', '{"revision":1,"ingress":[],"egress":[]}'])(
  'rules that cannot be read are none: %s',
  text => {
    const configMap = { ...aRulesMap({}), data: text === undefined ? {} : { 'rules.json': text } };
    expect(rulesMapOf(configMap)).toMatchObject({ revision: undefined, ports: [] });
  },
);

test('a replica is ready by its own and the kubelet’s word, and as the pod that is there', () => {
  const pod = aPod('export-shop');
  const report = aReport();
  expect(isReplicaReady(report, pod)).toBe(true);
  expect(isReplicaReady(report, undefined)).toBe(false);
  expect(isReplicaReady({ ...report, ready: false }, pod)).toBe(false);
  expect(isReplicaReady({ ...report, podUID: 'earlier' }, pod)).toBe(false);
  expect(isReplicaReady(report, aPod('export-shop', 0, { conditions: [] }))).toBe(false);
  expect(isReplicaReady(report, aPod('export-shop', 0, {}, { deletionTimestamp: 'now' }))).toBe(false);
});

test('a report counts while its pod is there, and not as ready when nobody else says so', () => {
  const pod = aPod('import-shop');
  const lost = aPod('import-shop', 0, { conditions: [] });
  const report = aReport(0, { podUID: pod.metadata.uid! });
  expect(isReplicaThere(report, pod)).toBe(true);
  expect(isReplicaThere(report, aPod('import-shop', 0, {}, { deletionTimestamp: 'now' }))).toBe(true);
  expect(isReplicaThere({ ...report, ready: false }, lost)).toBe(true);
  expect(isReplicaThere(report, lost)).toBe(false);
  expect(isReplicaThere(report, undefined)).toBe(false);
  expect(isReplicaThere({ ...report, podUID: 'earlier' }, pod)).toBe(false);
});

describe('a replica whose pod is not ready serves', () => {
  const since = (seconds: number) => {
    const pod = aPod('export-shop');
    const started = Date.parse('2026-01-01T00:00:00Z');
    const at = (ms: number) => new Date(started + ms).toISOString();
    return {
      ...pod,
      status: {
        ...pod.status,
        startTime: at(0),
        conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: at(seconds * 1000) }],
      },
    };
  };
  test.each([
    ['while it waits to be asked', 'Waiting', since(0), true],
    ['when it was asked and the kubelet does not know yet', 'Given', since(1), true],
    ['not when it was ready before', 'Given', since(9), false],
    ['not without a word of that', undefined, since(0), false],
  ] as const)('%s', (_when, proof, pod, is) => {
    const report = { ...aReport(), ...(proof === undefined ? {} : { proof }) };
    expect(isReplicaServing(report, pod)).toBe(is);
  });
});
