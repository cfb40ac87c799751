import { afterAll, beforeAll } from '@jest/globals';
import { Lab } from './lab.ts';

/**
 * A lab for all tests of a file. Call it once, at the top.
 *
 * @example
 * const lab = useLab();
 * test('an export becomes ready', async () => {
 *   const world = await lab().world();
 *   const controller = await world.start();
 *   controller.kube.add({ do: 'answer', status: 500 }, ({ isWrite }) => isWrite, { times: 3 });
 *   await exportWeb(world);
 *   expect(await world.touched()).toEqual([]);
 * }, 60_000);
 */
export function useLab(): () => Lab {
  let lab: Lab | undefined;
  beforeAll(async () => {
    lab = await Lab.start();
  }, 60_000);
  afterAll(() => lab?.stop(), 60_000);
  return () => lab!;
}
