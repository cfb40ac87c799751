import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, test } from '@jest/globals';
import { Terminal } from '../runtime/errors.ts';
import type { Environment } from './environment.ts';
import { loadSettings, settingsFile } from './load.ts';

const folder = mkdtempSync(join(tmpdir(), 'nexlink-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const agent = { NEXLINK_AGENT_IMAGE: 'nexlink:1' };
let files = 0;
function write(text: string): string {
  const file = join(folder, `${++files}.yaml`);
  writeFileSync(file, text);
  return file;
}
const load = (text: string, env: Environment = {}) => loadSettings(write(text), { ...agent, ...env });
function refusal(text: string, env: Environment = {}): string {
  try {
    load(text, env);
  } catch (error) {
    expect(error).toBeInstanceOf(Terminal);
    return (error as Terminal).message;
  }
  throw new Error('it was accepted');
}

describe('settings', () => {
  it('have defaults for everything', () => {
    expect(loadSettings(undefined, agent)).toEqual({
      nexodus: { url: 'https://try.nexodus.io', insecureSkipTLSVerify: false },
      autoImport: 'labeled',
      gateway: {
        replicas: 2,
        nexd: { image: 'quay.io/nexodus/nexd:latest' },
        agent: { image: 'nexlink:1' },
        stunServers: [],
        hostAliases: [],
      },
      credentialsSecret: { name: 'nexodus-credentials' },
      log: { level: 'info', format: 'json' },
      metrics: { enabled: true, address: ':8080' },
      health: { address: ':8081' },
      leaderElection: { enabled: true, leaseName: 'nexlink-controller' },
    });
  });

  it('are taken from the file, and groups with nothing below them count as absent', () => {
    const settings = load(
      'nexodus:\n  url: https://nexodus.example\nlog:\nrealm:\ngateway:\n  replicas: 1\n',
    );
    expect(settings.nexodus.url).toBe('https://nexodus.example');
    expect(settings.log.level).toBe('info');
    expect(settings.realm).toBeUndefined();
    expect(settings.gateway.replicas).toBe(1);
  });

  it('are the defaults for an empty file', () => {
    expect(load('# nothing yet\n')).toEqual(loadSettings(undefined, agent));
  });

  it('are overridden by the environment, key by key', () => {
    const settings = load('nexodus: {url: https://a.example, caFile: /ca}\nautoImport: none', {
      NEXLINK_NEXODUS_URL: 'https://b.example:8443',
      NEXLINK_NEXODUS_INSECURE_SKIP_TLS_VERIFY: 'true',
      NEXLINK_GATEWAY_REPLICAS: '3',
      NEXLINK_GATEWAY_STUN_SERVERS: 'stun1.example:3478, [2001:db8::1]:3478',
      NEXLINK_GATEWAY_HOST_ALIASES: '[{"ip":"10.0.0.1","hostnames":["b.example"]}]',
      NEXLINK_GATEWAY_NEXD_RESOURCES: '{"requests":{"cpu":1}}',
      NEXLINK_LOG_LEVEL: '',
    });
    expect(settings.nexodus).toEqual({
      url: 'https://b.example:8443',
      caFile: '/ca',
      insecureSkipTLSVerify: true,
    });
    expect(settings.autoImport).toBe('none');
    expect(settings.gateway).toMatchObject({
      replicas: 3,
      stunServers: ['stun1.example:3478', '[2001:db8::1]:3478'],
      hostAliases: [{ ip: '10.0.0.1', hostnames: ['b.example'] }],
      nexd: { resources: { requests: { cpu: 1 } } },
    });
    expect(settings.log.level).toBe('info');
  });

  it('have another default address in development', () => {
    const dev = { NEXODUS_BUILD_PROFILE: 'dev' };
    expect(load('', dev).nexodus.url).toBe('https://try.nexodus.127.0.0.1.nip.io');
    expect(load('nexodus: {url: https://a.example}', dev).nexodus.url).toBe('https://a.example');
  });

  it('prefer the written image of the agent to the own one', () => {
    expect(load('gateway: {agent: {image: other}}').gateway.agent.image).toBe('other');
  });

  it('cannot be changed', () => {
    const settings = load('');
    expect(() => Object.assign(settings.gateway.nexd, { image: 'x' })).toThrow(TypeError);
  });
});

describe('a refusal names key, value, remedy and origin', () => {
  test.each<[string, string, Environment, RegExp]>([
    [
      'http',
      'nexodus: {url: "http://a"}',
      {},
      /nexodus\.url: "http:\/\/a" is not the https .* write .* \(.*\.yaml\)/,
    ],
    ['no port', 'nexodus: {url: "https://a:99999"}', {}, /nexodus\.url: .* is not an address/],
    ['a choice', 'autoImport: some', {}, /autoImport: "some" is not supported: write labeled or all or none/],
    ['a type', 'gateway: {replicas: two}', {}, /gateway\.replicas: "two" has the wrong type: write integer/],
    [
      'a range',
      'gateway: {replicas: 99}',
      {},
      /gateway\.replicas: 99 is out of range: write a number from 0 to 10/,
    ],
    ['an unknown key', 'realms: x', {}, /realms: unknown: write \{nexodus, realm, /],
    [
      'an unknown key in a group',
      'log: {lvl: x}',
      {},
      /log\.lvl: unknown: write one of log\.\{level, format\}/,
    ],
    ['a group that is none', 'log: debug', {}, /log: "debug" has the wrong type: write object/],
    [
      'one STUN server',
      'gateway: {stunServers: ["a:1"]}',
      {},
      /gateway\.stunServers: only a:1: write a second one/,
    ],
    [
      'an address',
      'gateway: {hostAliases: [{ip: x, hostnames: [a]}]}',
      {},
      /gateway\.hostAliases\.0: x is not an IP/,
    ],
    ['a listen port', 'metrics: {address: ":70000"}', {}, /metrics\.address: :70000 has no possible port/],
    ['one port for two', 'metrics: {address: ":8081"}', {}, /metrics\.address: :8081 is health\.address too/],
    [
      'no agent image',
      '',
      { NEXLINK_AGENT_IMAGE: '' },
      /gateway\.agent\.image: missing: .* NEXLINK_AGENT_IMAGE/,
    ],
    [
      'a variable',
      '',
      { NEXLINK_LOG_FORMAT: 'xml' },
      /log\.format: "xml" .*\(environment variable NEXLINK_LOG_FORMAT\)/,
    ],
    [
      'a variable that is no number',
      '',
      { NEXLINK_GATEWAY_REPLICAS: '2x' },
      /gateway\.replicas: "2x" has the wrong/,
    ],
    [
      'a variable that is no boolean',
      '',
      { NEXLINK_METRICS_ENABLED: 'yes' },
      /metrics\.enabled: "yes" .* boolean/,
    ],
    [
      'an item of a variable',
      '',
      { NEXLINK_GATEWAY_STUN_SERVERS: 'a:1,b' },
      /stunServers\[1\]: "b" .*\(environment/,
    ],
    [
      'a variable that is no JSON',
      '',
      { NEXLINK_GATEWAY_HOST_ALIASES: '[' },
      /NEXLINK_GATEWAY_HOST_ALIASES\) is not/,
    ],
    ['a text', 'just text', {}, /holds no keys/],
    ['broken YAML', 'a: [', {}, /\.yaml is not YAML/],
  ])('%s', (_what, text, env, message) => expect(refusal(text, env)).toMatch(message));

  it('all of them at once', () => {
    expect(refusal('autoImport: some\nlog: {level: loud}')).toMatch(/autoImport.*log\.level/);
  });

  it('also when the file is not there', () => {
    expect(() => loadSettings('/nowhere/config.yaml', agent)).toThrow(
      /\/nowhere\/config\.yaml cannot be read: ENOENT/,
    );
  });

  test.each<[string, string, Environment]>([
    ['in the address', 'nexodus: {url: "https://kitty:s3cret@a.example"}', {}],
    ['under the Secret', 'credentialsSecret: {password: s3cret}', {}],
    ['instead of the Secret', 'credentialsSecret: s3cret', {}],
    ['beside the address', 'nexodus: {password: s3cret}', {}],
    ['in broken YAML', 'nexodus: {password: s3cret\nrealm: x', {}],
    ['in a list', 'gateway: {stunServers: [{password: s3cret}]}', {}],
    ['in a variable', '', { NEXLINK_GATEWAY_HOST_ALIASES: '{"password":"s3cret"' }],
  ])('but never a login %s', (_where, text, env) => expect(refusal(text, env)).not.toContain('s3cret'));

  it('and says where a login belongs', () => {
    expect(refusal('nexodus: {password: x}')).toContain(
      'belongs into the Secret that credentialsSecret names',
    );
  });
});

describe('settingsFile', () => {
  test.each<[string, string[], Environment, string | undefined]>([
    ['the argument', ['--config', 'a'], { NEXLINK_CONFIG: 'b' }, 'a'],
    ['the argument with =', ['--config=a'], {}, 'a'],
    ['the variable', ['run'], { NEXLINK_CONFIG: 'b' }, 'b'],
    ['nothing', [], { NEXLINK_CONFIG: '' }, undefined],
  ])('is %s', (_what, args, env, expected) => expect(settingsFile(args, env)).toBe(expected));
});
