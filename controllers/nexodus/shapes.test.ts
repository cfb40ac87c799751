import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { json, list, readDevice, readMetadata, readRegKey } from './shapes.ts';
import { ServerClock } from './serverclock.ts';
import { TestClock } from './testing/clock.ts';
import { recordedJSON } from './testing/recorded.ts';

const what = 'GET x';
const recordedDevices = recordedJSON('list devices') as { [field: string]: unknown }[];
const serverClock = () => new ServerClock(new TestClock());

describe('readDevice', () => {
  it('keeps what is needed of a recorded device, and no token', () => {
    expect(
      readDevice(
        recordedDevices.find(device => device['hostname'] === 'web-0b'),
        what,
      ),
    ).toEqual({
      id: 'e1d21932-b031-4bbb-870a-7bf7de8a96b2',
      ownerID: '1fbcfceb-c258-4877-b017-fbc383d5e843',
      vpcID: '1fbcfceb-c258-4877-b017-fbc383d5e843',
      hostname: 'web-0b',
      publicKey: 'C3IRLlcxhkbvDk1RdHTDg+mL5cwImc0o0b2nEUZns0k=',
      ipv4: '100.64.0.7',
      ipv6: '200::7',
      online: false,
      endpoints: [{ source: 'local', address: '10.244.0.6:51820' }],
      symmetricNAT: false,
      revision: 27,
    });
  });

  it('reads the answer to a deletion', () => {
    expect(readDevice(recordedJSON('delete device'), what).publicKey).toBe('');
  });

  it('knows who is behind symmetric NAT', () => {
    const read = (symmetric_nat: unknown) =>
      readDevice({ ...recordedDevices[0], symmetric_nat }, what).symmetricNAT;
    expect([true, false, null, 'true'].map(read)).toEqual([true, false, false, false]);
  });

  it('takes no address that is none', () => {
    const device = readDevice(
      { ...recordedDevices[0], ipv4_tunnel_ips: [{ address: '--egress' }], ipv6_tunnel_ips: null },
      what,
    );
    expect(device).toMatchObject({ ipv4: undefined, ipv6: undefined });
  });

  it('cuts a name that no host can have, but no character of it in half', () => {
    const read = (hostname: string) => readDevice({ ...recordedDevices[0], hostname }, what).hostname;
    const name = 'x'.repeat(252);
    expect(read(`${name}yz`)).toBe(`${name}y`);
    expect(read(`${name}🚀`)).toBe(`${name}\ufffd`);
    expect(read('🚀')).toBe('🚀');
  });

  it.each(['id', 'vpc_id', 'online', 'revision', 'hostname', 'endpoints', 'ipv4_tunnel_ips'])(
    'rejects a device whose %s has another type',
    field => {
      const device = { ...recordedDevices[0], [field]: { not: 'this' } };
      expect(() => readDevice(device, what)).toThrow(
        expect.objectContaining({ name: 'Transient', code: 'BadAnswer' }),
      );
    },
  );

  it('throws nothing but BadAnswer', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        for (const read of [
          readDevice,
          readMetadata,
          (v: unknown, w: string) => readRegKey(v, w, serverClock()),
        ])
          expect(() => read(value, what)).toThrow(expect.objectContaining({ code: 'BadAnswer' }));
      }),
    );
  });
});

describe('readMetadata', () => {
  it('reads recorded rows', () => {
    expect(list(recordedJSON('list vpc metadata by key'), what, item => readMetadata(item, what))[1]).toEqual(
      {
        deviceID: 'c490a8c5-85c6-410b-9912-d3db97a9505c',
        key: 'nexlink',
        value: { realm: 'prod', services: [{ name: 'web', port: 80, protocol: 'tcp' }] },
        revision: 14,
      },
    );
  });
});

describe('readRegKey', () => {
  it('reads recorded keys', () => {
    const keys = list(recordedJSON('list reg keys'), what, item => readRegKey(item, what, serverClock()));
    expect(
      keys.map(({ description, deviceID, expiresAt }) => ({ description, deviceID, expiresAt })),
    ).toEqual([
      { description: 'nexlink:test', deviceID: undefined, expiresAt: undefined },
      {
        description: 'nexlink:single',
        deviceID: 'e1d21932-b031-4bbb-870a-7bf7de8a96b2',
        expiresAt: '2026-11-21T02:41:42.611Z',
      },
    ]);
  });

  it('translates the end to our clock', () => {
    const clock = serverClock();
    clock.observe('2026-11-21T02:00:00Z');
    expect(readRegKey(recordedJSON('create reg key (single use)'), what, clock).expiresAt).toBe(
      '2026-11-21T01:41:42.611Z',
    );
  });
});

describe('json', () => {
  it.each([
    ['nothing', ''],
    ['HTML', '<html></html>'],
    ['half a document', '[{"id":'],
    ['two documents', '{}{}'],
  ])('rejects %s', (_, body) => {
    expect(() => json(body, what)).toThrow(expect.objectContaining({ name: 'Transient', code: 'BadAnswer' }));
  });
});
