/** The parts of the API's objects that nexd reads. */

export interface ApiDevice {
  readonly id: string;
  readonly public_key: string;
  readonly hostname: string;
  readonly symmetric_nat: boolean;
  readonly allowed_ips: readonly string[];
  readonly ipv4_tunnel_ips: readonly { readonly address: string }[];
  readonly ipv6_tunnel_ips: readonly { readonly address: string }[];
  readonly endpoints: readonly { readonly source: string; readonly address: string }[] | null;
  readonly relay: boolean;
  readonly revision: number;
  readonly bearer_token?: string;
}

export interface ApiVpc {
  readonly id: string;
  readonly description: string;
  readonly ipv4_cidr: string;
}

export interface ApiRegKey {
  readonly vpc_id: string;
  readonly security_group_id: string | null;
}

export interface WatchEvent {
  readonly kind?: string;
  readonly type: string;
  readonly value?: unknown;
}
