import type { IncomingMessage, ServerResponse } from 'node:http';
import { badPayload, notFound } from '../http/api-error.ts';
import { JsonObject, parseJson } from '../http/json-body.ts';
import type { Call, Reply, Route } from '../http/router.ts';
import type { Services } from '../services.ts';
import { streamEvents } from '../watch/event-stream.ts';
import { vpcIdOf } from './vpcs.ts';
import { watchesAnywhere, watchesInVpc, type WatchRequest } from './watch-sources.ts';

export interface WatchTimes {
  readonly writeTimeoutMs: number;
  /** `POST /api/events` is cut after this time; it is missing in the gateway's list of event routes. */
  readonly anywhereCutMs: number;
}

function watchesOf(body: string): JsonObject[] {
  const parsed = parseJson(body);
  if (!Array.isArray(parsed))
    throw badPayload('json: cannot unmarshal object into Go value of type []models.Watch');
  return parsed.map(item => new JsonObject(item, 'Watch'));
}

export function eventRoutes(services: Services, times: WatchTimes): Route[] {
  const { database, online } = services;

  const reply = (
    watches: WatchRequest,
    deviceId: string | undefined,
    cutAfterMs: number | undefined,
  ): Reply => ({
    stream: (request: IncomingMessage, response: ServerResponse) => {
      const disconnected = deviceId === undefined ? undefined : online.connected(deviceId);
      if (watches.errors.length > 0) {
        response.writeHead(400, { 'content-type': 'application/json; charset=utf-8' });
        for (const error of watches.errors) response.write(JSON.stringify(error));
      }
      const streamTimes = { writeTimeoutMs: times.writeTimeoutMs, cutAfterMs };
      streamEvents(request, response, watches.sources, services, streamTimes, () => disconnected?.());
    },
  });

  /** Which device is online while this stream of the VPC is open. */
  const trackedByKey = (call: Call): string | undefined => {
    const publicKey = call.url.searchParams.get('public_key');
    if (!publicKey) return undefined;
    const device = database.devices.find(row => row.publicKey === publicKey);
    if (device === undefined) throw notFound('device');
    return device.ownerId === call.user.id ? device.id : undefined;
  };

  return [
    {
      method: 'POST',
      template: '/api/vpcs/{id}/events',
      handler: call => {
        const watches = watchesOf(call.body);
        const vpc = database.readableVpc(call.user.id, vpcIdOf(call, 'id'));
        if (vpc === undefined) throw notFound('vpc');
        const tracked = trackedByKey(call);
        return reply(watchesInVpc(services, call.user.id, vpc, watches), tracked, undefined);
      },
    },
    {
      method: 'POST',
      template: '/api/events',
      handler: call => {
        const watches = watchesAnywhere(services, call.user.id, watchesOf(call.body));
        const tracked = call.principal.kind === 'DT' ? call.principal.deviceId : undefined;
        return reply(watches, tracked, times.anywhereCutMs);
      },
    },
  ];
}
