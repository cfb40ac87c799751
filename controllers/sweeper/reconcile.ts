/** Removes devices and keys that this cluster made in Nexodus and whose gateway is gone, whatever the reason. */

import { keyRemoval } from '../gateway/plan-devices.ts';
import { apply, type Action } from '../runtime/actions.ts';
import { messageOf, Terminal } from '../runtime/errors.ts';
import type { Ports, Result } from '../runtime/ports.ts';
import { planSweep } from './plan.ts';

/** How often leftovers are looked for, and how long one must have been seen before it is removed. */
export const sweepMs = 60_000;
/** How many are removed in a turn: each takes three requests, and a turn that takes minutes looks like one that hangs. */
export const sweptAtOnce = 50;
/** When the next turn begins, while there are more. */
const nextTurnMs = 1_000;

export class Sweeper {
  readonly #ports: Ports;
  /** Since when a key has had no gateway, by key id; monotonic milliseconds. */
  readonly #orphanSince = new Map<string, number>();

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  async reconcile(): Promise<Result> {
    const { directory, caches, clock, clusterID, install, log } = this.#ports;
    if (!directory.synced || directory.failure) return { requeueAfterMs: sweepMs };
    const orphans = planSweep(
      directory.regKeys(),
      clusterID,
      install,
      (namespace, name) => caches.gateways.get(namespace, name) !== undefined,
    );
    const now = clock.monotonic();
    for (const id of this.#orphanSince.keys())
      if (!orphans.some(key => key.id === id)) this.#orphanSince.delete(id);
    // One that Nexodus does not let go of must not keep the others.
    const errors: unknown[] = [];
    for (const { id } of orphans) if (!this.#orphanSince.has(id)) this.#orphanSince.set(id, now);
    const due = orphans.filter(({ id }) => now - this.#orphanSince.get(id)! >= sweepMs);
    for (const key of due.slice(0, sweptAtOnce)) {
      log.info('sweeping a leftover of a gateway that is gone', {
        key: key.id,
        description: key.description,
      });
      const { deviceID } = key;
      const withdrawal: Action[] =
        deviceID !== undefined && directory.device(deviceID) ? [{ do: 'deleteMetadata', deviceID }] : [];
      const { error } = await apply([...withdrawal, ...keyRemoval(key)], this.#ports);
      if (error === undefined) continue;
      // So many that cannot be removed must not keep the others from their turn.
      this.#orphanSince.set(key.id, now);
      errors.push(error);
    }
    const passing = errors.find(error => !(error instanceof Terminal));
    if (passing !== undefined) throw passing;
    for (const error of errors) log.warn('a leftover cannot be swept', { error: messageOf(error) });
    return { requeueAfterMs: due.length > sweptAtOnce ? nextTurnMs : sweepMs };
  }
}
