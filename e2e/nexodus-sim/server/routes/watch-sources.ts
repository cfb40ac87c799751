import { ApiError, notFound } from '../http/api-error.ts';
import { isUuid, type JsonObject } from '../http/json-body.ts';
import type { Services } from '../services.ts';
import type { Metadata, Revisioned, Vpc } from '../store/rows.ts';
import type { RevisionedTable } from '../store/table.ts';
import { deviceSignal, metadataSignal, securityGroupSignal, vpcSignal } from '../watch/signals.ts';
import type { WatchItem, WatchSource } from '../watch/watch.ts';
import { hasPrefix } from './metadata.ts';
import { renderDevice, renderMetadata, renderSecurityGroup, renderVpc } from './render.ts';

const pageSize = 100;

function page<Row extends Revisioned>(
  table: RevisionedTable<Row>,
  matches: (row: Row) => boolean,
  idOf: (row: Row) => string,
  render: (row: Row) => unknown,
): (gtRevision: number) => WatchItem[] {
  return gtRevision =>
    table.changesAfter(gtRevision, pageSize, matches).map(row => ({
      id: idOf(row),
      revision: row.revision,
      deleted: row.deletedAt !== null,
      value: () => render(row),
    }));
}

function stringsOption(options: Record<string, unknown>, name: string): string[] {
  const value = options[name];
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

type Position = Pick<WatchSource, 'kind' | 'gtRevision' | 'atTail'>;

function positionOf(watch: JsonObject): Position {
  return {
    kind: watch.string('kind') ?? '',
    gtRevision: watch.integer('gt_revision') ?? 0,
    atTail: watch.boolean('at_tail') ?? false,
  };
}

/** Kinds that both event endpoints know; undefined for any other. */
function sourceInVpc(
  { database }: Services,
  userId: string,
  vpc: Vpc,
  position: Position,
  metadataMatches: (row: Metadata) => boolean,
): WatchSource | undefined {
  const ofOrganization = (row: { organizationId: string }): boolean =>
    row.organizationId === vpc.organizationId;
  switch (position.kind) {
    case 'device':
      return {
        ...position,
        signal: deviceSignal(vpc.id),
        fetch: page(
          database.devices,
          row => row.vpcId === vpc.id,
          row => row.id,
          row => renderDevice(row, userId),
        ),
      };
    case 'device-metadata':
      return {
        ...position,
        signal: metadataSignal(vpc.id),
        fetch: page(database.metadata, metadataMatches, row => `${row.deviceId}/${row.key}`, renderMetadata),
      };
    case 'security-group':
      return {
        ...position,
        signal: securityGroupSignal(vpc.id),
        fetch: page(database.securityGroups, ofOrganization, row => row.id, renderSecurityGroup),
      };
    case 'vpc':
      return {
        ...position,
        signal: vpcSignal(vpc.id),
        fetch: page(database.vpcs, ofOrganization, row => row.id, renderVpc),
      };
    default:
      return undefined;
  }
}

export interface WatchRequest {
  readonly sources: readonly WatchSource[];
  /** Kinds nobody knows: each gets an error written into the stream, which then goes on. */
  readonly errors: readonly unknown[];
}

function collect(
  watches: readonly JsonObject[],
  bind: (watch: JsonObject, index: number) => WatchSource | undefined,
): WatchRequest {
  const sources: WatchSource[] = [];
  const errors: unknown[] = [];
  for (const [index, watch] of watches.entries()) {
    const source = bind(watch, index);
    if (source !== undefined) sources.push(source);
    else errors.push({ error: 'invalid data in field', field: `request[${index}].kind` });
  }
  return { sources, errors };
}

/** Watches of `POST /api/vpcs/{id}/events`. Of the metadata options only `prefixes` has an effect. */
export function watchesInVpc(
  services: Services,
  userId: string,
  vpc: Vpc,
  watches: readonly JsonObject[],
): WatchRequest {
  return collect(watches, watch => {
    const prefixes = stringsOption(watch.object('options') ?? {}, 'prefixes');
    const matches = (row: Metadata): boolean =>
      services.database.isMetadataOfVpc(row, vpc.id) && hasPrefix(row, prefixes);
    return sourceInVpc(services, userId, vpc, positionOf(watch), matches);
  });
}

/** Watches of `POST /api/events`, where each one names its VPC (or device) in its options. */
export function watchesAnywhere(
  services: Services,
  userId: string,
  watches: readonly JsonObject[],
): WatchRequest {
  const { database } = services;
  const known = ['device', 'device-metadata', 'security-group', 'vpc'];
  return collect(watches, (watch, index) => {
    const position = positionOf(watch);
    if (position.kind === 'site' || position.kind === 'service-network') {
      throw new ApiError(405, { error: 'operation not allowed', reason: 'sites support is disabled' });
    }
    if (!known.includes(position.kind)) return undefined;
    const options = watch.object('options') ?? {};
    const deviceId = position.kind === 'device-metadata' ? options['device-id'] : undefined;
    const vpc =
      deviceId === undefined
        ? vpcFromOptions(services, userId, options, position.kind, index)
        : vpcOfDevice(services, userId, String(deviceId));
    const prefixes = stringsOption(options, 'prefix');
    const key = options['key'];
    const matches = (row: Metadata): boolean => {
      // With `key` the real query loses its other conditions and returns that key of every tenant.
      if (typeof key === 'string' && key !== '') return row.key === key;
      const inScope =
        deviceId === undefined ? database.isMetadataOfVpc(row, vpc.id) : row.deviceId === deviceId;
      return inScope && hasPrefix(row, prefixes);
    };
    return sourceInVpc(services, userId, vpc, position, matches);
  });
}

function vpcOfDevice({ database }: Services, userId: string, deviceId: string): Vpc {
  const device = database.ownedDevice(userId, deviceId);
  const vpc = device === undefined ? undefined : database.vpcs.get(device.vpcId);
  if (vpc === undefined) throw notFound('device');
  return vpc;
}

function vpcFromOptions(
  { database }: Services,
  userId: string,
  options: Record<string, unknown>,
  kind: string,
  index: number,
): Vpc {
  const id = options['vpc-id'];
  const field = `request[${index}].options.vpc-id`;
  if (id === undefined || id === null) {
    if (kind === 'device-metadata') throw new ApiError(400, { error: 'device-id or vpc-id required' });
    throw new ApiError(400, { error: 'required', field });
  }
  if (!isUuid(String(id))) {
    throw new ApiError(400, { error: `invalid UUID length: ${String(id).length}`, field });
  }
  const vpc = database.readableVpc(userId, String(id).toLowerCase());
  if (vpc === undefined) throw notFound('vpc');
  return vpc;
}
