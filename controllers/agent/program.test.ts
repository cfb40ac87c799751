import { describe, expect, test } from '@jest/globals';
import { parseProxyList } from '../proxy/nexd-rule.ts';
import type { RuleStep } from '../proxy/reconcile-rules.ts';
import type { Rule } from '../proxy/rules.ts';
import { silentLog } from '../runtime/log.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { CallFailed, CallRefused } from './json-rpc.ts';
import { Metrics } from './metrics.ts';
import { RuleProgram } from './program.ts';

const to = (host: string, port = 20000): Rule => ({ protocol: 'tcp', port, host, targetPort: 80 });

/** Rules in memory. `answers`: the failure of a rule's next changes. */
class Rules {
  lines: string[];
  readonly answers = new Map<string, () => Error>();
  readonly changes: string[] = [];
  constructor(...lines: string[]) {
    this.lines = lines;
  }
  proxyList = () => Promise.resolve(parseProxyList(this.lines.join('\n')));
  change = async ({ do: verb, rule }: RuleStep) => {
    this.changes.push(`${verb} ${rule.text}`);
    const failure = this.answers.get(rule.text)?.();
    if (failure) throw failure;
    const line = `--${rule.kind} ${rule.text}`;
    this.lines = verb === 'add' ? [...this.lines, line] : this.lines.filter(other => other !== line);
  };
}
const programOf = (nexd: Rules, clock = new ManualClock()) =>
  new RuleProgram(nexd, clock, silentLog, new Metrics(), () => 0);
const apply = (nexd: Rules, egress: Rule[], program = programOf(nexd)) =>
  program.apply({ ingress: [], egress }, '100.64.0.9');

describe('RuleProgram', () => {
  test('brings nexd to what is wanted', async () => {
    const nexd = new Rules('--egress tcp:20001:100.64.0.7:80');
    const result = await apply(nexd, [to('100.64.0.2'), to('200::3')]);
    expect(nexd.lines).toEqual([
      '--egress tcp:20000:100.64.0.2:80',
      '--egress tcp:20000:[200::3]:80',
      '--egress tcp:20001:100.64.0.9:1',
    ]);
    expect(result).toEqual({
      listed: { ingress: 0, egress: 3 },
      // The other two take turns.
      alone: new Set(['tcp:20001:100.64.0.9:1']),
      missing: [],
      surplus: [],
      kept: [],
      parked: [],
      refused: [],
      closed: [],
    });
  });

  test('changes nothing when nothing differs', async () => {
    const nexd = new Rules('--egress tcp:20000:100.64.0.2:80');
    await apply(nexd, [to('100.64.0.2')]);
    expect(nexd.changes).toEqual([]);
  });

  test('goes on with other ports when nexd refuses a rule, and keeps what that port has', async () => {
    const nexd = new Rules('--egress tcp:20000:100.64.0.7:80');
    nexd.answers.set('tcp:20000:100.64.0.2:80', () => new CallRefused('ProxyAddEgress', 'no'));
    const result = await apply(nexd, [to('100.64.0.2'), to('100.64.0.2', 20001)]);
    expect(nexd.lines).toEqual(['--egress tcp:20000:100.64.0.7:80', '--egress tcp:20001:100.64.0.2:80']);
    expect(result.missing).toEqual(['egress tcp:20000:100.64.0.2:80 (no)']);
    expect(result.surplus).toEqual(['egress tcp:20000:100.64.0.7:80 (no)']);
  });

  test('tells of rules that nexd does not give up', async () => {
    const nexd = new Rules('--egress tcp:20000:100.64.0.7:80');
    nexd.answers.set(
      'tcp:20000:100.64.0.7:80',
      () => new CallRefused('ProxyRemoveEgress', 'no matching rule'),
    );
    const result = await apply(nexd, [to('100.64.0.2')]);
    expect(result).toMatchObject({
      missing: [],
      surplus: ['egress tcp:20000:100.64.0.7:80 (no matching rule)'],
      kept: ['TCP/20000'],
    });
  });

  test('gives nexd a last rule when it has all others, and not before', async () => {
    const nexd = new Rules();
    const [web, last] = [to('10.96.0.7', 80), { ...to('127.0.0.1', 18999), targetPort: 8091 }];
    const wanted = { ingress: [web], egress: [to('100.64.0.2')], last };
    const program = programOf(nexd);
    nexd.answers.set('tcp:80:10.96.0.7:80', () => new CallRefused('ProxyAddIngress', 'no'));
    expect((await program.apply(wanted, '100.64.0.9')).missing).toEqual(['ingress tcp:80:10.96.0.7:80 (no)']);
    expect(nexd.lines).toEqual(['--egress tcp:20000:100.64.0.2:80']);
    nexd.answers.clear();
    nexd.changes.length = 0;
    nexd.lines = [];
    expect((await program.apply(wanted, '100.64.0.9')).missing).toEqual([]);
    expect(nexd.changes).toEqual([
      'add tcp:80:10.96.0.7:80',
      'add tcp:20000:100.64.0.2:80',
      'add tcp:18999:127.0.0.1:8091',
    ]);
  });

  test('keeps a last rule that nexd has while others are refused', async () => {
    const last = { ...to('127.0.0.1', 18999), targetPort: 8091 };
    const nexd = new Rules('--ingress tcp:18999:127.0.0.1:8091');
    nexd.answers.set('tcp:80:10.96.0.7:80', () => new CallRefused('ProxyAddIngress', 'no'));
    await programOf(nexd).apply({ ingress: [to('10.96.0.7', 80)], egress: [], last }, '100.64.0.9');
    expect(nexd.lines).toEqual(['--ingress tcp:18999:127.0.0.1:8091']);
  });

  test('stops when nexd does not answer', async () => {
    const nexd = new Rules('--egress tcp:20000:100.64.0.7:80');
    nexd.answers.set('tcp:20000:100.64.0.2:80', () => new CallFailed('TimedOut', 'late'));
    await expect(apply(nexd, [to('100.64.0.2')])).rejects.toThrow('late');
    expect(nexd.changes).toEqual(['add tcp:20000:100.64.0.2:80']);
  });

  test('spares nexd a rule at which it ended twice for 10 minutes, and applies the others', async () => {
    const nexd = new Rules();
    const clock = new ManualClock();
    const program = programOf(nexd, clock);
    const rules = [to('100.64.0.2'), to('100.64.0.3', 20001)];
    nexd.answers.set('tcp:20000:100.64.0.2:80', () => new CallFailed('Died', 'ended'));
    await expect(apply(nexd, rules, program)).rejects.toThrow('ended');
    await expect(apply(nexd, rules, program)).rejects.toThrow('ended');
    const result = await apply(nexd, rules, program);
    expect(result.missing).toEqual([]);
    expect(result.refused).toEqual([
      {
        kind: 'egress',
        text: 'tcp:20000:100.64.0.2:80',
        flaw: 'nexd ended 2 times while it was added, so it waits 10 minutes',
        port: 'egress/tcp/20000',
      },
    ]);
    expect(nexd.lines).toEqual(['--egress tcp:20001:100.64.0.3:80']);
    await clock.advance(599_000);
    expect((await apply(nexd, rules, program)).refused).toHaveLength(1);
    nexd.answers.clear();
    await clock.advance(1_000);
    expect((await apply(nexd, rules, program)).refused).toEqual([]);
    expect(nexd.lines).toContain('--egress tcp:20000:100.64.0.2:80');
  });

  test('spares nexd a rule at which it goes on ending for twice as long each time', async () => {
    const nexd = new Rules();
    const clock = new ManualClock();
    const program = programOf(nexd, clock);
    nexd.answers.set('tcp:20000:100.64.0.2:80', () => new CallFailed('Died', 'ended'));
    await expect(apply(nexd, [to('100.64.0.2')], program)).rejects.toThrow('ended');
    await expect(apply(nexd, [to('100.64.0.2')], program)).rejects.toThrow('ended');
    await clock.advance(600_000);
    await expect(apply(nexd, [to('100.64.0.2')], program)).rejects.toThrow('ended');
    const [refused] = (await apply(nexd, [to('100.64.0.2')], program)).refused;
    expect(refused?.flaw).toBe('nexd ended 3 times while it was added, so it waits 20 minutes');
  });

  test('forgives one end by chance', async () => {
    const nexd = new Rules();
    const program = programOf(nexd);
    nexd.answers.set('tcp:20000:100.64.0.2:80', () => new CallFailed('Died', 'ended'));
    await expect(apply(nexd, [to('100.64.0.2')], program)).rejects.toThrow();
    nexd.answers.clear();
    expect((await apply(nexd, [to('100.64.0.2')], program)).missing).toEqual([]);
  });
});
