/** A run of jest ends, and fails, when a test leaves something open. */

import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');

/** Runs the cases of these names; jest decides by their number, and by `options`, whether it has workers. */
async function runCases(
  names: string,
  ...options: string[]
): Promise<{ code: number | null; output: string }> {
  const jest = ['--experimental-vm-modules', path.join(root, 'node_modules/jest/bin/jest.js')];
  const config = ['--config', path.join(import.meta.dirname, 'jest.config.mjs')];
  const child = spawn(process.execPath, [...jest, ...config, ...options, `/(${names}).case.ts$`], {
    cwd: root,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (output += String(text)));
  const code = await new Promise<number | null>(resolve => child.once('close', resolve));
  return { code, output };
}

describe.each([
  ['in one process', '--runInBand'],
  ['in workers', '--maxWorkers=2'],
])('%s', (_where, option) => {
  test('what closes what it opens passes', async () => {
    const { code, output } = await runCases('passes|passes-too', option);
    expect(output).toMatch(/\n2 passed, 0 failed\n$/);
    expect(code).toBe(0);
  }, 30_000);

  test('tests that leave something open fail, whether they pass or not, and the run ends', async () => {
    const { code, output } = await runCases('.*-open', option);
    expect(output).toContain('left open when all tests of this file were over: a server at 127.0.0.1:');
    expect(output).toMatch(/left open .*: a timer, set .*timer-open\.case\.ts:4/);
    expect(output).toMatch(/left open .*: process \d+: sleep 20/);
    expect(output).toContain('fails before it closes its server');
    // One that failed by itself, and four files that left something.
    expect(output).toMatch(/\n3 passed, 5 failed\n$/);
    expect(code).toBe(1);
  }, 30_000);
});

test('what the tests did not open does not hold up the end either', async () => {
  const { code, output } = await runCases(
    'passes',
    '--globalSetup',
    path.join(import.meta.dirname, 'setup.mjs'),
  );
  expect(output).toContain('The run does not end by itself; open: a server at 127.0.0.1:');
  expect(output).toMatch(/\n1 passed, 1 failed\n$/);
  expect(code).toBe(1);
}, 30_000);
