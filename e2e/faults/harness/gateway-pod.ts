/** What runs in a gateway's pod: nexd, and the agent that gives it the rules and reports. Bytes are not carried. */

import type { GatewayReplica, NexlinkGateway } from '../../../api/v1alpha1/nexlinkgateway.ts';
import { gatewayLabel } from '../../../api/v1alpha1/labels.ts';
import { parseIdentities } from '../../../controllers/gateway/identity.ts';
import type { Identity, Rules } from '../../../controllers/proxy/rules.ts';
import { sameJSON } from '../../../controllers/runtime/compare.ts';
import { childName, ordinalOf, rulesName } from '../../../controllers/runtime/names.ts';
import type { ConfigMap, Pod, Secret } from '../../../controllers/runtime/objects.ts';
import { resources } from '../../../controllers/runtime/resources.ts';
import type { Mirror } from './mirror.ts';
import { Nexd, type NexodusAddress } from './nexd.ts';

export const gatewayOf = (pod: Pod): string | undefined => pod.metadata.labels?.[gatewayLabel];

/** The kubelet starts a container that ended again after this long; really it waits longer and longer. */
const restartMs = 300;

export class GatewayPod {
  identity: Identity | undefined;
  rules: Rules | undefined;
  restarts = 0;
  readonly #ordinal: number;
  readonly #gateway: string;
  readonly #mirror: Mirror;
  readonly #nexodus: NexodusAddress;
  #nexd: Nexd | undefined;
  #startAt = 0;
  #read: ConfigMap | undefined;
  #reported: GatewayReplica | undefined;

  constructor(pod: Pod, mirror: Mirror, nexodus: NexodusAddress) {
    this.#ordinal = ordinalOf(pod.metadata.name)!;
    this.#gateway = gatewayOf(pod)!;
    this.#mirror = mirror;
    this.#nexodus = nexodus;
  }

  get isRunning(): boolean {
    return this.#nexd !== undefined;
  }

  get isReady(): boolean {
    return this.isRunning && this.rules !== undefined;
  }

  /** One step forward, as far as the cluster and Nexodus allow. */
  async step(pod: Pod): Promise<void> {
    const { namespace, name } = pod.metadata;
    if (!this.identity) {
      const secret = this.#mirror.get<Secret>(resources.secrets, namespace, childName(this.#gateway));
      this.identity = parseIdentities(secret).get(this.#ordinal);
    }
    if (this.identity && !this.#nexd && performance.now() >= this.#startAt)
      try {
        this.#nexd = await Nexd.start(this.#nexodus, name, this.identity);
      } catch {
        // nexd exits: its key is closed, or its device was deleted.
        this.restarts++;
        this.#startAt = performance.now() + restartMs;
      }
    if (!this.#nexd) return;
    const map = this.#mirror.get<ConfigMap>(resources.configMaps, namespace, rulesName(this.#gateway));
    if (map === this.#read) return;
    this.#read = map;
    const text = map?.data?.['rules.json'];
    if (text !== undefined) this.rules = JSON.parse(text) as Rules;
  }

  /** nexd ends, as by a crash. */
  crash(): void {
    this.stop();
    this.restarts++;
  }

  stop(): void {
    this.#nexd?.stop();
    this.#nexd = undefined;
  }

  /**
   * The agent's entry in the gateway's status; undefined when it has said so already. `online`: the tunnel addresses
   * that can be reached.
   */
  news(pod: Pod, online: ReadonlySet<string>): GatewayReplica | undefined {
    const { namespace, uid } = pod.metadata;
    if (!this.identity || !this.#mirror.get<NexlinkGateway>(resources.gateways, namespace, this.#gateway))
      return undefined;
    const ipv4 = this.#nexd?.device.ipv4_tunnel_ips[0]?.address;
    const report: GatewayReplica = {
      ordinal: this.#ordinal,
      podUID: uid!,
      deviceID: this.identity.deviceID,
      ...(ipv4 === undefined ? {} : { tunnelIPv4: ipv4 }),
      ...(this.isReady ? { appliedRevision: this.rules!.revision } : {}),
      ready: this.isReady,
      peers: this.#peers(online),
    };
    return sameJSON(report, this.#reported) ? undefined : report;
  }

  reported(report: GatewayReplica): void {
    this.#reported = report;
  }

  #peers(online: ReadonlySet<string>): NonNullable<GatewayReplica['peers']> {
    const addresses = new Set((this.rules?.egress ?? []).map(({ host }) => host));
    return [...addresses].map(address => ({ address, healthy: online.has(address) }));
  }
}
