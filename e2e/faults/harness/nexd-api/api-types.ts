/** The parts of the API's objects that are read here. */

export interface ApiDevice {
  readonly id: string;
  readonly public_key: string;
  readonly ipv4_tunnel_ips: readonly { readonly address: string }[];
  readonly revision: number;
  readonly bearer_token?: string;
}

export interface ApiVpc {
  readonly id: string;
  readonly ipv4_cidr: string;
}

export interface ApiRegKey {
  readonly vpc_id: string;
}

export interface WatchEvent {
  readonly kind?: string;
  readonly type: string;
  readonly value?: unknown;
}
