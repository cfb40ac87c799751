/** The tables of the API server, one interface a row. Times are RFC 3339 texts. */

export interface User {
  readonly id: string;
  /** `sub` of the identity provider; the key a user is found by. */
  readonly sub: string;
  username: string;
  fullName: string;
  picture: string;
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
}

/** Rows that watches stream: numbered by their table, deleted softly. */
export interface Revisioned {
  revision: number;
  deletedAt: string | null;
}

export interface Vpc extends Revisioned {
  readonly id: string;
  readonly organizationId: string;
  description: string;
  readonly privateCidr: boolean;
  readonly ipv4Cidr: string;
  readonly ipv6Cidr: string;
}

export interface SecurityGroup extends Revisioned {
  readonly id: string;
  readonly vpcId: string;
  readonly organizationId: string;
  readonly description: string;
}

export interface Endpoint {
  readonly source: string;
  readonly address: string;
}

export interface Device extends Revisioned {
  readonly id: string;
  readonly ownerId: string;
  readonly vpcId: string;
  /** Empty after deletion. */
  publicKey: string;
  readonly ipv4: string;
  readonly ipv4Cidr: string;
  readonly ipv6: string;
  readonly ipv6Cidr: string;
  advertiseCidrs: readonly string[] | null;
  relay: boolean;
  /** Whether the allowed IPs were made for a relay, that is without masks. */
  readonly relayAddresses: boolean;
  symmetricNat: boolean;
  hostname: string;
  readonly os: string;
  endpoints: readonly Endpoint[] | null;
  securityGroupId: string;
  online: boolean;
  onlineAt: string | null;
  /** The key that made it, if one did. */
  readonly regKeyId: string | null;
  /** `DT:…`, empty after deletion. */
  token: string;
}

export interface Metadata extends Revisioned {
  readonly deviceId: string;
  readonly key: string;
  value: unknown;
}

export interface RegKey {
  readonly id: string;
  readonly ownerId: string;
  readonly vpcId: string;
  readonly organizationId: string;
  /** `RK:…` */
  readonly token: string;
  description: string;
  /** Given out in advance to a single-use key; null for a multi-use key. */
  readonly deviceId: string | null;
  expiresAt: string | null;
  securityGroupId: string | null;
  settings: Readonly<Record<string, unknown>> | null;
  deletedAt: string | null;
}
