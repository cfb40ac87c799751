import { expect, test } from '@jest/globals';
import type { Rule } from '../../proxy/rules.ts';
import type { Programmed } from '../program.ts';
import { outcomeOf } from './outcome.ts';
import type { Target } from './target.ts';

const to = (host: string, port: number): Rule => ({ protocol: 'tcp', port, host, targetPort: 80 });
const fine: Programmed = {
  listed: { ingress: 0, egress: 2 },
  alone: new Set(),
  missing: [],
  surplus: [],
  kept: ['TCP/10007'],
  parked: [],
  refused: [],
  closed: [],
};
const ways = new Map([
  ['100.64.0.2', 10000],
  ['100.64.0.3', 10001],
]);
const relay = (closed: [string, string][] = []) => ({
  wayOf: ({ protocol, host, port }: Target): Rule | undefined =>
    ways.has(host) ? { protocol, port: ways.get(host)!, host, targetPort: port } : undefined,
  closed: new Map(closed),
});
const refused = (port: string) => ({ kind: 'egress' as const, text: 'rule', flaw: 'bad', port });

test('ports of imports carry, whatever is left at those between relay and nexd', () =>
  expect(outcomeOf(fine, relay(), [to('100.64.0.2', 20000)])).toEqual({ ...fine, kept: [] }));

test('a port is closed when nexd was given none of its ways', () => {
  const egress = [to('100.64.0.2', 20000), to('100.64.0.3', 20000), to('100.64.0.3', 20001)];
  const nexd = { ...fine, refused: [refused('egress/tcp/10001')], closed: ['TCP/10001'] };
  expect(outcomeOf(nexd, relay(), egress).closed).toEqual(['TCP/20001']);
});

test('a port is closed when there is no way, no listener, or no valid rule', () => {
  const egress = [to('100.64.0.9', 20000), to('100.64.0.2', 20001), to('web', 20002)];
  const nexd = { ...fine, refused: [refused('egress/tcp/20002')], closed: ['TCP/20002'] };
  const outcome = outcomeOf(nexd, relay([['egress/tcp/20001', 'it is taken']]), egress);
  expect(outcome.closed).toEqual(['TCP/20000', 'TCP/20001', 'TCP/20002']);
  expect(outcome.refused).toContainEqual({
    kind: 'egress',
    text: 'port TCP/20001',
    flaw: 'it is taken',
    port: 'egress/tcp/20001',
  });
});
