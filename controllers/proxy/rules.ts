/**
 * The contract between the gateway controller and the agents: what a gateway's ConfigMap and Secret hold.
 *
 * ConfigMap `<gateway child name>-rules`, key `rules.json`: {@link Rules}. Every replica gets the same rules.
 * Secret `<gateway child name>`, key `<ordinal>.json`: {@link Identity}.
 */

/** One rule of nexd, `protocol:port:host:targetPort`. */
export interface Rule {
  readonly protocol: 'tcp' | 'udp';
  /** Where nexd listens: on the tunnel addresses (ingress) or on the pod's (egress). */
  readonly port: number;
  /** Where it sends: an address, or a host name (ingress only). IPv6 without brackets. */
  readonly host: string;
  readonly targetPort: number;
  /** Of egress: the far end is an export gateway, whose agent answers probes. Until it has, it is not used. */
  readonly agent?: true;
  /** Of egress: who may use the port, as a digest. When that changes, what is open there ends. */
  readonly clients?: string;
}

export interface Rules {
  /** Digest of the rest; the agent reports it as `appliedRevision`. */
  readonly revision: string;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
}

/** What one replica is, in Nexodus and in WireGuard. Secret as a whole. */
export interface Identity {
  /** Base64 WireGuard keys. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly deviceID: string;
  readonly regKeyID: string;
  /** `RK:…` */
  readonly regKey: string;
  /** When it was made, RFC 3339. An older one may have run as another pod already. */
  readonly madeAt?: string;
  /** The tunnel address that nexd asks for when it registers the device. */
  readonly requestedIP?: string;
  /** The device because of which Nexodus refused it, as far as is known. */
  readonly heldBy?: string;
}
