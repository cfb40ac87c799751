/** Whichever write is done without an answer, or refused: the end is the same. */

import { describe, expect, test } from '@jest/globals';
import { lives } from './testing/lives.ts';
import { faults, given, run, type End } from './testing/runs.ts';
import { scenarios } from './testing/scenarios.ts';
import type { World } from './testing/world.ts';

describe.each(Object.entries({ ...scenarios, ...lives }))('when %s', (name, scenario) => {
  let base: World;
  let wanted: End;

  test('it ends in the same state when the answer to any one write is lost', async () => {
    base = await given(scenario);
    wanted = await run(scenario, base);
    expect(await faults(scenario, base, wanted, () => 'lost')).toEqual({});
  });

  // Nearly the same as a write that comes later, so that one of four is tried; not the same ones in each scenario.
  test('it ends in the same state when a write is refused', async () => {
    const how = (atWrite: number) => ((atWrite + name.length) % 4 === 2 ? 'refused' : undefined);
    expect(await faults(scenario, base, wanted, how)).toEqual({});
  });
});
