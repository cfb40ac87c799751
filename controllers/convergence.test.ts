/** Whatever happens, and wherever the controller is cut off meanwhile: the end is the same. */

import { describe, expect, test } from '@jest/globals';
import { scenarios, type Scenario } from './testing/scenarios.ts';
import { stateOf } from './testing/state.ts';
import { World } from './testing/world.ts';
import type { Fault } from './testing/writers.ts';

async function given(scenario: Scenario, stale = false): Promise<World> {
  const world = new World({ stale });
  for (const step of scenario.given) {
    step(world);
    await world.settle();
  }
  world.stop();
  return world;
}

async function run(scenario: Scenario, base: World, fault?: Fault) {
  const world = base.fork();
  const { log } = world.start(fault);
  await world.settle();
  for (const step of scenario.when) {
    step(world);
    await world.settle();
  }
  await world.pass(150_000);
  const writes = log.length;
  const state = stateOf(world);
  const idle = await world.idleWrites();
  return { writes, log, state, idle, violations: world.violations, failing: world.process.failing };
}

const clean = { idle: [], violations: [], failing: [] };

describe.each(Object.entries(scenarios))('when %s', (_name, scenario) => {
  test('the controller comes to rest', async () => {
    const end = await run(scenario, await given(scenario));
    expect(end).toMatchObject(clean);
  });

  test('it ends in the same state when everything is seen late', async () => {
    const wanted = await run(scenario, await given(scenario));
    const end = await run(scenario, await given(scenario, true));
    expect(end).toMatchObject({ ...clean, state: wanted.state });
  });

  for (const how of ['killed', 'lost', 'refused'] as const)
    test(`it ends in the same state with any one write ${how}`, async () => {
      const base = await given(scenario);
      const wanted = await run(scenario, base);
      const ends = new Map<string, string[]>();
      for (let atWrite = 1; atWrite <= wanted.writes; atWrite++) {
        const end = await run(scenario, base, { atWrite, how });
        const flaws = [
          ...end.state.filter(line => !wanted.state.includes(line)).map(line => `+ ${line}`),
          ...wanted.state.filter(line => !end.state.includes(line)).map(line => `- ${line}`),
          ...end.violations,
          ...end.failing,
          ...end.idle.map(write => `still writes: ${write}`),
        ];
        if (flaws.length) ends.set(`${atWrite}: ${wanted.log[atWrite - 1]}`, flaws);
      }
      expect(Object.fromEntries(ends)).toEqual({});
    });
});
