import { beforeEach, describe, expect, test } from '@jest/globals';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import { resources } from '../runtime/resources.ts';
import { aGateway, anExport, anImport } from '../testing/builders.ts';
import { aReport } from '../testing/seen.ts';
import { Shop } from './testing/shop.ts';

let shop: Shop;
beforeEach(() => void (shop = new Shop()));

describe('of Nexodus, wakes, when', () => {
  const change = (deviceIDs: string[] = [], more = {}) =>
    shop.triggers.onDirectory({ deviceIDs: new Set(deviceIDs), regKeys: false, health: false, ...more });
  const key = () => shop.world.nexodus.createKey('nexlink:here/shop/export-shop/0', new Date(0));

  test('a device of ours changes: its gateway and what that carries', () => {
    const { deviceID } = key();
    change([deviceID!]);
    shop.expectWoken('gateway shop/export-shop', 'export shop/web', 'export shop/www');
  });

  describe('a device of ours publishes other metadata', () => {
    const services = (port: number) => [
      { name: 'web', protocol: 'tcp', port: 80 },
      { name: 'shared', protocol: 'tcp', port },
    ];
    let deviceID: string;
    const device = (online: boolean) =>
      shop.world.nexodus.addDevice({ id: deviceID, hostname: 'ours', publicKey: 'public', online });
    const publish = (port: number) =>
      shop.world.nexodus.putMetadata(deviceID, {
        realm: 'shop',
        cluster: 'here',
        exports: ['web', 'shared'],
        services: services(port),
      });
    beforeEach(() => {
      shop.world.add(resources.exports, anExport('other', { name: 'shared' }));
      deviceID = key().deviceID!;
      device(true);
      publish(81);
      change([deviceID]);
      shop.clear();
    });

    test('for one name: its gateway and the exports of that name', () => {
      publish(82);
      change([deviceID]);
      shop.expectWoken('gateway shop/export-shop', 'export shop/other');
    });

    test('and was no gateway’s meanwhile: everything that its gateway carries now', () => {
      const ref = { resource: resources.gateways, namespace: 'shop', name: 'mine' };
      const report = (replicas: ReturnType<typeof aReport>[]) =>
        shop.world.server.edit<NexlinkGateway>(ref, gateway => void (gateway.status = { replicas }));
      const reported = { realm: 'shop', cluster: 'here', exports: ['db'], services: [] };
      shop.world.nexodus.addDevice({ id: 'device-0', hostname: 'ours', publicKey: 'public', online: true });
      shop.world.nexodus.putMetadata('device-0', reported);
      change(['device-0']);
      report([]);
      change(['device-0']);
      report([aReport()]);
      shop.clear();
      change(['device-0']);
      shop.expectWoken('gateway shop/mine', 'export shop/db');
    });

    test('and goes offline: everything that its gateway carries', () => {
      publish(82);
      device(false);
      change([deviceID]);
      shop.expectWoken('gateway shop/export-shop', 'export shop/other', 'export shop/web', 'export shop/www');
    });
  });

  test('a key comes, opens or goes: its gateway, and no other', () => {
    const other = shop.world.nexodus.createKey('nexlink:here/shop/import-shop/0', new Date(0));
    change([], { regKeys: true });
    shop.expectWoken('gateway shop/import-shop');
    let id: string;
    for (const happen of [
      () => void ({ id } = key()),
      () => shop.world.nexodus.expireKey(id, new Date(1)),
      () => shop.world.nexodus.deleteKey(id),
    ]) {
      shop.clear();
      happen();
      change([], { regKeys: true });
      shop.expectWoken('gateway shop/export-shop');
    }
    shop.clear();
    shop.world.nexodus.deleteKey(other.id);
    change([], { regKeys: true });
    shop.expectWoken('gateway shop/import-shop');
  });

  test('a key was there before the controller started, and goes: its gateway', () => {
    const { id } = key();
    shop.restart();
    shop.world.nexodus.deleteKey(id);
    change([], { regKeys: true });
    shop.expectWoken('gateway shop/export-shop');
  });

  test('keys of others change: nothing', () => {
    shop.world.nexodus.createKey('nexlink:there/shop/export-shop/0', new Date(0));
    change([], { regKeys: true });
    shop.expectWoken();
  });

  test('a device goes together with its key: the gateway that reported it', () => {
    change(['device-0']);
    shop.expectWoken('gateway shop/mine', 'export shop/db');
  });

  test('a name comes: its imports, their gateway, and every namespace', () => {
    shop.world.addForeignDevice('far', { realm: 'shop', cluster: 'there', exports: ['api'] });
    shop.world.process.deliver();
    change(['far']);
    shop.expectWoken('import shop/api', 'gateway shop/import-shop', 'discovery shop');
  });

  test('a name has other ports: its imports and their gateway', () => {
    const value = { realm: 'shop', cluster: 'there', exports: ['api'], services: [] as object[] };
    shop.world.addForeignDevice('far', value);
    change(['far']);
    shop.clear();
    shop.world.nexodus.putMetadata('far', {
      ...value,
      services: [{ name: 'api', protocol: 'tcp', port: 80 }],
    });
    change(['far']);
    shop.expectWoken('import shop/api', 'gateway shop/import-shop');
  });

  test('a name that exports of ours have changes: these exports', () => {
    for (const cluster of ['there', 'elsewhere']) {
      shop.world.addForeignDevice('far', { realm: 'shop', cluster, exports: ['web'] });
      shop.clear();
      change(['far']);
      for (const name of ['web', 'www']) expect(shop.woken).toContain(`export shop/${name}`);
      expect(shop.woken).not.toContain('export shop/db');
    }
  });

  test('a name of another realm changes: no import', () => {
    shop.world.addForeignDevice('far', { realm: 'prod', cluster: 'there', exports: ['api'] });
    change(['far']);
    shop.expectWoken('discovery shop');
  });

  describe('a device that an import names', () => {
    const both = ['import shop/db', 'gateway shop/import-shop'];
    beforeEach(() => {
      shop.world.add(
        resources.imports,
        anImport('db', { device: { hostname: 'laptop' }, ports: [{ port: 1 }] }),
      );
      shop.world.addPlainDevice('one', 'laptop');
      shop.world.process.deliver();
    });

    test('comes: the import and its gateway', () => {
      change(['one']);
      shop.expectWoken(...both);
    });

    test.each<[string, () => void]>([
      ['goes', () => shop.world.nexodus.deleteDevice('one')],
      ['gets another name', () => shop.world.addPlainDevice('one', 'desktop')],
    ])('%s: again', (_what, happen) => {
      change(['one']);
      shop.world.process.deliver();
      shop.clear();
      happen();
      shop.world.process.deliver();
      change(['one']);
      shop.expectWoken(...both);
    });

    test('is of another name: nothing', () => {
      shop.world.addPlainDevice('two', 'desktop');
      shop.world.process.deliver();
      change(['two']);
      shop.expectWoken();
    });

    test('was there before the controller started, and goes', () => {
      shop.restart();
      shop.world.nexodus.deleteDevice('one');
      shop.world.process.deliver();
      change(['one']);
      shop.expectWoken(...both);
    });

    test('becomes ours by a key, and is so no longer without it: again', () => {
      const { id, deviceID } = key();
      shop.world.addPlainDevice(deviceID!, 'laptop');
      change([], { regKeys: true });
      shop.expectWoken(...both, 'gateway shop/export-shop');
      shop.clear();
      shop.world.nexodus.deleteKey(id);
      change([], { regKeys: true });
      shop.expectWoken(...both, 'gateway shop/export-shop');
    });

    test('is not that of a key that changes: nothing of it', () => {
      const { id, deviceID } = key();
      shop.world.addPlainDevice(deviceID!, 'desktop');
      change([], { regKeys: true });
      shop.world.nexodus.expireKey(id, new Date(1));
      change([], { regKeys: true });
      shop.expectWoken('gateway shop/export-shop');
    });
  });

  describe('a device has the address that a gateway asks for, and', () => {
    beforeEach(() => {
      shop.world.add(resources.gateways, aGateway({ tunnelIP: '100.64.0.9' }, { name: 'asks' }));
      shop.world.addPlainDevice('one', 'laptop', '100.64.0.9');
      shop.world.process.deliver();
    });

    test('comes: that gateway', () => {
      change(['one']);
      shop.expectWoken('gateway shop/asks');
    });

    test.each<[string, () => void]>([
      ['goes', () => shop.world.nexodus.deleteDevice('one')],
      ['gets another one', () => shop.world.addPlainDevice('one', 'laptop', '100.64.0.10')],
    ])('%s: that gateway', (_what, happen) => {
      change(['one']);
      shop.clear();
      happen();
      shop.world.process.deliver();
      change(['one']);
      shop.expectWoken('gateway shop/asks');
    });

    test('was there before the controller started: that gateway', () => {
      shop.restart();
      shop.world.nexodus.deleteDevice('one');
      shop.world.process.deliver();
      change(['one']);
      shop.expectWoken('gateway shop/asks');
    });

    test('another one comes: nothing', () => {
      shop.world.addPlainDevice('two', 'desktop', '100.64.0.10');
      shop.world.process.deliver();
      change(['two']);
      shop.expectWoken();
    });
  });

  test('a name is exported that an import of a device has: nothing of it', () => {
    shop.world.add(resources.imports, anImport('pc', { device: { hostname: 'x' }, ports: [{ port: 1 }] }));
    shop.world.addForeignDevice('far', { realm: 'shop', cluster: 'there', exports: ['pc'] });
    shop.world.process.deliver();
    change(['far']);
    shop.expectWoken('discovery shop');
  });

  test('it comes or goes: everything', () => {
    change([], { health: true });
    expect([...shop.woken]).toEqual(
      expect.arrayContaining(['export shop/web', 'import shop/api', 'gateway shop/mine', 'discovery shop']),
    );
  });
});
