import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decode } from './decode.ts';
import { encode, sameMetadata } from './encode.ts';
import { maxServices, type RecordContent, type ServiceOffer, type ServiceRecord } from './record.ts';

const service: ServiceRecord = {
  name: 'web',
  protocol: 'tcp',
  port: 80,
  servicePort: 80,
  portName: undefined,
  namespace: undefined,
  created: undefined,
  appProtocol: undefined,
  affinitySeconds: undefined,
};
const content: RecordContent = {
  realm: 'prod',
  cluster: 'a',
  gateway: 'export-prod',
  exports: ['web'],
  services: [service],
  announced: [],
};
const offer: ServiceOffer = { ...service, name: 'dns', protocol: 'udp', servicePort: 53 };

const name = fc.stringMatching(/^[a-z]([-a-z0-9]{0,8}[a-z0-9])?$/);
const port = fc.integer({ min: 1, max: 65_535 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const time = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map(date => date.toISOString());
const offerings = fc.uniqueArray(
  fc.record({
    name,
    protocol: fc.constantFrom('tcp' as const, 'udp' as const),
    port,
    servicePort: port,
    portName: maybe(name),
    namespace: maybe(name),
    created: maybe(time),
    appProtocol: maybe(fc.constantFrom('http', 'kubernetes.io/h2c', 'A_b.c-1')),
    affinitySeconds: maybe(fc.integer({ min: 0, max: 86_400 })),
    isCarried: fc.boolean(),
  }),
  { selector: item => `${item.name} ${item.protocol} ${item.servicePort}` },
);
const contents: fc.Arbitrary<RecordContent> = fc
  .record({ realm: name, cluster: maybe(name), gateway: maybe(name), exports: fc.array(name), offerings })
  .map(({ offerings, ...content }) => {
    const [services, announced] = [true, false].map(which =>
      offerings.filter(({ isCarried }) => isCarried === which),
    );
    return { ...content, services: services!, announced: announced! };
  });

describe('encode', () => {
  it('writes what readers of the first design expect', () => {
    expect(encode(content)).toEqual({
      version: 1,
      realm: 'prod',
      cluster: 'a',
      gateway: 'export-prod',
      exports: ['web'],
      services: [{ name: 'web', protocol: 'tcp', port: 80, servicePort: 80 }],
    });
  });

  it('gives equal text for equal content, in whatever order it comes', () => {
    fc.assert(
      fc.property(contents, fc.infiniteStream(fc.nat()), (content, random) => {
        const numbers = random[Symbol.iterator]();
        const shuffle = <T>(items: readonly T[]) =>
          items
            .map(item => ({ item, key: numbers.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const other = {
          ...content,
          services: shuffle(content.services),
          announced: shuffle(content.announced),
          exports: shuffle(content.exports),
        };
        expect(JSON.stringify(encode(other))).toBe(JSON.stringify(encode(content)));
      }),
    );
  });

  it('is read back without a loss', () => {
    fc.assert(
      fc.property(contents, content => {
        const encoded = encode(content);
        const { problems, ...read } = decode(JSON.parse(JSON.stringify(encoded)));
        expect(problems).toEqual([]);
        expect(encode(read)).toEqual(encoded);
        const carried = ({ appProtocol, affinitySeconds }: ServiceOffer) => [appProtocol, affinitySeconds];
        expect(read.services.map(carried).sort()).toEqual(content.services.map(carried).sort());
        expect(read.services).toHaveLength(content.services.length);
        expect(read.announced.map(carried).sort()).toEqual(content.announced.map(carried).sort());
      }),
    );
  });

  it('announces what carries nothing, with its name and without a port of the device', () => {
    expect(encode({ ...content, exports: [], announced: [offer] })).toEqual({
      ...encode(content),
      exports: ['dns', 'web'],
      announced: [{ name: 'dns', protocol: 'udp', servicePort: 53 }],
    });
  });

  it('writes what is carried along', () => {
    const services = [{ ...service, appProtocol: 'http', affinitySeconds: 0 }];
    expect(encode({ ...content, services }).services).toEqual([
      { name: 'web', protocol: 'tcp', port: 80, servicePort: 80, appProtocol: 'http', affinitySeconds: 0 },
    ]);
  });

  it('refuses more than readers take in', () => {
    const services = Array.from({ length: maxServices + 1 }, (_, at) => ({ ...service, name: `web-${at}` }));
    expect(() => encode({ ...content, services })).toThrow(/1000 services, not 1001: .*spec\.gateway/);
  });
});

describe('sameMetadata', () => {
  const wanted = encode(content);

  it('does not mind the order of keys, which the database changes', () => {
    const stored: unknown = JSON.parse(
      '{"services":[{"port":80,"name":"web","servicePort":80,"protocol":"tcp"}],"exports":["web"],"gateway":"export-prod","cluster":"a","realm":"prod","version":1}',
    );
    expect(sameMetadata(wanted, stored)).toBe(true);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', '{}'],
    ['another port', { ...wanted, services: [{ ...wanted.services[0], port: 81 }] }],
    ['a port as text', { ...wanted, services: [{ ...wanted.services[0], port: '80' }] }],
    ['a field more', { ...wanted, note: 'by hand' }],
    ['a field less', { ...wanted, cluster: undefined, version: 1 }],
    ['a service more', { ...wanted, services: [...wanted.services, ...wanted.services] }],
    ['a prototype as field', JSON.parse(`{"__proto__":{},${JSON.stringify(wanted).slice(1)}`) as unknown],
    ['a list', [wanted]],
  ])('tells %s from the wanted value', (_, stored) => {
    expect(sameMetadata(wanted, stored)).toBe(false);
  });
});
