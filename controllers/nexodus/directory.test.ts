import { afterEach, describe, expect, it } from '@jest/globals';
import { Denied } from '../runtime/errors.ts';
import { settle } from './testing/clock.ts';
import { startDirectory } from './testing/directory.ts';
import { failures, TestService, userID } from './testing/service.ts';

const value = (name: string) => ({ realm: 'prod', services: [{ name, protocol: 'tcp', port: 80 }] });

let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

async function start(options: Parameters<typeof startDirectory>[0] = {}, synced = true) {
  const started = startDirectory(options);
  stop = started.stop;
  if (synced) {
    await started.clock.advance(10);
    started.changes.length = 0;
    started.service.calls.length = 0;
  }
  return started;
}

function filled(): TestService {
  const service = new TestService();
  service.putDevice('a');
  service.putDevice('b');
  service.setMetadata('a', value('web'));
  service.setMetadata('ghost', value('old'));
  service.addKey({ description: 'nexlink:c1/ns/gw/0' });
  service.addKey({ description: 'made by hand' });
  service.addKey({ description: 'nexlink:other/ns/gw/0', ownerID: 'somebody else' });
  return service;
}

describe('the first list', () => {
  it('brings devices, the metadata of live ones, and our keys', async () => {
    const { directory, clock, changes } = await start({ service: filled() }, false);
    expect(directory.synced).toBe(false);
    await clock.advance(10);
    expect(directory.synced).toBe(true);
    expect(directory.vpcID).toBe(userID);
    expect(directory.devices().map(device => device.id)).toEqual(['a', 'b']);
    expect(directory.metadata('a')).toEqual(value('web'));
    expect(directory.metadata('b')).toBeUndefined();
    expect(directory.metadata('ghost')).toBeUndefined();
    expect(directory.regKeys().map(key => key.description)).toEqual(['nexlink:c1/ns/gw/0']);
    const last = changes.at(-1)!;
    expect(last).toMatchObject({ regKeys: true, health: true });
    expect([...last.deviceIDs].sort()).toEqual(['a', 'b', 'ghost']);
  });

  it('is not believed while Nexodus fails, and comes when it is back', async () => {
    const service = filled();
    service.fail = call => (call === 'metadata' ? failures.broken() : undefined);
    const { directory, clock } = await start({ service }, false);
    await clock.advance(60_000);
    expect(directory.synced).toBe(false);
    expect(directory.devices()).toEqual([]);
    expect(directory.failure).toMatchObject({ reason: 'NexodusError', message: 'answered with 500' });
    service.fail = () => undefined;
    await clock.advance(15_000);
    expect(directory.synced).toBe(true);
    expect(directory.failure).toBeUndefined();
  });

  it('says that a configured VPC does not exist', async () => {
    const { directory, clock } = await start({ vpcID: '4fa674a5-132b-4b2b-a58a-0f864be0d0fa' }, false);
    await clock.advance(10_000);
    expect(directory.synced).toBe(false);
    expect(directory.failure?.message).toMatch(/no VPC "4fa674a5.*correct nexodus\.vpcID/);
  });

  it('uses the configured VPC', async () => {
    const service = filled();
    service.vpcs.add('other-vpc');
    service.putDevice('c', { vpcID: 'other-vpc' });
    const { directory } = await start({ service, vpcID: 'other-vpc' });
    expect(directory.vpcID).toBe('other-vpc');
    expect(directory.devices().map(device => device.id)).toEqual(['c']);
  });
});

describe('the watch', () => {
  it('brings news without a list', async () => {
    const { directory, service, changes, clock } = await start({ service: filled() });
    service.putDevice('c');
    service.setMetadata('b', value('dns'));
    service.removeDevice('a');
    await settle();
    expect(directory.devices().map(device => device.id)).toEqual(['b', 'c']);
    expect(directory.metadata('b')).toEqual(value('dns'));
    expect(directory.metadata('a')).toBeUndefined();
    expect(new Set(changes.flatMap(change => [...change.deviceIDs]))).toEqual(new Set(['a', 'b', 'c']));
    expect(service.calls).toEqual([]);
    void clock;
  });

  it('starts where the list ended, and goes on where the stream broke', async () => {
    const { directory, service } = await start({ service: filled() });
    expect(service.watches).toEqual([
      {
        specs: [
          { kind: 'device', gt_revision: 2, at_tail: true },
          { kind: 'device-metadata', gt_revision: 2, at_tail: true, options: { prefixes: ['nexlink'] } },
        ],
      },
    ]);
    service.putDevice('c');
    await settle();
    service.closeWatches();
    service.removeDevice('b');
    await settle();
    expect(service.watches[1]?.specs.map(spec => spec.gt_revision)).toEqual([3, 2]);
    expect(directory.device('b')).toBeUndefined();
  });

  it('is opened again at once after it ended, but not in a hurry when it ends every time', async () => {
    const { service, clock } = await start();
    service.closeWatches();
    await clock.advance(2_000);
    const before = service.watches.length;
    expect(service.openWatches).toBe(1);
    await clock.advance(20_000);
    service.closeWatches();
    await settle();
    expect(service.watches).toHaveLength(before + 1);
    service.hangUp = true;
    service.closeWatches();
    await clock.advance(60_000);
    expect(service.watches.length).toBeLessThan(before + 12);
    service.hangUp = false;
    await clock.advance(15_000);
    expect(service.openWatches).toBe(1);
  });

  it('is given up when it is silent for long', async () => {
    const { service, clock, ends } = await start();
    await clock.advance(95_000);
    expect(ends).toEqual(['idle']);
    expect(service.watches).toHaveLength(2);
    expect(service.openWatches).toBe(1);
  });

  it('leads to a list when the server reports an error in it', async () => {
    const { directory, service, clock, ends } = await start();
    service.putDevice('lost', {}, { silent: true });
    service.push({ kind: 'device', type: 'error', value: { error: 'the database went away' } });
    await clock.advance(2_000);
    expect(ends).toEqual(['event']);
    expect(directory.device('lost')).toBeDefined();
    expect(service.openWatches).toBe(1);
  });

  it('leads to a list when the server reports an error in it while lists of devices fail', async () => {
    const { service, clock } = await start({ timing: { devicesMs: 10_000 } });
    service.fail = call => (call === 'devices' ? failures.broken() : undefined);
    await clock.advance(10_100);
    service.push({ kind: 'device', type: 'error', value: { error: 'the database went away' } });
    await settle();
    service.fail = () => undefined;
    service.calls.length = 0;
    await clock.advance(2_000);
    expect(service.calls).toContain('metadata');
  });

  it('leads to a list when it brings nonsense, and is opened again', async () => {
    const { directory, service, clock } = await start({ service: filled() });
    service.push({ kind: 'device', type: 'change', value: { id: 7 } });
    await clock.advance(2_000);
    expect(service.calls).toContain('metadata');
    expect(service.openWatches).toBe(1);
    expect(directory.devices()).toHaveLength(2);
  });

  it('skips kinds, keys and types that are not ours', async () => {
    const { directory, service } = await start({ service: filled() });
    service.push({ kind: 'device', type: 'tail' });
    service.push({ kind: 'vpc', type: 'change', value: {} });
    service.push({ kind: 'device', type: 'update', value: {} });
    service.push({
      kind: 'device-metadata',
      type: 'change',
      value: { device_id: 'a', key: 'nexlink2', value: 1, revision: 99 },
    });
    await settle();
    expect(directory.metadata('a')).toEqual(value('web'));
    expect(service.openWatches).toBe(1);
  });

  it('loses a device that moves to another VPC', async () => {
    const { directory, service } = await start({ service: filled() });
    service.putDevice('b', { vpcID: 'other-vpc' });
    await settle();
    expect(directory.device('b')).toBeUndefined();
  });
});

describe('later lists', () => {
  it('find out who is online every 15 s, and all else every minute', async () => {
    const { directory, service, clock } = await start({ service: filled() });
    service.putDevice('a', { online: false }, { silent: true });
    service.setMetadata('b', value('dns'), { silent: true });
    await clock.advance(16_000);
    expect(directory.device('a')?.online).toBe(false);
    expect(directory.metadata('b')).toBeUndefined();
    await clock.advance(45_000);
    expect(directory.metadata('b')).toEqual(value('dns'));
    expect(service.calls.filter(call => call === 'devices').length).toBeLessThanOrEqual(5);
    expect(service.calls.filter(call => call === 'metadata')).toHaveLength(1);
  });

  it('report nothing when nothing changed, and keep the values', async () => {
    const { directory, clock, changes } = await start({ service: filled() });
    const before = directory.metadata('a');
    await clock.advance(300_000);
    expect(changes).toEqual([]);
    expect(directory.metadata('a')).toBe(before);
  });

  it('are made once for many requests', async () => {
    const { directory, service, clock } = await start();
    await clock.advance(5_000);
    service.calls.length = 0;
    for (let i = 0; i < 100; i++) directory.refresh();
    await clock.advance(500);
    for (let i = 0; i < 100; i++) directory.refresh();
    await clock.advance(1_000);
    expect(service.calls.filter(call => call === 'metadata')).toHaveLength(2);
  });

  it('do not undo a write that was made meanwhile', async () => {
    const { directory, service, writer, clock } = await start({ service: filled() });
    let answer = () => {};
    let listing = true;
    const held = new Promise<void>(resolve => (answer = resolve));
    service.before = call =>
      ['devices', 'metadata', 'regKeys'].includes(call) && listing ? held : Promise.resolve();
    await clock.advance(2_000);
    directory.refresh();
    await settle();
    listing = false;
    service.closeWatches();
    await writer.putMetadata('b', 'nexlink', value('new'));
    await writer.deleteMetadata('a', 'nexlink');
    await writer.deleteDevice('a');
    const [old] = directory.regKeys();
    const key = await writer.ensureRegKey('nexlink:c1/ns/gw/1', new Date());
    await writer.deleteRegKey(old!.id);
    answer();
    await settle();
    expect(directory.regKeys()).toEqual([key]);
    expect(directory.metadata('b')).toEqual(value('new'));
    expect(directory.device('a')).toBeUndefined();
  });

  it('go back with a database that was restored, and the watch with them', async () => {
    const { directory, service, clock, ends } = await start({ service: filled() });
    for (let i = 0; i < 5; i++) service.putDevice('b', { hostname: `b${i}` });
    await settle();
    service.resetRevisions();
    await clock.advance(90_000);
    expect(ends).toContain('reset');
    expect(directory.device('b')?.revision).toBe(2);
    service.putDevice('c');
    await settle();
    expect(directory.device('c')).toBeDefined();
  });
});

describe('a failure', () => {
  it('changes nothing but itself', async () => {
    const { directory, service, clock, changes } = await start({ service: filled() });
    await clock.advance(5_000);
    service.fail = () => failures.unreachable();
    service.closeWatches();
    await clock.advance(600_000);
    expect(directory.synced).toBe(true);
    expect(directory.devices()).toHaveLength(2);
    expect(directory.metadata('a')).toEqual(value('web'));
    expect(directory.failure).toMatchObject({
      reason: 'Unreachable',
      since: new Date('2026-11-21T01:00:05.010Z'),
    });
    expect(changes).toEqual([{ deviceIDs: new Set(), regKeys: false, health: true }]);
    service.fail = () => undefined;
    await clock.advance(30_000);
    expect(directory.failure).toBeUndefined();
    expect(changes).toHaveLength(2);
    expect(service.openWatches).toBe(1);
  });

  it('is not met with more lists, whoever asks for them', async () => {
    const { directory, service, clock } = await start();
    service.fail = () => failures.broken();
    directory.refresh();
    for (let second = 0; second < 120; second++) {
      await clock.advance(1_000);
      directory.refresh();
    }
    expect(service.calls.filter(call => call === 'devices').length).toBeLessThan(20);
  });

  it('of a moment is not worth telling', async () => {
    const { directory, service, clock, changes } = await start();
    let left = 2;
    service.fail = () => (left-- > 0 ? failures.broken() : undefined);
    service.closeWatches();
    await clock.advance(30_000);
    expect(changes).toEqual([]);
    expect(directory.failure).toBeUndefined();
  });

  it('to log in is told at once, and ends with other credentials', async () => {
    const { directory, service, synchronizer, clock } = await start({ service: filled() });
    await clock.advance(1_000);
    service.fail = () => failures.unauthorized();
    directory.refresh();
    await settle();
    expect(directory.failure).toMatchObject({ reason: 'Unauthorized', message: 'the login is refused' });
    expect(directory.devices()).toHaveLength(2);
    await clock.advance(600_000);
    service.fail = () => undefined;
    synchronizer.credentialsChanged();
    await settle();
    expect(directory.failure).toBeUndefined();
    expect(service.openWatches).toBe(1);
  });

  it('of the watch alone stays until a watch opens', async () => {
    const { directory, service, clock } = await start();
    service.fail = call => (call === 'watch' ? new Denied('Forbidden', 'may not watch') : undefined);
    service.closeWatches();
    await clock.advance(120_000);
    expect(directory.failure).toMatchObject({ reason: 'Unauthorized', message: 'may not watch' });
    expect(service.calls.filter(call => call === 'watch').length).toBeLessThan(25);
    service.fail = () => undefined;
    await clock.advance(15_000);
    expect(directory.failure).toBeUndefined();
  });

  it('waits as long as the server asks for', async () => {
    const { service, clock } = await start();
    const { Transient } = await import('../runtime/errors.ts');
    service.fail = () => new Transient('RateLimited', 'slow down', { retryAfterMs: 40_000 });
    service.closeWatches();
    await clock.advance(17_000);
    service.calls.length = 0;
    await clock.advance(22_000);
    expect(service.calls).toEqual([]);
  });
});

describe('other credentials', () => {
  it('of another user lead to that user’s VPC', async () => {
    const { directory, service, synchronizer, clock } = await start({ service: filled() });
    service.user = 'other-user';
    service.vpcs.add('other-user');
    service.putDevice('theirs');
    synchronizer.credentialsChanged();
    expect(directory.devices()).toHaveLength(2);
    await clock.advance(10);
    expect(directory.vpcID).toBe('other-user');
    expect(directory.devices().map(device => device.id)).toEqual(['theirs']);
    expect(service.openWatches).toBe(1);
  });
});

describe('changes', () => {
  it('are told together, and a listener that throws harms nobody', async () => {
    const { directory, service, changes } = await start({ service: filled() });
    const told: number[] = [];
    directory.onChange(() => {
      throw new Error('a listener of the test');
    });
    directory.onChange(change => void told.push(change.deviceIDs.size));
    for (let i = 0; i < 50; i++) service.putDevice(`d${i}`);
    await settle();
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(changes.length).toBeLessThan(10);
  });

  it('to records that are not valid are counted until they are repaired', async () => {
    const { service, problems } = await start({ service: filled() });
    service.setMetadata('b', { realm: 'prod', services: [{ name: '--flag', protocol: 'tcp', port: 0 }] });
    await settle();
    service.setMetadata('b', value('dns'));
    await settle();
    expect(problems).toEqual([
      ['b', 1],
      ['b', 0],
    ]);
  });
});
