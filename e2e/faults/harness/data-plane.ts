/**
 * The rest of a cluster, as far as Nexlink sees it: StatefulSets get pods, pods run and end, what lost its owner goes,
 * namespaces end, Services have endpoints. There is no kubelet: nexd and the agent are imitated in this process.
 */

import type { NexlinkGateway } from '../../../api/v1alpha1/nexlinkgateway.ts';
import { gatewayLabel } from '../../../api/v1alpha1/labels.ts';
import { applyReplica } from '../../../controllers/agent/report.ts';
import type { KubeClient } from '../../../controllers/kube/client.ts';
import { objectPath } from '../../../controllers/kube/paths.ts';
import { covers, digest, sameJSON } from '../../../controllers/runtime/compare.ts';
import { messageOf } from '../../../controllers/runtime/errors.ts';
import type { KubeObject, ObjectRef, Resource } from '../../../controllers/runtime/kube.ts';
import { keyOf, ordinalOf, splitKey } from '../../../controllers/runtime/names.ts';
import type {
  EndpointSlice,
  Namespace,
  Pod,
  Service,
  StatefulSet,
} from '../../../controllers/runtime/objects.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import { GatewayPod, gatewayOf } from './gateway-pod.ts';
import type { Mirror } from './mirror.ts';
import type { NexodusAddress } from './nexd.ts';

export const revisionLabel = 'controller-revision-hash';
const endpointSlices: Resource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  namespaced: true,
};

export interface DataPlaneOptions {
  readonly mirror: Mirror;
  readonly client: KubeClient;
  readonly nexodus: NexodusAddress;
  /** Which namespaces it works in. */
  readonly namespaces: readonly string[];
}

export class DataPlane {
  /** By uid. */
  readonly pods = new Map<string, GatewayPod>();
  /** The last thing that did not work; it is tried again. */
  trouble = '';
  /** Writes so far. */
  writes = 0;
  readonly #options: DataPlaneOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  /** Services, as `namespace/name`, whose endpoints are to be looked at: there may be thousands. */
  readonly #changed = new Set<string>();
  /** Gateways with a ready pod at the last step, as `namespace/gateway`. */
  #ready: ReadonlySet<string> = new Set();
  /** Whether something may have lost its owner since it was looked at last. */
  #anyGone = true;
  #wake = () => {};
  /** The tunnel addresses of devices that are online, as of this step. */
  #online: ReadonlySet<string> = new Set();

  constructor(options: DataPlaneOptions) {
    this.#options = options;
    const unsubscribe = options.mirror.onEvent(({ type, object }) => {
      const mayHaveGone = type === 'deleted' || object.metadata.deletionTimestamp !== undefined;
      this.#anyGone ||= mayHaveGone || (type === 'added' && !this.#hasKnownOwner(object));
      // An EndpointSlice has the name of its Service.
      if (object.kind === 'Service' || object.kind === 'EndpointSlice') this.#changed.add(keyOf(object));
      this.#wake();
    });
    this.#running = this.#run().finally(unsubscribe);
  }

  /** The gateway pods that run now. */
  podsOf(gateway: string): { readonly pod: Pod; readonly inside: GatewayPod }[] {
    return this.#list<Pod>(resources.pods).flatMap(pod => {
      const inside = this.pods.get(pod.metadata.uid!);
      return inside && gatewayOf(pod) === gateway ? [{ pod, inside }] : [];
    });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
    for (const pod of this.pods.values()) pod.stop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve;
        // Nexodus tells of nothing by itself.
        setTimeout(resolve, 50);
      });
      await this.#step();
      await woken;
    }
  }

  async #step(): Promise<void> {
    await this.#each(this.#list<StatefulSet>(resources.statefulSets), async set => {
      if (set.metadata.labels?.[gatewayLabel]) await this.#scale(set);
    });
    const { devices } = this.#options.nexodus.server.control.state() as {
      devices: { ipv4: string; online: boolean }[];
    };
    this.#online = new Set(devices.filter(({ online }) => online).map(({ ipv4 }) => ipv4));
    await this.#each(this.#list<Pod>(resources.pods), async pod => {
      if (gatewayOf(pod)) await this.#runPod(pod);
    });
    const [before, ready] = [this.#ready, this.#readyGateways()];
    this.#ready = ready;
    if (!sameJSON([...before].sort(), [...ready].sort()))
      for (const service of this.#list<Service>(resources.services)) this.#changed.add(keyOf(service));
    const changed = [...this.#changed];
    this.#changed.clear();
    await this.#each(
      changed,
      key => this.#serve(key, ready),
      key => this.#changed.add(key),
    );
    const anyGone = this.#anyGone;
    this.#anyGone = false;
    for (const name of this.#options.namespaces) {
      const namespace = this.#options.mirror.get<Namespace>(resources.namespaces, undefined, name);
      const isEnding = namespace?.metadata.deletionTimestamp !== undefined;
      if (anyGone || isEnding) await this.#collect(name, isEnding);
      if (namespace?.metadata.deletionTimestamp) await this.#try(() => this.#finalize(name));
    }
  }

  /** The StatefulSet controller: all pods at once; who deletes one decides when it is replaced. */
  async #scale(set: StatefulSet): Promise<void> {
    const { namespace, name, uid } = set.metadata;
    if (set.metadata.deletionTimestamp) return;
    const { mirror } = this.#options;
    const replicas = set.spec!.replicas!;
    const template = set.spec!.template as { metadata: Pod['metadata']; spec: object };
    const version = digest(template);
    const pods = mirror
      .list<Pod>(resources.pods, namespace)
      .filter(pod => pod.metadata.ownerReferences?.[0]?.uid === uid);
    for (let ordinal = 0; ordinal < replicas; ordinal++) {
      // A pod of an earlier StatefulSet may still be stopping.
      if (mirror.get(resources.pods, namespace, `${name}-${ordinal}`)) continue;
      const { labels = {}, annotations = {} } = template.metadata;
      await this.#write(() =>
        mirror.writer.create(resources.pods, {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: {
            name: `${name}-${ordinal}`,
            namespace: namespace!,
            labels: { ...labels, [revisionLabel]: version },
            annotations,
            ownerReferences: [
              { apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid: uid!, controller: true },
            ],
          },
          spec: { ...template.spec, nodeName: 'node' },
        } as KubeObject),
      );
    }
    const surplus = pods.find(pod => ordinalOf(pod.metadata.name)! >= replicas);
    const ready = pods.filter(pod => this.pods.get(pod.metadata.uid!)?.isReady).length;
    if (surplus) await this.#stopPod(surplus);
    await this.#status(resources.statefulSets, set, {
      replicas: pods.length,
      readyReplicas: ready,
      observedGeneration: set.metadata.generation,
      updateRevision: version,
    });
  }

  async #stopPod(pod: Pod): Promise<void> {
    if (pod.metadata.deletionTimestamp) return;
    await this.#write(() =>
      this.#options.mirror.writer.delete(refOf(resources.pods, pod), pod.metadata.uid!),
    );
  }

  /** The kubelet, and what it starts. */
  async #runPod(pod: Pod): Promise<void> {
    const uid = pod.metadata.uid!;
    const { mirror, nexodus, client } = this.#options;
    if (pod.metadata.deletionTimestamp) {
      this.pods.get(uid)?.stop();
      this.pods.delete(uid);
      const now = { gracePeriodSeconds: 0 };
      return this.#write(() => mirror.writer.delete(refOf(resources.pods, pod), uid, now));
    }
    const inside = this.pods.get(uid) ?? new GatewayPod(pod, mirror, nexodus);
    this.pods.set(uid, inside);
    await inside.step(pod);
    await this.#status(resources.pods, pod, statusOf(inside));
    const news = inside.news(pod, this.#online);
    if (!news) return;
    const gateway = { namespace: pod.metadata.namespace!, name: gatewayOf(pod)! };
    // Server-side apply would make a new gateway of that name.
    if (!mirror.get<NexlinkGateway>(resources.gateways, gateway.namespace, gateway.name)) return;
    await this.#write(() => applyReplica(client, gateway)(news, this.#stop.signal));
    inside.reported(news);
  }

  /** Those with a ready pod, as `namespace/gateway`. */
  #readyGateways(): ReadonlySet<string> {
    const pods = this.#list<Pod>(resources.pods).filter(
      ({ metadata }) => !metadata.deletionTimestamp && this.pods.get(metadata.uid!)?.isReady,
    );
    return new Set(pods.map(pod => `${pod.metadata.namespace}/${gatewayOf(pod)}`));
  }

  /** What a Service with a selector, if it is one of ours, leads to: gateway pods, or an application that is ready. */
  async #serve(key: string, readyGateways: ReadonlySet<string>): Promise<void> {
    const { mirror, namespaces } = this.#options;
    const { namespace, name } = splitKey(key);
    const service = namespaces.includes(namespace)
      ? mirror.get<Service>(resources.services, namespace, name)
      : undefined;
    if (!service?.spec?.selector || service.metadata.deletionTimestamp) return;
    const { uid } = service.metadata;
    const gateway = service.spec.selector[gatewayLabel];
    const ready = gateway === undefined || readyGateways.has(`${namespace}/${gateway}`);
    const found = mirror.get<EndpointSlice>(endpointSlices, namespace, name);
    const slice = {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name,
        namespace,
        labels: { 'kubernetes.io/service-name': name },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid: uid! }],
      },
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.244.0.9'], conditions: { ready } }],
      ports: (service.spec.ports ?? []).map(({ name = '', protocol = 'TCP', port }) => ({
        name,
        protocol,
        port,
      })),
    };
    // An empty list comes back as none.
    if (found && sameJSON([found.endpoints, found.ports ?? []], [slice.endpoints, slice.ports])) return;
    if (found?.metadata.ownerReferences?.[0] && found.metadata.ownerReferences[0].uid !== uid) return;
    await this.#write(() => mirror.writer.apply(endpointSlices, slice));
  }

  /** The garbage collector, and the end of a namespace. */
  async #collect(namespace: string, isEnding: boolean): Promise<void> {
    const { mirror } = this.#options;
    const gone = mirror
      .all(namespace)
      .filter(
        ({ object }) => !object.metadata.deletionTimestamp && (isEnding || !this.#hasKnownOwner(object)),
      );
    await this.#each(gone, async ({ resource, object }) => {
      if (!isEnding && !(await this.#isOrphan(object))) return;
      await this.#write(() => mirror.writer.delete(refOf(resource, object), object.metadata.uid!));
    });
  }

  /** Whether it has an owner that is there, or one that cannot be told, or needs none. */
  #hasKnownOwner({ metadata: { namespace, ownerReferences = [] } }: KubeObject): boolean {
    const { mirror } = this.#options;
    return (
      ownerReferences.length === 0 ||
      ownerReferences.some(({ apiVersion, kind, name, uid }) => {
        const resource = mirror.kindOf(apiVersion, kind);
        return !resource || mirror.get(resource, namespace, name)?.metadata.uid === uid;
      })
    );
  }

  /** What the mirror does not show may be too new for it. */
  async #isOrphan({ metadata: { namespace, ownerReferences = [] } }: KubeObject): Promise<boolean> {
    const { mirror, client } = this.#options;
    for (const { apiVersion, kind, name, uid } of ownerReferences) {
      const resource = mirror.kindOf(apiVersion, kind)!;
      const found = await client.find({ resource, name, ...(namespace === undefined ? {} : { namespace }) });
      if (found?.metadata.uid === uid) return false;
    }
    return true;
  }

  async #finalize(name: string): Promise<void> {
    const { client, mirror } = this.#options;
    if (mirror.all(name).length > 0) return;
    const ref = { resource: resources.namespaces, name };
    await this.#write(() =>
      client.object({
        method: 'PUT',
        path: objectPath(ref, 'finalize'),
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name },
          spec: { finalizers: [] },
        }),
        attempt: { verb: 'finalize', object: name },
        repeat: 'never',
      }),
    );
  }

  async #status(resource: Resource, object: KubeObject & { status?: object }, status: object): Promise<void> {
    const { client, mirror } = this.#options;
    if (covers(object.status, status)) return;
    const ref = refOf(resource, object);
    await this.#write(async () => {
      await client.object({
        method: 'PATCH',
        path: objectPath(ref, 'status'),
        contentType: 'application/merge-patch+json',
        body: JSON.stringify({ metadata: { uid: object.metadata.uid }, status }),
        attempt: { verb: 'patch the status of', object: object.metadata.name },
        repeat: 'never',
      });
      await mirror.writer.read(ref);
    });
  }

  async #write(write: () => Promise<unknown>): Promise<void> {
    this.writes++;
    await write();
  }

  /** Does it for all of them at once; what does not work is tried again at the next step. */
  async #each<T>(
    all: readonly T[],
    work: (one: T) => Promise<void>,
    onFailure: (one: T) => void = () => {},
  ): Promise<void> {
    await Promise.all(
      all.map(one =>
        this.#try(
          () => work(one),
          () => onFailure(one),
        ),
      ),
    );
  }

  async #try(work: () => Promise<void>, onFailure = () => {}): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.trouble = messageOf(error);
      this.#anyGone = true;
      onFailure();
    }
  }

  #list<T extends KubeObject>(resource: Resource): readonly T[] {
    return this.#options.namespaces.flatMap(name => this.#options.mirror.list<T>(resource, name));
  }
}

function statusOf(inside: GatewayPod): object {
  const state = inside.isRunning
    ? { running: { startedAt: '2026-01-01T00:00:00Z' } }
    : { waiting: { reason: inside.restarts > 0 ? 'CrashLoopBackOff' : 'PodInitializing' } };
  return {
    phase: inside.identity ? 'Running' : 'Pending',
    conditions: [{ type: 'Ready', status: inside.isReady ? 'True' : 'False' }],
    containerStatuses: [
      {
        name: 'nexd',
        image: 'nexd',
        imageID: 'nexd',
        ready: inside.isRunning,
        restartCount: inside.restarts,
        state,
      },
    ],
  };
}

export const refOf = (resource: Resource, { metadata: { namespace, name } }: KubeObject): ObjectRef => ({
  resource,
  name,
  ...(namespace === undefined ? {} : { namespace }),
});
