import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nexdBinary } from './nexd-process.ts';
import { cases } from './tunnels/cases.ts';
import { differences } from './tunnels/compare.ts';
import { type Job, Laboratory, type Results } from './tunnels/laboratory.ts';
import { whyNoNetworks } from './tunnels/network.ts';
import { readRecording } from './tunnels/recording.ts';
import type { Traffic } from './tunnels/result.ts';

/** The events that the product meets every day; the rest is for `npm run tunnels`. */
const chosen: readonly (readonly [name: string, ...traffic: Traffic[]])[] = [
  ['import replaced', 'tcp', 'udp'],
  ['export replaced', 'udp', 'tcp-back'],
  ['import replaced, nudged, started again', 'tcp'],
  ['import renewed', 'tcp'],
  ['export renewed', 'udp'],
  ['import restarted', 'udp'],
  ['export restarted', 'tcp'],
  ['import cut for 5 s', 'udp'],
  ['export cut for 5 s', 'tcp'],
  ['import replaced, Nexodus frozen for the other', 'udp'],
  ['export replaced, Nexodus refused', 'tcp'],
];
const runs = 4;
const pairs = 18;
const patience = {
  settleMs: [11_000, 12_500],
  firstMs: 18_000,
  afterMs: 3_000,
  lastingMs: 4_000,
} as const;

const problem = await whyNoNetworks();
if (problem !== undefined) console.warn(`tunnels are not measured: ${problem}`);

(problem === undefined ? describe : describe.skip)('tunnels of the stand-in', () => {
  const recording = readRecording();
  let laboratory: Laboratory | undefined;
  let results: Results;

  beforeAll(async () => {
    const wanted = chosen.flatMap(([name, ...traffics]) => {
      const found = cases.find(one => one.name === name);
      if (found === undefined) throw new Error(`there is no case ${name}`);
      return traffics.map((traffic): Job => ({ case: found, traffic }));
    });
    laboratory = await Laboratory.open(nexdBinary(), {});
    const jobs = Array.from({ length: runs }).flatMap(() => wanted);
    results = await laboratory.run(jobs, pairs, patience);
  }, 300_000);

  afterAll(() => laboratory?.close(), 60_000);

  it('could be measured', () => {
    expect(results.failures).toEqual([]);
  });

  it.each(chosen)('are as late and lose as much as real ones: %s', (name, ...traffics) => {
    for (const traffic of traffics as Traffic[]) {
      const of = (all: Results['measured']): Results['measured'][number] => {
        const found = all.find(one => one.case === name && one.traffic === traffic);
        if (found === undefined) throw new Error(`nothing about ${name}, ${traffic}`);
        return found;
      };
      expect({ traffic, differences: differences(of(results.measured), of(recording)) }).toEqual({
        traffic,
        differences: [],
      });
    }
  });
});
