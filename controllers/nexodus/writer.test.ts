import { afterEach, describe, expect, it } from '@jest/globals';
import { NotFound, Transient } from '../runtime/errors.ts';
import { startDirectory } from './testing/directory.ts';
import { failures } from './testing/service.ts';

const description = 'nexlink:cluster/ns/gw/0';
const inAMinute = new Date('2026-11-21T01:01:00Z');

let stop: (() => Promise<void>) | undefined;
afterEach(async () => {
  await stop?.();
  stop = undefined;
});

async function start() {
  const started = startDirectory();
  stop = started.stop;
  await started.clock.advance(10);
  started.service.calls.length = 0;
  return started;
}

describe('ensureRegKey', () => {
  it('makes a key and shows it at once', async () => {
    const { writer, service, directory } = await start();
    const key = await writer.ensureRegKey(description, inAMinute);
    expect(key).toMatchObject({ description, deviceID: 'device-001', expiresAt: inAMinute.toISOString() });
    expect(directory.regKeys()).toEqual([...service.keys.values()]);
  });

  it('adopts the key of an answer that was lost', async () => {
    const { writer, service, directory } = await start();
    service.before = call =>
      call === 'createRegKey' ? Promise.reject(failures.unreachable()) : Promise.resolve();
    await expect(writer.ensureRegKey(description, inAMinute)).rejects.toBeInstanceOf(Transient);
    service.before = () => Promise.resolve();
    expect((await writer.ensureRegKey(description, inAMinute)).id).toBe('key-001');
    expect(service.keys.size).toBe(1);
    expect(directory.regKeys()).toHaveLength(1);
  });

  it('keeps one of the keys that a repeated POST made', async () => {
    const { writer, service, directory } = await start();
    service.before = call => {
      if (call === 'createRegKey') service.addKey({ description });
      return Promise.resolve();
    };
    expect((await writer.ensureRegKey(description, inAMinute)).id).toBe('key-001');
    expect([...service.keys.keys()]).toEqual(['key-001']);
    expect(directory.regKeys().map(key => key.id)).toEqual(['key-001']);
  });

  it('keeps the key whose device is there, else the one with the least id', async () => {
    const { writer, service, directory, clock } = await start();
    for (let i = 0; i < 3; i++) service.addKey({ description });
    service.putDevice('device-002');
    await clock.advance(10);
    expect((await writer.ensureRegKey(description, inAMinute)).id).toBe('key-002');
    expect(service.keys.size).toBe(1);
    expect(directory.regKeys()).toHaveLength(1);
  });

  it('gives an adopted key the end that is asked for', async () => {
    const { writer, service } = await start();
    service.addKey({ description, expiresAt: '2026-11-20T00:00:00Z' });
    expect((await writer.ensureRegKey(description, inAMinute)).expiresAt).toBe(inAMinute.toISOString());
    service.calls.length = 0;
    await writer.ensureRegKey(description, inAMinute);
    expect(service.calls).toEqual(['regKeys']);
  });

  it('adopts nothing of others, of other VPCs or for many devices', async () => {
    const { writer, service } = await start();
    service.addKey({ description, ownerID: 'somebody else' });
    service.addKey({ description, install: 'another install' });
    service.addKey({ description, vpcID: 'another VPC' });
    service.addKey({ description, deviceID: undefined });
    service.addKey({ description: `${description}0` });
    expect((await writer.ensureRegKey(description, inAMinute)).id).toBe('key-006');
    expect(service.keys.size).toBe(6);
  });

  it('adopts no key that is spent, and leaves it where it is', async () => {
    const { writer, service } = await start();
    service.addKey({ description });
    service.addKey({ description });
    const spent = new Set(['key-001']);
    expect((await writer.ensureRegKey(description, inAMinute, spent)).id).toBe('key-002');
    spent.add('key-002');
    expect((await writer.ensureRegKey(description, inAMinute, spent)).id).toBe('key-003');
    expect(service.keys.size).toBe(3);
  });

  it('makes one key for callers at the same time', async () => {
    const { writer, service } = await start();
    const keys = await Promise.all([1, 2, 3].map(() => writer.ensureRegKey(description, inAMinute)));
    expect(new Set(keys.map(key => key.id)).size).toBe(1);
    expect(service.keys.size).toBe(1);
  });

  it('fails while the VPC is not known, with the reason', async () => {
    const { writer, service, clock, directory, stop: end } = startDirectory();
    stop = end;
    service.fail = () => failures.unauthorized();
    await clock.advance(10);
    expect(directory.failure?.reason).toBe('Unauthorized');
    await expect(writer.ensureRegKey(description, inAMinute)).rejects.toMatchObject({
      name: 'Denied',
      code: 'Unauthorized',
    });
  });
});

describe('other writes', () => {
  it('are visible at once, before any watch', async () => {
    const { writer, service, directory, clock } = await start();
    service.putDevice('a');
    await clock.advance(10);
    service.fail = call => (call === 'watch' ? failures.unreachable() : undefined);
    service.closeWatches();
    await writer.putMetadata('a', 'nexlink', { realm: 'prod' });
    expect(directory.metadata('a')).toEqual({ realm: 'prod' });
    await writer.putMetadata('a', 'other', { foreign: true });
    expect(directory.metadata('a')).toEqual({ realm: 'prod' });
    await writer.deleteMetadata('a', 'nexlink');
    expect(directory.metadata('a')).toBeUndefined();
    await writer.deleteDevice('a');
    expect(directory.device('a')).toBeUndefined();
    const key = await writer.ensureRegKey(description, inAMinute);
    await writer.expireRegKey(key.id, new Date(0));
    expect(directory.regKeys()[0]?.expiresAt).toBe('1970-01-01T00:00:00.000Z');
    await writer.deleteRegKey(key.id);
    expect(directory.regKeys()).toEqual([]);
  });

  it('stay visible when older events arrive late', async () => {
    const { writer, service, directory, clock } = await start();
    service.putDevice('a');
    await clock.advance(10);
    const older = service.setMetadata('a', { realm: 'older' }, { silent: true });
    await writer.putMetadata('a', 'nexlink', { realm: 'newer' });
    service.push({
      kind: 'device-metadata',
      type: 'change',
      value: { device_id: 'a', key: 'nexlink', value: older.value, revision: older.revision },
    });
    await clock.advance(10);
    expect(directory.metadata('a')).toEqual({ realm: 'newer' });
  });

  it('say what is not there', async () => {
    const { writer } = await start();
    await expect(writer.putMetadata('a', 'nexlink', {})).rejects.toBeInstanceOf(NotFound);
    await expect(writer.expireRegKey('a', inAMinute)).rejects.toBeInstanceOf(NotFound);
    await writer.deleteDevice('a');
    await writer.deleteMetadata('a', 'nexlink');
    await writer.deleteRegKey('a');
    expect(await writer.findDevice('a')).toBeUndefined();
  });

  it('find a device that the directory does not know yet', async () => {
    const { writer, service, directory } = await start();
    service.putDevice('a', {}, { silent: true });
    expect(directory.device('a')).toBeUndefined();
    expect((await writer.findDevice('a'))?.id).toBe('a');
  });
});
