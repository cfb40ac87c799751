/**
 * What an export device publishes under the metadata key `nexlink`: one JSON object.
 *
 * ```json
 * {"version": 1, "realm": "prod", "cluster": "6e1c…", "gateway": "export-prod", "exports": ["web", "dns"],
 *  "services": [{"name": "web", "protocol": "tcp", "port": 80, "servicePort": 80, "portName": "http",
 *                "namespace": "shop", "created": "2026-11-21T01:00:00Z", "appProtocol": "http",
 *                "affinitySeconds": 0}],
 *  "announced": [{"name": "dns", "protocol": "udp", "servicePort": 53, …}]}
 * ```
 *
 * `realm` and, in each service, `name`, `protocol` and `port` are required, and are all that the first design of
 * Nexlink has: its records are read, and its readers understand ours. Unknown fields are ignored.
 */

/** A port of an exported Service. */
export interface ServiceOffer {
  /** The exported name: a DNS-1035 label. */
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  /** The port that clients use. */
  readonly servicePort: number;
  readonly portName: string | undefined;
  /** The namespace of the exported Service, in its cluster. */
  readonly namespace: string | undefined;
  /** When the export was made: RFC 3339, UTC, whole seconds, so that texts sort by time. */
  readonly created: string | undefined;
  /** What the port speaks, as in a Service; undefined when nobody says so. */
  readonly appProtocol: string | undefined;
  /**
   * The session affinity of the exported Service: for so many seconds a client stays where it was, 0 is None.
   * Undefined when the exporter does not say.
   */
  readonly affinitySeconds: number | undefined;
}

/** A port that carries bytes now. `servicePort` is `port` when the record says nothing. */
export interface ServiceRecord extends ServiceOffer {
  /** The port on the device's tunnel addresses. */
  readonly port: number;
}

/** The content of a record. */
export interface RecordContent {
  /** A DNS-1123 label; '' when the record is of no use. */
  readonly realm: string;
  /** The exporting cluster's id: a DNS-1123 label. */
  readonly cluster: string | undefined;
  /** The NexlinkGateway, as `name` or `namespace/name`. */
  readonly gateway: string | undefined;
  /** Every exported name, sorted, also those that carry nothing now. Holds at least the names of the two lists. */
  readonly exports: readonly string[];
  readonly services: readonly ServiceRecord[];
  /**
   * The ports that carry nothing now, as their rule is on its way or nothing behind them is ready: importers have them
   * in their Services already. None of them is in `services`.
   */
  readonly announced: readonly ServiceOffer[];
}

/** A record as it was read. */
export interface DeviceRecord extends RecordContent {
  /** What was left out and why: one text a fault, safe to log. */
  readonly problems: readonly string[];
}

/** The most names that a record has, and the most ports, those that are announced included. */
export const maxServices = 1_000;
/** The most texts in {@link DeviceRecord.problems}; the last one tells how many more there were. */
export const maxProblems = 20;
