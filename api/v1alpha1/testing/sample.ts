/** How samples of objects are written, and what the API server and our own check say of wrong ones. */
import { apiVersion } from '../labels.ts';
import type { Kind } from '../validate.ts';

export interface Sample {
  readonly what: string;
  readonly object: {
    readonly kind: Kind;
    readonly metadata: { readonly name: string };
    readonly spec?: unknown;
  };
  /** The spec that the stored object has, when this one replaces it. */
  readonly before?: object;
  /** The field and parts of the texts; absent when the object is accepted. */
  readonly refused?: {
    readonly field: string;
    readonly server: string;
    /** Absent where only the API server can tell: names, what was before, spelling. */
    readonly ours?: string;
  };
}

type Build = (spec?: unknown, name?: string) => Sample['object'];

export const build =
  (kind: Kind): Build =>
  (spec, name = 'web') => ({ apiVersion, kind, metadata: { name }, ...(spec === undefined ? {} : { spec }) });
export const nxe = build('NexlinkExport');
export const nxi = build('NexlinkImport');
export const nxg: Build = (spec = {}, name) =>
  build('NexlinkGateway')({ direction: 'Export', realm: 'shop', ...(spec as object) }, name);
export const ports = (...list: unknown[]) => nxe({ ports: list });
export const amount = (cpu: unknown) => nxg({ nexd: { resources: { limits: { cpu } } } });
export const labels = (values: object) => nxi({ service: { labels: values } });
export const entries = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, '1']));

/** An object that is accepted. */
export const takes = (what: string, object: Sample['object']): Sample => ({ what, object });

/** Parts of the API server's text and of ours, or of both. */
type Texts = string | readonly [server: string, ours: string];

/** An object with a fault that only the API server sees. */
export const refusedByServer = (
  what: string,
  object: Sample['object'],
  field: string,
  text: string,
): Sample => ({
  what,
  object,
  refused: { field, server: text },
});
/** An object with a fault in a field. */
export const refuses = (what: string, object: Sample['object'], field: string, texts: Texts): Sample => {
  const [server, ours] = typeof texts === 'string' ? [texts, texts] : texts;
  return { what, object, refused: { field, server, ours } };
};
/** A gateway whose stored spec is replaced; without `server` that is accepted. */
export const replaces = (what: string, before: object, spec: object, server?: string): Sample => ({
  what,
  object: nxg(spec),
  before: { direction: 'Export', realm: 'shop', ...before },
  ...(server === undefined ? {} : { refused: { field: 'spec', server } }),
});

export const label63 = `a${'b'.repeat(61)}c`;
export const name64 = 'n'.repeat(64);

// The texts.
export const noService = 'no Service can have the name of this object: write';
export const gatewayObject: Texts = [
  'at most 40 characters that starts with a letter: choose a shorter name',
  "is not a gateway's name: create one with at most 40",
];
export const label = "not a DNS label: write lower-case letters, digits and '-'";
export const serviceName = "not a Service's name: write lower-case letters, digits and '-', a letter first";
export const gatewayName = "not a gateway's name: write lower-case letters, digits and '-', a letter first";
export const labelValue = "not a label's value: write letters, digits, '-', '_' and '.'";
export const labelKey = "not a label's key: write at most 63 letters, digits, '-', '_' and '.'";
export const appProtocol = 'not an application protocol: write a name such as http';
export const targetPort =
  "not a port: write a number from 1 to 65535, or the name of one of the Service's ports";
export const quantity = 'not an amount: write a number with a unit of Kubernetes, such as 500m or 64Mi';
export const unknown = 'unknown field';
export const immutable =
  'direction and realm cannot change: delete the NexlinkGateway and create another one';
export const missing: Texts = ['Required value', 'missing: write it'];
export const intOrString: Texts = [
  'must be of type integer,string',
  'has the wrong type: write integer or string',
];
export const wrongType = (type: string): Texts => [
  `must be of type ${type}`,
  `has the wrong type: write ${type}`,
];
export const tooLong = (count: number): Texts => [
  `Too long: may not be more than ${count} bytes`,
  `is too long: write at most ${count} characters`,
];
export const tooMany = (count: number): Texts => [
  `must have at most ${count} items`,
  `has too many entries: write at most ${count}`,
];
export const oneOf = (...values: string[]): Texts => [
  `supported values: ${values.map(value => `"${value}"`).join(', ')}`,
  `is not supported: write ${values.join(' or ')}`,
];
export const atLeast = (bound: number, range: string): Texts => [
  `should be greater than or equal to ${bound}`,
  `is out of range: write a number from ${range}`,
];
export const atMost = (bound: number, range: string): Texts => [
  `should be less than or equal to ${bound}`,
  `is out of range: write a number from ${range}`,
];
