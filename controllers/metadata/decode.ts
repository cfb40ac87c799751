import {
  type DeviceRecord,
  maxProblems,
  maxServices,
  type ServiceOffer,
  type ServiceRecord,
} from './record.ts';
import {
  isAffinity,
  isAppProtocol,
  isGateway,
  isLabel,
  isPort,
  isServiceName,
  show,
  utcSeconds,
} from './values.ts';

type Fields = { readonly [field: string]: unknown };

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads a record (see record.ts) that anybody may have written. Never throws. A service with a bad field is left out;
 * of what is only carried along (appProtocol, affinity) and of the record itself, a bad optional field alone. A record
 * without a good realm comes back with realm '' and nothing in it. Each omission is told in `problems`.
 */
export function decode(value: unknown): DeviceRecord {
  const problems = new Problems();
  if (!isObject(value)) {
    problems.add('value', 'must be an object', value);
    return empty(problems);
  }
  if (!isLabel(value['realm'])) {
    problems.add('realm', 'must be a DNS-1123 label', value['realm']);
    return empty(problems);
  }
  const known = new Set<string>();
  const services = decodeList(value, 'services', known, decodeService, problems);
  const announced = decodeList(value, 'announced', known, decodeOffer, problems);
  const exports = decodeExports(value['exports'], problems);
  return {
    realm: value['realm'],
    cluster: optional(value['cluster'], isLabel, 'cluster', 'must be a DNS-1123 label', problems),
    gateway: optional(value['gateway'], isGateway, 'gateway', 'must name a NexlinkGateway', problems),
    exports: [...new Set([...exports, ...[...services, ...announced].map(({ name }) => name)])].sort(),
    services,
    announced,
    problems: problems.texts(),
  };
}

const empty = (problems: Problems): DeviceRecord => ({
  realm: '',
  cluster: undefined,
  gateway: undefined,
  exports: [],
  services: [],
  announced: [],
  problems: problems.texts(),
});

function optional<T>(
  value: unknown,
  is: (value: unknown) => value is T,
  field: string,
  rule: string,
  problems: Problems,
): T | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (is(value)) return value;
  problems.add(field, rule, value);
  return undefined;
}

/**
 * `known`: names, protocols and ports that are there already; what the list adds is put into it. All lists with one
 * `known` together are read as far as one may be long.
 */
function decodeList<T extends ServiceOffer>(
  record: Fields,
  name: 'services' | 'announced',
  known: Set<string>,
  decodeItem: (item: Fields, field: string, problems: Problems) => T | undefined,
  problems: Problems,
): T[] {
  const items: T[] = [];
  for (const [at, value] of listed(record[name], name, problems, maxServices - known.size)) {
    const field = `${name}[${at}]`;
    const item = isObject(value)
      ? decodeItem(value, field, problems)
      : problems.add(field, 'must be an object', value);
    if (!item) continue;
    const identity = `${item.name} ${item.protocol} ${item.servicePort}`;
    if (known.has(identity)) problems.note(`${field}: ${identity} is there already`);
    else items.push(item);
    known.add(identity);
  }
  return items;
}

function decodeService(item: Fields, field: string, problems: Problems): ServiceRecord | undefined {
  const { port } = item;
  if (!isPort(port)) return problems.add(`${field}.port`, portRule, port);
  const offer = decodeOffer({ ...item, servicePort: item['servicePort'] ?? port }, field, problems);
  return offer && { ...offer, port };
}

function decodeOffer(item: Fields, field: string, problems: Problems): ServiceOffer | undefined {
  const { name, servicePort, portName, namespace, created } = item;
  const protocol = typeof item['protocol'] === 'string' ? item['protocol'].toLowerCase() : undefined;
  const has = (optional: unknown) => optional !== undefined && optional !== null && optional !== '';
  const time = has(created) ? utcSeconds(created) : undefined;

  if (!isServiceName(name)) return problems.add(`${field}.name`, 'must be a DNS-1035 label', name);
  if (protocol !== 'tcp' && protocol !== 'udp')
    return problems.add(`${field}.protocol`, 'must be tcp or udp', item['protocol']);
  if (!isPort(servicePort)) return problems.add(`${field}.servicePort`, portRule, servicePort);
  if (has(portName) && !isLabel(portName))
    return problems.add(`${field}.portName`, 'must be a DNS-1123 label', portName);
  if (has(namespace) && !isLabel(namespace))
    return problems.add(`${field}.namespace`, 'must be a DNS-1123 label', namespace);
  if (has(created) && time === undefined)
    return problems.add(`${field}.created`, 'must be an RFC 3339 time', created);
  return {
    name,
    protocol,
    servicePort,
    portName: isLabel(portName) ? portName : undefined,
    namespace: isLabel(namespace) ? namespace : undefined,
    created: time,
    appProtocol: optional(
      item['appProtocol'],
      isAppProtocol,
      `${field}.appProtocol`,
      'must be a qualified name',
      problems,
    ),
    affinitySeconds: optional(
      item['affinitySeconds'],
      isAffinity,
      `${field}.affinitySeconds`,
      'must be an integer from 0 to 86400',
      problems,
    ),
  };
}

const portRule = 'must be an integer from 1 to 65535';

function decodeExports(value: unknown, problems: Problems): string[] {
  const names: string[] = [];
  for (const [at, name] of listed(value, 'exports', problems)) {
    if (isServiceName(name)) names.push(name);
    else problems.add(`exports[${at}]`, 'must be a DNS-1035 label', name);
  }
  return names;
}

/** The first items of an optional list, `most` of them, with their places. */
function listed(
  value: unknown,
  field: string,
  problems: Problems,
  most: number = maxServices,
): [number, unknown][] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    problems.add(field, 'must be a list', value);
    return [];
  }
  if (value.length > most)
    problems.note(`${field}: has ${value.length} items, of which the first ${most} are read`);
  return [...value.slice(0, most).entries()];
}

class Problems {
  readonly #texts: string[] = [];
  #count = 0;

  add(field: string, rule: string, value: unknown): undefined {
    this.note(`${field}: ${rule}, not ${show(value)}`);
  }

  note(text: string): void {
    if (++this.#count < maxProblems) this.#texts.push(text);
  }

  texts(): string[] {
    const more = this.#count - this.#texts.length;
    return more === 0 ? this.#texts : [...this.#texts, `and ${more} more`];
  }
}
