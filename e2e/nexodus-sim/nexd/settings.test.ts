import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from './command-line.ts';
import { settingsOf } from './settings.ts';

const settings = (...argv: string[]): ReturnType<typeof settingsOf> =>
  settingsOf(parseCommandLine(['proxy', ...argv], {}));
const regKey = ['--reg-key', 'RK:k'];

describe('settings of nexd', () => {
  it('puts api. before the host and keeps the port', () => {
    expect(settings('--service-url', 'https://x.test:8443/path', ...regKey).apiUrl).toBe(
      'https://api.x.test:8443',
    );
  });

  it('takes service and key in one', () => {
    const { apiUrl, credentials } = settings('--reg-key', 'https://x.test#RK:a/b+c=');
    expect(apiUrl).toBe('https://api.x.test');
    expect(credentials).toEqual({ kind: 'regKey', token: 'RK:a/b+c=' });
  });

  it.each([
    [['--service-url', 'http://x.test', ...regKey], /'https:\/\/' URL scheme is required/],
    [['--stun-server', 'a:1', ...regKey], 'at least two stun servers are required'],
    [['--vpc-id', 'v', ...regKey], /mutually exclusive/],
    [['--service-url', 'https://x', '--reg-key', 'https://x#RK:k'], /mutually exclusive/],
    [['--request-ip', '200::1', ...regKey], '--request-ip only supports IPv4 addresses'],
    [['--request-ip', 'nope', ...regKey], /is not valid/],
  ])('refuses %j', (argv, message) => {
    expect(() => settings(...argv)).toThrow(message);
  });
});
