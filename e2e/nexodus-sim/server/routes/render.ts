import { parseKey } from '../../wgcrypto/keys.ts';
import { seal } from '../../wgcrypto/sealed.ts';
import type { Device, Metadata, Organization, RegKey, SecurityGroup, User, Vpc } from '../store/rows.ts';

/** The JSON objects of the API, as their rows look to a user. */

export const renderUser = (user: User): unknown => ({
  id: user.id,
  full_name: user.fullName,
  picture: user.picture,
  username: user.username,
});

export const renderOrganization = (organization: Organization): unknown => ({
  id: organization.id,
  name: organization.name,
  description: organization.description,
});

export const renderVpc = (vpc: Vpc): unknown => ({
  id: vpc.id,
  organization_id: vpc.organizationId,
  description: vpc.description,
  private_cidr: vpc.privateCidr,
  ipv4_cidr: vpc.ipv4Cidr,
  ipv6_cidr: vpc.ipv6Cidr,
  revision: vpc.revision,
});

export const renderSecurityGroup = (group: SecurityGroup): unknown => ({
  id: group.id,
  description: group.description,
  vpc_id: group.vpcId,
  revision: group.revision,
});

export const renderMetadata = (row: Metadata): unknown => ({
  device_id: row.deviceId,
  key: row.key,
  value: row.value,
  revision: row.revision,
});

export const renderRegKey = (key: RegKey): unknown => ({
  id: key.id,
  owner_id: key.ownerId,
  vpc_id: key.vpcId,
  bearer_token: key.token,
  ...(key.description === '' ? {} : { description: key.description }),
  ...(key.deviceId === null ? {} : { device_id: key.deviceId }),
  ...(key.expiresAt === null ? {} : { expires_at: key.expiresAt }),
  security_group_id: key.securityGroupId,
  settings: key.settings,
});

const sealedTokens = new WeakMap<Device, { token: string; publicKey: string; sealed: string }>();

/**
 * The device's token sealed for its key; empty when there is nothing to seal. The blob is kept
 * for a row's lifetime: making one costs more than the rest of a listing (the real server makes
 * a new one each time).
 */
function sealedToken(device: Device): string {
  const { token, publicKey } = device;
  const known = sealedTokens.get(device);
  if (known?.token === token && known.publicKey === publicKey) return known.sealed;
  const key = parseKey(publicKey);
  const sealed = token === '' || key === undefined ? '' : seal(key, token);
  sealedTokens.set(device, { token, publicKey, sealed });
  return sealed;
}

function allowedIps(device: Device): string[] {
  return device.relayAddresses ? [device.ipv4, device.ipv6] : [`${device.ipv4}/32`, `${device.ipv6}/128`];
}

/** The sealed token is shown to the owner (and so to the owner's keys and devices), to nobody else. */
export function renderDevice(device: Device, viewerId: string): unknown {
  const bearerToken = device.ownerId === viewerId ? sealedToken(device) : '';
  return {
    id: device.id,
    owner_id: device.ownerId,
    vpc_id: device.vpcId,
    public_key: device.publicKey,
    allowed_ips: allowedIps(device),
    ipv4_tunnel_ips: [{ address: device.ipv4, cidr: device.ipv4Cidr }],
    ipv6_tunnel_ips: [{ address: device.ipv6, cidr: device.ipv6Cidr }],
    advertise_cidrs: device.advertiseCidrs,
    relay: device.relay,
    symmetric_nat: device.symmetricNat,
    hostname: device.hostname,
    os: device.os,
    endpoints: device.endpoints,
    revision: device.revision,
    security_group_id: device.securityGroupId,
    online: device.online,
    online_at: device.onlineAt,
    ...(bearerToken === '' ? {} : { bearer_token: bearerToken }),
  };
}
