/** Keeps a NexlinkImport's gateway, Service and status as they should be. */

import { isEnding } from '../realm/realm.ts';
import { apply } from '../runtime/actions.ts';
import { isStarting, startMs } from '../runtime/conditions.ts';
import { Conflict } from '../runtime/errors.ts';
import { hasAnswered } from '../runtime/nexodus.ts';
import type { Ports, Result } from '../runtime/ports.ts';
import { reportStatus } from '../runtime/report.ts';
import { resources } from '../runtime/resources.ts';
import { observeImport, type SeenImport } from './observe.ts';
import { planImport } from './plan.ts';
import type { RegistrySource } from './registry.ts';
import { exporterNews } from './exporter-news.ts';
import { judgeImport } from './status.ts';

/**
 * How long the nodes need for a new Service. kube-proxy takes up changes once a second, and the first of them is the
 * Service without its endpoints: connections of that second are refused.
 */
const takeUpMs = 1_500;

/** Reconciles imports; one instance for all, as it remembers when it made a Service. */
export class ImportReconciler {
  readonly #ports: Ports;
  readonly #registry: RegistrySource;
  readonly #madeAt = new Map<string, number>();

  constructor(ports: Ports, registry: RegistrySource) {
    this.#ports = ports;
    this.#registry = registry;
  }

  async reconcile(key: string): Promise<Result> {
    const ports = this.#ports;
    const seen = observeImport(key, ports, this.#registry);
    if (!seen || seen.nxi.metadata.deletionTimestamp) {
      this.#madeAt.delete(key);
      return {};
    }
    if (isEnding(seen.nxi.metadata.namespace!, ports.caches) || !hasAnswered(ports.directory)) return {};
    const done = await apply(planImport(seen), ports);
    const after = observeImport(key, ports, this.#registry) ?? seen;
    const wait = this.#takeUp(key, seen, after);
    const { status, conditions, dropped } = judgeImport(after, done.error, wait > 0);
    await reportStatus(seen.nxi, resources.imports, status, conditions, ports, dropped);
    const starting = isStarting(after.nxi, after.now);
    for (const { type, reason, note } of exporterNews(seen.nxi, status.exporters ?? [], starting))
      ports.events.event(seen.nxi, type, reason, note);
    // A conflict is told in the status; it ends with a change of the object that is in the way.
    if (done.error !== undefined && !(done.error instanceof Conflict)) throw done.error;
    if (wait > 0) return { requeueAfterMs: wait };
    // By then it is told what is missing.
    return starting ? { requeueAfterMs: startMs } : {};
  }

  /** How long the nodes still need for the Service, ms. */
  #takeUp(key: string, before: SeenImport, { service }: SeenImport): number {
    const now = this.#ports.clock.monotonic();
    if (service && service.metadata.uid !== before.service?.metadata.uid) this.#madeAt.set(key, now);
    const left = (this.#madeAt.get(key) ?? -Infinity) + takeUpMs - now;
    if (left <= 0) this.#madeAt.delete(key);
    return Math.max(0, left);
  }
}
