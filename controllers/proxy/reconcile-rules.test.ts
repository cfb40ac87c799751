import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { flawOf, formatRule, type ListedRule, type RuleKind } from './nexd-rule.ts';
import { parkingRule, planRules, portKeyOf, type RuleStep } from './reconcile-rules.ts';
import type { Rule } from './rules.ts';

const tunnelIPv4 = '100.64.0.9';

const listed = (kind: RuleKind, text: string): ListedRule => {
  const [protocol, port] = text.split(':');
  return { kind, protocol: protocol as Rule['protocol'], port: Number(port), text };
};
const wanted = (rules: { ingress?: unknown[]; egress?: unknown[] }) => ({
  ingress: (rules.ingress ?? []) as Rule[],
  egress: (rules.egress ?? []) as Rule[],
});
const web = (host: string, port = 20000): Rule => ({ protocol: 'tcp', port, host, targetPort: 80 });
const show = (steps: readonly RuleStep[]) =>
  steps.map(step => `${step.do} ${step.rule.kind} ${step.rule.text}`);

describe('planRules', () => {
  test('does nothing when nexd has what is wanted', () => {
    const plan = planRules(
      [listed('egress', 'tcp:20000:100.64.0.2:80')],
      wanted({ egress: [web('100.64.0.2')] }),
      { tunnelIPv4 },
    );
    expect(plan).toEqual({ steps: [], refused: [], closed: [] });
  });

  test('adds the replacement before it removes', () => {
    const plan = planRules(
      [listed('egress', 'tcp:20000:100.64.0.2:80')],
      wanted({ egress: [web('100.64.0.3')] }),
      { tunnelIPv4 },
    );
    expect(show(plan.steps)).toEqual([
      'add egress tcp:20000:100.64.0.3:80',
      'remove egress tcp:20000:100.64.0.2:80',
    ]);
  });

  test('parks a port of which nothing is wanted', () => {
    const plan = planRules(
      [listed('egress', 'udp:20000:100.64.0.2:53'), listed('ingress', 'tcp:80:web.shop.svc:80')],
      wanted({}),
      { tunnelIPv4 },
    );
    expect(show(plan.steps)).toEqual([
      'add egress udp:20000:100.64.0.9:1',
      'add ingress tcp:80:127.0.0.1:1',
      'remove egress udp:20000:100.64.0.2:53',
      'remove ingress tcp:80:web.shop.svc:80',
    ]);
  });

  test('leaves a parked port alone', () =>
    expect(planRules([listed('egress', 'tcp:20000:100.64.0.9:1')], wanted({}), { tunnelIPv4 }).steps).toEqual(
      [],
    ));

  test('removes the parking rule once something is wanted', () =>
    expect(
      show(
        planRules([listed('egress', 'tcp:20000:100.64.0.9:1')], wanted({ egress: [web('100.64.0.2')] }), {
          tunnelIPv4,
        }).steps,
      ),
    ).toEqual(['add egress tcp:20000:100.64.0.2:80', 'remove egress tcp:20000:100.64.0.9:1']));

  test('parks anew when the own address has changed', () =>
    expect(
      show(
        planRules([listed('egress', 'tcp:20000:100.64.0.9:1')], wanted({}), { tunnelIPv4: '100.64.0.4' })
          .steps,
      ),
    ).toEqual(['add egress tcp:20000:100.64.0.4:1', 'remove egress tcp:20000:100.64.0.9:1']));

  test('refuses an invalid rule and applies the others', () => {
    const plan = planRules([], wanted({ egress: [web('example.com'), null, web('200::3')] }), { tunnelIPv4 });
    expect(show(plan.steps)).toEqual(['add egress tcp:20000:[200::3]:80']);
    expect(plan.refused.map(({ text }) => text)).toEqual([JSON.stringify(web('example.com')), 'null']);
    // Its port has another one.
    expect(plan.closed).toEqual([]);
  });

  test('does not send a banned rule, and removes it where it is', () => {
    const plan = planRules(
      [listed('egress', 'tcp:20000:100.64.0.2:80')],
      wanted({ egress: [web('100.64.0.2')] }),
      { tunnelIPv4, banned: new Map([['egress tcp:20000:100.64.0.2:80', 'it ended nexd']]) },
    );
    expect(show(plan.steps)).toEqual([
      'add egress tcp:20000:100.64.0.9:1',
      'remove egress tcp:20000:100.64.0.2:80',
    ]);
    expect(plan.refused).toEqual([
      { kind: 'egress', text: 'tcp:20000:100.64.0.2:80', flaw: 'it ended nexd', port: 'egress/tcp/20000' },
    ]);
    expect(plan.closed).toEqual(['TCP/20000']);
  });

  test('counts a rule that is wanted twice once', () =>
    expect(
      planRules([], wanted({ egress: [web('100.64.0.2'), web('100.64.0.2')] }), { tunnelIPv4 }).steps,
    ).toHaveLength(1));
});

/** nexd as far as rules go: ends on what it cannot read, answers duplicates with an error, locks up at a last rule. */
class NexdModel {
  readonly ports = new Map<string, string[]>();
  constructor(rules: readonly ListedRule[]) {
    for (const rule of rules) this.ports.set(portKeyOf(rule), [...this.at(rule), rule.text]);
  }
  at(rule: ListedRule): string[] {
    return this.ports.get(portKeyOf(rule)) ?? [];
  }
  do({ do: verb, rule }: RuleStep): void {
    if (!/^(tcp|udp):([1-9]\d*):(\[[0-9a-f:.]+\]|[^:[\]\s%]+):([1-9]\d*)$/.test(rule.text))
      throw new Error(`nexd ended: ${rule.text}`);
    const at = this.at(rule);
    if (verb === 'add') {
      if (at.includes(rule.text)) throw new Error(`duplicate: ${rule.text}`);
      this.ports.set(portKeyOf(rule), [...at, rule.text]);
      return;
    }
    if (!at.includes(rule.text)) throw new Error(`no such rule: ${rule.text}`);
    const left = at.filter(text => text !== rule.text);
    if (left.length === 0) throw new Error(`last rule of its port: ${rule.text}`);
    this.ports.set(portKeyOf(rule), left);
  }
}

describe('planRules for any rules', () => {
  const kind = fc.constantFrom<RuleKind>('ingress', 'egress');
  const port = fc.constantFrom(1, 80, 20000);
  const host = fc.constantFrom('100.64.0.2', '200::3', 'web.shop.svc', '127.0.0.1', tunnelIPv4, '100.64.0.8');
  const valid = fc.record({
    protocol: fc.constantFrom<Rule['protocol']>('tcp', 'udp'),
    port,
    host,
    targetPort: fc.constantFrom(1, 80),
  });
  const broken = fc.oneof(
    fc.record({ protocol: fc.string(), port: fc.integer(), host: fc.string(), targetPort: fc.double() }),
    fc.constantFrom(null, 'x', {}),
  );
  const current = fc
    .uniqueArray(fc.tuple(kind, valid), { selector: ([k, r]) => `${k} ${formatRule(r)}`, maxLength: 12 })
    .map(rules => rules.map(([k, r]) => listed(k, formatRule(r))));
  const rules = fc.array(fc.oneof({ weight: 5, arbitrary: valid }, broken), { maxLength: 10 });

  test('reaches what is wanted, safely', () => {
    fc.assert(
      fc.property(current, rules, rules, (list, ingress, egress) => {
        const want = wanted({ ingress, egress });
        const nexd = new NexdModel(list);
        const plan = planRules(list, want, { tunnelIPv4 });
        for (const step of plan.steps) nexd.do(step);

        const goal = new Map<string, Set<string>>();
        for (const side of ['ingress', 'egress'] as const)
          for (const rule of want[side])
            if (flawOf(side, rule) === undefined) {
              const key = portKeyOf({ kind: side, ...rule });
              goal.set(key, (goal.get(key) ?? new Set()).add(formatRule(rule)));
            }
        for (const rule of list)
          if (!goal.has(portKeyOf(rule)))
            goal.set(portKeyOf(rule), new Set([parkingRule(rule, tunnelIPv4).text]));
        expect(new Map([...nexd.ports].map(([key, texts]) => [key, new Set(texts)]))).toEqual(goal);

        const after = [...nexd.ports].flatMap(([key, texts]) =>
          texts.map(text => listed(key.split('/')[0] as RuleKind, text)),
        );
        expect(planRules(after, want, { tunnelIPv4 }).steps).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('never empties a port when steps fail and the rest of their port is left out', () => {
    fc.assert(
      fc.property(current, rules, fc.infiniteStream(fc.boolean()), (list, egress, fails) => {
        const nexd = new NexdModel(list);
        const failed = new Set<string>();
        for (const step of planRules(list, wanted({ egress }), { tunnelIPv4 }).steps) {
          const key = portKeyOf(step.rule);
          if (failed.has(key)) continue;
          if (fails.next().value) failed.add(key);
          else nexd.do(step);
        }
        expect([...nexd.ports.values()].every(texts => texts.length > 0)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
