import type { Database } from '../store/database.ts';

/**
 * `online` of a device follows its open event streams, with a grace period after the last one
 * closes. The flag gets a new revision but no signal: watches see it only when something else
 * wakes them. A server that stops within the grace period leaves the flag as it is.
 */
export class OnlineTracker {
  readonly #database: Database;
  readonly #graceMs: number;
  readonly #changed: () => void;
  readonly #open = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(database: Database, graceMs: number, changed: () => void) {
    this.#database = database;
    this.#graceMs = graceMs;
    this.#changed = changed;
  }

  /** A stream of the device opened; returns what to call when it closes. */
  connected(deviceId: string): () => void {
    this.#open.set(deviceId, (this.#open.get(deviceId) ?? 0) + 1);
    this.#set(deviceId, true);
    return () => {
      const left = (this.#open.get(deviceId) ?? 1) - 1;
      if (left > 0) {
        this.#open.set(deviceId, left);
        return;
      }
      this.#open.delete(deviceId);
      if (this.#stopped) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        if (!this.#open.has(deviceId)) this.#set(deviceId, false);
      }, this.#graceMs);
      this.#timers.add(timer);
    };
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #set(deviceId: string, online: boolean): void {
    const device = this.#database.devices.get(deviceId);
    if (device === undefined || device.online === online) return;
    this.#database.devices.update(device, { online, onlineAt: new Date().toISOString() });
    this.#changed();
  }
}
