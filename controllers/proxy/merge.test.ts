import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { strategicMerge } from './merge.ts';

describe('strategicMerge', () => {
  const cases: [string, unknown, unknown, unknown][] = [
    ['maps are merged', { a: { b: 1, c: 2 } }, { a: { c: 3, d: 4 } }, { a: { b: 1, c: 3, d: 4 } }],
    ['null removes', { a: 1, b: 2 }, { a: null }, { b: 2 }],
    ['other lists are replaced', { args: ['a', 'b'] }, { args: ['c'] }, { args: ['c'] }],
    [
      'containers are merged by name, and new ones come last',
      { containers: [{ name: 'nexd', image: 'a' }, { name: 'agent' }] },
      { containers: [{ name: 'nexd', image: 'b' }, { name: 'mine' }] },
      { containers: [{ name: 'nexd', image: 'b' }, { name: 'agent' }, { name: 'mine' }] },
    ],
    [
      'env of a container is merged by name',
      { containers: [{ name: 'nexd', env: [{ name: 'A', value: '1' }] }] },
      {
        containers: [
          {
            name: 'nexd',
            env: [
              { name: 'A', value: '2' },
              { name: 'B', value: '3' },
            ],
          },
        ],
      },
      {
        containers: [
          {
            name: 'nexd',
            env: [
              { name: 'A', value: '2' },
              { name: 'B', value: '3' },
            ],
          },
        ],
      },
    ],
    [
      'mounts are merged by path',
      { volumeMounts: [{ name: 'x', mountPath: '/a' }] },
      {
        volumeMounts: [
          { name: 'x', mountPath: '/b' },
          { name: 'y', mountPath: '/a' },
        ],
      },
      {
        volumeMounts: [
          { name: 'y', mountPath: '/a' },
          { name: 'x', mountPath: '/b' },
        ],
      },
    ],
    [
      'tolerations, which have no key, are replaced',
      { tolerations: [{ key: 'a' }] },
      { tolerations: [] },
      { tolerations: [] },
    ],
    [
      'items without the key are added',
      { volumes: [{ name: 'a' }] },
      { volumes: [{ emptyDir: {} }] },
      { volumes: [{ name: 'a' }, { emptyDir: {} }] },
    ],
    ['fields may be called anything', {}, { toString: [[]] }, { toString: [[]] }],
    ['nothing changes nothing', { a: 1 }, undefined, { a: 1 }],
    ['a map takes the place of a number', { a: 1 }, { a: { b: 2 } }, { a: { b: 2 } }],
  ];
  test.each(cases)('%s', (_name, base, patch, merged) => expect(strategicMerge(base, patch)).toEqual(merged));

  const json = fc.dictionary(fc.constantFrom('a', 'b', 'containers', 'env', 'args'), fc.jsonValue(), {
    maxKeys: 4,
  });

  test('neither argument is changed, and an empty patch changes nothing', () => {
    fc.assert(
      fc.property(json, json, (base, patch) => {
        const [baseText, patchText] = [JSON.stringify(base), JSON.stringify(patch)];
        strategicMerge(base, patch);
        expect([JSON.stringify(base), JSON.stringify(patch)]).toEqual([baseText, patchText]);
        expect(strategicMerge(base, {})).toEqual(base);
      }),
    );
  });

  test('merging the same again changes nothing more', () => {
    const item = fc.record({ name: fc.constantFrom('x', 'y', 'z'), value: fc.jsonValue() });
    const pod = fc.record({
      containers: fc.uniqueArray(item, { selector: each => each.name }),
      args: fc.array(fc.string()),
    });
    fc.assert(
      fc.property(pod, pod, (base, patch) => {
        const once = strategicMerge(base, patch);
        expect(strategicMerge(once, patch)).toEqual(once);
      }),
    );
  });
});
