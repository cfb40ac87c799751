import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newIdentity } from '../gateway/identity.ts';
import { systemClock } from '../runtime/clock.ts';
import { silentLog } from '../runtime/log.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { init } from './init.ts';

const deviceID = '7c0e1d5e-0000-4000-8000-000000000001';
const identity = (now = new Date()) =>
  newIdentity({ id: 'key', token: 'RK:secret', deviceID, description: '' } as never, now);

let folder: string;
const settings = (direction: 'Export' | 'Import' = 'Export') => ({
  ordinal: 1,
  direction,
  namespace: 'shop',
  identitySecret: 'nexlink-export-shop',
  identityDir: join(folder, 'identity'),
  stateDir: join(folder, 'state'),
});
const give = (value: unknown) =>
  writeFile(join(folder, 'identity', '1.json'), typeof value === 'string' ? value : JSON.stringify(value));
const stateFile = (name: string) => readFile(join(folder, 'state', name), 'utf8');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'init-'));
  await mkdir(join(folder, 'identity'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('init', () => {
  test("writes nexd's state and what belongs to it, for the owner only", async () => {
    const given = identity();
    await give(given);
    await init(settings(), systemClock, silentLog);
    const { port, ...state } = JSON.parse(await stateFile('state.json')) as { port: number };
    expect(state).toEqual({
      'public-key': given.publicKey,
      'private-key': given.privateKey,
      'proxy-rules-config': { egress: null, ingress: null },
    });
    expect(port).toBeGreaterThanOrEqual(30000);
    expect(port).toBeLessThan(60000);
    expect(await stateFile('reg-key')).toBe('RK:secret');
    expect(await stateFile('device-id')).toBe(deviceID);
    expect(await stateFile('requested-ip')).toBe('');
    expect((await readdir(join(folder, 'state'))).sort()).toEqual([
      'device-id',
      'reg-key',
      'requested-ip',
      'state.json',
    ]);
    const modes = await Promise.all(
      ['', 'state.json', 'reg-key'].map(async name => (await stat(join(folder, 'state', name))).mode & 0o777),
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  test('tells nexd which address to ask for', async () => {
    await give({ ...identity(), requestedIP: '100.64.0.9' });
    await init(settings(), systemClock, silentLog);
    expect(await stateFile('requested-ip')).toBe('100.64.0.9');
  });

  describe('has nexd perhaps started twice', () => {
    const secondsAgo = (seconds: number) => new Date(Date.now() - seconds * 1_000);
    const madeLongAgo = () => identity(secondsAgo(300));
    const madeNobodyKnowsWhen = () => ({ ...identity(), madeAt: undefined });
    test.each([
      ['of an export gateway that had another pod', 'Export', madeLongAgo(), true],
      ['of one whose first pod was replaced soon', 'Export', identity(secondsAgo(20)), true],
      ['of one that was made by an earlier release', 'Export', madeNobodyKnowsWhen(), true],
      ['not of a new device', 'Export', identity(secondsAgo(5)), false],
      ['not of an import gateway', 'Import', madeLongAgo(), false],
    ] as const)('%s', async (_what, direction, given, is) => {
      await give(given);
      await init(settings(direction), systemClock, silentLog);
      expect((await readdir(join(folder, 'state'))).includes('second-start')).toBe(is);
    });

    test('not when its own pod has only had its container started anew', async () => {
      await give(madeLongAgo());
      await init(settings(), systemClock, silentLog);
      await rm(join(folder, 'state', 'second-start'));
      await init(settings(), systemClock, silentLog);
      expect(await readdir(join(folder, 'state'))).not.toContain('second-start');
    });
  });

  test('keeps the state of the same keys', async () => {
    const given = identity();
    await give(given);
    await init(settings(), systemClock, silentLog);
    const used = {
      ...(JSON.parse(await stateFile('state.json')) as object),
      'proxy-rules-config': { egress: ['tcp:1:100.64.0.2:80'], ingress: null },
    };
    await writeFile(join(folder, 'state', 'state.json'), JSON.stringify(used));
    await give({ ...given, regKey: 'RK:another' });
    await init(settings(), systemClock, silentLog);
    expect(JSON.parse(await stateFile('state.json'))).toEqual(used);
    expect(await stateFile('reg-key')).toBe('RK:another');
  });

  test.each(['other keys', 'no JSON'])('replaces a state with %s', async what => {
    const given = identity();
    await give(given);
    await mkdir(join(folder, 'state'));
    await writeFile(
      join(folder, 'state', 'state.json'),
      what === 'no JSON' ? '{' : JSON.stringify({ 'public-key': 'a', 'private-key': 'b' }),
    );
    await init(settings(), systemClock, silentLog);
    expect(JSON.parse(await stateFile('state.json'))).toMatchObject({ 'private-key': given.privateKey });
  });

  test('waits for an identity that comes later', async () => {
    const clock = new ManualClock();
    const done = init(settings(), clock, silentLog);
    await until(() => clock.sleeping === 1);
    await give(identity());
    await clock.advance(500);
    await done;
    expect(await stateFile('device-id')).toBe(deviceID);
  });

  test('gives up after a minute, and says who should have written it', async () => {
    const clock = new ManualClock();
    const failed = init(settings(), clock, silentLog).catch((error: Error) => error.message);
    for (let polls = 0; polls < 120; polls++) {
      await until(() => clock.sleeping === 1);
      await clock.advance(500);
    }
    expect(await failed).toMatch(/Secret shop\/nexlink-export-shop, key 1\.json is still absent.*controller/);
  });

  test.each([
    ['no JSON', '{', 'not JSON'],
    ['a private key that is none', { ...identity(), privateKey: 'x' }, 'privateKey'],
    [
      'keys that do not belong together',
      { ...identity(), publicKey: identity().publicKey },
      'does not belong',
    ],
    ['a device that is none', { ...identity(), deviceID: '../x' }, 'deviceID'],
    ['an address that is none', { ...identity(), requestedIP: '$(id)' }, 'requestedIP'],
    ['another kind of token', { ...identity(), regKey: 'DT:secret' }, 'regKey'],
  ])('refuses %s without showing it', async (_, value, flaw) => {
    await give(value);
    const error = await init(settings(), systemClock, silentLog).catch((error: Error) => error);
    expect(error).toMatchObject({ code: 'InvalidIdentity' });
    expect((error as Error).message).toMatch(`Secret shop/nexlink-export-shop, key 1.json: `);
    expect((error as Error).message).toMatch(flaw);
    expect((error as Error).message).not.toContain('secret"');
    expect((error as Error).message).not.toContain('DT:');
  });

  test('says that the state folder must be writable', async () => {
    await give(identity());
    await writeFile(join(folder, 'state'), '');
    const error = await init(settings(), systemClock, silentLog).catch((error: Error) => error);
    expect(error).toMatchObject({ code: 'StateNotWritable' });
  });
});

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise(resolve => setImmediate(resolve));
}
