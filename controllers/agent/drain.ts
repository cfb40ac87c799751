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
  const isOver = () => {
    const ms = clock.monotonic() - startedAt;
    return ms >= timing.exportMostMs || (!isUsed() && (!hasRules || ms >= timing.exportLeastMs));
  };
  while (!isOver()) await clock.sleep(timing.pollMs);
}
