import { isDeepStrictEqual } from 'node:util';
import { maxServices, type RecordContent, type ServiceOffer } from './record.ts';
import { utcSeconds } from './values.ts';

/** A record as JSON; see record.ts. */
export interface EncodedRecord {
  readonly version: 1;
  readonly realm: string;
  readonly cluster?: string;
  readonly gateway?: string;
  readonly exports: readonly string[];
  readonly services: readonly EncodedService[];
  readonly announced?: readonly EncodedOffer[];
}

export interface EncodedOffer {
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  readonly servicePort: number;
  readonly portName?: string;
  readonly namespace?: string;
  readonly created?: string;
  readonly appProtocol?: string;
  readonly affinitySeconds?: number;
}

export interface EncodedService extends EncodedOffer {
  readonly port: number;
}

/**
 * The JSON of a record. Equal content gives equal JSON text, whatever the order it comes in. Throws a RangeError for
 * more than {@link maxServices} services or names, which no reader would take in.
 */
export function encode(content: RecordContent): EncodedRecord {
  const { services, announced } = content;
  const exports = [
    ...new Set([...content.exports, ...[...services, ...announced].map(({ name }) => name)]),
  ].sort();
  for (const [field, count] of [
    ['services', services.length + announced.length],
    ['exports', exports.length],
  ] as const)
    if (count > maxServices)
      throw new RangeError(
        `A device can publish ${maxServices} ${field}, not ${count}: move some of the exports to another gateway with spec.gateway.`,
      );
  return {
    version: 1,
    realm: content.realm,
    ...(content.cluster === undefined ? {} : { cluster: content.cluster }),
    ...(content.gateway === undefined ? {} : { gateway: content.gateway }),
    exports,
    services: services.map(service => ({ ...encodeOffer(service), port: service.port })).sort(byIdentity),
    ...(announced.length === 0 ? {} : { announced: announced.map(encodeOffer).sort(byIdentity) }),
  };
}

function encodeOffer(service: ServiceOffer): EncodedOffer {
  const created = utcSeconds(service.created);
  return {
    name: service.name,
    protocol: service.protocol,
    servicePort: service.servicePort,
    ...(service.portName === undefined ? {} : { portName: service.portName }),
    ...(service.namespace === undefined ? {} : { namespace: service.namespace }),
    ...(created === undefined ? {} : { created }),
    ...(service.appProtocol === undefined ? {} : { appProtocol: service.appProtocol }),
    ...(service.affinitySeconds === undefined ? {} : { affinitySeconds: service.affinitySeconds }),
  };
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const byIdentity = <T extends EncodedOffer & { readonly port?: number }>(a: T, b: T) =>
  compareText(a.name, b.name) ||
  compareText(a.protocol, b.protocol) ||
  a.servicePort - b.servicePort ||
  (a.port ?? 0) - (b.port ?? 0) ||
  compareText(JSON.stringify(a), JSON.stringify(b));

/**
 * Whether the value in Nexodus is the wanted one, so that no write is needed: the order of keys does not matter, any
 * other difference does, unknown fields included.
 */
export const sameMetadata = (wanted: object, stored: unknown): boolean =>
  // Through JSON, as the stored value went: fields that are undefined fall away.
  isDeepStrictEqual(JSON.parse(JSON.stringify(wanted)), stored);
