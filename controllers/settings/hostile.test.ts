import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { Terminal } from '../runtime/errors.ts';
import { anyJSON, hostileText, mutated } from '../testing/hostile.ts';
import { check } from './check.ts';
import type { Environment } from './environment.ts';
import { keysOf } from './keys.ts';
import { loadSettings } from './load.ts';
import type { Settings } from './settings.ts';
import { settingsSchema } from './zz_generated.schema.ts';

const folder = mkdtempSync(join(tmpdir(), 'nexlink-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'config.yaml');
const agent = { NEXLINK_AGENT_IMAGE: 'nexlink:1' };

const valid = {
  nexodus: { url: 'https://nexodus.example', caFile: '/ca', insecureSkipTLSVerify: false },
  realm: 'prod',
  autoImport: 'all',
  gateway: {
    replicas: 2,
    nexd: { image: 'nexd:1', resources: { requests: { cpu: 1 }, limits: { memory: '64Mi' } } },
    stunServers: ['a.example:3478', 'b.example:3478'],
    hostAliases: [{ ip: '10.0.0.1', hostnames: ['a.example'] }],
  },
  credentialsSecret: { namespace: 'nexlink-system', name: 'login' },
  log: { level: 'debug', format: 'text' },
  metrics: { enabled: true, address: ':8080' },
};

/** The settings, or why there are none. */
function load(text: string, env: Environment = {}): Settings | string {
  writeFileSync(file, text);
  try {
    return loadSettings(file, { ...agent, ...env });
  } catch (error) {
    expect(error).toBeInstanceOf(Terminal);
    return (error as Terminal).message;
  }
}

/** Either good settings, or a text of one line that says which key, or that the file is at fault. */
function expectJudged(outcome: Settings | string): void {
  if (typeof outcome !== 'string') {
    expect(check(structuredClone(outcome))).toEqual([]);
    return;
  }
  expect(outcome).toMatch(
    /^(invalid settings: |the settings file .*config\.yaml |\w+(\.\w+)* \(environment)/,
  );
  expect(outcome).not.toMatch(/call stack|cannot read properties|is not a function|\n\s+at /i);
}

describe('settings', () => {
  test('are good or refused with the key, whatever the file says', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(valid), anyJSON), value => expectJudged(load(JSON.stringify(value)))),
      { numRuns: 100 },
    );
  });

  test('are good or refused with the key, whatever YAML it is', () => {
    fc.assert(
      fc.property(mutated(valid), value => expectJudged(load(stringify(value)))),
      { numRuns: 100 },
    );
    fc.assert(fc.property(hostileText, text => expectJudged(load(text))));
    fc.assert(fc.property(hostileText, text => expectJudged(load(`realm: ${text}`))));
  });

  test.each([
    [
      'a number that is none',
      'gateway: {nexd: {resources: {requests: {cpu: .nan}}}}',
      'gateway.nexd.resources',
    ],
    ['an endless number', 'gateway: {replicas: .inf}', 'gateway.replicas'],
    ['a set', 'gateway: {stunServers: !!set {a, b}}', 'gateway.stunServers'],
    ['bytes', 'realm: !!binary aGVsbG8=', 'realm'],
    ['an item of nothing', 'gateway: {stunServers: ["a:1", , "b:2"]}', 'config.yaml'],
    ['nothing in a list', 'gateway: {stunServers: ["a:1", null]}', 'gateway.stunServers'],
    ['a key that is no text', 'gateway: {? [a] : b}', 'gateway'],
    ['the same key twice', 'realm: a\nrealm: b', 'config.yaml'],
    ['two documents', 'realm: a\n---\nrealm: b', 'config.yaml'],
    ['a key of every object', '__proto__: {realm: x}', '__proto__'],
    ['a key of every object in a group', 'gateway: {constructor: {x: 1}}', 'gateway.constructor'],
    ['something inside itself', 'gateway: &a {nexd: *a}', 'config.yaml'],
    [
      'something that grows',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replace(/./g, c => `${c}: &${c} [${`*${String.fromCharCode(c.charCodeAt(0) - 1)},`.repeat(9)}]\n`)}`,
      'config.yaml',
    ],
    ['something without a bottom', `gateway: ${'['.repeat(5_000)}${']'.repeat(5_000)}`, 'config.yaml'],
  ])('are refused with %s', (_what, text, key) => {
    const outcome = load(text);
    expectJudged(outcome);
    expect(outcome).toContain(key);
  });

  test('are good or refused with the variable, whatever the environment says', () => {
    const keys = keysOf(settingsSchema);
    fc.assert(
      fc.property(
        fc.constantFrom(...keys),
        fc.oneof(
          hostileText,
          anyJSON.map(value => JSON.stringify(value)),
        ),
        ({ variable, path }, text) => {
          const outcome = load('', { [variable]: text });
          expectJudged(outcome);
          // Together with a default of another key it may be that one which is told.
          if (typeof outcome === 'string') expect(outcome).toMatch(new RegExp(`${variable}|${path[0]}`));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('tell no part of a login that is in the wrong place', () => {
    const secret = 'hunter2-hunter2';
    const misplaced = fc.oneof(
      ...[
        { credentialsSecret: { password: secret, token: secret } },
        { credentialsSecret: secret },
        { credentialsSecret: { name: 'x', namespace: `${secret}!` } },
        { nexodus: { url: `https://kitty:${secret}@nexodus.example` } },
        { nexodus: { password: secret } },
        { gateway: { stunServers: [{ password: secret }] } },
      ].flatMap(part => [fc.constant<unknown>({ ...valid, ...part }), mutated({ ...valid, ...part })]),
    );
    fc.assert(
      fc.property(misplaced, value => {
        const outcome = load(JSON.stringify(value));
        if (typeof outcome === 'string') expect(outcome).not.toContain(secret);
      }),
    );
  });
});
