import type { DNSLabel, ResourceRequirements, ServiceName } from '../../api/v1alpha1/meta.ts';

/**
 * The controller's settings. The docstrings are the documentation, and the source of the schema, the defaults and
 * the names of the environment variables: `npm run generate` after a change.
 */
export interface Settings {
  /** @default {} */
  nexodus: NexodusSettings;
  /**
   * The realm of namespaces that have no label `nexlink.nexodus.io/realm`. Default: each namespace's own name, so
   * that namespaces of equal names find each other.
   */
  realm?: DNSLabel;
  /**
   * Which namespaces get a NexlinkImport for everything that other clusters export to their realm. `labeled`: those
   * with the label `nexlink.nexodus.io/import: "true"`. `all`: every one but `kube-*` and the controller's own.
   * `none`: no namespace, imports are made by hand.
   * @default "labeled"
   */
  autoImport: 'labeled' | 'all' | 'none';
  /** @default {} */
  gateway: GatewaySettings;
  /**
   * A ServiceAccount for the pods of gateways, which then has to exist in each of their namespaces. Default: the
   * controller makes one for each gateway.
   */
  serviceAccountName?: DNSLabel;
  /** @default {} */
  credentialsSecret: CredentialsSecret;
  /** @default {} */
  log: LogSettings;
  /** @default {} */
  metrics: MetricsSettings;
  /** @default {} */
  health: HealthSettings;
  /** @default {} */
  leaderElection: LeaderElectionSettings;
}

export interface NexodusSettings {
  /**
   * The address of the Nexodus service. The hosts `api.` and `auth.` before its name are used too. With
   * `NEXODUS_BUILD_PROFILE=dev` in the environment the default is `https://try.nexodus.127.0.0.1.nip.io`.
   * @default "https://try.nexodus.io"
   * @maxLength 1024
   * @pattern ^https://[^/@?#]+/?$
   * @patternMessage not the https address of a service: write https://, a host name and perhaps a port, nothing more
   */
  url: string;
  /**
   * The id of the VPC that devices join. Default: the VPC of the user, which has the same id as the user's
   * organization.
   * @pattern ^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$
   * @patternMessage not the id of a VPC: write the UUID that `nexctl vpc list` shows
   */
  vpcID?: string;
  /**
   * A file with certificates (PEM) of the authority that signed those of the Nexodus service. Its content is handed
   * to the gateways. Default: the roots that come with the images.
   * @minLength 1
   */
  caFile?: string;
  /**
   * Do not check the certificates of the Nexodus service. For trials only: anybody on the way can read the
   * credentials.
   * @default false
   */
  insecureSkipTLSVerify: boolean;
}

export interface GatewaySettings {
  /**
   * Pods of a gateway that does not say how many, each a Nexodus device.
   * @default 2
   * @asType integer
   * @minimum 0
   * @maximum 10
   */
  replicas: number;
  /** @default {} */
  nexd: NexdSettings;
  /** @default {} */
  agent: AgentSettings;
  /**
   * STUN servers that nexd asks for its public address, as `host:port`; it needs two to tell what kind of NAT it is
   * behind. Default: nexd's own.
   * @default []
   * @maxItems 16
   */
  stunServers: HostPort[];
  /**
   * Lines for `/etc/hosts` of gateway pods, for Nexodus services that no name server knows. As in a Pod.
   * @default []
   * @maxItems 64
   */
  hostAliases: HostAlias[];
  /** When the kubelet pulls the images of gateway pods. Default: as in a Pod. */
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
}

export interface NexdSettings {
  /**
   * The image with nexd.
   * @default "quay.io/nexodus/nexd:latest"
   * @minLength 1
   * @maxLength 1024
   */
  image: string;
  /** CPU and memory of the container nexd. Default: requests of 50m and 48Mi, no limits. */
  resources?: ResourceRequirements;
}

export interface AgentSettings {
  /**
   * The image with the agent. Default: the environment variable `NEXLINK_AGENT_IMAGE`, which the Deployment sets to
   * the controller's own image.
   * @minLength 1
   * @maxLength 1024
   */
  image: string;
  /** CPU and memory of the container agent. Default: requests of 50m and 48Mi, no limits. */
  resources?: ResourceRequirements;
}

/**
 * A host and a port.
 * @maxLength 260
 * @pattern ^([^:/\s,]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}$
 * @patternMessage not a host with a port: write for example stun.example.com:3478
 */
export type HostPort = string;

export interface HostAlias {
  /** IPv4 or IPv6 address. */
  ip: string;
  /** @minItems 1 */
  hostnames: string[];
}

/** The Secret with the login of the Nexodus user. */
export interface CredentialsSecret {
  /** Default: the namespace of the controller. */
  namespace?: DNSLabel;
  /**
   * The Secret with the login of the Nexodus user: keys `username` and `password`, or `refreshToken`. It is read
   * again when it changes.
   * @default "nexodus-credentials"
   * @minLength 1
   * @maxLength 253
   */
  name: string;
}

export interface LogSettings {
  /**
   * The least important lines that are written.
   * @default "info"
   */
  level: 'debug' | 'info' | 'warn' | 'error';
  /**
   * `json`: one object a line. `text`: for people.
   * @default "json"
   */
  format: 'json' | 'text';
}

/**
 * An address to listen on: `:port` for all interfaces, or `host:port`.
 * @pattern ^([^:/\s]*|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}$
 * @patternMessage not an address to listen on: write :port, or host:port
 */
export type ListenAddress = string;

export interface MetricsSettings {
  /**
   * Serve metrics for Prometheus.
   * @default true
   */
  enabled: boolean;
  /**
   * Where `/metrics` is served.
   * @default ":8080"
   */
  address: ListenAddress;
}

export interface HealthSettings {
  /**
   * Where `/healthz` and `/readyz` are served.
   * @default ":8081"
   */
  address: ListenAddress;
}

export interface LeaderElectionSettings {
  /**
   * Elect one of several replicas to work. Without it there must not be more than one.
   * @default true
   */
  enabled: boolean;
  /**
   * The Lease in the controller's namespace.
   * @default "nexlink-controller"
   */
  leaseName: ServiceName;
}
