import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { NetworkPolicy, NetworkPolicyRule } from '../runtime/objects.ts';
import { aGateway } from '../testing/builders.ts';
import {
  accessAt,
  closedPorts,
  exportPolicyChild,
  isAtMost,
  policyChild,
  type GuardedPorts,
} from './network-policy.ts';
import type { ListenPort } from './ports.ts';

const gateway = aGateway({ direction: 'Import' });
const render = (...guarded: GuardedPorts[]) => policyChild(gateway, guarded).object as NetworkPolicy;
const peer = (app: string) => ({ podSelector: { matchLabels: { app } } });
const tcp = (gatewayPort: number): ListenPort => ({ protocol: 'TCP', gatewayPort });
const udp = (gatewayPort: number): ListenPort => ({ protocol: 'UDP', gatewayPort });
const text = ({ protocol, gatewayPort }: ListenPort) => `${protocol}/${gatewayPort}`;

test('the policy lets peers reach their ports, and everyone all others that the pods listen on', () => {
  const { metadata, spec } = render(
    { peers: [peer('a')], ports: [tcp(20001), tcp(20002), udp(20000)] },
    { peers: [peer('b'), {}], ports: [tcp(29999)] },
  );
  expect(metadata).toMatchObject({ name: 'nexlink-import-shop', namespace: 'shop' });
  expect(spec).toEqual({
    podSelector: {
      matchLabels: {
        'app.kubernetes.io/name': 'nexlink-gateway',
        'nexlink.nexodus.io/gateway': 'import-shop',
      },
    },
    policyTypes: ['Ingress'],
    ingress: [
      {
        ports: [
          { protocol: 'UDP', port: 30000, endPort: 59999 },
          { protocol: 'TCP', port: 8090 },
          { protocol: 'TCP', port: 20000 },
          { protocol: 'TCP', port: 20003, endPort: 29998 },
          { protocol: 'UDP', port: 20001, endPort: 29999 },
        ],
      },
      {
        from: [peer('a')],
        ports: [
          { protocol: 'TCP', port: 20001, endPort: 20002 },
          { protocol: 'UDP', port: 20000 },
        ],
      },
      { from: [peer('b'), {}], ports: [{ protocol: 'TCP', port: 29999 }] },
    ],
  });
});

test('an export gateway is reached by WireGuard and at the port of its agent, and nowhere else', () => {
  const policy = exportPolicyChild(aGateway()).object as NetworkPolicy;
  expect(policy.metadata.name).toBe('nexlink-export-shop');
  expect(policy.spec).toEqual({
    podSelector: {
      matchLabels: {
        'app.kubernetes.io/name': 'nexlink-gateway',
        'nexlink.nexodus.io/gateway': 'export-shop',
      },
    },
    policyTypes: ['Ingress'],
    ingress: [{ ports: [{ protocol: 'UDP' }, { protocol: 'TCP', port: 8090 }] }],
  });
  const numbers = Array.from({ length: 65535 }, (_, at) => at + 1);
  expect(numbers.filter(number => accessAt(policy, tcp(number)) === 'everyone')).toEqual([8090]);
});

test('a port without peers is in no rule, as one without peers would let in everyone', () => {
  const policy = render({ peers: [], ports: [tcp(20000)] }, { peers: [peer('a')], ports: [] });
  expect(policy.spec!.ingress).toHaveLength(1);
  expect(accessAt(policy, tcp(20000))).toEqual([]);
});

const port = fc.record({
  protocol: fc.constantFrom('TCP' as const, 'UDP' as const),
  // Close together, and at the ends.
  gatewayPort: fc.oneof(
    fc.integer({ min: 20000, max: 20012 }),
    fc.integer({ min: 29995, max: 29999 }),
    fc.integer({ min: 20000, max: 29999 }),
  ),
});
const guards = fc
  .uniqueArray(fc.record({ port, peers: fc.subarray([peer('a'), peer('b')]) }), {
    selector: each => text(each.port),
    maxLength: 40,
  })
  .map(list => list.map(({ port, peers }): GuardedPorts => ({ peers, ports: [port] })));

test('open ports, guarded ones and those of nobody share the range: each is one of them, and only one', () => {
  fc.assert(
    fc.property(guards, guarded => {
      const rules = render(...guarded).spec!.ingress!.flatMap(({ ports }) => ports!);
      const nobodys = guarded
        .filter(({ peers }) => peers.length === 0)
        .map(({ ports: [only] }) => ({ protocol: only!.protocol, port: only!.gatewayPort }));
      for (const [protocol, last] of [
        ['TCP', 29999],
        ['UDP', 59999],
      ] as const) {
        const ranges = [...rules, ...nobodys]
          .filter(range => range.protocol === protocol && range.port !== 8090)
          .map(range => ({ endPort: range.port, ...range }))
          .sort((a, b) => Number(a.port) - Number(b.port));
        let next = 20000;
        for (const { port, endPort } of ranges) {
          expect(port).toBe(next);
          expect(Number(endPort)).toBeGreaterThanOrEqual(next);
          next = Number(endPort) + 1;
        }
        expect(next).toBe(last + 1);
      }
    }),
  );
});

test('what was rendered is read as it was meant', () => {
  fc.assert(
    fc.property(guards, guarded => {
      const policy = render(...guarded);
      for (const { peers, ports } of guarded) expect(accessAt(policy, ports[0]!)).toEqual(peers);
      const closed = guarded.flatMap(({ ports }) => ports.map(text));
      expect(closedPorts(policy).map(text).sort()).toEqual(closed.sort());
    }),
    { numRuns: 50 },
  );
});

describe('a policy that somebody altered is read as the network does', () => {
  const cases: [string, NetworkPolicyRule, 'everyone' | 'nobody'][] = [
    ['a rule without anything', {}, 'everyone'],
    ['empty lists', { from: [], ports: [] }, 'everyone'],
    ['a protocol without port', { ports: [{ protocol: 'TCP' }] }, 'everyone'],
    ['a port without protocol', { ports: [{ port: 20000 }] }, 'everyone'],
    ['a range', { ports: [{ protocol: 'TCP', port: 1, endPort: 20000 }] }, 'everyone'],
    ['the other protocol', { ports: [{ protocol: 'UDP', port: 20000 }] }, 'nobody'],
    ['a range beside it', { ports: [{ protocol: 'TCP', port: 20001, endPort: 20009 }] }, 'nobody'],
    ['the name of a port', { ports: [{ protocol: 'TCP', port: 'http' }] }, 'nobody'],
  ];
  test.each(cases)('%s', (_name, rule, who) => {
    const policy = { ...render(), spec: { podSelector: {}, ingress: [rule] } };
    expect(accessAt(policy, tcp(20000))).toEqual(who === 'everyone' ? 'everyone' : []);
    expect(closedPorts(policy).map(text).includes('TCP/20000')).toBe(who === 'nobody');
  });

  test('no policy', () => {
    expect(accessAt(undefined, tcp(20000))).toBe('everyone');
    expect(closedPorts(undefined)).toEqual([]);
  });
});

test('access is at most what is meant, when nobody has it who is not meant to', () => {
  const [a, b] = [peer('a'), peer('b')];
  expect(isAtMost('everyone', 'everyone')).toBe(true);
  expect(isAtMost([a], 'everyone')).toBe(true);
  expect(isAtMost([a], [b, a])).toBe(true);
  expect(isAtMost([], [a])).toBe(true);
  expect(isAtMost('everyone', [a])).toBe(false);
  expect(isAtMost([a, b], [a])).toBe(false);
});
