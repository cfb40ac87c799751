/** Keeps a NexlinkImport's gateway, Service and status as they should be. */

import { isEnding } from '../realm/realm.ts';
import { apply } from '../runtime/actions.ts';
import { conditionOf, isStarting, startMs } from '../runtime/conditions.ts';
import { isInTheWay } from '../runtime/errors.ts';
import { hasAnswered } from '../runtime/nexodus.ts';
import { lookAgainAfter, type Ports, type Result } from '../runtime/ports.ts';
import { reportStatus } from '../runtime/report.ts';
import { resources } from '../runtime/resources.ts';
import { observeImport, type SeenImport } from './observe.ts';
import { planImport } from './plan.ts';
import type { RegistrySource } from './registry.ts';
import { exporterNews } from './exporter-news.ts';
import { judgeImport } from './status.ts';

/**
 * How long the nodes need for the first endpoint of a Service. kube-proxy takes up changes once a second: connections
 * of that second are refused.
 */
const takeUpMs = 1_250;

/** Reconciles imports; one instance for all, as it remembers since when their Services have endpoints. */
export class ImportReconciler {
  readonly #ports: Ports;
  readonly #registry: RegistrySource;
  readonly #endpoints = new Map<string, Endpoints>();

  constructor(ports: Ports, registry: RegistrySource) {
    this.#ports = ports;
    this.#registry = registry;
  }

  async reconcile(key: string): Promise<Result> {
    const ports = this.#ports;
    const seen = observeImport(key, ports, this.#registry);
    if (!seen || seen.nxi.metadata.deletionTimestamp) {
      this.#endpoints.delete(key);
      return {};
    }
    if (isEnding(seen.nxi.metadata.namespace!, ports.caches) || !hasAnswered(ports.directory)) return {};
    const done = await apply(planImport(seen), ports);
    const after = observeImport(key, ports, this.#registry) ?? seen;
    const wait = this.#takeUp(key, seen, after);
    const { status, conditions, dropped } = judgeImport(after, done.error, wait > 0);
    const toldAfterMs = await reportStatus(seen.nxi, resources.imports, status, conditions, ports, dropped);
    const starting = isStarting(after.nxi, after.now);
    for (const { type, reason, note } of exporterNews(seen.nxi, status.exporters ?? [], starting))
      ports.events.event(seen.nxi, type, reason, note);
    // A conflict is told in the status; it ends with a change of the object that is in the way.
    if (done.error !== undefined && !isInTheWay(done.error)) throw done.error;
    // By then it is told what is missing.
    return lookAgainAfter(toldAfterMs, wait > 0 ? wait : starting ? startMs : undefined);
  }

  /** How long the nodes still need for the Service's endpoints, ms. What was Ready before this process needs none. */
  #takeUp(key: string, before: SeenImport, { service, isBacked, nxi }: SeenImport): number {
    const uid = service?.metadata.uid;
    if (uid === undefined) {
      this.#endpoints.delete(key);
      return 0;
    }
    const now = this.#ports.clock.monotonic();
    const known = this.#endpoints.get(key);
    const wasReady = conditionOf(nxi.status?.conditions, 'Ready')?.status === 'True';
    const isFirst = known
      ? known.uid !== uid || known.since === undefined
      : uid !== before.service?.metadata.uid || !wasReady;
    const since = !isBacked ? undefined : isFirst ? now : (known?.since ?? -Infinity);
    this.#endpoints.set(key, { uid, since });
    return Math.max(0, (since ?? -Infinity) + takeUpMs - now);
  }
}

interface Endpoints {
  /** Of the Service. */
  readonly uid: string;
  /** Since when one is ready, on the monotonic clock. */
  readonly since: number | undefined;
}
