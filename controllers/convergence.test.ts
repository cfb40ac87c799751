/** Whatever happens, and wherever the controller is cut off meanwhile: the end is the same. */

import { describe, expect, test } from '@jest/globals';
import { scenarios, type Scenario } from './testing/scenarios.ts';
import { stateOf } from './testing/state.ts';
import { World } from './testing/world.ts';
import type { Fault } from './testing/writers.ts';

/** The world in which a scenario begins, without a controller. */
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
  // Long enough for the sweeper.
  await world.pass(150_000);
  const writes = [...log];
  const state = stateOf(world);
  const idle = await world.idleWrites();
  return { writes, state, idle, violations: world.violations, failing: world.process.failing };
}

type End = Awaited<ReturnType<typeof run>>;

/** What is wrong with an end, compared with the one without a fault. */
const flawsOf = (end: End, wanted: End): string[] => [
  ...end.state.filter(line => !wanted.state.includes(line)).map(line => `+ ${line}`),
  ...wanted.state.filter(line => !end.state.includes(line)).map(line => `- ${line}`),
  ...end.violations,
  ...end.failing.map(key => `still fails: ${key}`),
  ...end.idle.map(write => `still writes: ${write}`),
];

describe.each(Object.entries(scenarios))('when %s', (_name, scenario) => {
  let base: World;
  let wanted: End;

  async function faults(how: (atWrite: number) => Fault['how']): Promise<object> {
    const ends = new Map<string, string[]>();
    for (let atWrite = 1; atWrite <= wanted.writes.length; atWrite++) {
      const fault = { atWrite, how: how(atWrite) };
      const flaws = flawsOf(await run(scenario, base, fault), wanted);
      if (flaws.length) ends.set(`${fault.how} at ${atWrite}, ${wanted.writes[atWrite - 1]}`, flaws);
    }
    return Object.fromEntries(ends);
  }

  test('the controller comes to rest', async () => {
    base = await given(scenario);
    wanted = await run(scenario, base);
    expect(wanted).toMatchObject({ idle: [], violations: [], failing: [] });
  });

  test('it ends in the same state when everything is seen late', async () => {
    const end = await run(scenario, await given(scenario, true));
    expect(flawsOf(end, wanted)).toEqual([]);
  });

  test('it ends in the same state when the controller is killed after any one write', async () => {
    expect(await faults(() => 'killed')).toEqual({});
  });

  test('it ends in the same state when any one write is refused, or its answer lost', async () => {
    expect(await faults(atWrite => (atWrite % 2 ? 'lost' : 'refused'))).toEqual({});
  });
});
