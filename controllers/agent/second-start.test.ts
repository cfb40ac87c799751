import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { secondStart, secondStartFile } from '../proxy/nexd-command.ts';
import { silentLog } from '../runtime/log.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { SecondStart } from './second-start.ts';

let folder: string;
let clock: ManualClock;
let second: SecondStart;
const file = () => join(folder, secondStartFile);
const nobody = () => false;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'second-start-'));
  await writeFile(file(), secondStart.undecided);
  clock = new ManualClock();
  second = new SecondStart(folder, clock, silentLog);
});
afterEach(() => rm(folder, { recursive: true }));

test('nexd is started once more when nobody has asked 1.5 s after it has its address', async () => {
  expect(await second.isAhead(nobody)).toBe(true);
  await clock.advance(1_400);
  expect([await second.isAhead(nobody), second.isUnderWay]).toEqual([true, false]);
  await clock.advance(100);
  expect([await second.isAhead(nobody), second.isUnderWay]).toEqual([true, true]);
  expect(await readFile(file(), 'utf8')).toBe(secondStart.now);
  // Who asks now must not be taken for a reason to keep nexd, which the container ends at this moment.
  expect(await second.isAhead(() => true)).toBe(true);
  await rm(file());
  expect([await second.isAhead(nobody), second.isUnderWay]).toEqual([false, false]);
});

test('it is not when somebody has asked', async () => {
  expect(await second.isAhead(() => true)).toBe(false);
  expect(existsSync(file())).toBe(false);
  await clock.advance(10_000);
  expect(await second.isAhead(nobody)).toBe(false);
});

test('it is not when the file is absent, and a later one does not matter', async () => {
  await rm(file());
  expect(await second.isAhead(nobody)).toBe(false);
  await writeFile(file(), secondStart.undecided);
  expect(await second.isAhead(nobody)).toBe(false);
});

test('a container that does not do it holds up nothing for longer than six seconds', async () => {
  await second.isAhead(nobody);
  await clock.advance(1_500);
  expect(await second.isAhead(nobody)).toBe(true);
  await clock.advance(4_500);
  expect([await second.isAhead(nobody), second.isUnderWay]).toEqual([false, false]);
  expect(existsSync(file())).toBe(false);
});

test('an agent that is started anew meanwhile goes on', async () => {
  await writeFile(file(), secondStart.now);
  expect(await second.isAhead(nobody)).toBe(true);
  await rm(file());
  expect(await second.isAhead(nobody)).toBe(false);
});
