import { notFound } from '../http/api-error.ts';
import { isUuid } from '../http/json-body.ts';
import { applyListQuery, totalHeaders } from '../http/list-query.ts';
import type { Route } from '../http/router.ts';
import { badPathParameter } from '../http/api-error.ts';
import type { Services } from '../services.ts';
import type { Organization } from '../store/rows.ts';
import { renderOrganization, renderUser } from './render.ts';

/** Users, organizations and feature flags: what a session asks to learn who it is. */
export function accountRoutes({ database }: Services): Route[] {
  const organizationColumns = {
    id: (row: Organization) => row.id,
    name: (row: Organization) => row.name,
    description: (row: Organization) => row.description,
    roles: () => 'owner',
  };
  return [
    {
      method: 'GET',
      template: '/api/users/{id}',
      handler: ({ params, user }) => {
        const id = params['id'] === 'me' ? user.id : params['id'];
        if (id === undefined || !isUuid(id)) throw badPathParameter('id');
        if (id !== user.id) throw notFound('user');
        return { status: 200, json: renderUser(user) };
      },
    },
    {
      method: 'GET',
      template: '/api/users',
      handler: ({ user }) => ({ status: 200, json: [renderUser(user)] }),
    },
    {
      method: 'GET',
      template: '/api/organizations',
      handler: ({ url, user }) => {
        const own = [...database.organizations.values()].filter(({ ownerId }) => ownerId === user.id);
        const result = applyListQuery(own, url.searchParams, organizationColumns, 'name');
        return { status: 200, json: result.rows.map(renderOrganization), headers: totalHeaders(result) };
      },
    },
    {
      method: 'GET',
      template: '/api/organizations/{id}',
      handler: ({ params, user }) => {
        const id = params['id'] ?? '';
        if (!isUuid(id)) throw badPathParameter('id');
        const organization = database.organizations.get(id);
        if (organization?.ownerId !== user.id) throw notFound('organization');
        return { status: 200, json: renderOrganization(organization) };
      },
    },
    {
      method: 'GET',
      template: '/api/fflags',
      handler: () => ({
        status: 200,
        json: { ca: false, devices: true, 'multi-organization': true, 'security-groups': true, sites: false },
      }),
    },
  ];
}
