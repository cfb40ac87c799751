/** Whatever happens, and wherever the controller is killed meanwhile: the end is the same. */

import { describe, expect, test } from '@jest/globals';
import { atLast, faults, flawsOf, given, run, type End } from './testing/runs.ts';
import { lives } from './testing/lives.ts';
import { scenarios } from './testing/scenarios.ts';
import type { World } from './testing/world.ts';

describe.each(Object.entries({ ...scenarios, ...lives }))('when %s', (_name, scenario) => {
  let base: World;
  let wanted: End;

  test('the controller comes to rest', async () => {
    base = await given(scenario);
    wanted = await run(scenario, base);
    expect(wanted).toMatchObject({ idle: [], violations: [], failing: [], left: [] });
  });

  test('it ends in the same state when everything is seen late', async () => {
    const end = await run(scenario, await given(scenario, { stale: true }));
    expect(flawsOf(atLast(end), atLast(wanted))).toEqual([]);
  });

  test.each([1, 2])('it ends in the same state when four keys are worked on at once: %d', async seed => {
    const end = await run(scenario, await given(scenario, { seed, stale: seed % 2 === 0 }));
    expect(flawsOf(atLast(end), atLast(wanted))).toEqual([]);
  });

  test('it ends in the same state when the controller is killed after any one write', async () => {
    expect(await faults(scenario, base, wanted, () => 'killed')).toEqual({});
  });
});
