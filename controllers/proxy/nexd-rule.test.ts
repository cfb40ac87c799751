import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { flawOf, formatRule, parseProxyList, parseRule } from './nexd-rule.ts';
import type { Rule } from './rules.ts';

const rule = (over: Partial<Record<keyof Rule, unknown>> = {}): Rule =>
  ({ protocol: 'tcp', port: 443, host: '200::5', targetPort: 8443, ...over }) as Rule;

describe('formatRule', () => {
  test.each([
    [rule(), 'tcp:443:[200::5]:8443'],
    [rule({ protocol: 'udp', host: '100.64.0.2', port: 53, targetPort: 5353 }), 'udp:53:100.64.0.2:5353'],
    [rule({ host: 'web.shop.svc', targetPort: 80 }), 'tcp:443:web.shop.svc:80'],
  ])('%j', (given, text) => expect(formatRule(given)).toBe(text));
});

describe('flawOf', () => {
  test.each([
    ['an IPv6 address', 'egress', rule()],
    ['an IPv4 address', 'egress', rule({ host: '100.64.0.2' })],
    ['a DNS name for ingress', 'ingress', rule({ host: 'web-1.shop.svc.cluster.local' })],
    ['the greatest ports', 'ingress', rule({ port: 65535, targetPort: 65535 })],
  ] as const)('accepts %s', (_, kind, given) => expect(flawOf(kind, given)).toBeUndefined());

  test.each([
    [
      'a DNS name for egress',
      'egress',
      rule({ host: 'web.shop.svc' }),
      'is no IP address, which egress needs',
    ],
    ['another protocol', 'ingress', rule({ protocol: 'sctp' }), 'neither tcp nor udp'],
    ['an upper-case protocol', 'ingress', rule({ protocol: 'TCP' }), 'neither tcp nor udp'],
    ['port 0', 'ingress', rule({ port: 0 }), 'the port 0'],
    ['a port as text', 'ingress', rule({ port: '443' }), 'the port "443"'],
    ['a fraction', 'ingress', rule({ targetPort: 80.5 }), 'the target port 80.5'],
    ['port 65536', 'ingress', rule({ targetPort: 65536 }), 'the target port 65536'],
    ['no host', 'ingress', rule({ host: '' }), 'is no text'],
    ['a host with a port', 'ingress', rule({ host: 'web:80' }), 'neither an IP address nor a DNS name'],
    ['a host with a comma', 'ingress', rule({ host: 'a,b' }), 'neither'],
    ['a host with a line break', 'ingress', rule({ host: 'web\n' }), 'neither'],
    ['a zone', 'ingress', rule({ host: 'fe80::1%eth0' }), 'neither'],
    ['brackets', 'ingress', rule({ host: '[200::5]' }), 'neither'],
    ['an address with leading zeros', 'ingress', rule({ host: '10.0.0.01' }), 'neither'],
    ['a label of 64 characters', 'ingress', rule({ host: 'a'.repeat(64) }), 'neither'],
    ['nothing', 'ingress', null, 'no object'],
  ] as const)('rejects %s', (_, kind, given, flaw) => expect(flawOf(kind, given)).toContain(flaw));
});

describe('parseRule', () => {
  test.each(['tcp:443:[200::5]:8443', 'udp:53:100.64.0.2:5353', 'tcp:80:web.shop.svc:8080'])(
    'reads %s',
    text => expect(formatRule(parseRule('ingress', text))).toBe(text),
  );
  test.each([
    '',
    'tcp:443:200::5:8443',
    'tcp:443:x',
    'tcp:notaport:x:1',
    'tcp:+1:x:1',
    'tcp:01:x:1',
    'tcp:1::1',
    'tcp:1:[x]:1',
    'tcp:1:x:1 ',
    'icmp:1:x:1',
  ])('rejects %j', text => expect(() => parseRule('ingress', text)).toThrow(RangeError));

  test('gives back every valid rule', () => {
    const host = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
    const port = fc.integer({ min: 1, max: 65535 });
    fc.assert(
      fc.property(fc.constantFrom('tcp', 'udp'), port, host, port, (protocol, listen, target, targetPort) => {
        const given = rule({ protocol, port: listen, host: target, targetPort });
        fc.pre(flawOf('ingress', given) === undefined);
        expect(parseRule('ingress', formatRule(given))).toEqual(given);
      }),
    );
  });

  test('never lets a text through that is not written as we write it', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('tcp:80:', ''), (tail, head) => {
        let read;
        try {
          read = parseRule('ingress', head + tail);
        } catch {
          return;
        }
        expect(formatRule(read)).toBe(head + tail);
      }),
    );
  });
});

describe('parseProxyList', () => {
  test('reads what nexd writes', () => {
    expect(parseProxyList('--egress tcp:8181:100.64.0.2:80\n--ingress tcp:443:[::1]:8443\n')).toEqual({
      rules: [
        { kind: 'egress', protocol: 'tcp', port: 8181, text: 'tcp:8181:100.64.0.2:80' },
        { kind: 'ingress', protocol: 'tcp', port: 443, text: 'tcp:443:[::1]:8443' },
      ],
      unreadable: [],
    });
  });
  test('is empty without rules', () => expect(parseProxyList('')).toEqual({ rules: [], unreadable: [] }));
  test('reads rules that we would not make', () =>
    expect(parseProxyList('--egress udp:53:dns.example:53').rules).toHaveLength(1));
  test('sets aside what nexd would not take back', () => {
    const lines = ['--egress tcp:0:x:1', 'tcp:1:x:1', '--egress tcp:1:x:70000', '--egress tcp:1:a:b:1'];
    expect(parseProxyList(lines.join('\n'))).toEqual({ rules: [], unreadable: lines });
  });
});
