/** Joins adapters and reconcilers: everything that runs while this process waits for its turn, and while it leads. */

import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { reconcileDiscovery } from './discovery/reconcile.ts';
import { reconcileExport } from './export/reconcile.ts';
import { GatewayReconciler, gatewaySlots, programAfterMs } from './gateway/reconcile.ts';
import { ImportReconciler } from './import/reconcile.ts';
import { RegistrySource } from './import/registry.ts';
import { Caches as CacheSet } from './kube/caches.ts';
import { findCluster, installOf, type ClusterIdentity } from './installs/cluster-id.ts';
import { guard } from './installs/guard.ts';
import { Presence } from './installs/presence.ts';
import type { KubeClient } from './kube/client.ts';
import { KubeEventRecorder } from './kube/events.ts';
import { campaign, type Term } from './kube/lease.ts';
import { leaseStore } from './kube/lease-record.ts';
import { ResourceWriter } from './kube/writer.ts';
import { reconcileLabeled } from './labeled/reconcile.ts';
import type { Metrics } from './metrics/metrics.ts';
import { credentialsOf, sameCredentials, type CredentialsSource } from './nexodus/credentials.ts';
import { createNexodus, type Nexodus } from './nexodus/nexodus.ts';
import { systemClock, type Clock } from './runtime/clock.ts';
import { Controller, type Reconcile } from './runtime/controller.ts';
import type { KubeObject } from './runtime/kube.ts';
import type { Log } from './runtime/log.ts';
import type { Secret } from './runtime/objects.ts';
import type { Ports } from './runtime/ports.ts';
import { resources } from './runtime/resources.ts';
import { WaitingPace } from './runtime/waiting.ts';
import type { Settings } from './settings/settings.ts';
import { Sweeper } from './sweeper/reconcile.ts';
import { Triggers } from './triggers/triggers.ts';
import { reportInvalidRecords } from './invalid-records.ts';
import { addWatches, cachesOf, listen } from './watches.ts';

export interface OperatorOptions {
  readonly settings: Settings;
  readonly client: KubeClient;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Our own namespace: of the Lease, the credentials and the Deployment. */
  readonly systemNamespace: string;
  /** PEM of the CA of Nexodus; undefined: the usual roots. */
  readonly ca: string | undefined;
  readonly clock?: Clock;
  /** Unique among all replicas. */
  readonly identity?: string;
  /** The uid of the pod in which this is the only process that may lead. */
  readonly podUID?: string | undefined;
  /** Names where one process of all times lives at a time, such as the sandbox of a pod; undefined where that is not known. */
  readonly place?: string | undefined;
  /** For tests: more options of the Nexodus client. */
  readonly nexodus?: Partial<Parameters<typeof createNexodus>[0]>;
}

/** Which parts work, for the probes. */
export interface Health {
  readonly synced: boolean;
  readonly leading: boolean;
  /** The longest time that a reconcile under way has taken, ms. */
  readonly oldestInFlightMs: number;
}

/** How long work that is under way may still ask Nexodus after a stop; of a grace period of 30 seconds. */
const haltMs = 10_000;
/** How long a new leader may take to list everything. */
const renewMs = 60_000;
/** How long the process then waits for its sign to be taken away. */
const leaveMs = 2_000;
/** How long events may then keep the lease from being released. */
const eventsMs = 2_000;

export class Operator {
  readonly #options: OperatorOptions;
  readonly #clock: Clock;
  #synced = false;
  #leading = false;
  #controllers: readonly Controller[] = [];

  constructor(options: OperatorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  get health(): Health {
    return {
      synced: this.#synced,
      leading: this.#leading,
      oldestInFlightMs: Math.max(0, ...this.#controllers.map(controller => controller.oldestInFlightMs)),
    };
  }

  /**
   * Runs until `signal` is aborted, or until the lease is lost: then the process has to end, as another one leads.
   * A replica that waits keeps its caches, so that it takes over with one list of each kind.
   */
  async run(signal: AbortSignal): Promise<'stopped' | 'lost'> {
    const { client, log, settings, systemNamespace } = this.#options;
    const stop = new AbortController();
    const ending = AbortSignal.any([signal, stop.signal]);
    const set = new CacheSet(client);
    const watches = addWatches(set);
    const secret = settings.credentialsSecret;
    const credentials = set.add<Secret>(resources.secrets, {
      namespace: secret.namespace ?? systemNamespace,
      fieldSelector: `metadata.name=${secret.name}`,
    });
    const caching = set.run(ending);
    const broken = Promise.withResolvers<never>();
    broken.promise.catch(() => {});
    caching.catch((error: unknown) => {
      if (!ending.aborted) broken.reject(error);
    });
    let term: Term | undefined;
    try {
      await aborted(Promise.race([set.synced(), broken.promise]), signal);
      this.#synced = true;
      log.info('caches are complete');
      const cluster = await findCluster(client, { clock: this.#clock, log }, signal);
      term = await this.#elect(signal);
      const leading = term ? AbortSignal.any([signal, term.lost]) : signal;
      if (term && !(await this.#isCurrent(set, leading))) {
        await term.release();
        return 'lost';
      }
      const permit = () => term?.check();
      const writer = new ResourceWriter(client, {
        observer: set,
        permit,
        ...(term ? { signal: term.lost } : {}),
      });
      const install = installOf(cluster, systemNamespace);
      const nexodus = this.#nexodus(source(credentials.cache, secret.name), permit, install, broken.reject);
      const { presence, guarded } = this.#alone(nexodus, cluster);
      const events = this.#recorder(permit);
      const ports: Ports = {
        caches: cachesOf(watches),
        directory: guarded.directory,
        kube: writer,
        nexodus: guarded.writer,
        events,
        clock: this.#clock,
        waiting: new WaitingPace(this.#clock),
        log,
        clusterID: cluster.clusterID,
        install,
        settings: this.#portSettings(),
      };
      this.#lead(true);
      const working = this.#work(ports, watches, leading);
      nexodus.start(leading);
      const looking = presence.run(leading);
      const ended = Promise.all([working, this.#halt(nexodus, working, leading, term)]);
      // Who cannot see what happens any more must not decide anything: the process ends.
      await Promise.race([ended, broken.promise]);
      const lost = !signal.aborted;
      // On its way before the lease is released, which must not wait for a Nexodus that does not answer.
      const leaving = lost ? Promise.resolve() : presence.leave();
      await this.#atMost(eventsMs, events.drained());
      this.#lead(false);
      if (!lost) await term?.release();
      await this.#atMost(leaveMs, leaving);
      await nexodus.stop();
      await looking;
      return lost ? 'lost' : 'stopped';
    } catch (error) {
      if (!signal.aborted && term?.lost.aborted) return 'lost';
      await term?.release();
      if (signal.aborted) return 'stopped';
      throw error;
    } finally {
      stop.abort(new Error('the operator ends'));
      await caching.catch(() => {});
    }
  }

  /**
   * Ends requests to Nexodus: at once when another one leads, else when the work is done, or takes too long. A server
   * that does not answer must not keep the lease from being released.
   */
  async #halt(nexodus: Nexodus, working: Promise<void>, leading: AbortSignal, term: Term | undefined) {
    await aborted(new Promise<never>(() => {}), leading).catch(() => {});
    let isDone = false;
    const done = working.finally(() => (isDone = true)).catch(() => {});
    if (!term?.lost.aborted) await this.#atMost(haltMs, done);
    if (!isDone) await nexodus.stop();
  }

  /**
   * Lists everything anew. What the leader before us did may not be here yet: one of our watches may stand still
   * without a word. Where that cannot be done, another replica may be able to.
   */
  async #isCurrent(set: CacheSet, leading: AbortSignal): Promise<boolean> {
    let isDone = false;
    const renewed = set.renew().then(() => void (isDone = true));
    await aborted(this.#atMost(renewMs, renewed), leading);
    if (!isDone) this.#options.log.error('cannot list what there is: another replica may lead');
    return isDone;
  }

  /** Waits for what is under way, but no longer than `ms`. */
  async #atMost(ms: number, underWay: Promise<void>): Promise<void> {
    const over = new AbortController();
    await Promise.race([underWay, this.#clock.sleep(ms, over.signal).catch(() => {})]);
    over.abort();
  }

  /** Runs the controllers until `signal` is aborted and what was under way has ended. */
  async #work(ports: Ports, watches: ReturnType<typeof addWatches>, signal: AbortSignal): Promise<void> {
    const { metrics, log } = this.#options;
    const registry = new RegistrySource(ports.directory, ports.clusterID);
    const gateways = new GatewayReconciler(ports, registry);
    const imports = new ImportReconciler(ports, registry);
    const sweeper = new Sweeper(ports);
    const controller = (name: string, reconcile: Reconcile, concurrency = 4) =>
      new Controller({
        name,
        reconcile,
        concurrency,
        clock: this.#clock,
        log: log.with({ controller: name }),
        metrics: metrics.controllers,
      });
    const queues = {
      export: controller('export', key => reconcileExport(key, ports, registry)),
      import: controller('import', key => imports.reconcile(key)),
      gateway: controller('gateway', key => gateways.reconcile(key), gatewaySlots),
      rules: controller('rules', key => gateways.program(key)),
      discovery: controller('discovery', key => reconcileDiscovery(key, ports, registry)),
      labeled: controller('labeled', key => reconcileLabeled(key, ports)),
      sweeper: controller('sweeper', () => sweeper.reconcile(), 1),
    };
    this.#controllers = Object.values(queues);
    const triggers = new Triggers(ports, registry, {
      export: key => queues.export.enqueue(key),
      import: key => queues.import.enqueue(key),
      gateway: key => {
        queues.gateway.enqueue(key);
        queues.rules.enqueue(key, programAfterMs);
      },
      discovery: key => queues.discovery.enqueue(key),
      labeled: key => queues.labeled.enqueue(key),
    });
    ports.directory.onChange(change => triggers.onDirectory(change));
    reportInvalidRecords(ports, registry, this.#deployment());
    listen(watches, triggers);
    // What the caches held before anybody listened.
    triggers.everything();
    queues.sweeper.enqueue('all');
    await Promise.all(this.#controllers.map(each => each.run(signal)));
  }

  /** Nexodus, as long as no other install has our cluster id. */
  #alone(nexodus: Nexodus, { clusterID, uid }: ClusterIdentity) {
    const { systemNamespace, place, log } = this.#options;
    const since = this.#clock.now().toISOString();
    const name = `${systemNamespace}/${hostname()} (leads since ${since}; uid of kube-system: ${uid})`;
    const presence = new Presence({
      signs: nexodus.signs(clusterID),
      clock: this.#clock,
      log,
      session: randomUUID(),
      place,
      name,
    });
    nexodus.directory.onChange(({ health }) => health && presence.wake());
    return { presence, guarded: guard(nexodus, presence, { clusterID, name, clock: this.#clock }) };
  }

  #nexodus(
    credentials: CredentialsSource,
    permit: () => void,
    install: string,
    onBroken: (error: unknown) => void,
  ): Nexodus {
    const { settings, ca, log, metrics, nexodus } = this.#options;
    return createNexodus({
      url: settings.nexodus.url,
      vpcID: settings.nexodus.vpcID,
      ca,
      insecureSkipTLSVerify: settings.nexodus.insecureSkipTLSVerify,
      credentials,
      permit,
      log: log.with({ part: 'nexodus' }),
      metrics: metrics.nexodus,
      clock: this.#clock,
      install,
      onBroken,
      ...nexodus,
    });
  }

  #portSettings(): Ports['settings'] {
    const { settings, systemNamespace, ca } = this.#options;
    const { gateway } = settings;
    return {
      realm: settings.realm,
      autoImport: settings.autoImport,
      systemNamespace,
      gateway: {
        replicas: gateway.replicas,
        nexdImage: gateway.nexd.image,
        nexdResources: gateway.nexd.resources,
        agentImage: gateway.agent.image,
        agentResources: gateway.agent.resources,
        imagePullPolicy: gateway.imagePullPolicy,
        stunServers: gateway.stunServers,
        hostAliases: gateway.hostAliases,
        serviceAccountName: settings.serviceAccountName,
        serviceURL: settings.nexodus.url,
        insecureSkipTLSVerify: settings.nexodus.insecureSkipTLSVerify,
        ca,
      },
    };
  }

  async #elect(signal: AbortSignal): Promise<Term | undefined> {
    const { client, settings, systemNamespace, podUID, log } = this.#options;
    if (!settings.leaderElection.enabled) return undefined;
    const place = podUID === undefined ? undefined : `${hostname()}_${podUID}_`;
    const identity = this.#options.identity ?? (place ?? `${hostname()}_`) + randomUUID();
    const store = leaseStore(client, systemNamespace, settings.leaderElection.leaseName);
    return campaign({ store, identity, place, clock: this.#clock, log }, signal);
  }

  #recorder(permit: () => void): KubeEventRecorder {
    const { client, log } = this.#options;
    const writer = new ResourceWriter(client, { permit });
    return new KubeEventRecorder({
      create: event => writer.create(resources.events, event),
      controller: 'nexlink.nexodus.io/controller',
      instance: this.#options.identity ?? hostname(),
      clock: this.#clock,
      log,
    });
  }

  /** What events are about that belong to no object of a user. */
  #deployment(): KubeObject {
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'nexlink-controller', namespace: this.#options.systemNamespace },
    };
  }

  #lead(is: boolean): void {
    this.#leading = is;
    this.#options.metrics.leading(is);
  }
}

/** The login in a Secret, as its cache has it. */
function source(
  cache: { list(): readonly Secret[]; onEvent(listener: () => void): unknown },
  name: string,
): CredentialsSource {
  const read = () => credentialsOf(cache.list().find(secret => secret.metadata.name === name)?.data);
  const listeners = new Set<() => void>();
  let last = read();
  cache.onEvent(() => {
    const now = read();
    if (sameCredentials(last, now)) return;
    last = now;
    for (const listener of listeners) listener();
  });
  return { current: () => last, onChange: listener => void listeners.add(listener) };
}

/** Rejects as soon as the signal is aborted, whatever becomes of the promise. */
async function aborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
