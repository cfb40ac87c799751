/**
 * Whichever write is refused, or done without an answer: the end is the same. One after the other in turn is left
 * out, as convergence.test.ts tries nearly the same with a controller that starts anew.
 */

import { expect, test } from '@jest/globals';
import { faults, given, run } from './testing/runs.ts';
import { scenarios } from './testing/scenarios.ts';

const ways = ['lost', undefined, 'refused', undefined] as const;

test.each(Object.entries(scenarios))('when %s', async (name, scenario) => {
  const base = await given(scenario);
  const wanted = await run(scenario, base);
  // Not the same ones in each scenario.
  expect(await faults(scenario, base, wanted, atWrite => ways[(atWrite + name.length) % 4])).toEqual({});
});
