import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { KubeObject } from '../runtime/kube.ts';
import { silentLog, type Log } from '../runtime/log.ts';
import { ObjectCache, type CacheOptions, type WatchEvent } from './cache.ts';

interface Thing extends KubeObject {
  data?: string;
}

const thing = (name: string, resourceVersion: number, uid = `uid-${name}`, labels = {}): Thing => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name, namespace: 'ns', uid, resourceVersion: String(resourceVersion), labels },
});
const event = (type: WatchEvent<Thing>['type'], object: Thing): WatchEvent<Thing> => ({ type, object });

/** A cache that holds a list of revision 100, and what its listener heard afterwards. */
function filled(objects: Thing[] = [], options: Partial<CacheOptions<Thing>> = {}) {
  const cache = new ObjectCache<Thing>({ log: silentLog, ...options });
  cache.replace(objects, '100');
  const heard: string[] = [];
  cache.onEvent(({ type, object }) =>
    heard.push(`${type} ${object.metadata.name} ${object.metadata.uid} ${object.metadata.resourceVersion}`),
  );
  const state = () =>
    cache
      .list()
      .map(({ metadata }) => `${metadata.name}@${metadata.resourceVersion}`)
      .sort();
  return { cache, heard, state };
}

describe('lists and watch', () => {
  test('a list brings, changes and takes away', () => {
    const { cache, heard, state } = filled([thing('a', 1), thing('b', 2), thing('c', 3)]);
    cache.replace([thing('a', 1), thing('b', 150), thing('d', 160)], '200');
    expect(heard).toEqual(['deleted c uid-c 3', 'updated b uid-b 150', 'added d uid-d 160']);
    expect(state()).toEqual(['a@1', 'b@150', 'd@160']);
    expect(cache.position).toBe('200');
  });

  test('events change it, bookmarks only move the position', () => {
    const { cache, heard, state } = filled([thing('a', 1)]);
    cache.apply(event('ADDED', thing('b', 101)));
    cache.apply(event('MODIFIED', thing('a', 102)));
    cache.apply(event('DELETED', thing('b', 103)));
    cache.apply({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '150' } } as Thing });
    expect(heard).toEqual(['added b uid-b 101', 'updated a uid-a 102', 'deleted b uid-b 101']);
    expect(state()).toEqual(['a@102']);
    expect(cache.position).toBe('150');
  });

  test('events that were delivered before are not believed again', () => {
    const { cache, heard } = filled([thing('a', 90)]);
    cache.apply(event('MODIFIED', thing('a', 110)));
    cache.apply(event('ADDED', thing('ghost', 50)));
    cache.apply(event('MODIFIED', thing('a', 105)));
    cache.apply(event('DELETED', thing('a', 110)));
    expect(heard).toEqual(['updated a uid-a 110']);
  });

  test('delete and recreate behind a list arrives as deleted, then added', () => {
    const { cache, heard } = filled([thing('a', 1, 'old')]);
    cache.replace([thing('a', 150, 'new')], '200');
    expect(heard).toEqual(['deleted a old 1', 'added a new 150']);
  });

  test('delete and recreate seen as one change of a watch arrives as deleted, then added', () => {
    const { cache, heard } = filled([thing('a', 1, 'old')]);
    cache.apply(event('MODIFIED', thing('a', 150, 'new')));
    expect(heard).toEqual(['deleted a old 1', 'added a new 150']);
  });

  test('a server that was restored from a backup is believed when the list says so', () => {
    const { cache, heard, state } = filled([thing('a', 90), thing('b', 95)]);
    cache.replace([thing('a', 30)], '40', { rewound: true });
    expect(heard).toEqual(['deleted b uid-b 95', 'updated a uid-a 30']);
    cache.apply(event('MODIFIED', thing('a', 41)));
    expect(state()).toEqual(['a@41']);
  });
});

describe('own writes', () => {
  test('are visible at once, and the watch that follows changes nothing', () => {
    const { cache, heard, state } = filled([thing('a', 1)]);
    cache.observe(thing('a', 120));
    cache.observe(thing('b', 121));
    expect(state()).toEqual(['a@120', 'b@121']);
    cache.apply(event('MODIFIED', thing('a', 110)));
    cache.apply(event('MODIFIED', thing('a', 120)));
    cache.apply(event('ADDED', thing('b', 121)));
    expect(heard).toEqual(['updated a uid-a 120', 'added b uid-b 121']);
  });

  test('are not undone by a list that is older', () => {
    const { cache, state } = filled([thing('a', 1)]);
    cache.observe(thing('a', 120));
    cache.observe(thing('b', 121));
    cache.replace([thing('a', 1)], '110');
    expect(state()).toEqual(['a@120', 'b@121']);
  });

  test('that the watch has already passed do not bring back what is gone', () => {
    const { cache, state } = filled();
    cache.apply(event('ADDED', thing('a', 101)));
    cache.apply(event('DELETED', thing('a', 102)));
    cache.observe(thing('a', 101));
    expect(state()).toEqual([]);
  });

  test('a delete is visible at once, and older events and lists do not undo it', () => {
    const { cache, heard, state } = filled([thing('a', 1)]);
    cache.observeDeleted('ns', 'a', 'uid-a');
    expect(state()).toEqual([]);
    cache.apply(event('MODIFIED', thing('a', 105)));
    cache.replace([thing('a', 105)], '110');
    expect(state()).toEqual([]);
    cache.apply(event('DELETED', thing('a', 111)));
    expect(heard).toEqual(['deleted a uid-a 1']);
  });

  test('a delete that is answered with the last state of the object keeps it until the watch says that it is gone', () => {
    const { cache, heard, state } = filled([thing('a', 1)]);
    cache.observe(thing('a', 110));
    cache.apply(event('DELETED', thing('a', 110)));
    expect(state()).toEqual([]);
    cache.observe(thing('a', 110));
    expect(heard).toEqual(['updated a uid-a 110', 'deleted a uid-a 110']);
  });

  test('an object that takes the name of a deleted one is another object', () => {
    const { cache, heard } = filled([thing('a', 1, 'old')]);
    cache.observeDeleted('ns', 'a', 'old');
    cache.observe(thing('a', 130, 'new'));
    cache.apply(event('MODIFIED', thing('a', 110, 'old')));
    cache.apply(event('DELETED', thing('a', 120, 'old')));
    cache.apply(event('ADDED', thing('a', 130, 'new')));
    expect(heard).toEqual(['deleted a old 1', 'added a new 130']);
  });

  test('an object that has lost its name to a later one does not come back when that one is deleted', () => {
    const { cache, heard } = filled([thing('a', 1, 'old')]);
    cache.observe(thing('a', 130, 'new'));
    cache.observeDeleted('ns', 'a', 'new');
    cache.apply(event('MODIFIED', thing('a', 110, 'old')));
    cache.apply(event('DELETED', thing('a', 120, 'old')));
    cache.apply(event('ADDED', thing('a', 130, 'new')));
    expect(heard).toEqual(['deleted a old 1', 'added a new 130', 'deleted a new 130']);
  });

  test('the delete of another uid touches nothing', () => {
    const { cache, state } = filled([thing('a', 1, 'new')]);
    cache.observeDeleted('ns', 'a', 'old');
    expect(state()).toEqual(['a@1']);
  });

  test('that leave the scope of the cache take the object out of it, until it returns', () => {
    const selects = ({ metadata }: KubeObject) => metadata.labels?.['app'] === 'web';
    const web = { app: 'web' };
    const { cache, state } = filled([thing('a', 1, 'uid-a', web)], { selects });
    cache.observe(thing('b', 120));
    cache.observe(thing('a', 121));
    expect(state()).toEqual([]);
    cache.apply(event('MODIFIED', thing('a', 110, 'uid-a', web)));
    expect(state()).toEqual([]);
    cache.observe(thing('a', 130, 'uid-a', web));
    cache.apply(event('DELETED', thing('a', 121, 'uid-a')));
    expect(state()).toEqual(['a@130']);
  });

  test('the caller keeps its own copy', () => {
    const { cache } = filled();
    const mine = thing('a', 120);
    cache.observe(mine);
    mine.data = 'changed later';
    expect(cache.get('ns', 'a')?.data).toBeUndefined();
  });
});

describe('whatever the order of own writes, events and lists', () => {
  /** The true history of one name: revision → what was there then. */
  type Step = { uid: number } | undefined;
  const history = fc.array(fc.option(fc.record({ uid: fc.constant(0) }), { nil: undefined, freq: 4 }), {
    minLength: 1,
    maxLength: 12,
  });

  /** Gives every creation a new uid. */
  function numbered(steps: Step[]): Step[] {
    let uid = 0;
    let alive = false;
    return steps.map(step => {
      if (step && !alive) uid++;
      alive = step !== undefined;
      return step && { uid };
    });
  }

  test('the cache never goes back and ends at the truth', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat(5)), (raw, choices) => {
        const steps = numbered(raw);
        const at = (index: number) => {
          const step = steps[index];
          return step && thing('a', 101 + index, `uid-${step.uid}`);
        };
        const { cache } = filled();
        const pick = choices[Symbol.iterator]();
        let watched = 0;
        let written = 0;
        /** The answer to our delete was the object as it was removed: the cache has it until it hears more. */
        let hasLastState = false;
        let newest = 0;
        while (watched < steps.length) {
          const choice = pick.next().value as number;
          if (choice <= 1 && written < steps.length) {
            // Our own write: it happens now, and its answer is here before the watch.
            const before = written > 0 ? at(written - 1) : undefined;
            const revision = 101 + written;
            const object = at(written++);
            if (object || before) hasLastState = !object && choice === 1;
            if (object) cache.observe(object);
            else if (before && hasLastState) cache.observe(thing('a', revision, before.metadata.uid));
            else if (before) cache.observeDeleted('ns', 'a', before.metadata.uid!);
          } else if (choice <= 4) {
            const object = at(watched);
            const before = watched > 0 ? at(watched - 1) : undefined;
            const revision = 101 + watched++;
            if (object) cache.apply(event(before ? 'MODIFIED' : 'ADDED', object));
            else if (before) cache.apply(event('DELETED', thing('a', revision, before.metadata.uid)));
          } else {
            const seen = Math.max(watched, written);
            const object = seen > 0 ? at(seen - 1) : undefined;
            cache.replace(object ? [object] : [], String(100 + seen));
            watched = seen;
          }
          const held = Number(cache.get('ns', 'a')?.metadata.resourceVersion ?? 0);
          if (held) expect(held).toBeGreaterThanOrEqual(newest);
          newest = Math.max(newest, held);
          if (written >= watched && written > 0 && !hasLastState)
            expect(cache.get('ns', 'a')?.metadata.resourceVersion).toBe(
              at(written - 1)?.metadata.resourceVersion,
            );
        }
        expect(cache.get('ns', 'a')).toEqual(at(steps.length - 1));
      }),
    );
  });
});

describe('indexes and listeners', () => {
  const byApp = {
    app: (object: Thing) => (object.metadata.labels?.['app'] ? [object.metadata.labels['app']] : []),
  };
  const names = (objects: readonly Thing[]) => objects.map(({ metadata }) => metadata.name).sort();

  test('an index follows every change', () => {
    const { cache } = filled([thing('a', 1, 'a', { app: 'web' }), thing('b', 2, 'b', { app: 'web' })], {
      indexes: byApp,
    });
    expect(names(cache.byIndex('app', 'web'))).toEqual(['a', 'b']);
    cache.apply(event('MODIFIED', thing('a', 101, 'a', { app: 'db' })));
    cache.apply(event('DELETED', thing('b', 102, 'b')));
    expect(names(cache.byIndex('app', 'web'))).toEqual([]);
    expect(names(cache.byIndex('app', 'db'))).toEqual(['a']);
    expect(() => cache.byIndex('nope', 'x')).toThrow(/no index nope; there are: app/);
  });

  test('lists by namespace', () => {
    const other = { ...thing('x', 3), metadata: { ...thing('x', 3).metadata, namespace: 'other' } };
    const { cache } = filled([thing('a', 1), other]);
    expect(names(cache.list('other'))).toEqual(['x']);
    expect(names(cache.list())).toEqual(['a', 'x']);
    expect(cache.list('none')).toEqual([]);
    expect(cache.get('ns', 'x')).toBeUndefined();
  });

  test('a listener or an index function that throws is logged and hurts nobody else', () => {
    const errors: string[] = [];
    const log: Log = { ...silentLog, error: message => void errors.push(message) };
    const { cache, heard, state } = filled([], {
      log,
      indexes: {
        bad: () => {
          throw new Error('index');
        },
      },
    });
    cache.onEvent(() => {
      throw new Error('listener');
    });
    cache.apply(event('ADDED', thing('a', 101)));
    expect(heard).toEqual(['added a uid-a 101']);
    expect(state()).toEqual(['a@101']);
    expect(errors).toEqual(['index function failed', 'listener failed']);
  });

  test('managedFields are dropped, and what a transform drops', () => {
    const { cache } = filled([], { transform: ({ data: _data, ...rest }) => rest });
    const object = { ...thing('a', 101), data: 'long' };
    Object.assign(object.metadata, { managedFields: [{ manager: 'x' }] });
    const prepared = cache.prepare(object);
    expect(prepared).toEqual(thing('a', 101));
  });
});
