/** How long a gateway pod that is told to stop goes on carrying traffic. */

import type { Clock } from '../runtime/clock.ts';
import type { Direction } from './settings.ts';

const timing = {
  /** The nodes have sent new connections elsewhere by then. */
  importMs: 3_000,
  /** Every agent that asks has heard by then that this one is about to stop. */
  exportLeastMs: 1_500,
  exportMostMs: 10_000,
  pollMs: 100,
} as const;

export interface Drained {
  readonly direction: Direction;
  /** Whether the gateway has rules. */
  readonly hasRules: boolean;
  /** Whether other gateways may still send connections here. */
  readonly isUsed: () => boolean;
}

/** Resolves when nobody sends new connections to the gateway any more, or at the latest when that must do. */
export async function drain({ direction, hasRules, isUsed }: Drained, clock: Clock): Promise<void> {
  if (direction === 'Import') return hasRules ? clock.sleep(timing.importMs) : undefined;
  const startedAt = clock.monotonic();
  const isOver = () => !isUsed() && (!hasRules || clock.monotonic() - startedAt >= timing.exportLeastMs);
  await waitUntil(isOver, timing.exportMostMs, clock);
}

/** Resolves when it is so, or after `mostMs`. */
export async function waitUntil(isSo: () => boolean, mostMs: number, clock: Clock): Promise<void> {
  const endAt = clock.monotonic() + mostMs;
  while (!isSo() && clock.monotonic() < endAt) await clock.sleep(timing.pollMs);
}
