import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again until `probe` gives something else than undefined or false, and returns it. Rejects after `timeoutMs`
 * with what was waited for, and with what `explain` says of the moment.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  options: { timeoutMs?: number; everyMs?: number; explain?: () => Promise<string> } = {},
): Promise<T> {
  const { timeoutMs = 60_000, everyMs = 200, explain } = options;
  const end = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const found = await probe();
      if (found !== undefined && found !== false) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) {
      const more = explain ? `\n${await explain().catch(error => String(error))}` : '';
      throw new Error(
        `${what}: not within ${timeoutMs / 1000} s${last ? `; last error: ${String(last)}` : ''}${more}`,
      );
    }
    await sleep(everyMs);
  }
}

/**
 * Tries assertions again until all of them hold, for what comes by itself: statuses, reports, metrics, lines of a log.
 * Rejects after `timeoutMs` as they do then.
 */
export async function eventually<T>(
  assertions: () => Promise<T> | T,
  { timeoutMs = 15_000, everyMs = 20 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await assertions();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
    await sleep(everyMs);
  }
}

/** Fails when `probe` is true at any moment of `forMs`. */
export async function never(what: string, probe: () => Promise<boolean>, forMs: number): Promise<void> {
  const end = performance.now() + forMs;
  while (performance.now() < end) {
    if (await probe()) throw new Error(`${what}: it happened`);
    await sleep(200);
  }
}

/** Median and greatest of a list of numbers. */
export function summary(values: readonly number[]): { median: number; worst: number } {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? NaN, worst: sorted.at(-1) ?? NaN };
}
