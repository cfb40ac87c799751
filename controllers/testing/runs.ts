/** Runs of scenarios, with or without a fault, and how their ends are compared. */

import type { ProcessOptions } from './process.ts';
import type { Scenario } from './scenarios.ts';
import { stateOf } from './state.ts';
import { World } from './world.ts';
import type { Fault } from './writers.ts';

/** The world in which a scenario begins, without a controller. */
export async function given(scenario: Scenario, options: ProcessOptions = {}): Promise<World> {
  const world = new World(options);
  for (const step of scenario.given) {
    step(world);
    await world.settle();
  }
  world.stop();
  return world;
}

export async function run(scenario: Scenario, base: World, fault?: Fault) {
  const world = base.fork();
  const { log } = world.start(fault);
  await world.settle();
  for (const step of scenario.when) {
    step(world);
    await world.settle();
  }
  // Long enough for the sweeper. Most faults leave nothing to it.
  if (!fault || world.isUnfinished) await world.pass(150_000);
  const writes = [...log];
  const state = stateOf(world);
  const idle = await world.idleWrites();
  return { writes, state, idle, violations: world.violations, failing: world.process.failing };
}

/** What is left at the end of a run. */
export type End = Awaited<ReturnType<typeof run>>;

/** What is wrong with an end, compared with the one without a fault. */
export const flawsOf = (end: End, wanted: End): string[] => [
  ...end.state.filter(line => !wanted.state.includes(line)).map(line => `+ ${line}`),
  ...wanted.state.filter(line => !end.state.includes(line)).map(line => `- ${line}`),
  ...end.violations,
  ...end.failing.map(key => `still fails: ${key}`),
  ...end.idle.map(write => `still writes: ${write}`),
];

/** The flaws of every run in which one write fails, by that write; `how` says in which way each does, if at all. */
export async function faults(
  scenario: Scenario,
  base: World,
  wanted: End,
  how: (atWrite: number) => Fault['how'] | undefined,
): Promise<{ [write: string]: string[] }> {
  const ends: { [write: string]: string[] } = {};
  for (let atWrite = 1; atWrite <= wanted.writes.length; atWrite++) {
    const kind = how(atWrite);
    if (kind === undefined) continue;
    const fault = { atWrite, how: kind };
    const flaws = flawsOf(await run(scenario, base, fault), wanted);
    if (flaws.length) ends[`${fault.how} at ${atWrite}, ${wanted.writes[atWrite - 1]}`] = flaws;
  }
  return ends;
}
