import { beforeEach, describe, expect, test } from '@jest/globals';
import { MemoryDirectory } from '../testing/directory.ts';
import { aNamespace, anImport } from '../testing/builders.ts';
import { NexodusServer } from '../testing/nexodus-server.ts';
import { settings } from '../testing/seen.ts';
import { exportersOf, findExporters, RegistrySource } from './registry.ts';
import { importPlaceOf } from './resolve.ts';

const web = { name: 'web', protocol: 'tcp', port: 20000, servicePort: 80 };
const value = (more: object = {}) => ({
  realm: 'shop',
  cluster: 'there',
  exports: ['web'],
  services: [web],
  ...more,
});

let nexodus: NexodusServer;
let directory: MemoryDirectory;
let source: RegistrySource;
const device = (id: string, metadata?: object) => {
  nexodus.addDevice({ id, hostname: id, publicKey: id, online: true });
  if (metadata) nexodus.putMetadata(id, metadata);
  directory.pull();
};
const exporters = (name = 'web', realm = 'shop') => exportersOf(source.current(), realm, name);

beforeEach(() => {
  nexodus = new NexodusServer();
  directory = new MemoryDirectory(nexodus);
  source = new RegistrySource(directory, 'here');
});

test('exporters are found by realm and name, in the order of their ids', () => {
  device('b', value());
  device('a', value({ cluster: 'elsewhere' }));
  expect(exporters().map(({ device, cluster }) => [device.id, cluster])).toEqual([
    ['a', 'elsewhere'],
    ['b', 'there'],
  ]);
  expect(exporters()[0]!.services).toMatchObject([{ port: 20000, servicePort: 80 }]);
  expect(exporters('other')).toEqual([]);
  expect(exporters('web', 'other')).toEqual([]);
});

test('a name without a service is there, with nothing that carries it', () => {
  device('a', value({ exports: ['web', 'db'] }));
  expect(exporters('db')).toMatchObject([{ services: [] }]);
});

test('each name has its own services, as they are now', () => {
  const db = { ...web, name: 'db', port: 20001 };
  const ports = () => ['web', 'db'].map(name => exporters(name)[0]!.services.map(({ port }) => port));
  device(
    'a',
    value({ exports: ['web', 'db'], services: [web, db, { ...web, port: 20002, servicePort: 81 }] }),
  );
  expect(ports()).toEqual([[20000, 20002], [20001]]);
  device('a', value({ exports: ['web', 'db'], services: [web, { ...db, port: 20003 }] }));
  expect(ports()).toEqual([[20000], [20003]]);
});

describe('left out are', () => {
  const cases: [string, object | undefined][] = [
    ['our own cluster', value({ cluster: 'here' })],
    ['a record without a realm', value({ realm: '' })],
    ['a record that is no record', { x: 1 }],
    ['devices that publish nothing', undefined],
  ];
  test.each(cases)('%s', (_name, metadata) => {
    device('a', metadata);
    expect(exporters()).toEqual([]);
  });

  test('our own devices, when the record names no cluster', () => {
    const { deviceID } = nexodus.createKey('nexlink:here/shop/export-shop/0', new Date());
    device(deviceID!, value({ cluster: undefined }));
    device('a', value({ cluster: undefined }));
    expect(exporters().map(({ device }) => device.id)).toEqual(['a']);
  });

  test('devices that are gone, though their metadata stays', () => {
    device('a', value());
    nexodus.deleteDevice('a');
    directory.pull();
    expect(nexodus.metadata.has('a')).toBe(true);
    expect(exporters()).toEqual([]);
  });
});

describe('an import of a device', () => {
  const byHostname = (hostname: string) => {
    const nxi = anImport('db', { device: { hostname }, ports: [{ port: 1 }] });
    return findExporters(nxi, importPlaceOf(nxi, aNamespace(), settings), source);
  };

  test('is served by the device alone, though others export its name', () => {
    device('laptop');
    device('a', value({ exports: ['db'] }));
    expect(byHostname('laptop')).toMatchObject({
      exporters: [{ device: { id: 'laptop' }, cluster: undefined }],
      missing: undefined,
    });
  });

  test('may name a gateway of another cluster', () => {
    device('a', value());
    expect(byHostname('a').exporters).toMatchObject([{ cluster: 'there' }]);
  });

  test('may not name a gateway of ours, be it by its key or by what it publishes', () => {
    const { deviceID } = nexodus.createKey('nexlink:here/shop/import-shop/0', new Date());
    device(deviceID!);
    device('b', value({ cluster: 'here' }));
    for (const id of [deviceID!, 'b'])
      expect(byHostname(id)).toEqual({
        exporters: [],
        missing: expect.stringMatching(/is a gateway of this cluster/),
      });
  });

  test('is served by the device as it is now', () => {
    expect(byHostname('laptop').missing).toMatch(/no device laptop/);
    device('laptop');
    expect(byHostname('laptop').exporters).toMatchObject([{ device: { id: 'laptop' } }]);
    nexodus.addDevice({ id: 'laptop', hostname: 'desktop', publicKey: 'x', online: true });
    directory.pull();
    expect(byHostname('laptop').missing).toMatch(/no device laptop/);
    expect(byHostname('desktop').exporters).toMatchObject([{ device: { id: 'laptop' } }]);
    nexodus.deleteDevice('laptop');
    directory.pull();
    expect(byHostname('desktop').missing).toMatch(/no device desktop/);
  });

  test('may name a device no longer, or again, as our keys come and go', () => {
    const key = nexodus.createKey('nexlink:here/shop/import-shop/0', new Date());
    device(key.deviceID!);
    expect(byHostname(key.deviceID!).missing).toMatch(/is a gateway of this cluster/);
    nexodus.deleteKey(key.id);
    directory.pull();
    expect(byHostname(key.deviceID!).exporters).toHaveLength(1);
  });

  test('may name a device for which our user made a key of another kind', () => {
    const { deviceID } = nexodus.createKey('my laptop', new Date());
    device(deviceID!);
    expect(byHostname(deviceID!).exporters).toHaveLength(1);
  });
});

test('a hostile record does not keep others out', () => {
  device('a', value());
  device('b', {
    realm: 'shop',
    exports: ['web'],
    services: [{ ...web, port: 70000 }, { name: '$(x)' }, null, 7],
  });
  expect(exporters().map(({ device, services }) => [device.id, services.length])).toEqual([
    ['a', 1],
    ['b', 0],
  ]);
});

test('a version of a record is read once, the registry made once for each change', () => {
  device('a', value());
  const [before, record] = [source.current(), source.record('a')];
  expect(source.current()).toBe(before);
  device('b', value());
  expect(source.current()).not.toBe(before);
  expect(source.record('a')).toBe(record);
});
