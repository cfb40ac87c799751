/** A cluster with Nexodus, a user, and a controller that may be killed at any write. */

import type { KubeObject, Resource } from '../runtime/kube.ts';
import { resources } from '../runtime/resources.ts';
import { planSweep } from '../sweeper/plan.ts';
import { APIServer, refOf } from './api-server.ts';
import { FixedClock } from './clock.ts';
import { Cluster } from './cluster.ts';
import { Exposure } from './exposure.ts';
import { Judge } from './judge.ts';
import { NexodusServer } from './nexodus-server.ts';
import { Process, type ProcessOptions } from './process.ts';
import { without } from './without.ts';
import { Killed, WriteGate, type Fault } from './writers.ts';

export interface RecordedEvent {
  readonly about: string;
  readonly type: string;
  readonly reason: string;
  readonly note: string;
}

/** Steps of a world that nothing may need more of. */
const maxSteps = 300;
/** What is due later than this does not keep a world from being settled. */
const horizonMs = 20_000;

export class World {
  readonly clusterID: string;
  readonly clock: FixedClock;
  readonly server: APIServer;
  readonly nexodus: NexodusServer;
  readonly cluster: Cluster;
  readonly exposure: Exposure;
  readonly judge: Judge;
  readonly events: RecordedEvent[] = [];
  /** What must never happen, and did. */
  readonly violations: string[] = [];
  /** Devices that are not this cluster's. */
  readonly foreignDevices: Set<string>;
  readonly #made = new Map<string, number>();
  #gate = new WriteGate();
  #process: Process | undefined;
  #options: ProcessOptions;

  constructor(options: ProcessOptions = {}, from?: World, nexodus?: NexodusServer, clusterID = 'here') {
    this.#options = options;
    this.clusterID = from?.clusterID ?? clusterID;
    this.clock = new FixedClock(from?.clock.monotonic());
    this.server = new APIServer(this.clock, from?.server);
    this.nexodus = nexodus ?? new NexodusServer(from?.nexodus);
    this.cluster = new Cluster(this.server, this.nexodus, this.clock, from?.cluster);
    this.exposure = new Exposure(this.server, this.nexodus, this.cluster, from?.exposure);
    this.foreignDevices = new Set(from?.foreignDevices);
    this.judge = new Judge(this);
    this.server.onChange(({ type, object: { kind, metadata } }) => {
      if (type === 'ADDED') this.#count(`${kind} ${metadata.namespace}/${metadata.name}`);
    });
  }

  /** A copy of everything but the controller, which starts anew. */
  fork(options: ProcessOptions = this.#options): World {
    return new World(options, this);
  }

  /** Whether what others change is seen only later. */
  get isStale(): boolean {
    return this.#options.stale === true;
  }

  /** How often each object was made here, and what was made and removed in Nexodus since the world began. */
  get counts(): { readonly [what: string]: number } {
    return { ...Object.fromEntries(this.#made), ...this.nexodus.counts };
  }

  /** Starts a controller, of whose writes from now on one may fail. */
  start(fault?: Fault): WriteGate {
    this.#process?.end();
    this.#gate = new WriteGate(fault);
    this.#process = new Process(this, this.#gate, this.#options);
    return this.#gate;
  }

  /** Ends the controller. */
  stop(): void {
    this.#process?.end();
    this.#process = undefined;
  }

  get process(): Process {
    return (this.#process ??= new Process(this, this.#gate, this.#options));
  }

  /** Creates an object as a user, with its status. */
  add(resource: Resource, object: KubeObject): void {
    const metadata = without(object.metadata, 'uid', 'resourceVersion');
    this.server.create(resource, { ...object, metadata });
    if ('status' in object)
      this.server.edit<KubeObject & { status?: unknown }>(refOf(resource, object), made => {
        made.status = object.status;
      });
  }

  /** A device of another cluster with what it publishes. */
  addForeignDevice(id: string, value: object): void {
    this.addPlainDevice(id, id);
    this.nexodus.putMetadata(id, value);
  }

  /** A device of somebody else that publishes nothing. */
  addPlainDevice(id: string, hostname: string, requestedIP?: string): void {
    this.foreignDevices.add(id);
    const device = { id, hostname, publicKey: `public-${id}`, online: true };
    this.nexodus.addDevice(device, undefined, requestedIP);
  }

  /** Lets everything go on until nothing changes any more. A controller that was killed is started again. */
  async settle(): Promise<void> {
    this.exposure.accept();
    await this.#settle();
    for (const text of this.exposure.current) this.violations.push(`still exposed: ${text}`);
  }

  /** Whatever happens that no user did, nothing gets within the reach of pods that may not use it. */
  judgeExposure(after: string): void {
    for (const text of this.exposure.news()) this.violations.push(`exposed by ${after}: ${text}`);
  }

  async #settle(): Promise<void> {
    for (let step = 0; step < maxSteps; step++) {
      const before = this.#mark();
      await this.#work();
      this.cluster.step();
      this.judgeExposure('a step of the cluster');
      this.process.deliver();
      this.clock.advance(1_000);
      if (this.#mark() !== before || this.process.nextDue() <= 0) continue;
      const due = this.process.nextDue();
      if (due > horizonMs) return;
      this.clock.advance(due);
    }
    throw new Error(
      `not settled after ${maxSteps} steps; last writes: ${this.#gate.log.slice(-20).join(', ')}`,
    );
  }

  /** Lets time pass in steps of a little more than a minute. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 75_000) {
      this.clock.advance(75_000);
      await this.settle();
    }
  }

  /** Whether something is left to the sweeper, or to another try. */
  get isUnfinished(): boolean {
    const leftovers = planSweep([...this.nexodus.keys.values()], this.clusterID, '', (namespace, name) =>
      Boolean(this.server.get(resources.gateways, namespace, name)),
    );
    return leftovers.length > 0 || this.process.failing.length > 0;
  }

  /** The writes that it takes to look at everything once more. */
  async idleWrites(): Promise<string[]> {
    const before = this.#gate.log.length;
    this.process.wakeAll();
    await this.settle();
    return this.#gate.log.slice(before);
  }

  #count(what: string): void {
    this.#made.set(what, (this.#made.get(what) ?? 0) + 1);
  }

  async #work(): Promise<void> {
    try {
      await this.process.work();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.#process = undefined;
      await this.process.work();
    }
  }

  #mark(): string {
    return [this.server.resourceVersion, this.#gate.log.length, this.nexodus.version].join();
  }
}
