import { expect, test } from '@jest/globals';
import { anExporter, aServiceOffer, aServiceRecord } from '../testing/builders.ts';
import { diffRegistries } from './diff.ts';
import type { ExporterRecord, Registry } from './registry.ts';

const registry = (names: { [name: string]: ExporterRecord[] }): Registry =>
  new Map([['shop', new Map(Object.entries(names))]]);
const diff = (before: Registry, after: Registry) => {
  const { names, realms } = diffRegistries(before, after);
  return { names: Object.fromEntries(names), realms: [...realms] };
};
const web = registry({ web: [anExporter()] });
const change = (more: Partial<ExporterRecord>) => registry({ web: [{ ...anExporter(), ...more }] });

test.each<[string, Registry, Registry, object]>([
  ['the same', web, web, { names: {}, realms: [] }],
  ['an equal one', web, registry({ web: [anExporter()] }), { names: {}, realms: [] }],
  ['a name more', new Map(), web, { names: { shop: ['web'] }, realms: ['shop'] }],
  ['a name less', web, registry({}), { names: { shop: ['web'] }, realms: ['shop'] }],
  [
    'two names more',
    new Map(),
    registry({ web: [anExporter()], db: [anExporter()] }),
    { names: { shop: ['web', 'db'] }, realms: ['shop'] },
  ],
  [
    'an exporter more',
    web,
    registry({ web: [anExporter(0), anExporter(1)] }),
    { names: { shop: ['web'] }, realms: [] },
  ],
  [
    'what its NAT is like',
    web,
    change({ device: { ...anExporter().device, symmetricNAT: true } }),
    { names: { shop: ['web'] }, realms: [] },
  ],
  [
    'another port',
    web,
    change({ services: [aServiceRecord({ port: 81 })] }),
    { names: { shop: ['web'] }, realms: [] },
  ],
  [
    'a port that is announced',
    web,
    change({ announced: [aServiceOffer({ servicePort: 81 })] }),
    { names: { shop: ['web'] }, realms: [] },
  ],
  [
    'offline',
    web,
    change({ device: { ...anExporter().device, online: false } }),
    { names: { shop: ['web'] }, realms: [] },
  ],
  ['left out of its record', web, change({ problems: ['x'] }), { names: { shop: ['web'] }, realms: [] }],
  [
    'another revision of the device',
    web,
    change({ device: { ...anExporter().device, revision: 9 } }),
    { names: {}, realms: [] },
  ],
])('%s', (_name, before, after, expected) => expect(diff(before, after)).toEqual(expected));
