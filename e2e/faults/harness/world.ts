/** Namespaces of a cluster, a Nexodus of their own, a user, and controllers that may be disturbed and killed. */

import { listPath, objectPath } from '../../../controllers/kube/paths.ts';
import { conditionOf } from '../../../controllers/runtime/conditions.ts';
import type { Condition } from '../../../api/v1alpha1/meta.ts';
import type { KubeObject, Resource } from '../../../controllers/runtime/kube.ts';
import { NotFound } from '../../../controllers/runtime/errors.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import { parseIdentities } from '../../../controllers/gateway/identity.ts';
import type { Secret } from '../../../controllers/runtime/objects.ts';
import { startServer, type RunningServer, type ServerOptions } from '../../nexodus-sim/server/start.ts';
import { Operator as NexodusUser } from '../../nexodus-sim/contract/operator.ts';
import { until } from '../../harness/wait.ts';
import { Controller, type ControllerOptions } from './controller.ts';
import { ControllerProcess, type ProcessOptions } from './controller-process.ts';
import type { ControllerPlace, Write } from './place.ts';
import { DataPlane } from './data-plane.ts';
import { addForeignObjects, touchedObjects, type Exporter, type ForeignObject } from './foreign.ts';
import type { Lab } from './lab.ts';
import { difference, isSign, nexodusState, stateOf, type NexodusState } from './state.ts';

export const systemNamespace = 'nexlink-system';
export const credentials = { username: 'nexlink', password: 'Correct-Horse-Battery-4711' };
/** The namespace that scenarios work in, and one that has nothing of Nexlink. */
export const namespace = 'shop';
const elsewhere = 'elsewhere';

export interface WorldOptions {
  /** Of the namespace that scenarios work in, and of more such. */
  readonly labels?: { readonly [label: string]: string };
  /** More namespaces that scenarios work in. */
  readonly spaces?: readonly string[];
  readonly nexodus?: ServerOptions;
  /** For every controller of this world that says nothing else. */
  readonly controller?: ControllerOptions;
}

/** What became of an object: how many there have been of its name. */
export interface Counts {
  readonly [what: string]: number;
}

/** Each look at the whole state takes some milliseconds. */
const tickMs = 50;

let lives = 0;

export class World {
  readonly lab: Lab;
  readonly nexodus: RunningServer;
  readonly dataPlane: DataPlane;
  /** The user of Nexodus, not through a proxy. */
  readonly nexodusUser: NexodusUser;
  /** Every controller so far. */
  readonly controllers: Controller[] = [];
  readonly processes: ControllerProcess[] = [];
  /** Devices of another cluster. */
  readonly exporters: Exporter[] = [];
  /** What must never happen, and did. */
  readonly violations: string[] = [];
  readonly #options: WorldOptions;
  readonly #namespaces: readonly string[];
  readonly #uids = new Map<string, Set<string>>();
  /** Everything that was ever written into an object that is no Secret. */
  readonly #texts: string[] = [];
  readonly #secrets = new Set<string>([credentials.password]);
  #foreign: readonly ForeignObject[] = [];
  readonly #unsubscribe: () => void;
  #removed = false;

  private constructor(lab: Lab, nexodus: RunningServer, nexodusUser: NexodusUser, options: WorldOptions) {
    this.lab = lab;
    this.nexodus = nexodus;
    this.nexodusUser = nexodusUser;
    this.#options = options;
    this.#namespaces = [namespace, elsewhere, ...(options.spaces ?? [])];
    this.#secrets.add(lab.apiserver.tokenOf('admin'));
    this.#unsubscribe = lab.mirror.onEvent(event => this.#note(event.type, event.object));
    this.dataPlane = new DataPlane({
      mirror: lab.mirror,
      client: lab.client,
      nexodus: { server: nexodus, lookup: nexodus.lookup },
      namespaces: this.#namespaces,
    });
  }

  static async create(lab: Lab, options: WorldOptions): Promise<World> {
    const nexodus = await startServer({
      accounts: [credentials],
      tls: lab.tls,
      publicPort: lab.nexodusPort,
      onlineGraceMs: 500,
      rateLimit: null,
      ...options.nexodus,
    });
    const user = await NexodusUser.login(nexodus, credentials.username, credentials.password);
    const world = new World(lab, nexodus, user, options);
    await world.#createNamespaces();
    world.#foreign = await addForeignObjects(world, world.#namespaces);
    await world.until('the mirror shows all of it', () =>
      world.#foreign.every(({ resource, object: { metadata } }) =>
        lab.mirror.get(resource, metadata.namespace, metadata.name),
      ),
    );
    return world;
  }

  /** Starts a controller; several of one world may run at the same time. */
  async start(options: ControllerOptions = {}): Promise<Controller> {
    const controller = await Controller.start(this.#place(), { ...this.#options.controller, ...options });
    this.controllers.push(controller);
    return controller;
  }

  /** Starts a controller as a process of its own, with leader election, in real time. */
  async startProcess(options: ProcessOptions = {}): Promise<ControllerProcess> {
    const started = await ControllerProcess.start(this.#place(), options);
    this.processes.push(started);
    return started;
  }

  #place(): ControllerPlace {
    const { lab, nexodus } = this;
    return {
      kubeconfig: lab.apiserver.kubeconfig,
      kubeURL: lab.apiserver.url,
      systemNamespace,
      nexodusURL: `https://${nexodus.domain}:${lab.nexodusPort}`,
      // Each has an address of its own, so that all have the same URL.
      nexodusAddress: `127.0.1.${(lives++ % 250) + 1}`,
      nexodusUpstream: `https://127.0.0.1:${nexodus.ports.https}`,
      tls: lab.tls,
      onWrite: write => this.#onWrite(write),
    };
  }

  /** The controller that was started last. */
  get controller(): Controller {
    return this.controllers.at(-1)!;
  }

  /** Writes of all controllers so far. */
  get writes(): Write[] {
    return [...this.controllers, ...this.processes].flatMap(({ writes }) => writes);
  }

  // What users do. Objects of namespaces without one are put into `namespace`.

  async create<T extends KubeObject>(resource: Resource, object: Omit<T, 'apiVersion' | 'kind'>): Promise<T> {
    const metadata = resource.namespaced ? { namespace, ...object.metadata } : object.metadata;
    const { group, version, kind } = resource;
    const apiVersion = group === '' ? version : `${group}/${version}`;
    return this.#ask<T>('POST', listPath(resource, metadata), { ...object, apiVersion, kind, metadata });
  }

  /** A JSON merge patch. */
  async patch<T extends KubeObject>(
    resource: Resource,
    name: string,
    patch: object,
    subresource?: string,
    space?: string,
  ): Promise<T> {
    return this.#ask<T>('PATCH', objectPath(this.#ref(resource, name, space), subresource), patch);
  }

  async delete(resource: Resource, name: string): Promise<void> {
    await this.#ask('DELETE', objectPath(this.#ref(resource, name))).catch((error: unknown) => {
      if (!(error instanceof NotFound)) throw error;
    });
  }

  get<T extends KubeObject>(resource: Resource, name: string): T | undefined {
    return this.lab.mirror.get<T>(resource, resource.namespaced ? namespace : undefined, name);
  }

  /** `True Ready`: status and reason of a condition that is about the object as it is now. */
  condition(resource: Resource, name: string, type = 'Ready'): string {
    const found = this.get<KubeObject & { status?: { conditions?: Condition[] } }>(resource, name);
    const condition = conditionOf(found?.status?.conditions, type);
    if (!condition) return 'absent';
    if (condition.observedGeneration !== found!.metadata.generation) return 'stale';
    return `${condition.status} ${condition.reason}`;
  }

  /** Waits until `probe` gives something; fails with the state of things. */
  until<T>(what: string, probe: () => T | undefined | false, timeoutMs = 20_000): Promise<T> {
    const explain = async () =>
      [this.dataPlane.trouble, ...this.state(), ...this.log(15)]
        .filter(line => !line.includes('nexlink-foreign'))
        .map(line => line.slice(0, 500))
        .join('\n');
    return until(what, probe, { timeoutMs, everyMs: tickMs, explain });
  }

  untilCondition(
    resource: Resource,
    name: string,
    wanted: string,
    type = 'Ready',
    timeoutMs?: number,
  ): Promise<true> {
    const what = `${resource.kind} ${name} is ${type}=${wanted}`;
    return this.until(
      what,
      () => this.condition(resource, name, type) === wanted,
      timeoutMs,
    ) as Promise<true>;
  }

  get nexodusState(): NexodusState {
    return nexodusState(this.nexodus.control);
  }

  /** Everything there is, as text that can be compared with that of other worlds. */
  state(): string[] {
    const objects = this.#namespaces.flatMap(name => this.lab.mirror.all(name).map(({ object }) => object));
    return stateOf(objects, this.nexodusState);
  }

  /** Waits until nobody has written anything, or waited for an answer, for `quietMs`. */
  async settle(quietMs = 500, timeoutMs = 30_000): Promise<void> {
    const mark = () => [
      `${this.writes.length} writes, ${this.dataPlane.writes} of the cluster`,
      ...this.state(),
    ];
    const end = performance.now() + timeoutMs;
    let last: string[] = [];
    for (let quiet = 0, before = mark(); quiet < quietMs;) {
      if (performance.now() > end) throw new Error([`still busy after ${timeoutMs} ms:`, ...last].join('\n'));
      await new Promise(resolve => setTimeout(resolve, tickMs));
      const now = mark();
      const news = difference(now, before);
      if (news.length > 0) last = [...news, ...this.writes.slice(-5).map(describeWrite)];
      const waiting = this.controllers.some(
        ({ kube, nexodus }) => kube.pendingWrites + nexodus.pendingWrites > 0,
      );
      // In ticks, as a machine that stands still is not quiet.
      quiet = news.length === 0 && !waiting ? quiet + tickMs : 0;
      before = now;
    }
  }

  /** The writes of all controllers during so many milliseconds. */
  async writesDuring(ms: number): Promise<string[]> {
    const before = this.writes.length;
    await new Promise(resolve => setTimeout(resolve, ms));
    return this.writes.slice(before).map(describeWrite);
  }

  /** How often each object was made, and what was made and removed in Nexodus. */
  counts(): Counts {
    const counts: { [what: string]: number } = {};
    for (const [name, uids] of this.#uids) counts[name] = uids.size;
    // As Nexodus has it: an answer may have met nobody.
    for (const { method, template, token, status } of this.nexodus.control.requests.since(0)) {
      if (token !== 'KC' || status >= 300 || !['POST', 'DELETE'].includes(method)) continue;
      // Who deletes metadata that is gone already is not told so.
      if (/\/(events|metadata\/\{key\}|reg-keys|reg-keys\/\{id\})$/.test(template)) continue;
      const what = `${method} ${template}`;
      counts[what] = (counts[what] ?? 0) + 1;
    }
    const made = this.nexodus.control.madeKeys().filter(({ description }) => !isSign(description));
    counts['keys made'] = made.length;
    counts['keys deleted'] = made.filter(({ isDeleted }) => isDeleted).length;
    return counts;
  }

  /** Objects, devices and keys of others that are not as they were. */
  touched(): Promise<string[]> {
    return touchedObjects(this, this.#foreign);
  }

  /** Where something secret stands that must not stand there: logs, objects that are no Secrets, events. */
  async leaks(): Promise<string[]> {
    const { items } = await this.lab.client.list<KubeObject>(resources.events);
    const places: [string, string][] = [
      ...[...this.controllers, ...this.processes].flatMap(({ lines }) =>
        lines.map(line => ['log', line] as [string, string]),
      ),
      ...this.#texts.map(text => ['object', text] as [string, string]),
      ...items.map(event => ['event', JSON.stringify(event)] as [string, string]),
    ];
    const patterns = [/eyJ[\w-]{10,}\.[\w-]{10,}/, /\b(RK|DT):[A-Za-z0-9+/]{20}/];
    return places.flatMap(([where, text]) => {
      const found =
        [...this.#secrets].some(secret => text.includes(secret)) ||
        patterns.some(pattern => pattern.test(text));
      return found ? [`${where}: ${text}`] : [];
    });
  }

  /** The last lines of the controller's log. */
  log(lines = 30): string[] {
    return [...this.controllers, ...this.processes].flatMap(controller =>
      controller.lines.filter(line => !line.includes('cache filled')).slice(-lines),
    );
  }

  /** Deletes the namespaces as a user does, and waits until nothing is left of them. */
  async deleteNamespaces(timeoutMs = 20_000): Promise<void> {
    for (const name of this.#namespaces) await this.delete(resources.namespaces, name);
    await this.until(
      'the namespaces are gone',
      () => this.#namespaces.every(name => !this.lab.mirror.get(resources.namespaces, undefined, name)),
      timeoutMs,
    );
  }

  /** Ends everything and removes what is left, finalizers or not. */
  async remove(): Promise<void> {
    if (this.#removed) return;
    this.#removed = true;
    await Promise.all([...this.controllers, ...this.processes].map(each => each.kill().catch(() => {})));
    for (const name of this.#namespaces) await this.delete(resources.namespaces, name);
    await this.until('nothing is left', () => {
      for (const name of this.#namespaces)
        for (const { resource, object } of this.lab.mirror.all(name))
          if (object.metadata.finalizers?.length)
            void this.#ask('PATCH', objectPath(this.#ref(resource, object.metadata.name, name)), {
              metadata: { finalizers: null },
            }).catch(() => {});
      return this.#namespaces.every(name => !this.lab.mirror.get(resources.namespaces, undefined, name));
    });
    this.#unsubscribe();
    for (const exporter of this.exporters) exporter.stop();
    await this.dataPlane.stop();
    await this.nexodus.close();
    for (const name of [...this.#namespaces, systemNamespace])
      await this.#ask('DELETE', listPath(resources.events, { namespace: name }));
  }

  async #createNamespaces(): Promise<void> {
    const exists = async (name: string, labels: object) =>
      this.#ask(
        'PATCH',
        objectPath({ resource: resources.namespaces, name }, undefined, {
          fieldManager: 'user',
          force: true,
        }),
        {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name, labels },
        },
        'application/apply-patch+yaml',
      );
    await exists(systemNamespace, {});
    await Promise.all(
      this.#namespaces.map(name => exists(name, name === elsewhere ? {} : (this.#options.labels ?? {}))),
    );
    await this.setCredentials(credentials);
    await this.until('the namespaces', () =>
      this.#namespaces.every(name => this.lab.mirror.get(resources.namespaces, undefined, name)),
    );
  }

  /** Writes the Secret with the login; undefined removes it. */
  async setCredentials(data: { readonly [key: string]: string } | undefined): Promise<void> {
    const ref = { resource: resources.secrets, namespace: systemNamespace, name: 'nexodus-credentials' };
    for (const secret of [data?.['password'], data?.['refreshToken']]) if (secret) this.#secrets.add(secret);
    if (!data) {
      await this.#ask('DELETE', objectPath(ref));
      return;
    }
    await this.#ask(
      'PATCH',
      objectPath(ref, undefined, { fieldManager: 'user', force: true }),
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: ref.name, namespace: ref.namespace },
        data: Object.fromEntries(
          Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
        ),
      },
      'application/apply-patch+yaml',
    );
  }

  #note(type: string, object: KubeObject): void {
    const { namespace: space, name, uid } = object.metadata;
    if (!this.#namespaces.includes(space!) && space !== systemNamespace) return;
    if (type === 'added' && space !== systemNamespace) {
      const key = `${object.kind} ${space}/${name}`;
      const uids = this.#uids.get(key) ?? new Set();
      this.#uids.set(key, uids.add(uid!));
    }
    if (type === 'deleted' && object.kind === 'NexlinkGateway')
      for (const { description } of this.nexodusState.reg_keys)
        if (description.includes(`/${space}/${name}/`) && !description.startsWith('nexlink:there/'))
          this.violations.push(`gateway ${name} is gone, and its key ${description} is not`);
    if (object.kind !== 'Secret') return void this.#texts.push(JSON.stringify(object));
    for (const { privateKey, regKey } of parseIdentities(object as Secret).values())
      this.#secrets.add(privateKey).add(regKey);
  }

  /**
   * Metadata that is written names only what the nexd of its device carries. Of other devices the metadata may still
   * name what is withdrawn: rules go first, the metadata of one device after another's.
   */
  #onWrite({ api, path }: Write): void {
    const deviceID = api === 'nexodus' ? /\/devices\/([^/]+)\/metadata\//.exec(path)?.[1] : undefined;
    if (deviceID === undefined) return;
    for (const pod of this.dataPlane.pods.values()) {
      if (!pod.isRunning || pod.identity?.deviceID !== deviceID) continue;
      const record = this.nexodusState.metadata.find(({ device_id }) => device_id === deviceID)?.value as
        { services?: { name: string; protocol: string; port: number }[] } | undefined;
      for (const { name, protocol, port } of record?.services ?? [])
        if (!pod.rules?.ingress.some(rule => rule.port === port && rule.protocol === protocol))
          this.violations.push(
            `${name} is published on port ${port} of device ${deviceID}, whose nexd has no rule for it`,
          );
    }
  }

  #ref(resource: Resource, name: string, space: string = namespace) {
    return resource.namespaced ? { resource, namespace: space, name } : { resource, name };
  }

  async #ask<T extends KubeObject>(
    method: 'POST' | 'PATCH' | 'DELETE',
    path: string,
    body?: object,
    contentType?: string,
  ): Promise<T> {
    return this.lab.client.json(
      {
        method,
        path,
        attempt: { verb: method, object: path },
        repeat: 'never',
        ...(body ? { body: JSON.stringify(body) } : {}),
        ...(method === 'PATCH' ? { contentType: contentType ?? 'application/merge-patch+json' } : {}),
      },
      answer => answer as T,
    );
  }
}

const describeWrite = ({ method, path, status }: Write): string => `${method} ${path} ${status}`;
