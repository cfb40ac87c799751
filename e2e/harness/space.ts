import { afterAll, beforeAll } from '@jest/globals';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Environment } from './environment.ts';

/**
 * A namespace of this name in both clusters for all tests of a file, which `b` imports into: with a page `web` in `a`
 * and a pod `client` in `b`. Both are gone at the end, so that the next file finds nothing of it.
 */
export function useSpace({ a, b, sim }: Environment, name: string, prepare?: () => Promise<void>): void {
  beforeAll(async () => {
    await sim?.calm();
    await Promise.all([a.namespace(name), b.namespace(name, { imports: true })]);
    await Promise.all([a.web(name, 'web', 'web of a'), b.clientPod(name)]);
    await prepare?.();
  }, 180_000);

  afterAll(async () => {
    await sim?.calm();
    await Promise.all([a, b].map(cluster => cluster.remove(resources.namespaces, undefined, name)));
    await Promise.all([a, b].map(cluster => cluster.gone(resources.namespaces, undefined, name, 120_000)));
  }, 180_000);
}
