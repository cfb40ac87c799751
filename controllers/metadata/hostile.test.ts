import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isHostName } from '../../api/v1alpha1/address.ts';
import { anyJSON, bottomless, hostileText, mutated } from '../testing/hostile.ts';
import { decode } from './decode.ts';
import { encode, sameMetadata } from './encode.ts';
import { maxProblems, maxServices, type DeviceRecord } from './record.ts';

const valid = {
  version: 1,
  realm: 'prod',
  cluster: '6e1c3a52-0c3f-4c39-9d0e-1c5d0a0f7a11',
  gateway: 'shop/export-prod',
  exports: ['web', 'starting'],
  services: [
    {
      name: 'web',
      protocol: 'tcp',
      port: 20_000,
      servicePort: 80,
      portName: 'http',
      namespace: 'shop',
      created: '2026-11-21T01:00:00Z',
      appProtocol: 'kubernetes.io/h2c',
      affinitySeconds: 10_800,
    },
    { name: 'dns', protocol: 'udp', port: 53 },
  ],
};

/** As the API server would judge what is made of a record: a Service and its ports, labels, a rule of nexd. */
const label = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const serviceName = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const portNumber = (port: number) => Number.isInteger(port) && port >= 1 && port <= 65_535;

function expectClean({ realm, cluster, gateway, exports, services, problems }: DeviceRecord): void {
  expect(realm).toMatch(realm === '' ? /^$/ : label);
  expect(cluster ?? 'none').toMatch(label);
  for (const part of (gateway ?? 'none').split('/')) expect(part).toMatch(label);
  for (const name of exports) expect(name).toMatch(serviceName);
  expect(exports.length).toBeLessThanOrEqual(2 * maxServices);
  expect(services.length).toBeLessThanOrEqual(maxServices);
  for (const service of services) {
    expect(service.name).toMatch(serviceName);
    expect(isHostName(service.name)).toBe(true);
    expect(['tcp', 'udp']).toContain(service.protocol);
    expect(portNumber(service.port) && portNumber(service.servicePort)).toBe(true);
    expect(service.portName ?? 'none').toMatch(label);
    expect(service.namespace ?? 'none').toMatch(label);
    expect(service.created ?? '2026-11-21T01:00:00Z').toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(service.appProtocol ?? 'none').toMatch(/^[-a-z0-9./]*[-A-Za-z0-9_.]+$/);
  }
  expect(problems.length).toBeLessThanOrEqual(maxProblems);
  for (const problem of problems) expect(problem).toMatch(/^[\x20-\x7e…]{1,400}$/);
}

describe('a record of a hostile device', () => {
  it('gives nothing that an object or a rule may not have, whatever it is', () => {
    fc.assert(
      fc.property(anyJSON, value => expectClean(decode(value))),
      { numRuns: 200 },
    );
  });

  it('gives nothing else when it is a good one that was tampered with', () => {
    fc.assert(
      fc.property(mutated(valid), value => expectClean(decode(value))),
      { numRuns: 200 },
    );
  });

  it('loses only the services that were tampered with', () => {
    const [web] = valid.services;
    fc.assert(
      fc.property(mutated(web), bad => {
        const { services } = decode({ ...valid, services: [bad, { ...web, name: 'good' }] });
        expect(services.at(-1)).toMatchObject({ ...web, name: 'good' });
      }),
      { numRuns: 200 },
    );
  });

  it('cannot make a text valid that is none', () => {
    fc.assert(
      fc.property(hostileText, text => {
        fc.pre(!serviceName.test(text));
        expect(
          decode({ ...valid, exports: [text], services: [{ ...valid.services[1], name: text }] }),
        ).toMatchObject({ exports: [], services: [] });
      }),
    );
  });

  it('leaves nothing in the prototypes of others', () => {
    fc.assert(fc.property(anyJSON, value => void decode({ ...valid, services: [value] })));
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { realm?: string }).realm).toBeUndefined();
  });

  it('is the same after it was written and read again', () => {
    fc.assert(
      fc.property(mutated(valid), value => {
        const once = decode(value);
        fc.pre(once.realm !== '');
        const twice = decode(JSON.parse(JSON.stringify(encode(once))));
        expect(twice.problems).toEqual([]);
        expect(JSON.stringify(encode(twice))).toBe(JSON.stringify(encode(once)));
      }),
      { numRuns: 200 },
    );
  });

  it('is told from what we publish, and read, however deep it is', () => {
    const ours = encode(decode(valid));
    fc.assert(fc.property(mutated(valid), value => expect(typeof sameMetadata(ours, value)).toBe('boolean')));
    const deep: unknown = JSON.parse(bottomless);
    for (const field of Object.keys(valid)) {
      expect(sameMetadata(ours, { ...ours, [field]: deep })).toBe(false);
      expectClean(decode({ ...valid, [field]: deep }));
    }
  });
});
