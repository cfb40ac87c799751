import { describe, expect, it } from '@jest/globals';
import { formatRule, parseRule } from './rule.ts';

describe('proxy rule', () => {
  it.each([
    ['tcp:8080:svc.ns.svc:80', 'tcp:8080:svc.ns.svc:80'],
    ['UDP:53:10.0.0.1:53', 'udp:53:10.0.0.1:53'],
    ['tcp:443:[200::5]:8443', 'tcp:443:[200::5]:8443'],
  ])('%s is read', (text, formatted) => {
    expect(formatRule(parseRule(text, 'ingress', false))).toBe(formatted);
  });

  it.each([
    ['tcp:80:host', /must specify 4 colon-separated values/],
    ['icmp:80:host:80', 'invalid protocol (icmp)'],
    ['tcp:notaport:x:1', /invalid port \(notaport\)/],
    ['tcp:0:x:1', /out of range/],
    ['tcp:80:x:65536', /out of range/],
    ['tcp:80::80', /host cannot be empty/],
    ['tcp:80:200::5:80', /too many colons/],
  ])('%s is refused', (text, message) => {
    expect(() => parseRule(text, 'egress', true)).toThrow(message);
  });
});
