/** Whichever write is refused, or done without an answer: the end is the same. */

import { expect, test } from '@jest/globals';
import { faults, given, run } from './testing/runs.ts';
import { scenarios } from './testing/scenarios.ts';

test.each(Object.entries(scenarios))('when %s', async (_name, scenario) => {
  const base = await given(scenario);
  const wanted = await run(scenario, base);
  expect(await faults(scenario, base, wanted, atWrite => (atWrite % 2 ? 'lost' : 'refused'))).toEqual({});
});
