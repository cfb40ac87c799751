import { randomBytes, randomUUID } from 'node:crypto';
import type { Principal } from '../auth/principal.ts';
import {
  ApiError,
  conflict,
  fieldInvalid,
  fieldNotPresent,
  internalError,
  notFound,
} from '../http/api-error.ts';
import type { JsonObject } from '../http/json-body.ts';
import type { Database } from '../store/database.ts';
import type { Device, Endpoint, Vpc } from '../store/rows.ts';

export function endpointsOf(body: JsonObject): Endpoint[] | undefined {
  return body.objects('endpoints')?.map(endpoint => ({
    source: endpoint.string('source') ?? '',
    address: endpoint.string('address') ?? '',
  }));
}

export function isDefaultRoute(cidr: string): boolean {
  return cidr === '0.0.0.0/0' || cidr === '::/0';
}

interface Addresses {
  readonly ipv4: string;
  readonly ipv6: string;
}

/** Takes the addresses. What is taken stays taken when a later step fails, as in the real service. */
function allocate(database: Database, vpc: Vpc, body: JsonObject, advertised: readonly string[]): Addresses {
  const namespace = database.ipamNamespace(vpc);
  const wanted = body.objects('ipv4_tunnel_ips') ?? [];
  if (wanted.length > 1) {
    throw fieldInvalid('tunnel_ips_v4', 'can only specify a single IPv4 address request');
  }
  try {
    const ipv4 =
      wanted[0] === undefined
        ? database.ipam.acquire(namespace, vpc.ipv4Cidr)
        : database.ipam.acquirePreferred(namespace, vpc.ipv4Cidr, wanted[0].string('address') ?? '');
    const ipv6 = database.ipam.acquire(namespace, vpc.ipv6Cidr);
    for (const cidr of advertised) if (!isDefaultRoute(cidr)) database.ipam.reservePrefix(namespace, cidr);
    return { ipv4, ipv6 };
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw internalError();
  }
}

/** The id a registration key demands; throws when the key may not register this device. */
function idFromRegKey(database: Database, principal: Principal, vpcId: string): string | undefined {
  if (principal.kind !== 'RK') return undefined;
  if (principal.deviceId !== null && database.devices.get(principal.deviceId) !== undefined) {
    // Its device exists, with another public key: the key was used before.
    throw new ApiError(400, { error: 'single use reg key exhausted' });
  }
  if (principal.vpcId !== vpcId) throw fieldInvalid('vpc_id', 'does not match the reg key vpc_id');
  return principal.deviceId ?? undefined;
}

/**
 * Registers a device for a user or with a registration key.
 *
 * @throws ApiError 400, 404 `vpc`, 409 with the id of the device that has this public key, 500 when
 * no address can be had or the key's device was deleted before (its row still holds the id)
 */
export function registerDevice(
  database: Database,
  userId: string,
  principal: Principal,
  body: JsonObject,
): Device {
  const publicKey = body.string('public_key') ?? '';
  if (publicKey === '') throw fieldNotPresent('public_key');
  const vpcId = body.uuid('vpc_id');
  if (vpcId === undefined) throw fieldNotPresent('vpc_id');
  const advertiseCidrs = body.strings('advertise_cidrs') ?? null;
  const relay = body.boolean('relay') ?? false;

  const vpc = database.readableVpc(userId, vpcId);
  if (vpc === undefined) throw notFound('vpc');
  const existing = database.devices.find(device => device.publicKey === publicKey);
  if (existing !== undefined) throw conflict(existing.id);
  const id = idFromRegKey(database, principal, vpcId) ?? randomUUID();
  const addresses = allocate(database, vpc, body, advertiseCidrs ?? []);
  if (database.devices.getIncludingDeleted(id) !== undefined) {
    database.devices.nextRevision();
    throw internalError();
  }
  return database.devices.insert({
    id,
    ownerId: userId,
    vpcId,
    publicKey,
    ...addresses,
    ipv4Cidr: vpc.ipv4Cidr,
    ipv6Cidr: vpc.ipv6Cidr,
    advertiseCidrs,
    relay,
    relayAddresses: relay,
    symmetricNat: body.boolean('symmetric_nat') ?? false,
    hostname: body.string('hostname') ?? '',
    os: body.string('os') ?? '',
    endpoints: endpointsOf(body) ?? null,
    securityGroupId: vpc.id,
    online: false,
    onlineAt: null,
    regKeyId: principal.kind === 'RK' ? principal.regKeyId : null,
    token: `DT:${randomBytes(32).toString('base64')}`,
    revision: 0,
    deletedAt: null,
  });
}
