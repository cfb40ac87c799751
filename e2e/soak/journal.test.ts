import { expect, test } from '@jest/globals';
import type { Pod } from '../../controllers/runtime/objects.ts';
import { changes, endpointsOf, podsOf, unanswered, type Slice } from './journal.ts';

test('tells what came, changed and went', () => {
  const before = new Map([
    ['a', 'ready'],
    ['b', 'ready'],
    ['c', 'ready'],
  ]);
  const after = new Map([
    ['a', 'ready'],
    ['b', 'stops'],
    ['d', 'not ready'],
  ]);
  expect(changes(before, after)).toEqual(['b: stops', 'd: not ready', 'c: gone']);
  expect(changes(after, after)).toEqual([]);
});

test('tells pods of the same name apart', () => {
  const pod = (uid: string, more: Partial<Pod['metadata']>, status?: Pod['status']) =>
    ({ metadata: { name: 'gateway-0', uid, ...more }, status }) as Pod;
  const ready = { podIP: '10.244.0.9', conditions: [{ type: 'Ready', status: 'True' }] };
  expect([...podsOf([pod('11111111-2', { deletionTimestamp: 'x' }, ready), pod('22222222-3', {})])]).toEqual([
    ['pod gateway-0 11111111', '10.244.0.9, not ready, stops'],
    ['pod gateway-0 22222222', 'no address, not ready'],
  ]);
});

test('tells what may be sent to an endpoint', () => {
  const slice = (endpoints: Slice['endpoints']) =>
    ({
      metadata: { name: 'page-x', labels: { 'kubernetes.io/service-name': 'page' } },
      endpoints,
    }) as unknown as Slice;
  const slices = [
    slice([
      { addresses: ['10.244.0.9'], conditions: { ready: false, serving: true, terminating: true } },
      { addresses: ['10.244.0.10'], conditions: { ready: false, serving: false, terminating: false } },
    ]),
    slice(null),
  ];
  expect([...endpointsOf(slices)]).toEqual([
    ['endpoint 10.244.0.9 of page', 'serving, terminating'],
    ['endpoint 10.244.0.10 of page', 'not ready'],
  ]);
});

test('finds the pod behind a Service that does not answer', () => {
  const lines = [
    'ipv4     2 tcp      6 118 SYN_SENT src=10.244.0.5 dst=10.96.7.2 sport=40123 dport=80 [UNREPLIED] src=10.244.0.9 dst=10.244.0.5 sport=20001 dport=40123 mark=0 zone=0 use=2',
    // One that took over the entry, and with it the pod, of a connection before it.
    'ipv4     2 tcp      6 117 SYN_SENT src=10.244.0.5 dst=10.96.7.2 sport=40125 dport=80 src=10.244.0.8 dst=10.244.0.5 sport=20001 dport=40125 [ASSURED] mark=0 zone=0 use=2',
    'ipv4     2 tcp      6 86399 ESTABLISHED src=10.244.0.5 dst=10.96.7.2 sport=40124 dport=80 src=10.244.0.9 dst=10.244.0.5 sport=20001 dport=40124 [ASSURED] mark=0 zone=0 use=2',
  ];
  expect([...unanswered(lines.join('\n'))]).toEqual([
    ['SYN from 10.244.0.5:40123 to 10.96.7.2:80', 'not answered by 10.244.0.9:20001'],
    ['SYN from 10.244.0.5:40125 to 10.96.7.2:80', 'not answered by 10.244.0.8:20001'],
  ]);
  expect(unanswered('').size).toBe(0);
});
