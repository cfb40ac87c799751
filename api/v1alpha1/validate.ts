/**
 * Checks of objects that the API server did not check with the present schema: those that an older version stored,
 * and those that come from elsewhere.
 */
import type { ErrorObject } from 'ajv';
import { isAddress, isTunnelIP, targetFlaw } from './address.ts';
import type { ImportService } from './nexlinkimport.ts';
import * as validators from './zz_generated.validators.js';

export type Kind = keyof typeof validators;

/**
 * What is wrong with an object of a kind, each text with the field's path and what to write; empty when nothing is.
 * Its status is not looked at. Never throws, whatever the object is.
 */
export function validate(kind: Kind, object: unknown): string[] {
  const validator = validators[kind];
  if (!validator(object)) return [...new Set(validator.errors!.map(messageOf))];
  return rules[kind](object as AnyObject);
}

interface AnyObject {
  metadata: { name: string };
  spec?: {
    [field: string]: unknown;
    ports?: { [field: string]: unknown }[];
    service?: unknown;
    target?: { address: unknown };
    name?: unknown;
    podTemplate?: unknown;
    device?: { address?: unknown };
    realm?: unknown;
    tunnelIP?: unknown;
    replicas?: unknown;
    clients?: AnyClient[];
  };
}

interface AnyClient {
  podSelector?: AnySelector;
  namespaceSelector?: AnySelector;
}

interface AnySelector {
  matchLabels?: object;
  matchExpressions?: { operator: string; values?: unknown[] }[];
}

const isServiceName = (name: string) => name.length <= 63 && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(name);
const missingName = 'missing, and no Service can have the name of this object: write';

/** The CEL rules of the kinds once more: a JSON schema cannot say them. */
const rules: { readonly [kind in Kind]: (object: AnyObject) => string[] } = {
  NexlinkExport: ({ metadata, spec = {} }) => [
    ...(spec.service !== undefined || spec.target !== undefined || isServiceName(metadata.name)
      ? []
      : [`spec.service: ${missingName} the Service's name`]),
    ...targetProblems(metadata.name, spec),
    ...addressProblems(spec),
    ...repeatedPorts(spec.ports),
    ...longProtocols(spec.ports),
    ...(spec.ports ?? []).flatMap(({ targetPort: port }, at) =>
      port === undefined || isTargetPort(port)
        ? []
        : [
            `spec.ports[${at}].targetPort: ${show(port)} is not a port: write a number from 1 to 65535, or the name of one of the Service's ports`,
          ],
    ),
  ],
  NexlinkImport: ({ metadata, spec = {} }) => {
    const service = spec.service as ImportService | undefined;
    return [
      ...deviceProblems(spec),
      ...addressProblems(spec),
      ...repeatedPorts(spec.ports),
      ...longProtocols(spec.ports),
      ...(service?.sessionAffinityConfig === undefined || service.sessionAffinity === 'ClientIP'
        ? []
        : [
            'spec.service.sessionAffinityConfig: only ClientIP has a time: write sessionAffinity: ClientIP, or remove it',
          ]),
      ...wrongKeys('spec.service.labels', service?.labels),
      ...(spec.clients ?? []).flatMap(clientProblems),
      ...(isServiceName(metadata.name) || spec.name !== undefined || spec.device !== undefined
        ? []
        : [`spec.name: ${missingName} the exported name`]),
      ...(isServiceName(metadata.name) || service?.name !== undefined
        ? []
        : [`spec.service.name: ${missingName} the name of the Service in this namespace`]),
    ];
  },
  NexlinkGateway: ({ metadata: { name }, spec = {} }) => [
    ...addressProblems(spec),
    ...wrongKeys(
      'spec.podTemplate.metadata.labels',
      (spec.podTemplate as { metadata?: { labels?: object } } | undefined)?.metadata?.labels,
    ),
    ...(isServiceName(name) && name.length <= 40
      ? []
      : [
          `metadata.name: ${show(name)} is not a gateway's name: create one with at most 40 lower-case letters, digits and '-', a letter first`,
        ]),
  ],
};

const labelKey =
  /^([a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

const wrongKeys = (path: string, labels: object = {}): string[] =>
  Object.keys(labels)
    .filter(key => key.length > 253 || !labelKey.test(key))
    .map(
      key =>
        `${path}: ${show(key)} is not a label's key: write at most 63 letters, digits, '-', '_' and '.', after a DNS name and '/' if need be`,
    );

function targetProblems(
  objectName: string,
  { target, service, name, ports }: NonNullable<AnyObject['spec']>,
): string[] {
  if (target === undefined) return [];
  const flaw = targetFlaw(target.address);
  return [
    ...(flaw === undefined ? [] : [`spec.target.address: ${show(target.address)} is ${flaw}`]),
    ...(service === undefined
      ? []
      : ['spec.target: excludes spec.service: keep the one of them that shall be exported']),
    ...(name !== undefined || isServiceName(objectName)
      ? []
      : ['spec.name: missing, and the name of this object cannot be an exported one: write it']),
    ...(ports === undefined
      ? ['spec.ports: missing, and a target does not tell its ports: write the port of each']
      : []),
    ...(ports ?? []).flatMap(({ targetPort }, at) =>
      typeof targetPort === 'string'
        ? [
            `spec.ports[${at}].targetPort: ${show(targetPort)} is a name, and a target has none: write its number`,
          ]
        : [],
    ),
  ];
}

function deviceProblems({ device, realm, name, ports }: NonNullable<AnyObject['spec']>): string[] {
  if (device === undefined)
    return ports === undefined
      ? []
      : ['spec.ports: come from the exporters of an exported name: remove it, or write spec.device'];
  const { address } = device;
  return [
    ...(['hostname', 'id', 'address'].filter(field => field in device).length === 1
      ? []
      : ['spec.device: does not name one device: write exactly one of hostname, id and address']),
    ...(address === undefined || isAddress(String(address))
      ? []
      : [`spec.device.address: ${show(address)} is not an address: write the device's tunnel address`]),
    ...(realm === undefined ? [] : ['spec.realm: a device belongs to no realm: remove it']),
    ...(name === undefined ? [] : ['spec.name: a device has no exported name: remove it']),
    ...(ports === undefined
      ? ['spec.ports: missing, and a device does not tell its ports: write the port of each']
      : []),
  ];
}

const addressProblems = ({ tunnelIP, replicas }: NonNullable<AnyObject['spec']>): string[] => [
  ...(tunnelIP === undefined || isTunnelIP(String(tunnelIP))
    ? []
    : [
        `spec.tunnelIP: ${show(tunnelIP)} is not an IPv4 address: write one of the VPC's range, such as 100.64.0.9`,
      ]),
  ...(tunnelIP === undefined || replicas === undefined || Number(replicas) <= 1
    ? []
    : [
        `spec.replicas: ${show(replicas)} is too many, as a tunnel address belongs to one device: write 1 or 0, or remove spec.tunnelIP`,
      ]),
];

function clientProblems(client: AnyClient, at: number): string[] {
  const selectors = Object.entries(client).filter(
    ([field, selector]) => /^(pod|namespace)Selector$/.test(field) && selector !== undefined,
  );
  if (selectors.length === 0)
    return [`spec.clients[${at}]: selects nothing: write podSelector, namespaceSelector or both`];
  return selectors.flatMap(([field, selector]: [string, AnySelector]) =>
    selectorProblems(`spec.clients[${at}].${field}`, selector),
  );
}

const selectorProblems = (path: string, { matchLabels, matchExpressions = [] }: AnySelector): string[] => [
  ...wrongKeys(`${path}.matchLabels`, matchLabels),
  ...matchExpressions.flatMap(({ operator, values = [] }, at) => {
    const compares = operator === 'In' || operator === 'NotIn';
    if (compares === values.length > 0) return [];
    const field = `${path}.matchExpressions[${at}].values`;
    return compares
      ? [`${field}: missing or empty, and ${operator} compares with values: write at least one`]
      : [`${field}: ${operator} compares with nothing: remove values, or write In or NotIn`];
  }),
];

function isTargetPort(port: unknown): boolean {
  if (typeof port === 'number') return port >= 1 && port <= 65535;
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(String(port));
}

const repeatedPorts = (ports: NonNullable<AnyObject['spec']>['ports']): string[] => [
  ...repeated(ports, port => `${String(port['protocol'] ?? 'TCP')} ${String(port['port'])}`),
  ...repeated(ports, port => port['name']),
];

/** A DNS name that is longer than its pattern can say. */
const longProtocols = (ports: NonNullable<AnyObject['spec']>['ports'] = []): string[] =>
  ports.flatMap(({ appProtocol }, at) =>
    String(appProtocol).indexOf('/') > 253
      ? [`spec.ports[${at}].appProtocol: the DNS name before '/' is too long: write at most 253 characters`]
      : [],
  );

/** Entries of spec.ports whose key an earlier entry has. */
function repeated(
  ports: { [field: string]: unknown }[] = [],
  keyOf: (port: { [field: string]: unknown }) => unknown,
): string[] {
  const keys = ports.map(keyOf);
  return keys.flatMap((key, at) =>
    key !== undefined && keys.indexOf(key) < at
      ? [`spec.ports[${at}]: ${show(key)} is in spec.ports[${keys.indexOf(key)}] already: write it once`]
      : [],
  );
}

/** A text for an error of ajv, of a schema with `patternMessage`. */
export function messageOf(error: ErrorObject): string {
  const { keyword, params, data } = error;
  const schema = error.parentSchema as { [keyword: string]: unknown } | undefined;
  const at = (...more: string[]) => pathOf(error.instancePath, ...more);
  switch (keyword) {
    case 'required':
      return `${at(String(params['missingProperty']))}: missing: write it`;
    case 'additionalProperties':
      return `${at(String(params['additionalProperty']))}: unknown: correct its spelling, or remove it`;
    case 'type':
      return `${at()}: ${show(data)} has the wrong type: write ${[params['type']].flat().join(' or ')}`;
    case 'enum':
      return `${at()}: ${show(data)} is not supported: write ${(params['allowedValues'] as unknown[]).join(' or ')}`;
    case 'pattern':
      return schema?.['patternMessage']
        ? `${at()}: ${show(data)} is ${schema['patternMessage'] as string}`
        : `${at()}: ${show(data)} does not match ${String(params['pattern'])}`;
    case 'minimum':
    case 'maximum':
      return `${at()}: ${show(data)} is out of range: write a number ${rangeOf(schema ?? {})}`;
    case 'minLength':
      return `${at()}: ${show(data)} is too short: write at least ${count(params, 'character')}`;
    case 'maxLength':
      return `${at()}: ${show(data)} is too long: write at most ${count(params, 'character')}`;
    case 'minItems':
      return `${at()}: ${show(data)} has too few entries: write at least ${String(params['limit'])}`;
    case 'maxItems':
    case 'maxProperties':
      return `${at()}: ${show(data)} has too many entries: write at most ${String(params['limit'])}`;
    default:
      return `${at()}: ${show(data)} ${error.message ?? `violates ${keyword}`}`;
  }
}

const count = ({ limit }: { [name: string]: unknown }, what: string) =>
  `${String(limit)} ${what}${limit === 1 ? '' : 's'}`;

function rangeOf({ minimum, maximum }: { [keyword: string]: unknown }): string {
  if (minimum === undefined) return `up to ${String(maximum)}`;
  return maximum === undefined ? `from ${String(minimum)}` : `from ${String(minimum)} to ${String(maximum)}`;
}

/** `/spec/ports/0` as `spec.ports[0]`. */
function pathOf(pointer: string, ...more: string[]): string {
  const parts = pointer.split('/').slice(1);
  const names = [...parts.map(part => part.replaceAll('~1', '/').replaceAll('~0', '~')), ...more];
  if (!names.length) return 'object';
  return names.map((name, i) => (/^\d+$/.test(name) ? `[${name}]` : i ? `.${name}` : name)).join('');
}

/** A value, short enough for a message. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
