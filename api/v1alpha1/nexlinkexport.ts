import type {
  AppProtocol,
  Condition,
  DNSLabel,
  ObjectMeta,
  PortNumber,
  Protocol,
  ServiceName,
  TunnelIP,
} from './meta.ts';

/**
 * Offers a Service, or something outside the cluster, to the other clusters of its realm.
 * @validations [{"rule": "has(self.spec.service) || has(self.spec.target) || self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')", "fieldPath": ".spec.service", "message": "absent, and no Service can have the name of this object: write the Service's name here, or give the object the Service's name"}, {"rule": "!has(self.spec.target) || has(self.spec.name) || self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')", "fieldPath": ".spec.name", "message": "absent, and the name of this object cannot be an exported one: write the name that the other clusters shall see, or choose a name of lower-case letters, digits and '-'"}]
 */
export interface NexlinkExport {
  apiVersion: 'nexlink.nexodus.io/v1alpha1';
  kind: 'NexlinkExport';
  metadata: ObjectMeta;
  /**
   * What is exported, and how.
   * @default {}
   */
  spec: NexlinkExportSpec;
  /** What came of it. */
  status?: NexlinkExportStatus;
}

/**
 * @validations [{"rule": "!(has(self.service) && has(self.target))", "message": "service and target exclude each other: keep service for a Service of this namespace, target for something outside the cluster"}, {"rule": "!has(self.target) || has(self.ports)", "fieldPath": ".ports", "message": "absent, and a target does not tell its ports: write the port of each, and targetPort where the target has another number"}, {"rule": "!has(self.target) || !has(self.ports) || self.ports.all(p, !has(p.targetPort) || type(p.targetPort) == int)", "fieldPath": ".ports", "message": "a targetPort has a name, which only ports of Services have: write its number"}]
 */
export interface NexlinkExportSpec {
  /** The Service of this namespace that is exported. Default: the one with the name of this object. */
  service?: ServiceName;
  /** Something outside the cluster that is exported instead of a Service. */
  target?: ExportTarget;
  /** The name under which the other clusters see it. Default: the Service's name; of a target, that of this object. */
  name?: ServiceName;
  /** The realm that it is offered to. Default: the realm of the namespace. */
  realm?: DNSLabel;
  /**
   * The ports that are exported. Default: every TCP and UDP port of the Service. Required with `target`.
   * @minItems 1
   * @maxItems 100
   * @listType atomic
   * @validations [{"rule": "self.size() > 0", "message": "no entry: write at least one, or leave ports out to export every port"}, {"rule": "self.all(p, self.exists_one(q, q.port == p.port && q.protocol == p.protocol))", "message": "two entries have the same port and protocol: write each pair once"}, {"rule": "self.all(p, !has(p.name) || self.exists_one(q, has(q.name) && q.name == p.name))", "message": "two entries have the same name: write each name once"}]
   */
  ports?: ExportPort[];
  /**
   * The NexlinkGateway that carries it. `default` stands for the one that all exports of this namespace and
   * realm share, named `export-<realm>`; any other name is a NexlinkGateway of that name.
   * @default "default"
   */
  gateway?: GatewayName;
  /**
   * Asks Nexodus for this tunnel address, at which clients of the VPC then always find the export. It is carried by a
   * gateway of its own with one pod, `export-<realm>-<address>`, or by the one in `gateway`, which must ask for the
   * same address.
   */
  tunnelIP?: TunnelIP;
}

/** Something outside the cluster that is exported instead of a Service. */
export interface ExportTarget {
  /**
   * A host name, which is resolved anew for each connection, or an IPv4 or IPv6 address that pods of this cluster can
   * reach.
   * @minLength 1
   * @maxLength 253
   * @validations [{"rule": "isIP(self) || self.matches('^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?([.][a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*$') && !self.matches('(^|[.])[0-9]+$')", "message": "not an address: write a host name in lower-case letters, an IPv4 address, or an IPv6 address without brackets"}, {"rule": "isIP(self) ? !(ip(self).isUnspecified() || ip(self).isLoopback() || ip(self).isLinkLocalUnicast() || ip(self).isLinkLocalMulticast() || self == '255.255.255.255' || self.matches('^(22[4-9]|23[0-9])[.]|^[fF][fF][0-9a-fA-F]{2}:')) : !self.matches('(^|[.])localhost$')", "message": "a loopback, link-local, multicast or unspecified address, which is no machine outside the gateway: write the address under which its pods reach the target"}]
   */
  address: string;
}

/**
 * The name of a NexlinkGateway.
 * @minLength 1
 * @maxLength 40
 * @pattern ^[a-z]([-a-z0-9]*[a-z0-9])?$
 * @patternMessage not a gateway's name: write lower-case letters, digits and '-', a letter first and no '-' last
 */
export type GatewayName = string;

export interface ExportPort {
  /** The port's name in the importing clusters. Default: the name that the Service gives it. */
  name?: DNSLabel;
  /** The port that clients in other clusters use. */
  port: PortNumber;
  /**
   * The Service's port, by number or name; of a target, the number. Default: `port`.
   * @intOrString
   * @maxLength 63
   * @validations [{"rule": "type(self) == int ? self >= 1 && self <= 65535 : self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')", "message": "not a port: write a number from 1 to 65535, or the name of one of the Service's ports"}]
   */
  targetPort?: number | string;
  /**
   * The protocol of the port.
   * @default "TCP"
   */
  protocol?: Protocol;
  /** What the port speaks, for the Services of the importing clusters. Default: what the Service says. */
  appProtocol?: AppProtocol;
}

export interface NexlinkExportStatus {
  /** The realm in force. */
  realm?: string;
  /** The exported name in force. */
  name?: string;
  /** The NexlinkGateway that carries it. */
  gateway?: string;
  /**
   * The ports that are exported.
   * @listType atomic
   */
  ports?: ExportedPort[];
  /**
   * The Nexodus devices through which the Service is reached.
   * @listType atomic
   */
  devices?: ExportDevice[];
  /** For the columns of kubectl, which cannot show lists. */
  summary?: ExportSummary;
  /**
   * What holds: Valid, Ready, Conflict and, with `tunnelIP`, AddressGranted, with the reasons.
   * @listType map
   * @listMapKeys ["type"]
   */
  conditions?: Condition[];
}

export interface ExportSummary {
  /** The ports that are exported, such as `80/TCP,53/UDP`. */
  ports?: string;
}

export interface ExportedPort {
  /** The port's name, when it has one. */
  name?: string;
  /** The protocol of the port. */
  protocol: Protocol;
  /** The port that clients use. */
  port: PortNumber;
  /** The port on the gateway's tunnel addresses. */
  devicePort: PortNumber;
}

/** A Nexodus device through which the Service is reached. */
export interface ExportDevice {
  /** The device's id. */
  id: string;
  /** Its name in Nexodus. */
  hostname?: string;
  /** Its tunnel address. */
  ipv4?: string;
  /** Its IPv6 tunnel address. */
  ipv6?: string;
}
