import type { Reading } from '../footprint/proc.ts';

/** What happened, and what the controller needed for it. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  /** At its end. */
  readonly reading: Reading;
  readonly kubernetesWrites: number;
  readonly nexodusWrites: number;
  /** The most requests to Nexodus in 10 s, since the controller started. */
  readonly nexodusBusiest: number;
}

/** The most of these moments, ms in order, that lie within `windowMs`. */
export function busiest(moments: readonly number[], windowMs: number): number {
  let most = 0;
  let first = 0;
  for (const [index, moment] of moments.entries()) {
    while (moments[first]! <= moment - windowMs) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** A line for each phase, as a Markdown table. */
export const renderPhases = (phases: readonly Phase[]): string =>
  [
    '| phase | s | CPU of the process, s | RSS, MB | peak, MB | writes to Kubernetes | to Nexodus | most requests to Nexodus in 10 s |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...phases.map(({ name, seconds, reading: { cpu, rss, peak }, ...counts }) => {
      const { kubernetesWrites, nexodusWrites, nexodusBusiest } = counts;
      const cells = [name, seconds.toFixed(1), cpu.toFixed(1), megabytes(rss), megabytes(peak)];
      return `| ${[...cells, kubernetesWrites, nexodusWrites, nexodusBusiest].join(' | ')} |`;
    }),
  ].join('\n');

const megabytes = (kilobytes: number): number => Math.round(kilobytes / 1024);

/**
 * What kind of writes: the verb and the resource of a Kubernetes path with its subresource, how many, most first. Paths
 * of Nexodus have their ids left out.
 */
export function kindsOf(
  writes: readonly { readonly method: string; readonly path: string }[],
): [string, number][] {
  const counts = Map.groupBy(writes, ({ method, path }) => `${method} ${kindOf(path)}`);
  return [...counts]
    .map(([kind, of]): [string, number] => [kind, of.length])
    .sort(([, one], [, other]) => other - one);
}

function kindOf(path: string): string {
  const [, resource, , subresource] =
    /^\/apis?(?:\/[^/]+){1,2}\/namespaces\/[^/]+\/([a-z]+)(\/[^/?]+)?(\/[a-z]+)?/.exec(path) ?? [];
  if (resource !== undefined) return resource + (subresource ?? '');
  return path.replace(/[?].*/, '').replace(/\/[0-9a-f-]{36}/g, '/ID');
}
