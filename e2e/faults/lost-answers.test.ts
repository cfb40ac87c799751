import { describe, expect, test } from '@jest/globals';
import { useLab } from './harness/use-lab.ts';
import { run, tryWrites } from './harness/runs.ts';
import { scenarios } from './harness/scenarios.ts';

const lab = useLab();

describe.each(Object.entries(scenarios))('when %s', (name, scenario) => {
  test('02 the answer of any one committed write is lost: what was made is adopted, and nothing made twice', async () => {
    const wanted = await run(lab(), scenario);
    expect(wanted.flaws).toEqual([]);
    const { tried, flaws } = await tryWrites(lab(), scenario, 'lost', wanted);
    process.stdout.write(`lost the answer of ${tried}, when ${name}\n`);
    expect(flaws).toEqual({});
  }, 1_800_000);
});
