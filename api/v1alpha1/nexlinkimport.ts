import type {
  AppProtocol,
  Condition,
  DNSLabel,
  LabelSelector,
  LabelValue,
  ObjectMeta,
  PortNumber,
  Protocol,
  ServiceName,
  TunnelIP,
} from './meta.ts';
import type { GatewayName } from './nexlinkexport.ts';

/**
 * Makes a Service of other clusters, or a plain Nexodus device, available as a Service of this namespace.
 * @validations [{"rule": "(has(self.spec.name) || has(self.spec.device)) && has(self.spec.service) && has(self.spec.service.name) || self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')", "fieldPath": ".spec", "message": "no Service can have the name of this object: write spec.name (what is imported; not beside spec.device) and spec.service.name (the Service here), or choose a name of lower-case letters, digits and '-'"}]
 */
export interface NexlinkImport {
  apiVersion: 'nexlink.nexodus.io/v1alpha1';
  kind: 'NexlinkImport';
  metadata: ObjectMeta;
  /**
   * What is imported, and how.
   * @default {}
   */
  spec: NexlinkImportSpec;
  /** What came of it. */
  status?: NexlinkImportStatus;
}

/**
 * @validations [{"rule": "!has(self.device) || !has(self.realm)", "fieldPath": ".realm", "message": "a device belongs to no realm: remove realm, or import an exported name without device"}, {"rule": "!has(self.device) || !has(self.name)", "fieldPath": ".name", "message": "a device has no exported name: remove name (the Service's name is service.name), or import an exported name without device"}, {"rule": "!has(self.device) || has(self.ports)", "fieldPath": ".ports", "message": "absent, and a device does not tell its ports: write the port of each, and devicePort where the device has another number"}, {"rule": "has(self.device) || !has(self.ports)", "fieldPath": ".ports", "message": "the ports of an exported name come from its exporters: remove ports, or write device"}]
 */
export interface NexlinkImportSpec {
  /** The realm that it is imported from. Default: the realm of the namespace. */
  realm?: DNSLabel;
  /** The exported name. Default: the name of this object. */
  name?: ServiceName;
  /** A plain device that is imported instead of an exported name. */
  device?: ImportDevice;
  /**
   * The ports of the Service. Required with `device`; otherwise they come from the exporters.
   * @minItems 1
   * @maxItems 100
   * @listType atomic
   * @validations [{"rule": "self.all(p, self.exists_one(q, q.port == p.port && q.protocol == p.protocol))", "message": "two entries have the same port and protocol: write each pair once"}, {"rule": "self.all(p, !has(p.name) || self.exists_one(q, has(q.name) && q.name == p.name))", "message": "two entries have the same name: write each name once"}]
   */
  ports?: ImportPort[];
  /** The Service that pods of this namespace use. */
  service?: ImportService;
  /**
   * The pods that may use it: those that any entry selects. Default: every pod. A NetworkPolicy for the gateway's pods
   * keeps the others out, which takes a cluster whose network enforces NetworkPolicies.
   * @minItems 1
   * @maxItems 50
   * @listType atomic
   * @validations [{"rule": "self.size() > 0", "message": "no entry: write which pods may use it, or remove clients to let in every pod"}]
   */
  clients?: ImportClient[];
  /**
   * The NexlinkGateway that carries it. `default` stands for the one that all imports of this namespace and
   * realm share, named `import-<realm>`; any other name is a NexlinkGateway of that name.
   * @default "default"
   */
  gateway?: GatewayName;
  /**
   * Traffic leaves with this tunnel address, which Nexodus is asked for. It is carried by a gateway of its own with one
   * pod, `import-<realm>-<address>`, or by the one in `gateway`, which must ask for the same address.
   */
  tunnelIP?: TunnelIP;
}

/**
 * A device of the Nexodus VPC that is imported instead of an exported name, such as a laptop or a database server
 * where nexd runs. Say which by exactly one field.
 * @validations [{"rule": "[has(self.hostname), has(self.id), has(self.address)].filter(given, given).size() == 1", "message": "write exactly one of hostname, id and address"}]
 */
export interface ImportDevice {
  /**
   * Its host name in Nexodus, in capitals or not. No other device may have it.
   * @minLength 1
   * @maxLength 253
   * @pattern ^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$
   * @patternMessage not a host name: write letters, digits, '-', '_' and '.', or name the device by id
   */
  hostname?: string;
  /**
   * Its id in Nexodus.
   * @maxLength 36
   * @pattern ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$
   * @patternMessage not the id of a device: write the UUID that Nexodus gave it, in lower-case letters
   */
  id?: string;
  /**
   * Its tunnel address, IPv4 or IPv6.
   * @maxLength 45
   * @validations [{"rule": "isIP(self)", "message": "not an address: write the device's tunnel address, IPv4 or IPv6 without brackets"}]
   */
  address?: string;
}

/** A port of a device. */
export interface ImportPort {
  /** The port's name in the Service. Default: protocol and number. */
  name?: DNSLabel;
  /** The Service's port. */
  port: PortNumber;
  /** The port on the device's tunnel address. Default: `port`. */
  devicePort?: PortNumber;
  /**
   * TCP or UDP.
   * @default "TCP"
   */
  protocol?: Protocol;
  /** What the port speaks, for the Service. */
  appProtocol?: AppProtocol;
}

/**
 * Pods that may use an import, as in a NetworkPolicy.
 * @validations [{"rule": "has(self.podSelector) || has(self.namespaceSelector)", "message": "selects nothing: write podSelector, namespaceSelector or both; an empty one, {}, selects all"}]
 */
export interface ImportClient {
  /** Pods by their labels, in this namespace or in those that namespaceSelector selects. Default: all of those. */
  podSelector?: LabelSelector;
  /** Namespaces by their labels, in which the pods are. Default: only this one. */
  namespaceSelector?: LabelSelector;
}

/**
 * The Service that pods of this namespace use.
 * @validations [{"rule": "!has(self.sessionAffinityConfig) || has(self.sessionAffinity) && self.sessionAffinity == 'ClientIP'", "fieldPath": ".sessionAffinityConfig", "message": "only ClientIP has a time: write sessionAffinity: ClientIP beside it, or remove it"}]
 */
export interface ImportService {
  /** The Service's name. Default: the name of this object. */
  name?: ServiceName;
  /**
   * Labels that the Service gets.
   * @maxProperties 64
   * @validations [{"rule": "self.all(key, key.size() <= 253 && key.matches('^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*[/])?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))", "message": "not a label's key: write at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be"}]
   */
  labels?: { [key: string]: LabelValue };
  /** Annotations that the Service gets. */
  annotations?: { [key: string]: string };
  /**
   * Whether a client stays with one gateway pod. Default: what the exporters say. The pod gives connections to the
   * exporters in turn all the same.
   */
  sessionAffinity?: 'None' | 'ClientIP';
  /** How `sessionAffinity: ClientIP` works. */
  sessionAffinityConfig?: SessionAffinityConfig;
}

export interface SessionAffinityConfig {
  /** Of clients that are told by their address. */
  clientIP?: ClientIPConfig;
}

export interface ClientIPConfig {
  /**
   * For so long after its last connection a client stays with its gateway pod. Default: 10800, three hours.
   * @asType integer
   * @minimum 1
   * @maximum 86400
   */
  timeoutSeconds?: number;
}

export interface NexlinkImportStatus {
  /** The realm in force. That of a device chooses nothing but the gateway. */
  realm?: string;
  /** The NexlinkGateway that carries it. */
  gateway?: string;
  /** The Service in this namespace, once it is there. */
  service?: string;
  /**
   * The Service's addresses.
   * @listType atomic
   */
  clusterIPs?: string[];
  /**
   * The Service's ports.
   * @listType atomic
   */
  ports?: ImportedPort[];
  /**
   * The devices of other clusters that serve it.
   * @listType atomic
   */
  exporters?: Exporter[];
  /** For the columns of kubectl, which cannot show lists. */
  summary?: ImportSummary;
  /**
   * What holds: Valid, Ready, Conflict and, with `tunnelIP`, AddressGranted, with the reasons.
   * @listType map
   * @listMapKeys ["type"]
   */
  conditions?: Condition[];
}

export interface ImportSummary {
  /** The Service's ports, such as `80/TCP,53/UDP`. */
  ports?: string;
  /** The Service's addresses. */
  clusterIPs?: string;
  /** How many of the exporters can be reached: `2/3`. */
  exporters?: string;
}

export interface ImportedPort {
  /** The port's name, when it has one. */
  name?: string;
  /** The protocol of the port. */
  protocol: Protocol;
  /** The Service's port. */
  port: PortNumber;
  /** The port on the import gateway's pods. */
  listenPort: PortNumber;
  /** What the port speaks, when somebody says so. */
  appProtocol?: string;
}

/** A device that serves this import: a gateway of another cluster, or the one that spec.device names. */
export interface Exporter {
  /** The cluster's id; absent for plain devices. */
  cluster?: string;
  /** The device's id. */
  deviceID: string;
  /** Its name in Nexodus. */
  hostname?: string;
  /** Its tunnel address. */
  address: string;
  /**
   * Reachable: a gateway of ours has a working tunnel to it. Unreachable: none has. Offline: Nexodus says that
   * it is not connected. Unknown: no gateway has reported yet.
   */
  state: 'Reachable' | 'Unreachable' | 'Offline' | 'Unknown';
  /**
   * How long a packet takes to it and back, from the gateway pod that is nearest. Told anew when it has changed by
   * half, and by 10 ms, and at most every 30 seconds.
   * @asType integer
   * @minimum 0
   */
  rttMillis?: number;
  /**
   * Since when it cannot be reached, when it could before.
   * @format date-time
   */
  lostSince?: string;
  /**
   * Why it is not used, or what of its metadata is not.
   * @maxLength 256
   */
  message?: string;
}
