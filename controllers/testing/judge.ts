/** What must hold whatever happens: conditions tell the truth, nothing is published that nobody carries, no secret is told. */

import type { NexlinkExport } from '../../api/v1alpha1/nexlinkexport.ts';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import { resolveExport } from '../export/resolve.ts';
import { parseIdentities } from '../gateway/identity.ts';
import type { Rules } from '../proxy/rules.ts';
import { conditionOf } from '../runtime/conditions.ts';
import type { KubeObject } from '../runtime/kube.ts';
import type { Log, LogFields } from '../runtime/log.ts';
import { childName, podName } from '../runtime/names.ts';
import type { EndpointSlice, Namespace, Pod, Secret, Service } from '../runtime/objects.ts';
import { resources } from '../runtime/resources.ts';
import type { World } from './world.ts';

interface PublishedService {
  readonly name: string;
  readonly namespace: string;
  readonly protocol: string;
  readonly port: number;
}
interface PublishedRecord {
  readonly services?: readonly PublishedService[];
}

export class Judge {
  readonly #world: World;
  readonly #privateKeys = new Set<string>();

  constructor(world: World) {
    this.#world = world;
    world.server.list<Secret>(resources.secrets).forEach(secret => this.#learn(secret));
    world.server.onChange(({ resource, type, object }) => {
      if (resource === resources.secrets) this.#learn(object as Secret);
      if (resource === resources.gateways && type === 'DELETED') this.#judgeEnd(object);
    });
  }

  /** A condition `Ready=True` is checked against what pods really do. Called before it is written. */
  honesty(object: KubeObject): void {
    if (this.#world.isStale) return;
    if (object.kind === 'NexlinkGateway') this.#judgeAddress(object as NexlinkGateway);
    const { conditions, gateway } = (object as NexlinkExport).status ?? {};
    if (conditionOf(conditions, 'Ready')?.status !== 'True' || gateway === undefined) return;
    const flaw =
      object.kind === 'NexlinkExport'
        ? this.#flawOfExport(object as NexlinkExport)
        : object.kind === 'NexlinkImport' && this.#flawOfImport(object as NexlinkImport);
    if (flaw) this.#blame(`${object.kind} ${object.metadata.name} is said to be Ready, but ${flaw}`);
  }

  /** Other clusters are not told of what nothing can answer, or nexd does not carry. Called before it is published. */
  record(deviceID: string, { services = [] }: PublishedRecord): void {
    if (this.#world.isStale) return;
    for (const { name, namespace } of services) {
      const exports = this.#world.server
        .list<NexlinkExport>(resources.exports, namespace)
        .filter(nxe => (nxe.spec.name ?? nxe.spec.service ?? nxe.metadata.name) === name);
      if (!exports.some(nxe => this.#isBacked(nxe)))
        this.#blame(`${name} is published, but no endpoint is ready`);
    }
    for (const { identity, running, rules } of this.#world.cluster.runtimes.values())
      if (running && identity?.deviceID === deviceID)
        for (const { name, protocol, port } of services)
          if (!rules?.ingress.some(rule => rule.port === port && rule.protocol === protocol))
            this.#blame(`${name} is published on port ${port} of ${deviceID}, whose nexd has no rule for it`);
  }

  /** Only Secrets hold what is secret. */
  secrecy(where: string, text: string): void {
    if (/\bRK:\d/.test(text) || [...this.#privateKeys].some(key => text.includes(key)))
      this.#blame(`secret in ${where}: ${text.slice(0, 200)}`);
  }

  /** A log of which each line is judged. */
  log(given: LogFields = {}): Log {
    const line = (message: string, fields: LogFields = {}) =>
      this.secrecy('log', `${message} ${JSON.stringify({ ...given, ...fields })}`);
    return {
      debug: line,
      info: line,
      warn: line,
      error: line,
      with: fields => this.log({ ...given, ...fields }),
    };
  }

  /** What is not so, now that everything has come to rest. */
  dishonest(): string[] {
    const { server } = this.#world;
    const gateways = server.list<NexlinkGateway>(resources.gateways);
    const exports = server.list<NexlinkExport>(resources.exports);
    const imports = server.list<NexlinkImport>(resources.imports);
    const isReady = ({ status }: NexlinkGateway | NexlinkExport | NexlinkImport) =>
      conditionOf(status?.conditions, 'Ready')?.status === 'True';
    return [
      ...[...gateways, ...exports, ...imports].flatMap(({ kind, metadata, status }) =>
        (status?.conditions ?? []).flatMap(({ type, observedGeneration }) =>
          observedGeneration === metadata.generation ? [] : [`${type} of ${kind} ${metadata.name} is stale`],
        ),
      ),
      ...gateways
        .filter(isReady)
        .flatMap(({ metadata: { namespace, name } }) =>
          this.#rulesOf(namespace, name).length > 0 ? [] : [`no pod of gateway ${name} works`],
        ),
      ...exports.filter(isReady).flatMap(nxe => {
        const flaw = this.#flawOfExport(nxe) ?? this.#flawOfRecords(nxe);
        return flaw === undefined ? [] : [`export ${nxe.metadata.name} is Ready, but ${flaw}`];
      }),
      ...imports.filter(isReady).flatMap(nxi => {
        const flaw = this.#flawOfImport(nxi);
        return flaw === undefined ? [] : [`import ${nxi.metadata.name} is Ready, but ${flaw}`];
      }),
    ];
  }

  #flawOfExport({ metadata: { namespace, name }, status }: NexlinkExport): string | undefined {
    const { server, process } = this.#world;
    const nxe = server.get<NexlinkExport>(resources.exports, namespace, name)!;
    const service = server.get<Service>(resources.services, namespace, nxe.spec.service ?? name);
    const space = server.get<Namespace>(resources.namespaces, undefined, namespace!);
    const resolved = resolveExport(nxe, space, service, process.ports.settings);
    if (!resolved.valid) return 'it is not valid';
    if (space!.metadata.deletionTimestamp) return 'its namespace is ending';
    if (!this.#isBacked(nxe)) return 'no endpoint is ready';
    const ports = nxe.spec.ports ? resolved.ports : resolved.ports.slice(0, 1);
    const isCarried = this.#rulesOf(namespace, status!.gateway!).some(({ ingress }) =>
      ports.some(({ host, targetPort }) =>
        ingress.some(rule => rule.host === host && rule.targetPort === targetPort),
      ),
    );
    return isCarried ? undefined : 'no pod has its rule';
  }

  /** Where it is published, and its gateway's nexd leads on. */
  #flawOfRecords({ metadata: { namespace }, status }: NexlinkExport): string | undefined {
    const { nexodus, cluster } = this.#world;
    const isPublished = [...cluster.runtimes].some(([uid, { identity, rules }]) => {
      const { services = [] } = (nexodus.metadata.get(identity?.deviceID ?? '') ?? {}) as PublishedRecord;
      const own = services.filter(each => each.name === status!.name && each.namespace === namespace);
      return (
        this.#world.server.list<Pod>(resources.pods, namespace).some(pod => pod.metadata.uid === uid) &&
        own.length > 0 &&
        own.every(({ protocol, port }) =>
          rules?.ingress.some(rule => rule.protocol === protocol && rule.port === port),
        )
      );
    });
    return isPublished ? undefined : 'nothing that is published leads to it';
  }

  #flawOfImport({ metadata: { namespace }, status }: NexlinkImport): string | undefined {
    const { server, nexodus, cluster } = this.#world;
    const { gateway, service: serviceName, ports = [] } = status!;
    const service = serviceName && server.get<Service>(resources.services, namespace, serviceName);
    if (!service) return 'it has no Service';
    if (!cluster.isTakenUp(service)) return 'the nodes do not know an endpoint of its Service yet';
    const live = new Set([...nexodus.devices.values()].map(({ ipv4 }) => ipv4));
    const isCarried = this.#rulesOf(namespace, gateway!).some(({ egress }) =>
      ports.some(({ listenPort }) => egress.some(rule => rule.port === listenPort && live.has(rule.host))),
    );
    return isCarried ? undefined : 'no pod has its rule';
  }

  /** Those of each pod of a gateway that has any. */
  #rulesOf(namespace: string | undefined, gateway: string): Rules[] {
    const { server, cluster } = this.#world;
    return server
      .list<Pod>(resources.pods, namespace)
      .filter(pod => pod.metadata.name.startsWith(`${childName(gateway)}-`))
      .flatMap(pod => cluster.rulesIn(pod) ?? []);
  }

  #isBacked({ metadata: { namespace, name }, spec }: NexlinkExport): boolean {
    if (spec.target) return true;
    return this.#world.server
      .list<EndpointSlice>(resources.endpointSlices, namespace)
      .some(
        ({ metadata, endpoints }) =>
          metadata.labels?.['kubernetes.io/service-name'] === (spec.service ?? name) &&
          endpoints?.some(({ conditions }) => conditions?.ready === true),
      );
  }

  /** A condition `AddressGranted` is checked against the devices. */
  #judgeAddress({ metadata: { namespace, name }, status }: NexlinkGateway): void {
    const { server, nexodus } = this.#world;
    const granted = conditionOf(status?.conditions, 'AddressGranted')?.status;
    const { tunnelIP } = server.get<NexlinkGateway>(resources.gateways, namespace, name)!.spec;
    if ((granted === undefined) !== (tunnelIP === undefined))
      this.#blame(`${name} asks for ${tunnelIP}, but AddressGranted is ${granted}`);
    const has = [...nexodus.devices.values()].some(
      ({ hostname, ipv4 }) => hostname === podName(name, 0) && ipv4 !== undefined && ipv4 === tunnelIP,
    );
    if (granted === 'True' && !has)
      this.#blame(`${name} is said to have ${tunnelIP}, but no device of it has`);
  }

  /** A gateway goes after its keys. */
  #judgeEnd({ metadata: { namespace, name } }: KubeObject): void {
    const { nexodus, clusterID } = this.#world;
    const left = [...nexodus.keys.values()].filter(({ description }) =>
      description.startsWith(`nexlink:${clusterID}/${namespace}/${name}/`),
    );
    if (left.length > 0) this.#blame(`gateway ${name} is gone, and ${left.length} of its keys are not`);
  }

  #learn(secret: Secret): void {
    for (const { privateKey } of parseIdentities(secret).values()) this.#privateKeys.add(privateKey);
  }

  #blame(text: string): void {
    this.#world.violations.push(text);
  }
}
