/**
 * The rest of a cluster, one small step of everything at a time: the controllers of StatefulSets and EndpointSlices,
 * the garbage collector, kubelets, and in each gateway pod nexd and the agent.
 */

import { gatewayLabel } from '../../api/v1alpha1/labels.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { parseIdentities } from '../gateway/identity.ts';
import type { Identity, Rules } from '../proxy/rules.ts';
import type { Clock } from '../runtime/clock.ts';
import { digest, sameJSON } from '../runtime/compare.ts';
import { childName, ordinalOf, rulesName } from '../runtime/names.ts';
import type { ConfigMap, EndpointSlice, Pod, Secret, Service, StatefulSet } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import { refOf, type APIServer } from './api-server.ts';
import type { NexodusServer } from './nexodus-server.ts';

/** What a pod holds besides its object. */
interface Runtime {
  readonly identity?: Identity;
  readonly running?: boolean;
  readonly restarts: number;
  /** Until when the kubelet waits before it starts nexd again, unless Nexodus changes. */
  readonly backoff?: { readonly until: number; readonly version: number };
  readonly rules?: Rules;
  /** The agent has said that the pod is being stopped. */
  readonly draining?: boolean;
}

const revisionLabel = 'controller-revision-hash';

export class Cluster {
  /** By pod uid. */
  runtimes = new Map<string, Runtime>();
  /** By uid, Services that got their endpoints: what becomes of those later is for the scenario to say. */
  readonly #backed = new Set<string>();
  /** By uid, since when Services that lead to a gateway have a ready endpoint. */
  readonly #readySince = new Map<string, number>();
  readonly #server: APIServer;
  readonly #nexodus: NexodusServer;
  readonly #clock: Clock;
  readonly #versions = new WeakMap<object, string>();
  /** The mark at which a step found nothing to do. */
  #quiet: string | undefined;

  constructor(server: APIServer, nexodus: NexodusServer, clock: Clock, from?: Cluster) {
    this.#server = server;
    this.#nexodus = nexodus;
    this.#clock = clock;
    if (!from) return;
    this.runtimes = new Map(from.runtimes);
    this.#backed = new Set(from.#backed);
    this.#readySince = new Map(from.#readySince);
  }

  /** The rules that nexd has in a pod. */
  rulesIn(pod: Pod): Rules | undefined {
    return this.runtimes.get(pod.metadata.uid!)?.rules;
  }

  /** Whether nexd of a pod runs as the device. */
  isRunningAs(deviceID: string): boolean {
    return [...this.runtimes.values()].some(
      ({ identity, running }) => running === true && identity?.deviceID === deviceID,
    );
  }

  /** Kills nexd in a pod; the kubelet starts it again. */
  restart(pod: Pod): void {
    const { restarts, ...runtime } = this.runtimes.get(pod.metadata.uid!)!;
    this.runtimes.set(pod.metadata.uid!, { ...runtime, running: false, restarts: restarts + 1 });
    this.#show(pod);
  }

  step(): void {
    const before = this.#mark();
    const isWaiting = [...this.runtimes.values()].some(({ identity, running }) => identity && !running);
    if (before === this.#quiet && !isWaiting) return;
    this.#server.collect();
    for (const service of this.#server.list<Service>(resources.services)) this.#giveEndpoints(service);
    for (const set of this.#server.list<StatefulSet>(resources.statefulSets)) this.#scale(set);
    // A pod that somebody made by hand runs something else.
    for (const pod of this.#server.list<Pod>(resources.pods))
      if (pod.metadata.ownerReferences?.length) this.#run(pod);
    this.#quiet = this.#mark() === before ? before : undefined;
  }

  /** Changes whenever there may be something to do. */
  #mark(): string {
    const changes = [...this.runtimes.values()].map(
      ({ restarts, running, draining }) => `${restarts}${running}${draining}`,
    );
    return [this.#server.resourceVersion, this.#nexodus.version, this.runtimes.size, ...changes].join();
  }

  /** Whether kube-proxy, which does so once a second, has taken up the endpoints of a Service that leads to a gateway. */
  isTakenUp({ metadata: { uid } }: Service): boolean {
    const since = this.#readySince.get(uid!);
    return since !== undefined && this.#clock.monotonic() - since > 1_000;
  }

  /**
   * One slice for each Service that is new, with its ports as they are. A Service that leads to gateway pods has
   * endpoints as ready as they are, any other a ready one.
   */
  #giveEndpoints(service: Service): void {
    const { namespace, name, uid } = service.metadata;
    const ports = (service.spec?.ports ?? []).map(port => ({
      name: port.name ?? '',
      protocol: port.protocol ?? 'TCP',
    }));
    const gateway = service.spec?.selector?.[gatewayLabel];
    const ready = gateway === undefined || this.#hasReadyPod(namespace, gateway);
    if (gateway !== undefined) {
      if (!ready) this.#readySince.delete(uid!);
      else if (!this.#readySince.has(uid!)) this.#readySince.set(uid!, this.#clock.monotonic());
    }
    const endpoints = [{ conditions: { ready } }];
    const found = this.#server.get<EndpointSlice>(resources.endpointSlices, namespace, name);
    const isStale = gateway !== undefined && !sameJSON(found?.endpoints, endpoints);
    if (found && (isStale || !sameJSON(found.ports, ports)))
      this.#server.edit<EndpointSlice>(refOf(resources.endpointSlices, found), slice => {
        slice.ports = ports;
        if (gateway !== undefined) slice.endpoints = endpoints;
      });
    if (found || this.#backed.has(uid!)) return;
    this.#backed.add(uid!);
    this.#server.create<EndpointSlice>(resources.endpointSlices, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        name,
        namespace: namespace!,
        labels: { 'kubernetes.io/service-name': name },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name, uid: uid!, controller: true }],
      },
      endpoints,
      ports,
    });
  }

  #hasReadyPod(namespace: string | undefined, gateway: string): boolean {
    return this.#server
      .list<Pod>(resources.pods, namespace)
      .some(pod => pod.metadata.labels?.[gatewayLabel] === gateway && isReady(pod));
  }

  #scale(set: StatefulSet): void {
    const { namespace, name, uid } = set.metadata;
    const template = set.spec!.template as { metadata: Pod['metadata'] };
    const pods = this.#server
      .list<Pod>(resources.pods, namespace)
      .filter(pod => pod.metadata.ownerReferences?.[0]?.uid === uid);
    for (const pod of pods) if (ordinalOf(pod.metadata.name)! >= set.spec!.replicas!) this.#stop(pod);
    for (let ordinal = 0; ordinal < set.spec!.replicas!; ordinal++) {
      // A pod of an earlier StatefulSet may still be stopping.
      if (this.#server.get(resources.pods, namespace, `${name}-${ordinal}`)) continue;
      this.#server.create<Pod>(resources.pods, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          name: `${name}-${ordinal}`,
          namespace: namespace!,
          labels: { ...template.metadata.labels!, [revisionLabel]: this.#versionOf(template) },
          ownerReferences: [{ apiVersion: 'apps/v1', kind: 'StatefulSet', name, uid: uid! }],
        },
      });
    }
    this.#server.edit<StatefulSet>(refOf(resources.statefulSets, set), found => {
      found.status = {
        ...found.status,
        observedGeneration: set.metadata.generation!,
        updateRevision: this.#versionOf(template),
      };
    });
  }

  /** A digest of a template, taken once for each version of its StatefulSet. */
  #versionOf(template: object): string {
    const known = this.#versions.get(template) ?? digest(template);
    this.#versions.set(template, known);
    return known;
  }

  #stop(pod: Pod): void {
    this.#server.delete(refOf(resources.pods, pod), pod.metadata.uid, true);
  }

  #run(pod: Pod): void {
    const uid = pod.metadata.uid!;
    const runtime = this.runtimes.get(uid);
    if (pod.metadata.deletionTimestamp) {
      if (runtime?.running && runtime.rules && !runtime.draining) {
        this.runtimes.set(uid, { ...runtime, draining: true });
        this.#report(pod, false);
        return;
      }
      if (runtime?.running) this.#setOnline(runtime.identity!, false);
      this.runtimes.delete(uid);
      this.#server.finish(refOf(resources.pods, pod));
      return;
    }
    // Not scheduled yet.
    if (!runtime) return void this.runtimes.set(uid, { restarts: 0 });
    if (!runtime.identity) this.#initialize(pod, runtime);
    else if (!runtime.running) this.#startNexd(pod, runtime, runtime.identity);
    else this.#program(pod, runtime);
    this.#show(pod);
  }

  #initialize(pod: Pod, runtime: Runtime): void {
    const { namespace, name } = pod.metadata;
    const secret = this.#server.get<Secret>(resources.secrets, namespace, childName(gatewayOf(pod)));
    const identity = parseIdentities(secret).get(ordinalOf(name)!);
    if (identity) this.runtimes.set(pod.metadata.uid!, { ...runtime, identity });
  }

  #startNexd(pod: Pod, runtime: Runtime, identity: Identity): void {
    const { regKey, publicKey, requestedIP } = identity;
    const now = this.#clock.monotonic();
    const { until = 0, version } = runtime.backoff ?? {};
    if (now < until && version === this.#nexodus.version) return;
    const device = this.#nexodus.register(
      regKey,
      publicKey,
      pod.metadata.name,
      this.#clock.now(),
      requestedIP,
    );
    const ended = typeof device === 'string';
    this.runtimes.set(pod.metadata.uid!, {
      ...runtime,
      running: !ended,
      restarts: runtime.restarts + (ended ? 1 : 0),
      backoff: { until: now + 60_000, version: this.#nexodus.version },
    });
    this.#report(pod, false);
  }

  #program(pod: Pod, runtime: Runtime): void {
    const { namespace } = pod.metadata;
    const map = this.#server.get<ConfigMap>(resources.configMaps, namespace, rulesName(gatewayOf(pod)));
    const text = map?.data?.['rules.json'];
    if (text === undefined) return;
    this.runtimes.set(pod.metadata.uid!, { ...runtime, rules: JSON.parse(text) as Rules });
    this.#report(pod, true);
  }

  #setOnline({ deviceID }: Identity, online: boolean): void {
    const device = this.#nexodus.devices.get(deviceID);
    if (device && device.online !== online) this.#nexodus.addDevice({ ...device, online }, device);
  }

  /** The agent's entry in the gateway's status. */
  #report(pod: Pod, ready: boolean): void {
    const { namespace, uid } = pod.metadata;
    const { identity, rules } = this.runtimes.get(uid!)!;
    const gateway = this.#server.get<NexlinkGateway>(resources.gateways, namespace, gatewayOf(pod));
    if (!gateway) return;
    const ordinal = ordinalOf(pod.metadata.name)!;
    const device = this.#nexodus.devices.get(identity!.deviceID);
    const before = gateway.status?.replicas?.find(report => report.ordinal === ordinal);
    const same = before?.deviceID === identity!.deviceID ? before : undefined;
    const tunnelIPv4 = device?.ipv4 ?? same?.tunnelIPv4;
    const addresses = [...new Set((rules?.egress ?? []).map(({ host }) => host))];
    const live = new Map([...this.#nexodus.devices.values()].map(each => [each.ipv4, each.online]));
    this.#server.apply<NexlinkGateway>(
      resources.gateways,
      {
        apiVersion: gateway.apiVersion,
        kind: gateway.kind,
        metadata: { name: gateway.metadata.name, namespace: namespace! },
        status: {
          replicas: [
            {
              ordinal,
              podUID: uid!,
              deviceID: identity!.deviceID,
              ...(tunnelIPv4 === undefined ? {} : { tunnelIPv4 }),
              ...(ready ? { appliedRevision: rules!.revision } : {}),
              ready,
              peers: addresses.map(address => ({ address, healthy: live.get(address) ?? false })),
            },
          ],
        },
      } as unknown as NexlinkGateway,
      `nexlink-agent-${ordinal}`,
      'status',
    );
  }

  /** What the kubelet says about the pod. */
  #show(pod: Pod): void {
    const runtime = this.runtimes.get(pod.metadata.uid!)!;
    const ready = runtime.running === true && runtime.rules !== undefined;
    const status: Pod['status'] = {
      phase: runtime.identity ? 'Running' : 'Pending',
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
      containerStatuses: [
        {
          name: 'nexd',
          ready: runtime.running === true,
          restartCount: runtime.restarts,
          state: runtime.running ? { running: {} } : { waiting: { reason: 'CrashLoopBackOff' } },
        },
      ],
    };
    if (sameJSON(pod.status, status)) return;
    this.#server.edit<Pod>(refOf(resources.pods, pod), object => {
      object.spec = { nodeName: 'node' };
      object.status = status;
    });
  }
}

const gatewayOf = (pod: Pod) => pod.metadata.labels![gatewayLabel]!;
const isReady = (pod: Pod) =>
  !pod.metadata.deletionTimestamp && pod.status?.conditions?.[0]?.status === 'True';
