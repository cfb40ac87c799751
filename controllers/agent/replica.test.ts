import { describe, expect, test } from '@jest/globals';
import type { Programmed } from './program.ts';
import { carriesTraffic, isReady, replicaOf, type Observed } from './replica.ts';

const reporter = { ordinal: 1, podUID: 'pod-uid', deviceID: 'device' };
const programmed: Programmed = {
  listed: { ingress: 1, egress: 0 },
  alone: new Set(),
  missing: [],
  surplus: [],
  refused: [],
  closed: [],
  kept: [],
  parked: [],
};
const well: Observed = {
  tunnel: { ipv4: '100.64.0.9', ipv6: '200::9' },
  revision: 'r1',
  programmed,
  peers: [{ address: '100.64.0.2', healthy: true }],
  ports: [['100.64.0.2']],
};

describe('replicaOf', () => {
  test('says all when all is well', () =>
    expect(replicaOf(reporter, well)).toEqual({
      ...reporter,
      tunnelIPv4: '100.64.0.9',
      tunnelIPv6: '200::9',
      appliedRevision: 'r1',
      ready: true,
      peers: [{ address: '100.64.0.2', healthy: true }],
    }));

  test.each<[string, Partial<Observed>, string]>([
    ['nexd is away', { trouble: 'nexd is not running' }, 'nexd is not running'],
    [
      'there are no rules',
      { programmed: undefined, rulesTrouble: 'ConfigMap x does not exist' },
      'ConfigMap x',
    ],
    [
      'a rule is missing',
      { programmed: { ...programmed, missing: ['egress x'] } },
      'nexd did not take egress x',
    ],
    ['the pod stops', { stopping: true }, 'being stopped'],
  ])('is not ready when %s', (_, change, message) => {
    const replica = replicaOf(reporter, { ...well, ...change });
    expect(replica).toMatchObject({ ready: false, message: expect.stringContaining(message) });
    expect(replica.appliedRevision).toBeUndefined();
  });

  test('says nothing of what is missing while it starts', () => {
    const replica = replicaOf(reporter, { ...well, trouble: 'nexd is not running', starting: true });
    expect(replica.ready).toBe(false);
    expect(replica).not.toHaveProperty('message');
  });

  test('names the ports that lead nowhere, and those that nexd does not give up', () => {
    const ports = { closed: ['TCP/20000'], kept: ['TCP/20001'] };
    expect(replicaOf(reporter, { ...well, programmed: { ...programmed, ...ports } })).toMatchObject({
      closedPorts: ports.closed,
      keptPorts: ports.kept,
    });
    expect(replicaOf(reporter, well)).not.toHaveProperty('closedPorts');
    expect(replicaOf(reporter, { ...well, lingering: ['TCP/80'] }).lingeringPorts).toEqual(['TCP/80']);
    expect(replicaOf(reporter, { ...well, lingering: [] })).not.toHaveProperty('lingeringPorts');
    expect(replicaOf(reporter, well)).not.toHaveProperty('keptPorts');
  });

  test('is ready, and tells, when single rules are not usable', () => {
    const refused = [
      { kind: 'egress', text: 'x', flaw: 'the host is no IP address', port: undefined },
    ] as const;
    const replica = replicaOf(reporter, {
      ...well,
      programmed: { ...programmed, refused, surplus: ['egress y'] },
      starting: true,
    });
    expect(replica).toMatchObject({ ready: true, appliedRevision: 'r1' });
    expect(replica.message).toMatch(
      /egress x, as the host is no IP address; correct the .*, or see the log of container nexd\. .*egress y/,
    );
  });

  test('has all that it needs, and yet carries nothing, while another replica stands in', () => {
    const yielding = { ...well, reserve: { why: 'better', ordinal: 0 } } as const;
    expect(replicaOf(reporter, yielding)).toMatchObject({
      ready: true,
      appliedRevision: 'r1',
      message: 'replica 0 reaches far ends that do not answer here, so that new connections go there',
    });
    expect([carriesTraffic(well), carriesTraffic(yielding)]).toEqual([true, false]);
  });

  test('has all that it needs, and yet carries nothing, before a far end has answered', () => {
    const unproved = { ...well, reserve: { why: 'unproved' } } as const;
    expect(replicaOf(reporter, unproved)).toMatchObject({ ready: true, proof: 'Waiting' });
    expect(carriesTraffic(unproved)).toBe(false);
    expect(replicaOf(reporter, { ...well, isProved: true }).proof).toBe('Given');
  });

  test('keeps messages within what the API takes', () => {
    const missing = Array.from({ length: 50 }, () => 'x'.repeat(600));
    const { message } = replicaOf(reporter, { ...well, programmed: { ...programmed, missing } });
    expect(message).toHaveLength(1024);
  });

  test('is not ready without a tunnel address', () => expect(isReady({ ...well, tunnel: {} })).toBe(false));
});
