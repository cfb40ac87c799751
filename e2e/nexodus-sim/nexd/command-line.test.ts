import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from './command-line.ts';

describe('command line of nexd', () => {
  it('takes persistent flags before and after the command', () => {
    const line = parseCommandLine(
      ['--state-dir', '/s', 'proxy', '--listen-port=5', '--egress', 'a,b', '--egress', 'c'],
      {},
    );
    expect(line.command).toBe('proxy');
    expect(line.string('state-dir')).toBe('/s');
    expect(line.int('listen-port')).toBe(5);
    expect(line.slice('egress')).toEqual(['a', 'b', 'c']);
  });

  it('takes --unix-socket only before the command', () => {
    expect(parseCommandLine(['--unix-socket', '/x', 'proxy'], {}).string('unix-socket')).toBe('/x');
    expect(() => parseCommandLine(['proxy', '--unix-socket', '/x'], {})).toThrow(
      'flag provided but not defined: -unix-socket',
    );
  });

  it('takes rules only after the command', () => {
    expect(() => parseCommandLine(['--ingress', 'tcp:1:h:2', 'proxy'], {})).toThrow(/not defined: -ingress/);
  });

  it('prefers a flag to its variable, and ignores an empty variable', () => {
    const env = { NEXD_SERVICE_URL: 'https://env', NEXD_STUN_SERVER: 'a:1,b:2', NEXD_USERNAME: '' };
    const line = parseCommandLine(['proxy', '--service-url', 'https://flag'], env);
    expect(line.string('service-url')).toBe('https://flag');
    expect(line.slice('stun-server')).toEqual(['a:1', 'b:2']);
    expect(line.isSet('username')).toBe(false);
  });

  it.each([
    [['proxy', '--listen-port', 'x'], /invalid value/],
    [['proxy', '--listen-port'], /needs an argument/],
    [['proxy', '--nonsense'], /not defined/],
  ])('refuses %j', (argv, message) => {
    expect(() => parseCommandLine(argv, {})).toThrow(message);
  });
});
