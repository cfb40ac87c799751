/** Nexodus refuses, is away, answers nonsense, or has lost something. */

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { NexlinkImport } from '../../api/v1alpha1/nexlinkimport.ts';
import type { ConfigMap } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Seen } from '../harness/fault-proxy.ts';
import type { FaultSpec } from '../nexodus-sim/server/control/faults.ts';
import { Exporter } from './harness/foreign.ts';
import { useLab } from './harness/use-lab.ts';
import { flawsAfter } from './harness/runs.ts';
import { exportWeb, nxe, nxi, service } from './harness/scenarios.ts';
import { credentials, type World } from './harness/world.ts';

const lab = useLab();
const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const isMetadata = ({ isWrite, path }: Seen) => isWrite && path.includes('/metadata/');
const gateway = 'export-shop';

let world: World;
/** The state with an export that works. */
let ready: string[];
beforeEach(async () => {
  // Requests to Nexodus that get no answer are given up soon, in real time.
  const limits = { connectMs: 1_000, headersMs: 1_000, totalMs: 1_500, maxAnswerBytes: 1_000_000 };
  world = await lab().world({ controller: { nexodus: { limits } } });
  await world.start();
  await exportWeb(world);
  await world.settle(1_000);
  ready = world.state();
}, 60_000);

const published = () => JSON.stringify(world.nexodusState.metadata.map(({ value }) => value));
const ownDevice = () =>
  world.nexodusState.devices.find(({ hostname }) => hostname === `nexlink-${gateway}-0`)!;
const logins = () =>
  world.nexodus.control.requests
    .since(0)
    .filter(({ host, path }) => host === 'auth' && path.endsWith('/token')).length;
const requestsDuring = async (ms: number) => {
  const before = world.nexodus.control.requests.since(0).at(-1)?.seq ?? 0;
  await sleep(ms);
  return world.nexodus.control.requests.since(before).filter(({ token }) => token === 'KC').length;
};
/** Makes another export, for which Nexodus is needed only to publish it. */
const exportLate = async () => {
  await world.create(resources.services, service('late'));
  await world.create(resources.exports, nxe('late'));
};
const lateIsExported = () =>
  world.untilCondition(resources.exports, 'late', 'True Exported', 'Ready', 30_000);

describe('12 the login does not work any more', () => {
  test('12 a token that was revoked is renewed once', async () => {
    const before = logins();
    world.nexodus.control.revokeTokens(credentials.username, { access: true });
    await exportLate();
    await lateIsExported();
    // The refresh token is dead too: one try with it, one with the password.
    expect(logins() - before).toBe(2);
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);

  const secrets: [string, { readonly [key: string]: string } | undefined][] = [
    ['holds another password', { ...credentials, password: 'Wrong-Password-0815' }],
    ['is missing', undefined],
    ['is empty', {}],
    ['holds nonsense', { username: '', password: '' }],
  ];
  test.each(secrets)(
    '12 the Secret %s: said as Unauthorized, nothing is unpublished, and no restart is needed',
    async (_what, data) => {
      const before = published();
      await world.setCredentials(data);
      await world.untilCondition(resources.gateways, gateway, 'False Unauthorized', 'Connected');
      const requests = logins();
      await sleep(1_000);
      // A refused login is not tried again.
      expect(logins() - requests).toBe(0);
      expect(published()).toBe(before);
      await world.setCredentials(credentials);
      expect(await flawsAfter(world, ready)).toEqual([]);
    },
    60_000,
  );

  test('12 the password changes while everything runs', async () => {
    const password = 'Another-Battery-0816';
    world.nexodus.control.putAccount({ ...credentials, password });
    world.nexodus.control.revokeTokens(credentials.username, { access: true });
    await exportLate();
    await world.untilCondition(resources.gateways, gateway, 'False Unauthorized', 'Connected');
    await world.setCredentials({ ...credentials, password });
    await lateIsExported();
    expect(world.log(1000).join()).not.toContain(password);
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);
});

test('13 Nexodus says 403: said in status, not asked again and again, and tried again with another login', async () => {
  world.nexodus.control.faults.add({ path: '/api/**', token: 'KC', answer: 'status', status: 403 });
  await exportLate();
  await world.untilCondition(resources.gateways, gateway, 'False Unauthorized', 'Connected');
  // A minute of its time.
  expect(await requestsDuring(3_000)).toBeLessThan(60);
  const other = { ...credentials, password: 'Third-Battery-0817' };
  world.nexodus.control.putAccount(other);
  const before = logins();
  await world.setCredentials(other);
  await world.until('the other login is tried', () => logins() > before, 5_000);
  world.nexodus.control.faults.remove();
  await lateIsExported();
  expect(await flawsAfter(world)).toEqual([]);
}, 60_000);

test('14 a device is said not to exist: it is looked at again, and no other device is written to', async () => {
  const own = ownDevice().id;
  world.controller.nexodus.add(
    { do: 'answer', status: 404, body: '{"error":"not found","resource":"device"}' },
    ({ path }) => path.includes(own),
    { times: 4 },
  );
  await exportLate();
  await lateIsExported();
  const written = new Set(world.writes.filter(isMetadata).map(({ path }) => path.split('/')[3]));
  expect([...written]).toEqual([own]);
  expect(ownDevice().id).toBe(own);
  expect(await flawsAfter(world)).toEqual([]);
}, 60_000);

test('15 a key that is there already is adopted when its name is ours, and only then', async () => {
  const { description } = world.nexodusState.reg_keys.find(({ description }) =>
    description.endsWith(`/${gateway}/0`),
  )!;
  const left = await world.nexodusUser.createKey({
    description: description.replace(gateway, 'other'),
    single_use: true,
  });
  const foreign = await world.nexodusUser.createKey({
    description: description.replace(/nexlink:[^/]+/, 'nexlink:another').replace(gateway, 'other'),
    single_use: true,
  });
  await world.create(resources.services, service('db'));
  await world.create(resources.exports, nxe('db', { gateway: 'other' }));
  await world.untilCondition(resources.exports, 'db', 'True Exported');
  const keys = world.nexodusState.reg_keys.filter(({ description }) => description.endsWith('/other/0'));
  expect(keys.map(({ id }) => id).sort()).toEqual([left.id, foreign.id].sort());
  expect(world.nexodusState.devices.some(({ id }) => id === foreign.device_id)).toBe(false);
  expect(await flawsAfter(world)).toEqual([]);
}, 60_000);

describe('16 Nexodus is overloaded', () => {
  test('16 it says how long to wait: nothing is sent before', async () => {
    // In real time, as the server's word is about real time.
    await world.controller.stop();
    const { nexodus } = await world.start({ speed: 1 });
    await world.until('it is at work', () => nexodus.served.some(({ path }) => path.includes('/reg-keys')));
    await world.settle(500);
    nexodus.add({ do: 'answer', status: 429, headers: { 'retry-after': '3' }, body: '{}' }, isMetadata, {
      times: 1,
    });
    await exportLate();
    const refused = await world.until('the refusal', () =>
      nexodus.served.find(({ status }) => status === 429),
    );
    await world.until('the next try', () =>
      nexodus.served.some(each => isMetadata(each) && each.atMs > refused.atMs),
    );
    const next = nexodus.served.find(({ atMs, isWatch }) => atMs > refused.atMs && !isWatch)!;
    expect(next.atMs - refused.atMs).toBeGreaterThan(2_900);
    await lateIsExported();
    expect(await flawsAfter(world)).toEqual([]);
  }, 90_000);

  test('16 everything is answered 500 for a minute: the answer to that is no storm', async () => {
    world.nexodus.control.faults.add({ path: '/api/**', token: 'KC', answer: 'status', status: 500 });
    world.nexodus.control.dropWatches();
    await exportLate();
    // A minute of its time, in which the limiter would let through 720.
    expect(await requestsDuring(3_000)).toBeLessThan(120);
    world.nexodus.control.faults.remove();
    await lateIsExported();
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);
});

describe('17 an answer does not end', () => {
  const ways: [string, FaultSpec][] = [
    ['nothing comes', { answer: 'hang' }],
    ['it is endless', { answer: 'endless' }],
  ];
  test.each(ways)(
    '17 %s: it is given up, and other gateways go on meanwhile',
    async (_way, fault) => {
      world.nexodus.control.faults.add({
        ...fault,
        method: 'PUT',
        path: `/api/devices/${ownDevice().id}/**`,
      });
      await exportLate();
      await world.create(
        resources.exports,
        nxe('other', { service: 'web', name: 'other', gateway: 'other' }),
      );
      await world.untilCondition(resources.exports, 'other', 'True Exported');
      world.nexodus.control.faults.remove();
      await lateIsExported();
      expect(await flawsAfter(world)).toEqual([]);
    },
    60_000,
  );

  test('17 nothing comes, for long: what goes meanwhile is closed, one export right after the other', async () => {
    const limits = { connectMs: 20_000, headersMs: 20_000, totalMs: 20_000, maxAnswerBytes: 1_000_000 };
    world = await lab().world({ controller: { nexodus: { limits } } });
    await world.start();
    await exportWeb(world);
    await exportLate();
    await lateIsExported();
    await world.settle(1_000);
    const { replicas } = world.get<NexlinkGateway>(resources.gateways, gateway)!.status!;
    const rules = () =>
      JSON.parse(world.get<ConfigMap>(resources.configMaps, `nexlink-${gateway}-rules`)!.data!['rules.json']!)
        .ingress.length as number;
    expect([replicas!.length > 0, rules()]).toEqual([true, 2]);

    world.nexodus.control.faults.add({ path: '/api/**', answer: 'hang' });
    await world.delete(resources.exports, 'late');
    await world.until('the first one is closed', () => rules() === 1, 5_000);
    await world.delete(resources.exports, 'web');
    await world.until('the second one is closed', () => rules() === 0, 5_000);
    world.nexodus.control.faults.remove();
  }, 60_000);

  test('17 it comes byte by byte: the same', async () => {
    const end = world.controller.nexodus.add(
      { do: 'drip', ms: 50 },
      ({ isWrite, path }) => isWrite && path.includes(ownDevice().id),
    );
    await exportLate();
    await world.create(resources.exports, nxe('other', { service: 'web', name: 'other', gateway: 'other' }));
    await world.untilCondition(resources.exports, 'other', 'True Exported');
    end();
    await lateIsExported();
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);
});

describe('18 an answer makes no sense', () => {
  const wrong: [string, FaultSpec][] = [
    ['half a document', { answer: 'truncated' }],
    ['two documents', { answer: 'doubled' }],
    ['a page', { answer: 'html' }],
    ['an object instead of a list', { answer: 'status', status: 200, body: '{"devices":{}}' }],
    [
      'a list of other things',
      { answer: 'status', status: 200, body: '[{"id":7,"revision":"x"},null,"device"]' },
    ],
    ['an error with a body', { answer: 'status', status: 500, body: '{"error":"internal server error"}' }],
  ];
  test.each(wrong)(
    '18 %s: the last good state stays',
    async (_what, fault) => {
      const before = world.writes.filter(({ method }) => method === 'DELETE').length;
      const known = published();
      world.nexodus.control.faults.add({ ...fault, method: 'GET', path: '/api/vpcs/**' });
      world.nexodus.control.faults.add({ ...fault, method: 'GET', path: '/api/reg-keys' });
      world.nexodus.control.dropWatches();
      await world.until(
        'it is said',
        () => world.condition(resources.gateways, gateway, 'Connected') === 'False NexodusError',
      );
      await sleep(500);
      expect(published()).toBe(known);
      expect(world.writes.filter(({ method }) => method === 'DELETE')).toHaveLength(before);
      world.nexodus.control.faults.remove();
      expect(await flawsAfter(world, ready)).toEqual([]);
    },
    60_000,
  );
});

describe('19 Nexodus has lost its memory', () => {
  let exporter: Exporter;
  let linked: string[];
  beforeEach(async () => {
    exporter = await Exporter.add(world);
    await exporter.offer(['api']);
    await world.create(resources.imports, nxi());
    await world.untilCondition(resources.imports, 'api', 'True Ready');
    await world.settle(1_000);
    linked = world.state();
  }, 60_000);

  const losses: [string, () => unknown][] = [
    ['its revisions begin anew', () => world.nexodus.control.resetRevisions()],
    ['a watch ends with an error', () => world.nexodus.control.failWatches()],
  ];
  test.each(losses)(
    '19 %s: nothing changes, and news arrive after',
    async (_what, lose) => {
      lose();
      await sleep(200);
      expect(await flawsAfter(world, linked)).toEqual([]);
      // What goes afterwards must go here.
      world.nexodus.control.deleteDevice(exporter.deviceID);
      exporter.stop();
      world.exporters.length = 0;
      await world.untilCondition(resources.imports, 'api', 'False NoExporter');
      expect(await flawsAfter(world)).toEqual([]);
    },
    60_000,
  );

  test('19 it forgets what was deleted, before anybody heard of it: gone is gone', async () => {
    const { control } = world.nexodus;
    control.freezeWatches();
    control.deleteDevice(exporter.deviceID);
    exporter.stop();
    world.exporters.length = 0;
    expect(control.collectGarbage()).toBeGreaterThan(0);
    control.dropWatches();
    control.thawWatches();
    await world.untilCondition(resources.imports, 'api', 'False NoExporter');
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);
});

describe('20 a device is deleted behind our back', () => {
  test('20 its replica becomes another device, and is published again', async () => {
    const before = ownDevice().id;
    world.nexodus.control.deleteDevice(before);
    await world.until(
      'another device',
      () => ownDevice()?.id !== undefined && ownDevice().id !== before,
      40_000,
    );
    await world.until('it is published', () =>
      world.nexodusState.metadata.some(
        ({ device_id, value }) => device_id === ownDevice().id && JSON.stringify(value).includes('"web"'),
      ),
    );
    await world.untilCondition(resources.exports, 'web', 'True Exported');
    expect(await flawsAfter(world, ready)).toEqual([]);
  }, 90_000);

  test('20 importers drop it, and nothing leads to whoever gets its address', async () => {
    const exporter = await Exporter.add(world);
    await exporter.offer(['api']);
    await world.create(resources.imports, nxi());
    await world.untilCondition(resources.imports, 'api', 'True Ready');
    const leadsThere = () =>
      world.dataPlane
        .podsOf('import-shop')
        .some(({ inside }) => inside.rules?.egress.some(({ host }) => host === exporter.address));
    expect(leadsThere()).toBe(true);
    exporter.stop();
    world.nexodus.control.deleteDevice(exporter.deviceID);
    world.exporters.length = 0;
    const stranger = await Exporter.add(world, 'stranger', exporter.address);
    await world.untilCondition(resources.imports, 'api', 'False NoExporter');
    await world.until('nothing leads there', () => !leadsThere());
    expect(stranger.deviceID).not.toBe(exporter.deviceID);
    expect(stranger.address).toBe(exporter.address);
    expect(world.get<NexlinkImport>(resources.imports, 'api')!.status!.exporters).toEqual([]);
    expect(await flawsAfter(world)).toEqual([]);
  }, 60_000);
});

describe('21 somebody changes metadata', () => {
  const changes: [string, (path: string) => Promise<unknown>][] = [
    [
      'to something else',
      path => world.nexodusUser.call('PUT', path, { realm: 'shop', services: [{ name: 'web' }] }),
    ],
    ['to nonsense', path => world.nexodusUser.call('PUT', path, { services: 'none' })],
    ['and deletes it', path => world.nexodusUser.call('DELETE', path)],
  ];
  test.each(changes)(
    '21 %s: it is repaired, and keys of others stay',
    async (_what, change) => {
      const path = `/api/devices/${ownDevice().id}/metadata`;
      await world.nexodusUser.call('PUT', `${path}/theirs`, { theirs: true });
      await world.settle();
      const before = world.state();
      await change(`${path}/nexlink`);
      await sleep(100);
      expect(await flawsAfter(world, before)).toEqual([]);
    },
    60_000,
  );
});

test('28 Nexodus is away while a gateway is deleted: it says what it waits for, and goes when Nexodus is back', async () => {
  await world.nexodus.control.apiDown('refuse');
  await world.until(
    'it is known',
    () => world.condition(resources.gateways, gateway, 'Connected') === 'False Unreachable',
  );
  await world.delete(resources.exports, 'web');
  await world.untilCondition(resources.gateways, gateway, 'False Deleting', 'Ready');
  const { status } = world.get<NexlinkGateway>(resources.gateways, gateway)!;
  expect(status!.conditions!.find(({ type }) => type === 'Ready')!.message).toMatch(
    /To give it up: kubectl -n shop patch nxg export-shop/,
  );
  await world.nexodus.control.apiUp();
  await world.until(
    'nothing is left',
    () => !world.get(resources.gateways, gateway) && world.nexodusState.reg_keys.length === 0,
    30_000,
  );
  expect(world.nexodusState.devices).toEqual([]);
  expect(await flawsAfter(world)).toEqual([]);
}, 60_000);
