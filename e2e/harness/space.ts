import { afterAll, beforeAll, expect } from '@jest/globals';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster, NamespaceOptions } from './cluster.ts';
import type { Environment } from './environment.ts';

/** By name. */
export interface Namespaces {
  readonly [name: string]: NamespaceOptions;
}

/**
 * Namespaces of clusters for all tests of a file. At its end they are deleted. Files that run alone wait for that, as
 * the next one may measure; others go on meanwhile, and `nothing-left.ts` looks once, after all of them.
 */
export function useNamespaces(
  { sim }: Pick<Environment, 'sim'>,
  wanted: readonly (readonly [Cluster, Namespaces])[],
  prepare?: () => Promise<void>,
): void {
  const all = wanted.flatMap(([cluster, namespaces]) =>
    Object.entries(namespaces).map(([name, options]) => ({ cluster, name, options })),
  );
  const remove = async () => {
    await sim?.calm();
    await Promise.all(all.map(({ cluster, name }) => cluster.remove(resources.namespaces, undefined, name)));
  };
  const gone = () =>
    Promise.all(all.map(({ cluster, name }) => cluster.gone(resources.namespaces, undefined, name, 120_000)));
  const isAlone = expect.getState().testPath?.includes('/alone/');

  beforeAll(async () => {
    // A run that was interrupted has left its own behind.
    await remove();
    await gone();
    await Promise.all(all.map(({ cluster, name, options }) => cluster.namespace(name, options)));
    await prepare?.();
  }, 300_000);

  afterAll(async () => {
    await remove();
    if (isAlone) await gone();
  }, 180_000);
}

/**
 * A namespace of this name in both clusters for all tests of a file, which `b` imports into: with a page `web` in `a`
 * and a pod `client` in `b`.
 */
export function useSpace(env: Environment, name: string, prepare?: () => Promise<void>): void {
  const { a, b } = env;
  const wanted = [
    [a, { [name]: {} }],
    [b, { [name]: { imports: true } }],
  ] as const;
  useNamespaces(env, wanted, async () => {
    await Promise.all([a.web(name, 'web', 'web of a'), b.clientPod(name)]);
    await prepare?.();
  });
}
