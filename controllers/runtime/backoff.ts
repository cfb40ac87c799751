/** How long to wait after failures. Pure. */

export interface Backoff {
  /** After the first failure. */
  readonly baseMs: number;
  /** Never more. */
  readonly maxMs: number;
}

/**
 * Milliseconds to wait after the `failures`-th failure in a row (from 1): doubled each time up to `maxMs`, of that a
 * random part between a half and the whole, so that those who failed together do not return together.
 */
export function backoffMs(
  { baseMs, maxMs }: Backoff,
  failures: number,
  random: () => number = Math.random,
): number {
  const whole = Math.min(maxMs, baseMs * 2 ** Math.min(Math.max(failures, 1) - 1, 52));
  return whole / 2 + (random() * whole) / 2;
}
