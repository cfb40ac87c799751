/** Runs of scenarios, with a fault or without, and how their ends are compared. */

import type { Seen } from '../../harness/fault-proxy.ts';
import { isWrite, type Proxies } from './place.ts';
import { dishonest } from './honesty.ts';
import type { Lab } from './lab.ts';
import { difference } from './state.ts';
import { isComplete, sampleOf, seed, type Writes } from './which-writes.ts';
import type { Counts, World, WorldOptions } from './world.ts';

/** What a user does, step by step; each is waited for. The last one deletes everything. */
export interface Scenario {
  readonly world?: WorldOptions;
  readonly steps: { readonly [name: string]: (world: World) => Promise<unknown> };
}

/** Of the writes to both APIs, the k-th that meets it. */
export interface WriteFault {
  /** killed: the controller ends right after it. lost: it is done, and the answer does not arrive. */
  readonly how: 'killed' | 'lost';
  readonly atWrite: number;
}

export interface End extends Writes {
  /** After each step. */
  readonly states: readonly (readonly string[])[];
  readonly counts: Counts;
  /** Whether the fault met a write. */
  readonly met: boolean;
  readonly flaws: readonly string[];
}

/** The controller's own time during this is 20 times as much. */
const quietMs = 300;

export async function run(lab: Lab, scenario: Scenario, fault?: WriteFault, wanted?: End): Promise<End> {
  const world = await lab.world(scenario.world);
  const flaws: string[] = [];
  const states: string[][] = [];
  let met = false;
  let restarted: Promise<unknown> = Promise.resolve();
  let count = 0;
  const meets = (seen: Seen) => {
    if (met || !isWrite(seen) || ++count !== fault?.atWrite) return false;
    return (met = true);
  };
  const prepare = ({ kube, nexodus }: Proxies) => {
    for (const proxy of [kube, nexodus])
      if (fault?.how === 'lost') proxy.add({ do: 'loseAnswer' }, meets);
      else if (fault) proxy.add({ do: 'afterWrite', then: () => void (restarted = restart()) }, meets);
  };
  const restart = async () => {
    await world.controller.kill();
    await world.start();
  };
  const before = world.state();
  const last = Object.keys(scenario.steps).length - 1;
  await world.start({ prepare });
  try {
    for (const [at, [name, step]] of Object.entries(scenario.steps).entries()) {
      await step(world);
      const target = wanted?.states[at];
      if (target)
        await world
          .until(
            `after "${name}" it is as without the fault`,
            () => difference(world.state(), target).length === 0,
          )
          .catch(() => {
            for (const line of difference(world.state(), target)) flaws.push(`${name}: ${line}`);
          });
      else {
        if (at === last) await world.until('nothing is left', () => leftovers(world, before).length === 0);
        await world.settle(1_000);
      }
      await restarted;
      if (met) await world.until('the controller leads', () => world.controller.operator.health.leading);
      states.push(world.state());
      flaws.push(...dishonest(world).map(text => `${name}: ${text}`));
      if (flaws.length) break;
    }
    if (flaws.length === 0) {
      flaws.push(...leftovers(world, before).map(line => `left behind: ${line}`));
      await world.settle(500);
      flaws.push(...(await world.writesDuring(quietMs)).map(write => `still writes: ${write}`));
    }
    const counts = world.counts();
    if (wanted && flaws.length === 0) flaws.push(...differentCounts(counts, wanted.counts));
    flaws.push(...(await world.touched()).map(what => `touched: ${what}`));
    flaws.push(...world.violations);
    flaws.push(...(await world.leaks()).map(where => `secret in ${where}`));
    if (flaws.length) flaws.push(...world.log(5));
    const creations = world.writes.flatMap(({ api, method, status }, at) =>
      api === 'nexodus' && method === 'POST' && status < 300 ? [at + 1] : [],
    );
    return { states, counts, writes: world.writes.length, creations, met, flaws };
  } finally {
    await restarted.catch(() => {});
    await world.remove();
  }
}

/**
 * What is wrong with a world after a fault: it should come to be as `wanted` says, or else come to rest, write nothing
 * any more, have touched nothing of others, tell the truth, and no secret.
 */
export async function flawsAfter(world: World, wanted?: readonly string[]): Promise<string[]> {
  if (wanted)
    await world
      .until('it is as without the fault', () => difference(world.state(), wanted).length === 0, 30_000)
      .catch(() => {});
  const busy = await world.settle(800).then(
    () => [],
    (error: Error) => [error.message],
  );
  return [
    ...busy,
    ...(wanted ? difference(world.state(), wanted) : []),
    ...dishonest(world),
    ...(await world.writesDuring(quietMs)).map(write => `still writes: ${write}`),
    ...(await world.touched()).map(what => `touched: ${what}`),
    ...(await world.leaks()).map(where => `secret in ${where}`),
    ...world.violations,
  ];
}

/** The flaws of a run for each write that is tried; when all are, it ends with the run that has no such write. */
export async function tryWrites(
  lab: Lab,
  scenario: Scenario,
  how: WriteFault['how'],
  wanted: End,
): Promise<{ tried: string; flaws: { [write: string]: readonly string[] } }> {
  const flaws: { [write: string]: readonly string[] } = {};
  const tried = async (atWrite: number) => {
    const end = await run(lab, scenario, { how, atWrite }, wanted);
    if (end.flaws.length) flaws[`${how} at write ${atWrite}`] = end.flaws;
    return end.met;
  };
  if (isComplete) {
    let atWrite = 1;
    while (await tried(atWrite)) atWrite++;
    return { tried: `each of ${atWrite - 1} writes`, flaws };
  }
  const sample = sampleOf(wanted);
  for (const atWrite of sample) await tried(atWrite);
  return { tried: `writes ${sample.join(', ')} of ${wanted.writes} (FAULTS_SEED=${seed})`, flaws };
}

/** What was not there before, and is no other cluster's; metadata of devices that are gone can never be removed. */
function leftovers(world: World, before: readonly string[]): string[] {
  const { devices, metadata } = world.nexodusState;
  const orphans = metadata.filter(({ device_id }) => !devices.some(({ id }) => id === device_id));
  return [
    ...world.state().filter(line => !before.includes(line) && !line.includes('nexlink:there/')),
    ...orphans.map(({ device_id, key }) => `metadata ${key} of device ${device_id}, which is gone`),
  ];
}

function differentCounts(is: Counts, wanted: Counts): string[] {
  return [...new Set([...Object.keys(is), ...Object.keys(wanted)])].flatMap(what =>
    is[what] === wanted[what] ? [] : [`${what}: ${is[what] ?? 0} times instead of ${wanted[what] ?? 0}`],
  );
}
