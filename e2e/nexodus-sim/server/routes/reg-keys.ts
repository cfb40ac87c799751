import { randomBytes, randomUUID } from 'node:crypto';
import { badPathParameter, fieldNotPresent, notFound } from '../http/api-error.ts';
import { isUuid, JsonObject, parseJson } from '../http/json-body.ts';
import { applyListQuery, totalHeaders } from '../http/list-query.ts';
import type { Call, Route } from '../http/router.ts';
import type { Services } from '../services.ts';
import type { RegKey } from '../store/rows.ts';
import { asStoredJson, asStoredTime, asWrittenTime } from '../store/stored-json.ts';
import { renderRegKey } from './render.ts';

const regKeyColumns = {
  id: (row: RegKey) => row.id,
  owner_id: (row: RegKey) => row.ownerId,
  vpc_id: (row: RegKey) => row.vpcId,
  description: (row: RegKey) => row.description,
  device_id: (row: RegKey) => row.deviceId,
  expires_at: (row: RegKey) => row.expiresAt,
};

const noExpiry = '0001-01-01T00:00:00Z';

function settingsOf(request: JsonObject): Record<string, unknown> | undefined {
  const settings = request.object('settings');
  return settings === undefined ? undefined : (asStoredJson(settings) as Record<string, unknown>);
}

function regKeyIdOf({ params }: Call, field: string): string {
  const id = params['id'] ?? '';
  if (!isUuid(id)) throw badPathParameter(field);
  return id.toLowerCase();
}

export function regKeyRoutes({ database, now, changed }: Services): Route[] {
  const ownKey = (call: Call, field: string): RegKey => {
    const key = database.regKeys.get(regKeyIdOf(call, field));
    if (key === undefined || key.deletedAt !== null || key.ownerId !== call.user.id)
      throw notFound('reg key');
    return key;
  };
  const isReadable = (key: RegKey, userId: string): boolean =>
    key.deletedAt === null && (key.ownerId === userId || database.isMember(userId, key.organizationId));
  const checkGroup = (id: string | undefined): void => {
    if (id !== undefined && database.securityGroups.get(id) === undefined)
      throw notFound('security_group_id');
  };

  return [
    {
      method: 'POST',
      template: '/api/reg-keys',
      handler: ({ body, user }) => {
        const request = new JsonObject(parseJson(body), 'AddRegKey');
        const vpcId = request.uuid('vpc_id');
        if (vpcId === undefined) throw fieldNotPresent('vpc_id, service_network_id');
        const vpc = database.readableVpc(user.id, vpcId);
        if (vpc === undefined) throw notFound('vpc');
        const securityGroupId = request.uuid('security_group_id');
        checkGroup(securityGroupId);
        const expiresAt = request.time('expires_at');
        const key: RegKey = {
          id: randomUUID(),
          ownerId: user.id,
          vpcId,
          organizationId: vpc.organizationId,
          token: `RK:${randomBytes(32).toString('base64')}`,
          description: request.string('description') ?? '',
          deviceId: request.boolean('single_use') ? randomUUID() : null,
          expiresAt: expiresAt === undefined ? null : asStoredTime(expiresAt),
          securityGroupId: securityGroupId ?? null,
          settings: settingsOf(request) ?? null,
          deletedAt: null,
        };
        database.regKeys.set(key.id, key);
        changed();
        return {
          status: 201,
          json: renderRegKey({
            ...key,
            expiresAt: expiresAt === undefined ? null : asWrittenTime(expiresAt),
          }),
        };
      },
    },
    {
      method: 'GET',
      template: '/api/reg-keys',
      handler: ({ url, user }) => {
        const keys = [...database.regKeys.values()].filter(key => isReadable(key, user.id));
        const result = applyListQuery(keys, url.searchParams, regKeyColumns, 'id');
        return { status: 200, json: result.rows.map(renderRegKey), headers: totalHeaders(result) };
      },
    },
    {
      method: 'GET',
      template: '/api/reg-keys/{id}',
      handler: call => {
        const id = call.principal.kind === 'RK' ? call.principal.regKeyId : regKeyIdOf(call, 'key-id');
        const key = database.regKeys.get(id);
        if (key === undefined || !isReadable(key, call.user.id)) throw notFound('reg key');
        return { status: 200, json: renderRegKey(key) };
      },
    },
    {
      method: 'PATCH',
      template: '/api/reg-keys/{id}',
      handler: call => {
        regKeyIdOf(call, 'id');
        const request = new JsonObject(parseJson(call.body), 'UpdateRegKey');
        const key = ownKey(call, 'id');
        const securityGroupId = request.uuid('security_group_id');
        checkGroup(securityGroupId);
        if (securityGroupId !== undefined) key.securityGroupId = securityGroupId;
        const description = request.string('description');
        if (description !== undefined) key.description = description;
        const expiresAt = request.time('expires_at');
        if (expiresAt !== undefined) key.expiresAt = expiresAt === noExpiry ? null : asStoredTime(expiresAt);
        const settings = settingsOf(request);
        if (settings !== undefined) key.settings = settings;
        changed();
        return { status: 200, json: renderRegKey(key) };
      },
    },
    {
      method: 'DELETE',
      template: '/api/reg-keys/{id}',
      handler: call => {
        const key = ownKey(call, 'id');
        key.deletedAt = new Date(now()).toISOString();
        changed();
        return { status: 200, json: renderRegKey(key) };
      },
    },
  ];
}
