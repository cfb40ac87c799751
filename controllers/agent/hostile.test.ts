/** What nexd, the controller or somebody in their place may send to the agent. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatRule, parseProxyList, parseRule } from '../proxy/nexd-rule.ts';
import { planRules } from '../proxy/reconcile-rules.ts';
import type { Rules } from '../proxy/rules.ts';
import { silentLog } from '../runtime/log.ts';
import { anyJSON, bottomless, hostileText, mutated } from '../testing/hostile.ts';
import { call, CallFailed } from './json-rpc.ts';
import { ClientsOfPorts } from './clients.ts';
import { Openings } from './openings.ts';
import { agentsOf, farEndsOf, parsePeers } from './peers.ts';
import { Relay } from './relay/relay.ts';
import { replicaOf } from './replica.ts';
import { parseRules } from './rules-text.ts';

const valid: Rules = {
  revision: 'a1b2',
  ingress: [{ protocol: 'tcp', port: 20_000, host: 'web.shop.svc', targetPort: 80 }],
  egress: [
    { protocol: 'tcp', port: 20_001, host: '100.64.0.2', targetPort: 80 },
    { protocol: 'udp', port: 20_002, host: '200::2', targetPort: 53 },
  ],
};
const tunnelIPv4 = '100.64.0.9';

const jsonText = fc.oneof(
  mutated(valid).map(value => JSON.stringify(value)),
  hostileText,
);

function readOrUndefined(text: string): Rules | undefined {
  try {
    return parseRules(text);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).not.toContain('stack');
    return undefined;
  }
}

const idleRelay = () =>
  new Relay({
    firstPort: 10000,
    readinessOf: () => 'never',
    markOf: () => undefined,
    now: () => 0,
    log: silentLog,
  });

describe('rules.json', () => {
  test('gives nexd nothing but valid rules, whatever it says', () => {
    fc.assert(
      fc.property(jsonText, text => {
        const rules = readOrUndefined(text);
        if (!rules) return;
        const { steps, refused } = planRules([], rules, { tunnelIPv4 });
        for (const { do: verb, rule } of steps) {
          expect(verb).toBe('add');
          expect(formatRule(parseRule(rule.kind, rule.text))).toBe(rule.text);
          expect(rule.text).toMatch(/^(tcp|udp):\d+:(\[[0-9a-f.:]+\]|[-a-zA-Z0-9_.]+):\d+$/);
        }
        expect(steps.length + refused.length).toBeLessThanOrEqual(rules.ingress.length + rules.egress.length);
        for (const { text, flaw } of refused) expect(`${text}${flaw}`.length).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });

  test('can be judged for far ends and told in the status, whatever it says', () => {
    fc.assert(
      fc.property(jsonText, text => {
        const rules = readOrUndefined(text);
        if (!rules) return;
        const peers = farEndsOf(rules.egress).map(address => ({ address, healthy: false }));
        for (const { address } of peers) expect(address).toMatch(/^[0-9a-f.:]+$/i);
        agentsOf(rules.egress);
        new Openings().with(rules.ingress, 0);
        new ClientsOfPorts().follow(rules.egress, 0);
        const ways = idleRelay().follow(rules.egress);
        expect(planRules([], { ingress: [], egress: ways }, { tunnelIPv4 }).refused).toEqual([]);
        const { refused, closed } = planRules([], rules, { tunnelIPv4 });
        const programmed = {
          listed: { ingress: 0, egress: 0 },
          alone: new Set<string>(),
          missing: [],
          surplus: [],
          refused,
          closed,
          kept: [],
          parked: [],
        };
        const { message = '' } = replicaOf(
          { ordinal: 0, podUID: 'uid', deviceID: 'id' },
          { tunnel: { ipv4: tunnelIPv4 }, revision: rules.revision, programmed, peers, ports: [] },
        );
        expect(message.length).toBeLessThanOrEqual(1024);
      }),
      { numRuns: 200 },
    );
  });

  test('may be deeper than anything can go', () => {
    const text = JSON.stringify({ ...valid, ingress: ['DEEP', { ...valid.ingress[0], host: 'DEEP' }] });
    const rules = parseRules(text.replaceAll('"DEEP"', bottomless));
    const { steps, refused } = planRules([], rules, { tunnelIPv4 });
    expect(steps).toHaveLength(valid.egress.length);
    expect(refused.map(({ text }) => text)).toEqual([
      '["{…}"]',
      '{"protocol":"tcp","port":20000,"host":"[…]","targetPort":80}',
    ]);
    expect(refused[1]!.flaw).toBe('the host ["{…}"] is no text');
  });

  test('one bad rule holds up no other', () => {
    fc.assert(
      fc.property(mutated(valid.ingress[0]), bad => {
        const { steps } = planRules(
          [],
          { ...valid, ingress: [bad as never, ...valid.ingress] },
          { tunnelIPv4 },
        );
        const texts = steps.map(({ rule }) => rule.text);
        for (const rule of [...valid.ingress, ...valid.egress]) expect(texts).toContain(formatRule(rule));
      }),
      { numRuns: 200 },
    );
  });
});

describe("nexd's list of rules", () => {
  const line = fc.oneof(
    hostileText,
    fc
      .tuple(
        fc.constantFrom('ingress', 'egress', 'x'),
        fc.constantFrom('tcp', 'udp', 'TCP'),
        fc.nat(70_000),
        hostileText,
      )
      .map(([kind, protocol, port, host]) => `--${kind} ${protocol}:${port}:${host}:80`),
  );

  test('is read line by line, and what is removed is exactly what it said', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), lines => {
        const text = lines.join('\n');
        const { rules, unreadable } = parseProxyList(text);
        for (const rule of rules) expect(text).toContain(`--${rule.kind} ${rule.text}`);
        for (const each of unreadable) expect(text).toContain(each);
        for (const { do: verb, rule } of planRules(rules, valid, { tunnelIPv4 }).steps)
          if (verb === 'add') parseRule(rule.kind, rule.text);
          else expect(rules).toContainEqual(rule);
      }),
      { numRuns: 200 },
    );
  });
});

describe("nexd's list of peers", () => {
  const peers = {
    peers: { key: { AllowedIPs: ['100.64.0.2/32', '200::/64'], Healthy: true, Latency: 'x' } },
  };

  test('is either understood or not, whatever it says', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(peers), anyJSON), hostileText, (value, address) => {
        const healthy = parsePeers(JSON.stringify(value));
        if (healthy) expect(typeof healthy('100.64.0.2')).toBe('boolean');
        if (healthy) expect(healthy(address)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

describe("an answer on nexd's socket", () => {
  let folder: string;
  let server: Server;
  let next: (id: number) => Buffer;
  const socket = () => join(folder, 'nexd.sock');
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexd-'));
    server = createServer(connection =>
      connection
        .on('error', () => {})
        .once('data', data => connection.end(next((JSON.parse(String(data)) as { id: number }).id))),
    );
    await new Promise<void>(resolve => server.listen(socket(), resolve));
  });
  afterAll(async () => {
    await new Promise(resolve => server.close(resolve));
    await rm(folder, { recursive: true });
  });

  test('is a text or a CallFailed, whatever it is', async () => {
    const answer = fc.oneof(
      mutated({ id: 0, result: 'fine', error: null }),
      mutated({ id: 0, result: null, error: 'no such rule' }),
      fc.record({ id: fc.constant(0), result: anyJSON, error: anyJSON }),
    );
    await fc.assert(
      fc.asyncProperty(answer, hostileText, fc.boolean(), async (value, junk, isJunk) => {
        const text = isJunk ? junk : JSON.stringify(value);
        next = id => Buffer.from(`${text.replace('"id":0', `"id":${id}`)}\n`);
        const asked = call(socket(), { method: 'NexdCtl.ProxyList', argument: '', deadlineMs: 5_000 });
        const told = await asked.catch((error: unknown) => error);
        if (typeof told !== 'string') {
          expect(told).toBeInstanceOf(CallFailed);
          expect((told as Error).message.length).toBeLessThan(2_000);
        }
      }),
      { numRuns: 200 },
    );
  });
});
