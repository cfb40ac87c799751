import type {
  Condition,
  DNSLabel,
  LabelValue,
  ObjectMeta,
  PortNumber,
  Protocol,
  ServiceName,
} from './meta.ts';
import type { GatewayName } from './nexlinkexport.ts';

/**
 * Makes a Service of other clusters available as a Service of this namespace.
 * @validations [{"rule": "has(self.spec.name) && has(self.spec.service) && has(self.spec.service.name) || self.metadata.name.size() <= 63 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')", "fieldPath": ".spec", "message": "no Service can have the name of this object: write spec.name (what is imported) and spec.service.name (the Service here), or choose a name of lower-case letters, digits and '-'"}]
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

export interface NexlinkImportSpec {
  /** The realm that it is imported from. Default: the realm of the namespace. */
  realm?: DNSLabel;
  /** The exported name. Default: the name of this object. */
  name?: ServiceName;
  /** The Service that pods of this namespace use. */
  service?: ImportService;
  /**
   * The NexlinkGateway that carries it. `default` stands for the one that all imports of this namespace and
   * realm share, named `import-<realm>`; any other name is a NexlinkGateway of that name.
   * @default "default"
   */
  gateway?: GatewayName;
}

/** The Service that pods of this namespace use. */
export interface ImportService {
  /** The Service's name. Default: the name of this object. */
  name?: ServiceName;
  /**
   * Labels that the Service gets.
   * @maxProperties 64
   * @validations [{"rule": "self.all(key, key.matches('^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$'))", "message": "not a label's key: write at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be"}]
   */
  labels?: { [key: string]: LabelValue };
  /** Annotations that the Service gets. */
  annotations?: { [key: string]: string };
}

export interface NexlinkImportStatus {
  /** The realm in force. */
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
  /**
   * What holds: Valid, Ready and Conflict, with the reasons.
   * @listType map
   * @listMapKeys ["type"]
   */
  conditions?: Condition[];
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
}

/** A device of another cluster that serves this import. */
export interface Exporter {
  /** The cluster's id. */
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
}
