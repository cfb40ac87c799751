import { randomUUID } from 'node:crypto';
import { badPathParameter, fieldInvalid, fieldNotPresent, notAllowed, notFound } from '../http/api-error.ts';
import { isUuid, JsonObject, parseJson } from '../http/json-body.ts';
import { applyListQuery, itemCountHeaders, totalHeaders } from '../http/list-query.ts';
import type { Call, Route } from '../http/router.ts';
import { parsePrefix } from '../ipam/address.ts';
import type { Services } from '../services.ts';
import { sharedIPv4Cidr, sharedIPv6Cidr } from '../store/database.ts';
import type { SecurityGroup, Vpc } from '../store/rows.ts';
import { vpcSignal } from '../watch/signals.ts';
import { renderSecurityGroup, renderVpc } from './render.ts';

const vpcColumns = {
  id: (row: Vpc) => row.id,
  organization_id: (row: Vpc) => row.organizationId,
  description: (row: Vpc) => row.description,
  private_cidr: (row: Vpc) => row.privateCidr,
  ipv4_cidr: (row: Vpc) => row.ipv4Cidr,
  ipv6_cidr: (row: Vpc) => row.ipv6Cidr,
  revision: (row: Vpc) => row.revision,
};

const groupColumns = {
  id: (row: SecurityGroup) => row.id,
  description: (row: SecurityGroup) => row.description,
  vpc_id: (row: SecurityGroup) => row.vpcId,
  revision: (row: SecurityGroup) => row.revision,
};

/** The VPC's id in the path. Handlers name it differently in their errors. */
export function vpcIdOf(call: Call, field: string): string {
  const id = call.params['id'] ?? '';
  if (!isUuid(id)) throw badPathParameter(field);
  return id.toLowerCase();
}

function checkedCidr(cidr: string | undefined, family: 4 | 6, field: string): string {
  if (cidr === undefined || cidr === '') throw fieldNotPresent(field);
  if (parsePrefix(cidr)?.family !== family) throw fieldInvalid(field, `invalid CIDR address: ${cidr}`);
  return cidr;
}

/** The CIDRs of a new VPC: free to choose for a private one, else the shared ones. */
function cidrsOf(body: JsonObject, isPrivate: boolean): { ipv4Cidr: string; ipv6Cidr: string } {
  const ipv4 = body.string('ipv4_cidr');
  const ipv6 = body.string('ipv6_cidr');
  if (!isPrivate) {
    const rule = (cidr: string): string => `must be '${cidr}' or not set when private_cidr is not enabled`;
    if (ipv4 && ipv4 !== sharedIPv4Cidr) throw fieldInvalid('cidr', rule(sharedIPv4Cidr));
    if (ipv6 && ipv6 !== sharedIPv6Cidr) throw fieldInvalid('cidr_v6', rule(sharedIPv6Cidr));
    return { ipv4Cidr: sharedIPv4Cidr, ipv6Cidr: sharedIPv6Cidr };
  }
  return { ipv4Cidr: checkedCidr(ipv4, 4, 'ipv4_cidr'), ipv6Cidr: checkedCidr(ipv6, 6, 'cidr_v6') };
}

export function vpcRoutes({ database, signals, now, changed }: Services): Route[] {
  const readable = (call: Call, field: string): Vpc => {
    const vpc = database.readableVpc(call.user.id, vpcIdOf(call, field));
    if (vpc === undefined) throw notFound('vpc');
    return vpc;
  };

  return [
    {
      method: 'GET',
      template: '/api/vpcs',
      handler: ({ url, user }) => {
        const own = database.vpcs.list(vpc => database.isMember(user.id, vpc.organizationId));
        const result = applyListQuery(own, url.searchParams, vpcColumns, 'description');
        return { status: 200, json: result.rows.map(renderVpc), headers: totalHeaders(result) };
      },
    },
    {
      method: 'GET',
      template: '/api/vpcs/{id}',
      handler: call => ({ status: 200, json: renderVpc(readable(call, 'vpc')) }),
    },
    {
      method: 'POST',
      template: '/api/vpcs',
      handler: ({ body, user }) => {
        const request = new JsonObject(parseJson(body), 'AddVPC');
        const privateCidr = request.boolean('private_cidr') ?? false;
        const cidrs = cidrsOf(request, privateCidr);
        const organizationId = request.uuid('organization_id');
        if (organizationId === undefined) throw fieldNotPresent('organization_id');
        if (!database.isMember(user.id, organizationId)) throw notFound('organization');
        const description = request.string('description') ?? '';
        const vpc = database.createVpc({
          id: randomUUID(),
          organizationId,
          description,
          privateCidr,
          ...cidrs,
        });
        changed();
        return { status: 201, json: renderVpc(vpc) };
      },
    },
    {
      method: 'PATCH',
      template: '/api/vpcs/{id}',
      handler: call => {
        const vpcId = vpcIdOf(call, 'id');
        const description = new JsonObject(parseJson(call.body), 'UpdateVPC').string('description');
        const vpc = database.readableVpc(call.user.id, vpcId);
        if (vpc === undefined) throw notFound('vpc');
        database.vpcs.update(vpc, description === undefined ? {} : { description });
        changed();
        signals.notify(vpcSignal(vpc.id));
        return { status: 200, json: renderVpc(vpc) };
      },
    },
    {
      method: 'DELETE',
      template: '/api/vpcs/{id}',
      handler: call => {
        const vpc = readable(call, 'id');
        if (vpc.id === vpc.organizationId) throw notAllowed('default vpc cannot be deleted');
        if (database.devices.find(device => device.vpcId === vpc.id) !== undefined) {
          throw notAllowed('vpc cannot be deleted while devices are still attached');
        }
        const deletedAt = new Date(now()).toISOString();
        for (const key of database.regKeys.values()) if (key.vpcId === vpc.id) key.deletedAt ??= deletedAt;
        for (const group of database.securityGroups.list(row => row.vpcId === vpc.id)) {
          database.securityGroups.update(group, { deletedAt });
        }
        database.vpcs.update(vpc, { deletedAt });
        changed();
        return { status: 200, json: renderVpc(vpc) };
      },
    },
    {
      method: 'GET',
      template: '/api/security-groups',
      handler: ({ url, user }) => {
        const groups = database.securityGroups.list(row => database.isMember(user.id, row.organizationId));
        const result = applyListQuery(groups, url.searchParams, groupColumns, 'description');
        return {
          status: 200,
          json: result.rows.map(renderSecurityGroup),
          headers: itemCountHeaders(result),
        };
      },
    },
    {
      method: 'GET',
      template: '/api/vpcs/{id}/security-groups',
      handler: call => {
        const vpc = readable(call, 'id');
        // The real query goes through the devices: without one there never is a group.
        const hadDevice = database.devices.changesAfter(0, 1, device => device.vpcId === vpc.id).length > 0;
        const groups = database.securityGroups.list(
          row => hadDevice && row.organizationId === vpc.organizationId,
        );
        const result = applyListQuery(groups, call.url.searchParams, groupColumns, 'id');
        return { status: 200, json: result.rows.map(renderSecurityGroup), headers: itemCountHeaders(result) };
      },
    },
  ];
}
