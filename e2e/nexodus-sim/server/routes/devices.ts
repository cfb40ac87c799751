import { ApiError, badPathParameter, internalError, notFound, notFoundEmpty } from '../http/api-error.ts';
import { isUuid, JsonObject, parseJson } from '../http/json-body.ts';
import { applyListQuery, itemCountHeaders, totalHeaders } from '../http/list-query.ts';
import type { Call, Route } from '../http/router.ts';
import type { Services } from '../services.ts';
import type { Device } from '../store/rows.ts';
import { deviceSignal } from '../watch/signals.ts';
import { endpointsOf, isDefaultRoute, registerDevice } from './device-registration.ts';
import { removeDevice } from './device-removal.ts';
import { renderDevice } from './render.ts';
import { vpcIdOf } from './vpcs.ts';

const deviceColumns = {
  id: (row: Device) => row.id,
  owner_id: (row: Device) => row.ownerId,
  vpc_id: (row: Device) => row.vpcId,
  public_key: (row: Device) => row.publicKey,
  hostname: (row: Device) => row.hostname,
  os: (row: Device) => row.os,
  relay: (row: Device) => row.relay,
  symmetric_nat: (row: Device) => row.symmetricNat,
  online: (row: Device) => row.online,
  reg_key_id: (row: Device) => row.regKeyId,
  security_group_id: (row: Device) => row.securityGroupId,
  revision: (row: Device) => row.revision,
};

export function deviceIdOf(call: Call): string {
  const id = call.params['id'] ?? '';
  if (!isUuid(id)) throw badPathParameter('id');
  return id.toLowerCase();
}

/** A key or a device may only change the device it made or is. */
function checkMayChange({ principal }: Call, device: Device): void {
  const denied =
    (principal.kind === 'RK' && principal.regKeyId !== device.regKeyId) ||
    (principal.kind === 'DT' && principal.deviceId !== device.id);
  if (denied) throw new ApiError(403, { error: 'reg key does not have access' });
}

export function deviceRoutes(services: Services): Route[] {
  const { database, signals, now, changed } = services;

  const changePrefixes = (device: Device, wanted: readonly string[]): void => {
    const current = device.advertiseCidrs ?? [];
    if ([...current].sort().join() === [...wanted].sort().join()) return;
    const vpc = database.vpcs.get(device.vpcId);
    if (vpc === undefined) throw internalError();
    const namespace = database.ipamNamespace(vpc);
    for (const cidr of wanted.filter(item => !isDefaultRoute(item))) {
      // The real service releases the prefixes that stay; so does this one.
      if (current.includes(cidr)) database.ipam.releasePrefix(namespace, cidr);
      else database.ipam.reservePrefix(namespace, cidr);
    }
  };

  const patch = (call: Call): Device => {
    const id = deviceIdOf(call);
    const body = new JsonObject(parseJson(call.body), 'UpdateDevice');
    const device = database.ownedDevice(call.user.id, id);
    if (device === undefined) throw notFound('device');
    checkMayChange(call, device);
    const change: Partial<Device> = {};
    const hostname = body.string('hostname');
    if (hostname) change.hostname = hostname;
    const endpoints = endpointsOf(body);
    if (endpoints !== undefined && endpoints.length > 0) change.endpoints = endpoints;
    const vpcId = body.uuid('vpc_id');
    if (vpcId !== undefined && database.readableVpc(call.user.id, vpcId) === undefined)
      throw notFound('vpc_id');
    const symmetricNat = body.boolean('symmetric_nat');
    if (symmetricNat !== undefined) change.symmetricNat = symmetricNat;
    const relay = body.boolean('relay');
    if (relay !== undefined) change.relay = relay;
    const securityGroupId = body.uuid('security_group_id');
    if (securityGroupId !== undefined) {
      if (database.securityGroups.get(securityGroupId) === undefined) throw notFound('security_group_id');
      change.securityGroupId = securityGroupId;
    }
    const advertiseCidrs = body.strings('advertise_cidrs');
    if (advertiseCidrs !== undefined) {
      try {
        changePrefixes(device, advertiseCidrs);
      } catch {
        throw internalError();
      }
      change.advertiseCidrs = advertiseCidrs;
    }
    return database.devices.update(device, change);
  };

  return [
    {
      method: 'GET',
      template: '/api/devices',
      handler: ({ url, user }) => {
        const own = database.devices.list(device => device.ownerId === user.id);
        const result = applyListQuery(own, url.searchParams, deviceColumns, 'hostname');
        const json = result.rows.map(device => renderDevice(device, user.id));
        return { status: 200, json, headers: totalHeaders(result) };
      },
    },
    {
      method: 'GET',
      template: '/api/vpcs/{id}/devices',
      handler: call => {
        const { url, user } = call;
        const vpc = database.readableVpc(user.id, vpcIdOf(call, 'id'));
        if (vpc === undefined) throw notFound('vpc');
        const devices = database.devices.list(device => device.vpcId === vpc.id);
        const result = applyListQuery(devices, url.searchParams, deviceColumns, 'hostname');
        const json = result.rows.map(device => renderDevice(device, user.id));
        return { status: 200, json, headers: itemCountHeaders(result) };
      },
    },
    {
      method: 'GET',
      template: '/api/devices/{id}',
      handler: call => {
        const device = database.ownedDevice(call.user.id, deviceIdOf(call));
        if (device === undefined) throw notFoundEmpty();
        return { status: 200, json: renderDevice(device, call.user.id) };
      },
    },
    {
      method: 'POST',
      template: '/api/devices',
      handler: ({ body, principal, user }) => {
        const request = new JsonObject(parseJson(body), 'AddDevice');
        try {
          const device = registerDevice(database, user.id, principal, request);
          signals.notify(deviceSignal(device.vpcId));
          return { status: 201, json: renderDevice(device, user.id) };
        } finally {
          changed();
        }
      },
    },
    {
      method: 'PATCH',
      template: '/api/devices/{id}',
      handler: call => {
        const device = patch(call);
        changed();
        signals.notify(deviceSignal(device.vpcId));
        return { status: 200, json: renderDevice(device, call.user.id) };
      },
    },
    {
      method: 'DELETE',
      template: '/api/devices/{id}',
      handler: call => {
        const device = database.ownedDevice(call.user.id, deviceIdOf(call));
        if (device === undefined) throw notFound('device');
        try {
          removeDevice(database, device, now());
        } catch {
          throw internalError();
        } finally {
          changed();
          signals.notify(deviceSignal(device.vpcId));
        }
        return { status: 200, json: renderDevice(device, call.user.id) };
      },
    },
  ];
}
