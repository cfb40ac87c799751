import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { nexdCommand, secondStart, secondStartFile } from './nexd-command.ts';

jest.setTimeout(20_000);

let folder: string;
let container: ChildProcess;

/** Starts the container with a nexd that notes its start, its end by SIGTERM, and does what `script` says. */
async function start(script: string): Promise<void> {
  const nexd = `#!/bin/sh\necho "start $NEXD_REG_KEY $NEXD_REQUESTED_IP$*" >> ${folder}/log\n${script}\n`;
  await writeFile(join(folder, 'nexd'), nexd);
  await chmod(join(folder, 'nexd'), 0o700);
  const [shell, ...args] = nexdCommand(folder, '/socket');
  container = spawn(shell!, args, { env: { PATH: `${folder}:${process.env['PATH']}` }, stdio: 'ignore' });
}
const runs = `trap 'echo term >> LOG; exit 5' TERM; while :; do sleep 0.02; done`;
const running = () => runs.replace('LOG', join(folder, 'log'));
const ended = () =>
  new Promise<number | null>(resolve =>
    container.exitCode === null ? container.once('exit', resolve) : resolve(container.exitCode),
  );
const log = async () =>
  (await readFile(join(folder, 'log'), 'utf8').catch(() => '')).split('\n').filter(line => line !== '');
async function until(lines: number): Promise<string[]> {
  while ((await log()).length < lines) await sleep(20);
  return log();
}
const decide = (word: string) => writeFile(join(folder, secondStartFile), word);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexd-command-'));
  await writeFile(join(folder, 'reg-key'), 'RK:key');
});
afterEach(async () => {
  container.kill('SIGTERM');
  await ended();
  await rm(folder, { recursive: true });
});

test('nexd gets its key, and the address that it is to ask for', async () => {
  await writeFile(join(folder, 'requested-ip'), '100.64.0.9');
  await start(running());
  expect(await until(1)).toEqual([
    `start RK:key 100.64.0.9--unix-socket /socket --state-dir ${folder} proxy`,
  ]);
});

test('a signal to the container is one to nexd, and the container ends as nexd does', async () => {
  await start(running());
  await until(1);
  await sleep(50);
  container.kill('SIGTERM');
  expect(await ended()).toBe(5);
  expect((await log()).slice(1)).toEqual(['term']);
});

test('nexd is started once more when the agent wants it, and only then', async () => {
  await decide(secondStart.undecided);
  await start(running());
  await until(1);
  await sleep(500);
  expect(await log()).toHaveLength(1);
  await decide(secondStart.now);
  expect(await until(2)).toHaveLength(2);
  await sleep(500);
  expect(await log()).toHaveLength(2);
  container.kill('SIGTERM');
  expect(await ended()).toBe(5);
});

test('a second start that is not needed is not made, and a signal is heard before that is known', async () => {
  await decide(secondStart.undecided);
  await start(running());
  await until(1);
  await sleep(50);
  container.kill('SIGTERM');
  expect(await ended()).toBe(5);
});

test('one that fails right after its start is tried again, three times in all', async () => {
  await start('exit 3');
  expect(await ended()).toBe(3);
  expect(await log()).toHaveLength(3);
});

test('one that ends later, or as it should, is left to the kubelet', async () => {
  await start('exit 0');
  expect(await ended()).toBe(0);
  expect(await log()).toHaveLength(1);
  await start('sleep 3.2; exit 4');
  expect(await ended()).toBe(4);
  expect(await log()).toHaveLength(2);
});

test('no nexd is started after a signal', async () => {
  await start('exit 3');
  await until(1);
  container.kill('SIGTERM');
  await ended();
  expect((await log()).length).toBeLessThan(3);
});
