import { beforeEach, describe, expect, test } from '@jest/globals';
import { Transient } from '../runtime/errors.ts';
import { silentLog } from '../runtime/log.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import type { Device, InstallSign, InstallSigns, NexodusWriter } from '../runtime/nexodus.ts';
import { NexodusServer } from '../testing/nexodus-server.ts';
import { MemoryDirectory } from '../testing/directory.ts';
import { guard } from './guard.ts';
import { askMs, lookMs, Presence, silentLooks } from './presence.ts';

/** The signs in Nexodus, which may be away. */
class Signs implements InstallSigns {
  readonly all = new Map<string, InstallSign>();
  writes = 0;
  isDown = false;
  #count = 0;

  list = () => this.#answer(() => [...this.all.values()]);
  create = ({ session, place, name }: Pick<InstallSign, 'session' | 'place' | 'name'>) =>
    this.#write(id => void this.all.set(id, { id, session, place, name, beat: id }));
  move = (id: string) => this.#write(beat => void this.all.set(id, { ...this.all.get(id)!, beat }));
  remove = (id: string) => this.#write(() => void this.all.delete(id));

  #answer<T>(answer: () => T): Promise<T> {
    if (this.isDown) return Promise.reject(new Transient('Unreachable', 'Nexodus is away'));
    return Promise.resolve(answer());
  }

  #write(write: (fresh: string) => void): Promise<void> {
    this.writes++;
    return this.#answer(() => write(`${++this.#count}`));
  }
}

let signs: Signs;
const clock = new ManualClock();
const install = (name: string, place?: string) =>
  new Presence({ signs, clock, log: silentLog, session: `session of ${name}`, place, name });
/** Each looks as often as it takes for a silent one to be given up. */
const look = async (times: number, ...installs: Presence[]) => {
  for (let time = 0; time < times; time++) for (const each of installs) await each.look();
};
const standings = (...installs: Presence[]) => installs.map(({ standing }) => standing);

beforeEach(() => void (signs = new Signs()));

describe('an install', () => {
  test('that finds nobody else is alone at once, and then writes nothing', async () => {
    const one = install('one');
    expect(one.standing).toBe('asking');
    await one.look();
    expect(one.standing).toBe('alone');
    const before = signs.writes;
    await look(20, one);
    expect(signs.writes).toBe(before);
  });

  test('that comes to another one is not alone for a moment, and both are told of by their names', async () => {
    const one = install('one');
    await one.look();
    const two = install('two');
    await two.look();
    expect(two.standing).toBe('asking');
    await one.look();
    expect([one.standing, one.others]).toEqual(['shared', ['two']]);
    await two.look();
    expect([two.standing, two.others]).toEqual(['shared', ['one']]);
    await look(3 * silentLooks, one, two);
    expect(standings(one, two)).toEqual(['shared', 'shared']);
  });

  test('is found by one that looks less often', async () => {
    const one = install('one');
    await one.look();
    const two = install('two');
    for (let looks = 0; looks < 6; looks++) {
      await look(lookMs / askMs, two);
      expect(two.standing).not.toBe('alone');
      await one.look();
    }
    expect(standings(one, two)).toEqual(['shared', 'shared']);
  });

  test('that comes at the same time as another one is not alone, nor is the other', async () => {
    const [one, two] = [install('one'), install('two')];
    await Promise.all([one.look(), two.look()]);
    expect(standings(one, two)).not.toContain('alone');
    await look(2, one, two);
    expect(standings(one, two)).toEqual(['shared', 'shared']);
  });

  test('is alone again as soon as the other one has taken its sign away', async () => {
    const [one, two] = [install('one'), install('two')];
    await look(2, one, two);
    await two.leave();
    await one.look();
    expect([one.standing, one.others]).toEqual(['alone', []]);
  });

  test('asks one that ended without a word, and is alone when that one does not answer', async () => {
    await install('one').look();
    const two = install('two');
    await look(silentLooks, two);
    expect(two.standing).toBe('asking');
    await look(1, two);
    expect(two.standing).toBe('alone');
    expect([...signs.all.values()].map(({ name }) => name)).toEqual(['two']);
  });

  test('gives up one that it knew when that one does not move any more', async () => {
    const [one, two] = [install('one'), install('two')];
    await look(3, one, two);
    await look(silentLooks - 1, one);
    expect(one.standing).toBe('shared');
    await look(2, one);
    expect(one.standing).toBe('alone');
  });

  test('need not ask who was at its own place', async () => {
    await install('before', 'pod').look();
    const next = install('next', 'pod');
    await next.look();
    expect(next.standing).toBe('alone');
    expect([...signs.all.values()].map(({ name }) => name)).toEqual(['next']);
  });

  test('asks one that does not say where it was', async () => {
    await install('before').look();
    const next = install('next');
    await next.look();
    expect(next.standing).toBe('asking');
  });

  test('concludes nothing while Nexodus is away', async () => {
    await install('one').look();
    const two = install('two');
    await two.look();
    signs.isDown = true;
    for (let time = 0; time < 3 * silentLooks; time++) await expect(two.look()).rejects.toThrow('away');
    expect(two.standing).toBe('asking');
    signs.isDown = false;
    await two.look();
    expect(two.standing).toBe('asking');
  });

  test('puts its sign back when somebody takes it away', async () => {
    const one = install('one');
    await one.look();
    signs.all.clear();
    await one.look();
    expect([signs.all.size, one.standing]).toEqual([1, 'alone']);
  });

  test('keeps one sign of several', async () => {
    const one = install('one');
    await one.look();
    await signs.create({ session: 'session of one', place: undefined, name: 'one' });
    await one.look();
    expect([signs.all.size, one.standing]).toEqual([1, 'alone']);
  });

  test('does not put its sign back with a look that was under way when it left', async () => {
    const one = install('one');
    await one.look();
    await one.leave();
    await one.look();
    expect(signs.all.size).toBe(0);
  });

  test('that cannot take its sign away says so, and ends all the same', async () => {
    const one = install('one');
    await one.look();
    signs.isDown = true;
    await one.leave();
    expect(signs.all.size).toBe(1);
  });
});

test('looks once more when it is woken while it looks', async () => {
  const one = install('one');
  const stop = new AbortController();
  signs.isDown = true;
  const running = one.run(stop.signal);
  one.wake();
  signs.isDown = false;
  await new Promise(setImmediate);
  expect(one.standing).toBe('alone');
  stop.abort();
  await running;
});

test('looks at once when it is woken, and until it is stopped', async () => {
  const one = install('one');
  const stop = new AbortController();
  signs.isDown = true;
  const running = one.run(stop.signal);
  await new Promise(setImmediate);
  signs.isDown = false;
  one.wake();
  await new Promise(setImmediate);
  expect(one.standing).toBe('alone');
  stop.abort();
  await running;
});

describe('while another install has the cluster id', () => {
  const writes: string[] = [];
  const done = (what: string) => () => {
    writes.push(what);
    return Promise.resolve(undefined as never);
  };
  const writer: NexodusWriter = {
    findDevice: () => Promise.resolve(undefined as Device | undefined),
    ensureRegKey: done('ensureRegKey'),
    expireRegKey: done('expireRegKey'),
    deleteRegKey: done('deleteRegKey'),
    deleteDevice: done('deleteDevice'),
    putMetadata: done('putMetadata'),
    deleteMetadata: done('deleteMetadata'),
  };
  const attempts = (of: NexodusWriter): (() => Promise<unknown>)[] => [
    () => of.ensureRegKey('nexlink:x', new Date(0)),
    () => of.expireRegKey('key', new Date(0)),
    () => of.deleteRegKey('key'),
    () => of.deleteDevice('device'),
    () => of.putMetadata('device', 'nexlink', {}),
    () => of.deleteMetadata('device', 'nexlink'),
  ];

  test('nothing is written, and the directory says why', async () => {
    const inner = new MemoryDirectory(new NexodusServer());
    inner.pull();
    const one = install('one');
    const guarded = guard({ directory: inner, writer }, one, { clusterID: 'prod', name: 'one', clock });
    const health: boolean[] = [];
    guarded.directory.onChange(change => void health.push(change.health));
    expect([guarded.directory.synced, guarded.directory.failure]).toEqual([false, undefined]);
    for (const attempt of attempts(guarded.writer)) await expect(attempt()).rejects.toThrow('not known yet');

    await one.look();
    expect([guarded.directory.synced, guarded.directory.failure]).toEqual([true, undefined]);
    for (const attempt of attempts(guarded.writer)) await attempt();
    expect(writes).toHaveLength(6);

    const two = install('two');
    await look(2, two, one);
    expect(guarded.directory.failure).toMatchObject({ reason: 'DuplicateClusterID' });
    expect(guarded.directory.failure!.message).toContain(
      'Cluster id prod is that of several installs of Nexlink: one, and two.',
    );
    for (const attempt of attempts(guarded.writer))
      await expect(attempt()).rejects.toMatchObject({ code: 'DuplicateClusterID' });
    expect(writes).toHaveLength(6);

    await two.leave();
    await one.look();
    expect(guarded.directory.failure).toBeUndefined();
    expect(health).toEqual([true, true, true]);
  });
});
