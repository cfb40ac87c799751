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
  const before = scenario.leavesNothing ? stateOf(world) : [];
  const states: string[][] = [];
  const note = () => {
    // A controller that starts without Nexodus knows less of it than the one before.
    if (!world.nexodus.isDown) states.push(stateOf(world));
    world.violations.push(...world.judge.dishonest());
  };
  const { log } = world.start(fault);
  await world.settle();
  for (const [at, step] of scenario.when.entries()) {
    step(world);
    await world.settle();
    if (at < scenario.when.length - 1) note();
  }
  // Long enough for the sweeper. Most faults leave nothing to it.
  if (!fault || world.isUnfinished) await world.pass(150_000);
  const writes = [...log];
  const counts = world.counts;
  note();
  const left = scenario.leavesNothing ? leftovers(world, before) : [];
  const idle = await world.idleWrites();
  const { violations } = world;
  return { writes, states, counts, left, idle, violations, failing: world.process.failing };
}

/** What was not there before; metadata of devices that are gone can never be removed. */
function leftovers(world: World, before: readonly string[]): string[] {
  const { devices, metadata } = world.nexodus;
  return [
    ...stateOf(world).filter(line => !before.includes(line)),
    ...[...metadata.keys()].filter(id => !devices.has(id)).map(id => `metadata of ${id}, which is gone`),
  ];
}

/** What is left at the end of a run. */
export type End = Awaited<ReturnType<typeof run>>;

/** Without the states on the way, which depend on what was seen first. */
export const atLast = (end: End): End => ({ ...end, states: end.states.slice(-1) });

/** What is wrong with an end, compared with the one without a fault. */
export const flawsOf = (end: End, wanted: End): string[] => [
  ...wanted.states.flatMap((state, at) => [
    ...end.states[at]!.filter(line => !state.includes(line)).map(line => `${at}: + ${line}`),
    ...state.filter(line => !end.states[at]!.includes(line)).map(line => `${at}: - ${line}`),
  ]),
  ...end.left.map(line => `left behind: ${line}`),
  ...end.violations,
  ...end.failing.map(key => `still fails: ${key}`),
  ...end.idle.map(write => `still writes: ${write}`),
];

/** What was made or removed more often, or less, than without the fault. */
const differentCounts = ({ counts }: End, { counts: wanted }: End): string[] =>
  [...new Set([...Object.keys(counts), ...Object.keys(wanted)])].flatMap(what =>
    counts[what] === wanted[what]
      ? []
      : `${what}: ${counts[what] ?? 0} times instead of ${wanted[what] ?? 0}`,
  );

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
    const end = await run(scenario, base, fault);
    const flaws = [...flawsOf(end, wanted), ...(scenario.replaces ? [] : differentCounts(end, wanted))];
    if (flaws.length) ends[`${fault.how} at ${atWrite}, ${wanted.writes[atWrite - 1]}`] = flaws;
  }
  return ends;
}
