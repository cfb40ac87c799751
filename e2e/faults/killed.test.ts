import { describe, expect, test } from '@jest/globals';
import { useLab } from './harness/use-lab.ts';
import { run, tryWrites, type End } from './harness/runs.ts';
import { scenarios } from './harness/scenarios.ts';

const lab = useLab();

describe.each(Object.entries(scenarios))('when %s', (name, scenario) => {
  let wanted: End | undefined;

  test('00 without a fault: it comes to rest, leaves nothing behind and touches nothing of others', async () => {
    wanted = await run(lab(), scenario);
    expect(wanted.flaws).toEqual([]);
  }, 60_000);

  test('01 killed after any one write: it ends in the same state, and each object was made once', async () => {
    wanted ??= await run(lab(), scenario);
    const { tried, flaws } = await tryWrites(lab(), scenario, 'killed', wanted);
    process.stdout.write(`killed after ${tried}, when ${name}\n`);
    expect(flaws).toEqual({});
  }, 1_800_000);
});
