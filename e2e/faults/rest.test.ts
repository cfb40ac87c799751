import { expect, test } from '@jest/globals';
import { resources } from '../../controllers/runtime/resources.ts';
import { Exporter } from './harness/foreign.ts';
import { useLab } from './harness/use-lab.ts';
import { flawsAfter } from './harness/runs.ts';
import { exportWeb, nxi } from './harness/scenarios.ts';
import { isComplete } from './harness/which-writes.ts';

const lab = useLab();

/** Longer than the minute after which everything is listed anew; all of it with FAULTS=all. */
const seconds = isComplete ? 120 : 75;

test('00 a link that stands writes nothing for minutes of real time', async () => {
  const world = await lab().world({ controller: { speed: 1 } });
  await world.start();
  await (await Exporter.add(world)).offer(['api']);
  await exportWeb(world);
  await world.create(resources.imports, nxi());
  await world.untilCondition(resources.imports, 'api', 'True Ready', 'Ready', 30_000);
  await world.settle(3_000);
  expect(await world.writesDuring(seconds * 1_000)).toEqual([]);
  expect(await flawsAfter(world)).toEqual([]);
}, 240_000);
