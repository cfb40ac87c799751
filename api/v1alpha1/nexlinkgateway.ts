import type { Condition, DNSLabel, LabelValue, ObjectMeta, ResourceRequirements, TunnelIP } from './meta.ts';

/**
 * The pods that carry all exports, or all imports, of a namespace and realm.
 * @validations [{"rule": "self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')", "message": "metadata.name: the name of a NexlinkGateway is a DNS label of at most 40 characters that starts with a letter: choose a shorter name without dots"}]
 */
export interface NexlinkGateway {
  apiVersion: 'nexlink.nexodus.io/v1alpha1';
  kind: 'NexlinkGateway';
  metadata: ObjectMeta;
  /** What it carries, and how its pods differ from others. */
  spec: NexlinkGatewaySpec;
  /** What came of it. */
  status?: NexlinkGatewayStatus;
}

/**
 * @validations [{"rule": "self.direction == oldSelf.direction && self.realm == oldSelf.realm", "message": "direction and realm cannot change: delete the NexlinkGateway and create another one"}, {"rule": "!has(self.tunnelIP) || !has(self.replicas) || self.replicas <= 1", "fieldPath": ".replicas", "message": "a tunnel address belongs to one device: write 1 or 0, or remove tunnelIP"}]
 */
export interface NexlinkGatewaySpec {
  /** Export: lets other clusters in. Import: lets pods of this cluster out. */
  direction: 'Export' | 'Import';
  /** The realm of its exports or imports. */
  realm: DNSLabel;
  /**
   * Pods, each a Nexodus device of its own. Default: the setting `gateway.replicas`; with `tunnelIP`, 1.
   * @asType integer
   * @minimum 0
   * @maximum 10
   */
  replicas?: number;
  /**
   * Asks Nexodus for this tunnel address; AddressGranted says whether it gave it. An address is asked for once in the
   * life of a device: a change replaces the device and its pod, unless it has the address already; without it the device stays
   * as it is, and the gateway may have several replicas.
   */
  tunnelIP?: TunnelIP;
  /** The container nexd, which carries the traffic. */
  nexd?: NexdOptions;
  /** The container agent, which programs nexd. */
  agent?: AgentOptions;
  /** Merged over the pod template, lists by their names as in a strategic merge patch. */
  podTemplate?: PodTemplateOverrides;
}

export interface NexdOptions {
  /**
   * The image with nexd. Default: the setting `gateway.nexd.image`.
   * @minLength 1
   * @maxLength 1024
   */
  image?: string;
  /** Its CPU and memory. */
  resources?: ResourceRequirements;
}

export interface AgentOptions {
  /** Its CPU and memory. */
  resources?: ResourceRequirements;
}

export interface PodTemplateOverrides {
  /** Added to the labels and annotations of the pods. */
  metadata?: PodTemplateMetadata;
  /**
   * A PodSpec, with only the fields that are to differ.
   * @preserveUnknownFields
   */
  spec?: object;
}

export interface PodTemplateMetadata {
  /**
   * Labels that the pods get.
   * @maxProperties 64
   * @validations [{"rule": "self.all(key, key.size() <= 253 && key.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))", "message": "not a label's key: write at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be"}]
   */
  labels?: { [key: string]: LabelValue };
  /** Annotations that the pods get. */
  annotations?: { [key: string]: string };
}

export interface NexlinkGatewayStatus {
  /**
   * Pods that are programmed and connected.
   * @asType integer
   */
  readyReplicas?: number;
  /** Digest of the rules that every replica shall have. */
  revision?: string;
  /**
   * What each replica's agent reports; each writes its own entry only.
   * @listType map
   * @listMapKeys ["ordinal"]
   */
  replicas?: GatewayReplica[];
  /**
   * What holds: Programmed, Connected, Ready and, with `tunnelIP`, AddressGranted, with the reasons.
   * @listType map
   * @listMapKeys ["type"]
   */
  conditions?: Condition[];
}

export interface GatewayReplica {
  /**
   * The replica's number, from 0.
   * @asType integer
   * @minimum 0
   */
  ordinal: number;
  /** The pod that reported. */
  podUID?: string;
  /** The id of its Nexodus device. */
  deviceID?: string;
  /** Its tunnel address. */
  tunnelIPv4?: string;
  /** Its IPv6 tunnel address. */
  tunnelIPv6?: string;
  /** Digest of the rules that nexd has; equals `status.revision` when it is up to date. */
  appliedRevision?: string;
  /** nexd runs, has its tunnel addresses and every rule. */
  ready?: boolean;
  /**
   * Whether bytes have come through its tunnels since nexd started: an importer has asked an export gateway, an exporter
   * of every port has answered an import gateway. `Waiting`: not yet, and the pod is not ready before that.
   * Absent: not yet, and no other replica does better.
   */
  proof?: 'Given' | 'Waiting';
  /**
   * Why it is not ready, takes no connections, or lacks rules.
   * @maxLength 1024
   */
  message?: string;
  /**
   * Ports, as `TCP/20000`, that lead nowhere here, as nexd could not be given any of their rules.
   * @listType set
   * @maxItems 2000
   */
  closedPorts?: string[];
  /**
   * Ports, as `TCP/20000`, for which nexd keeps a rule that nobody wants.
   * @listType set
   * @maxItems 2000
   */
  keptPorts?: string[];
  /**
   * Ports, as `TCP/80`, that are closed, and through which connections of before go on: of devices without an agent
   * that would end them. They end with the device's program, or with the pod.
   * @listType set
   * @maxItems 2000
   */
  lingeringPorts?: string[];
  /**
   * The far ends that this replica sends to.
   * @listType map
   * @listMapKeys ["address"]
   */
  peers?: GatewayPeer[];
}

export interface GatewayPeer {
  /** Its tunnel address. */
  address: string;
  /** It answers through the tunnel; of one that never did, WireGuard has a working session with it. */
  healthy: boolean;
  /**
   * How long a packet takes to it and back, as is typical. Told anew when it has changed by half, and by 10 ms, and at
   * most every 30 seconds.
   * @asType integer
   * @minimum 0
   */
  rttMillis?: number;
}
