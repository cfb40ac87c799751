/** One life of the controller: caches, reconcilers and queue, as operator.ts joins them, over a world in memory. */

import { reconcileDiscovery } from '../discovery/reconcile.ts';
import { reconcileExport } from '../export/reconcile.ts';
import { GatewayReconciler } from '../gateway/reconcile.ts';
import { ImportReconciler } from '../import/reconcile.ts';
import { RegistrySource } from '../import/registry.ts';
import { ObjectCache, type CacheOptions } from '../kube/cache.ts';
import type { Caches as CacheSet } from '../kube/caches.ts';
import { reconcileLabeled } from '../labeled/reconcile.ts';
import { Denied, Terminal, Transient, Waiting } from '../runtime/errors.ts';
import type { KubeObject, Resource } from '../runtime/kube.ts';
import { silentLog } from '../runtime/log.ts';
import type { Ports } from '../runtime/ports.ts';
import { WaitingPace } from '../runtime/waiting.ts';
import { Sweeper } from '../sweeper/reconcile.ts';
import { Triggers } from '../triggers/triggers.ts';
import { addWatches, cachesOf, listen, type Watches } from '../watches.ts';
import type { Change } from './api-server.ts';
import { gatewayDefaults } from './builders.ts';
import { MemoryDirectory } from './directory.ts';
import type { World } from './world.ts';
import { Killed, kubeWriter, nexodusWriter, type WriteGate } from './writers.ts';

export interface ProcessOptions {
  /** What others change is seen only when it is delivered, at the end of each step of the world. */
  readonly stale?: boolean;
  /** Four reconciles are under way at once, and each write takes its time, as this number has it. */
  readonly seed?: number;
  readonly settings?: Partial<Omit<Ports['settings'], 'gateway'>>;
}

type Reconcile = (key: string) => Promise<{ readonly requeueAfterMs?: number }>;

export class Process {
  readonly ports: Ports;
  readonly directory: MemoryDirectory;
  readonly #world: World;
  readonly #watches: { resource: Resource; selects: Selector; cache: ObjectCache<KubeObject> }[] = [];
  readonly #reconcilers: { readonly [controller: string]: Reconcile };
  readonly #triggers: Triggers;
  /** When `controller key` is due. */
  readonly #queue = new Map<string, number>();
  readonly #failures = new Map<string, number>();
  readonly #undelivered: (() => void)[] = [];
  readonly #unsubscribe: (() => void)[];
  readonly #random: (() => number) | undefined;
  dead = false;

  constructor(world: World, gate: WriteGate, options: ProcessOptions = {}) {
    this.#world = world;
    this.#random = options.seed === undefined ? undefined : randomOf(options.seed);
    const watches = addWatches({ add: this.#add.bind(this) } as unknown as CacheSet) as Watches;
    for (const { resource, selects, cache } of this.#watches)
      cache.replace(world.server.list(resource).filter(selects).map(copyOf), world.server.resourceVersion);
    this.directory = new MemoryDirectory(world.nexodus);
    this.ports = {
      caches: cachesOf(watches),
      directory: this.directory,
      kube: kubeWriter(world, gate, this),
      nexodus: nexodusWriter(world, gate, this),
      events: {
        event: (about, type, reason, note) => {
          world.judge.secrecy('event', note);
          world.events.push({ about: `${about.kind} ${about.metadata.name}`, type, reason, note });
        },
      },
      clock: world.clock,
      waiting: new WaitingPace(world.clock),
      log: world.judge.log(),
      clusterID: world.clusterID,
      install: '',
      settings: {
        autoImport: 'labeled',
        systemNamespace: 'nexlink-system',
        gateway: gatewayDefaults,
        ...options.settings,
      },
    };
    const registry = new RegistrySource(this.directory, world.clusterID);
    const gateways = new GatewayReconciler(this.ports, registry);
    const imports = new ImportReconciler(this.ports, registry);
    const sweeper = new Sweeper(this.ports);
    this.#reconcilers = {
      export: key => reconcileExport(key, this.ports, registry),
      import: key => imports.reconcile(key),
      gateway: key => gateways.reconcile(key),
      discovery: key => reconcileDiscovery(key, this.ports, registry),
      labeled: key => reconcileLabeled(key, this.ports),
      sweeper: () => sweeper.reconcile(),
    };
    const wake = (controller: string) => (key: string) => this.enqueue(`${controller} ${key}`);
    this.#triggers = new Triggers(this.ports, registry, {
      export: wake('export'),
      import: wake('import'),
      gateway: wake('gateway'),
      discovery: wake('discovery'),
      labeled: wake('labeled'),
    });
    this.directory.onChange(change => this.#triggers.onDirectory(change));
    listen(watches, this.#triggers);
    this.wakeAll();
    const deliver = (event: () => void) => (options.stale ? void this.#undelivered.push(event) : event());
    deliver(() => this.directory.pull());
    this.#unsubscribe = [
      world.server.onChange(change => deliver(() => this.#onChange(change))),
      world.nexodus.onChange(() => deliver(() => this.directory.pull())),
    ];
  }

  /** Has every key looked at. */
  wakeAll(): void {
    this.#triggers.everything();
    this.enqueue('sweeper all');
  }

  enqueue(item: string, afterMs = 0): void {
    const due = this.#world.clock.monotonic() + afterMs;
    this.#queue.set(item, Math.min(due, this.#queue.get(item) ?? Infinity));
  }

  /** Keys to look at again after a failure: a state that is not what it should be. */
  get failing(): string[] {
    return [...this.#failures.keys()];
  }

  /** When something is due, ms from now; the sweeper does not count, as it always comes back. */
  nextDue(): number {
    const due = [...this.#queue].filter(([item]) => item !== 'sweeper all').map(([, at]) => at);
    return Math.min(Infinity, ...due) - this.#world.clock.monotonic();
  }

  /** Lets events that were held back arrive. */
  deliver(): void {
    for (const event of this.#undelivered.splice(0)) event();
  }

  /** Works until nothing is due; of each key one reconcile is under way at a time. Rejects with {@link Killed}. */
  async work(): Promise<void> {
    const underWay = new Map<string, Promise<void>>();
    let failure: unknown;
    for (let count = 0; count < 4000 && failure === undefined; count++) {
      const now = this.#world.clock.monotonic();
      const item = [...this.#queue].find(([key, due]) => due <= now && !underWay.has(key))?.[0];
      if (item !== undefined && underWay.size < (this.#random ? 4 : 1)) {
        this.#queue.delete(item);
        const work = this.#reconcile(item).catch((error: unknown) => (failure ??= error));
        underWay.set(
          item,
          work.then(() => void underWay.delete(item)),
        );
      } else if (underWay.size === 0) return;
      else await Promise.race(underWay.values());
    }
    await Promise.all(underWay.values());
    throw failure ?? new Error(`no end of work: ${[...this.#queue.keys()].join(', ')}`);
  }

  /** Lets others go on for a while. */
  async yield(): Promise<void> {
    for (let turns = Math.floor((this.#random?.() ?? 0) * 12); turns > 0; turns--) await Promise.resolve();
  }

  /** What an own write changed, before its event comes. */
  observe(resource: Resource, object: KubeObject): void {
    for (const watch of this.#watches) if (watch.resource === resource) watch.cache.observe(object);
  }

  observeDeleted(resource: Resource, { metadata: { namespace, name, uid } }: KubeObject): void {
    for (const watch of this.#watches)
      if (watch.resource === resource) watch.cache.observeDeleted(namespace, name, uid!);
  }

  end(): void {
    this.dead = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** As runtime/controller.ts judges the outcomes. */
  async #reconcile(item: string): Promise<void> {
    const [controller, key] = item.split(' ') as [string, string];
    try {
      const { requeueAfterMs } = await this.#reconcilers[controller]!(key);
      this.#failures.delete(item);
      if (requeueAfterMs !== undefined) this.enqueue(item, requeueAfterMs);
    } catch (error) {
      if (error instanceof Killed) throw error;
      if (error instanceof Waiting) return this.enqueue(item, error.afterMs);
      const failures = (this.#failures.get(item) ?? 0) + 1;
      this.#failures.set(item, failures);
      if (error instanceof Terminal) return this.enqueue(item, 600_000);
      const atLeast =
        error instanceof Transient ? (error.retryAfterMs ?? 0) : error instanceof Denied ? 30_000 : 0;
      this.enqueue(item, Math.max(atLeast, Math.min(60_000, 200 * 2 ** (failures - 1))));
    }
  }

  #add(resource: Resource, options: { labelSelector?: string } & Partial<CacheOptions<KubeObject>> = {}) {
    const selects = selector(options.labelSelector);
    const { indexes, transform } = options;
    const cache = new ObjectCache<KubeObject>({
      log: silentLog,
      selects,
      ...(indexes ? { indexes } : {}),
      ...(transform ? { transform: object => transform(copyOf(object)) } : {}),
    });
    this.#watches.push({ resource, selects, cache });
    return { cache };
  }

  #onChange({ resource, type, object }: Change): void {
    for (const watch of this.#watches) {
      if (watch.resource !== resource) continue;
      watch.cache.apply({ type: watch.selects(object) ? type : 'DELETED', object: copyOf(object) });
    }
  }
}

/** Caches change no more of an object than this. */
const copyOf = <T extends KubeObject>(object: T): T => ({ ...object, metadata: { ...object.metadata } });

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

type Selector = (object: KubeObject) => boolean;

/** A label selector of the form `key=value`. */
function selector(text: string | undefined): Selector {
  const [key, value] = text?.split('=') ?? [];
  return key === undefined ? () => true : object => object.metadata.labels?.[key] === value;
}
