import { internalError, notFound, notFoundEmpty } from '../http/api-error.ts';
import { parseJson } from '../http/json-body.ts';
import { applyListQuery, itemCountHeaders } from '../http/list-query.ts';
import type { Call, Route } from '../http/router.ts';
import type { Services } from '../services.ts';
import { metadataKey } from '../store/database.ts';
import { asStoredJson, isStorable } from '../store/stored-json.ts';
import type { Device, Metadata } from '../store/rows.ts';
import { metadataSignal } from '../watch/signals.ts';
import { deviceIdOf } from './devices.ts';
import { renderMetadata } from './render.ts';
import { vpcIdOf } from './vpcs.ts';

const metadataColumns = {
  device_id: (row: Metadata) => row.deviceId,
  key: (row: Metadata) => row.key,
  revision: (row: Metadata) => row.revision,
};

export function hasPrefix(row: Metadata, prefixes: readonly string[]): boolean {
  return prefixes.length === 0 || prefixes.some(prefix => row.key.startsWith(prefix));
}

export function metadataRoutes({ database, signals, now, changed }: Services): Route[] {
  const ownedDevice = (call: Call): Device => {
    const device = database.ownedDevice(call.user.id, deviceIdOf(call));
    if (device === undefined) throw notFoundEmpty();
    return device;
  };

  const put = (deviceId: string, key: string, value: unknown): Metadata => {
    const { metadata } = database;
    const row = metadata.getIncludingDeleted(metadataKey(deviceId, key));
    if (row === undefined) return metadata.insert({ deviceId, key, value, revision: 0, deletedAt: null });
    // Reviving a deleted key is an insert that turns into an update; each takes a revision.
    if (row.deletedAt !== null) metadata.nextRevision();
    return metadata.update(row, { value, deletedAt: null });
  };

  const remove = (call: Call, matches: (row: Metadata) => boolean): { status: 204 } => {
    const device = ownedDevice(call);
    const deletedAt = new Date(now()).toISOString();
    for (const row of database.metadata.list(row => row.deviceId === device.id && matches(row))) {
      database.metadata.update(row, { deletedAt });
    }
    changed();
    signals.notify(metadataSignal(device.vpcId));
    return { status: 204 };
  };

  return [
    {
      method: 'GET',
      template: '/api/vpcs/{id}/metadata',
      handler: call => {
        const query = call.url.searchParams;
        const vpc = database.readableVpc(call.user.id, vpcIdOf(call, 'id'));
        if (vpc === undefined) throw notFound('organization');
        const key = query.get('key') ?? '';
        const rows = database.metadata.list(
          row =>
            database.isMetadataOfVpc(row, vpc.id) &&
            hasPrefix(row, query.getAll('prefix')) &&
            (key === '' || row.key === key),
        );
        const result = applyListQuery(rows, query, metadataColumns, 'key');
        return { status: 200, json: result.rows.map(renderMetadata), headers: itemCountHeaders(result) };
      },
    },
    {
      method: 'GET',
      template: '/api/devices/{id}/metadata',
      handler: call => {
        const device = ownedDevice(call);
        const query = call.url.searchParams;
        const rows = database.metadata.list(
          row => row.deviceId === device.id && hasPrefix(row, query.getAll('prefix')),
        );
        const result = applyListQuery(rows, query, metadataColumns, 'key');
        return { status: 200, json: result.rows.map(renderMetadata), headers: itemCountHeaders(result) };
      },
    },
    {
      method: 'GET',
      template: '/api/devices/{id}/metadata/{key}',
      handler: call => {
        const device = ownedDevice(call);
        const row = database.metadata.get(metadataKey(device.id, call.params['key'] ?? ''));
        if (row === undefined) throw notFoundEmpty();
        return { status: 200, json: renderMetadata(row) };
      },
    },
    {
      method: 'PUT',
      template: '/api/devices/{id}/metadata/{key}',
      handler: call => {
        deviceIdOf(call);
        const value = parseJson(call.body);
        const device = ownedDevice(call);
        if (!isStorable(value)) throw internalError();
        const row = put(device.id, call.params['key'] ?? '', asStoredJson(value));
        changed();
        signals.notify(metadataSignal(device.vpcId));
        return { status: 200, json: renderMetadata({ ...row, value }) };
      },
    },
    {
      method: 'DELETE',
      template: '/api/devices/{id}/metadata/{key}',
      handler: call => remove(call, row => row.key === call.params['key']),
    },
    {
      method: 'DELETE',
      template: '/api/devices/{id}/metadata',
      handler: call => remove(call, () => true),
    },
  ];
}
