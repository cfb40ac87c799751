import { randomUUID } from 'node:crypto';
import { Ipam, type IpamSnapshot, sharedNamespace } from '../ipam/ipam.ts';
import type { Device, Metadata, Organization, RegKey, SecurityGroup, User, Vpc } from './rows.ts';
import { RevisionedTable, type TableSnapshot } from './table.ts';

export const sharedIPv4Cidr = '100.64.0.0/10';
export const sharedIPv6Cidr = '200::/64';

export interface DatabaseSnapshot {
  readonly users: readonly User[];
  readonly organizations: readonly Organization[];
  readonly regKeys: readonly RegKey[];
  readonly vpcs: TableSnapshot<Vpc>;
  readonly securityGroups: TableSnapshot<SecurityGroup>;
  readonly devices: TableSnapshot<Device>;
  readonly metadata: TableSnapshot<Metadata>;
  readonly ipam: IpamSnapshot;
}

export function metadataKey(deviceId: string, key: string): string {
  return `${deviceId}/${key}`;
}

/** Everything the API server keeps in PostgreSQL and the IPAM service. */
export class Database {
  readonly users = new Map<string, User>();
  readonly organizations = new Map<string, Organization>();
  readonly regKeys = new Map<string, RegKey>();
  readonly vpcs = new RevisionedTable<Vpc>(row => row.id);
  readonly securityGroups = new RevisionedTable<SecurityGroup>(row => row.id);
  readonly devices = new RevisionedTable<Device>(row => row.id);
  readonly metadata = new RevisionedTable<Metadata>(row => metadataKey(row.deviceId, row.key));
  readonly ipam = new Ipam();

  userBySub(sub: string): User | undefined {
    for (const user of this.users.values()) if (user.sub === sub) return user;
    return undefined;
  }

  /**
   * A user with all that belongs to one: its organization, its default VPC and that VPC's
   * security group. All four share one id.
   */
  createUser(sub: string, username: string, fullName: string): User {
    const user: User = { id: randomUUID(), sub, username, fullName, picture: '' };
    this.users.set(user.id, user);
    this.organizations.set(user.id, {
      id: user.id,
      name: username,
      description: `${username}'s organization`,
      ownerId: user.id,
    });
    this.createVpc({
      id: user.id,
      organizationId: user.id,
      description: 'default vpc',
      privateCidr: false,
      ipv4Cidr: sharedIPv4Cidr,
      ipv6Cidr: sharedIPv6Cidr,
    });
    return user;
  }

  createVpc(fields: Omit<Vpc, 'revision' | 'deletedAt'>): Vpc {
    const vpc = this.vpcs.insert({ ...fields, revision: 0, deletedAt: null });
    this.securityGroups.insert({
      id: vpc.id,
      vpcId: vpc.id,
      organizationId: vpc.organizationId,
      description: 'default vpc security group',
      revision: 0,
      deletedAt: null,
    });
    return vpc;
  }

  ipamNamespace(vpc: Vpc): string {
    return vpc.privateCidr ? vpc.id : sharedNamespace;
  }

  /** In this stand-in an organization has one member, its owner. */
  isMember(userId: string, organizationId: string): boolean {
    return this.organizations.get(organizationId)?.ownerId === userId;
  }

  readableVpc(userId: string, vpcId: string): Vpc | undefined {
    const vpc = this.vpcs.get(vpcId);
    return vpc !== undefined && this.isMember(userId, vpc.organizationId) ? vpc : undefined;
  }

  ownedDevice(userId: string, deviceId: string): Device | undefined {
    const device = this.devices.get(deviceId);
    return device?.ownerId === userId ? device : undefined;
  }

  /**
   * Metadata rows of the VPC's devices. Those of deleted devices are included: their rows live
   * until garbage collection removes the device.
   */
  isMetadataOfVpc(row: Metadata, vpcId: string): boolean {
    return this.devices.getIncludingDeleted(row.deviceId)?.vpcId === vpcId;
  }

  /** Removes soft-deleted rows for good, and the metadata of the devices that go. */
  collectGarbage(deletedBefore: string): number {
    const old = (row: { deletedAt: string | null }): boolean =>
      row.deletedAt !== null && row.deletedAt <= deletedBefore;
    let count = this.devices.purge(old);
    count += this.metadata.purge(
      row => old(row) || this.devices.getIncludingDeleted(row.deviceId) === undefined,
    );
    for (const [id, key] of this.regKeys) if (old(key) && this.regKeys.delete(id)) count++;
    return count + this.vpcs.purge(old) + this.securityGroups.purge(old);
  }

  snapshot(): DatabaseSnapshot {
    return {
      users: [...this.users.values()],
      organizations: [...this.organizations.values()],
      regKeys: [...this.regKeys.values()],
      vpcs: this.vpcs.snapshot(),
      securityGroups: this.securityGroups.snapshot(),
      devices: this.devices.snapshot(),
      metadata: this.metadata.snapshot(),
      ipam: this.ipam.snapshot(),
    };
  }

  restore(snapshot: DatabaseSnapshot): void {
    for (const user of snapshot.users) this.users.set(user.id, user);
    for (const organization of snapshot.organizations) this.organizations.set(organization.id, organization);
    for (const key of snapshot.regKeys) this.regKeys.set(key.id, key);
    this.vpcs.restore(snapshot.vpcs);
    this.securityGroups.restore(snapshot.securityGroups);
    this.devices.restore(snapshot.devices);
    this.metadata.restore(snapshot.metadata);
    this.ipam.restore(snapshot.ipam);
  }
}
