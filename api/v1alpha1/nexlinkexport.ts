import type { Condition, DNSLabel, ObjectMeta, PortNumber, Protocol, ServiceName } from './meta.ts';

/** Offers a Service to the other clusters of its realm. */
export interface NexlinkExport {
  apiVersion: 'nexlink.nexodus.io/v1alpha1';
  kind: 'NexlinkExport';
  metadata: ObjectMeta;
  /** @default {} */
  spec: NexlinkExportSpec;
  status?: NexlinkExportStatus;
}

export interface NexlinkExportSpec {
  /** The Service of this namespace that is exported. Default: the one with the name of this object. */
  service?: ServiceName;
  /** The name under which the other clusters see it. Default: the Service's name. */
  name?: ServiceName;
  /** The realm that it is offered to. Default: the realm of the namespace. */
  realm?: DNSLabel;
  /**
   * The ports that are exported. Default: every TCP and UDP port of the Service.
   * @minItems 1
   * @maxItems 100
   * @listType atomic
   */
  ports?: ExportPort[];
  /**
   * The NexlinkGateway that carries it. `default` stands for the one that all exports of this namespace and
   * realm share, named `export-<realm>`; any other name is a NexlinkGateway of that name.
   * @default "default"
   */
  gateway?: GatewayName;
}

/**
 * The name of a NexlinkGateway.
 * @minLength 1
 * @maxLength 40
 * @pattern ^[a-z]([-a-z0-9]*[a-z0-9])?$
 */
export type GatewayName = string;

export interface ExportPort {
  /** The port's name in the importing clusters. Default: the name that the Service gives it. */
  name?: DNSLabel;
  /** The port that clients in other clusters use. */
  port: PortNumber;
  /**
   * The Service's port, by number or name. Default: `port`.
   * @intOrString
   */
  targetPort?: number | string;
  /** @default "TCP" */
  protocol?: Protocol;
}

export interface NexlinkExportStatus {
  /** The realm in force. */
  realm?: string;
  /** The exported name in force. */
  name?: string;
  /** The NexlinkGateway that carries it. */
  gateway?: string;
  /** @listType atomic */
  ports?: ExportedPort[];
  /** @listType atomic */
  devices?: ExportDevice[];
  /**
   * @listType map
   * @listMapKeys ["type"]
   */
  conditions?: Condition[];
}

export interface ExportedPort {
  name?: string;
  protocol: Protocol;
  /** The port that clients use. */
  port: PortNumber;
  /** The port on the gateway's tunnel addresses. */
  devicePort: PortNumber;
}

/** A Nexodus device through which the Service is reached. */
export interface ExportDevice {
  id: string;
  hostname?: string;
  ipv4?: string;
  ipv6?: string;
  online?: boolean;
}
