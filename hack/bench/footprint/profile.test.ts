import { expect, test } from '@jest/globals';
import { selfTimes, type Profile } from './profile.ts';

const node = (id: number, functionName: string, url = '', lineNumber = -1, columnNumber = 4) => ({
  id,
  callFrame: { functionName, url, lineNumber, columnNumber },
});

test('sums the self time of each function over its places in the tree, without idle time', () => {
  const profile: Profile = {
    nodes: [
      node(1, '(idle)'),
      node(2, 'plan', 'file:///nexlink/controller.mjs', 9),
      node(3, 'plan', 'file:///nexlink/controller.mjs', 9),
      node(4, '', 'node:net', 41),
    ],
    samples: [1, 2, 3, 4, 1],
    timeDeltas: [100, 6000, 1000, 2000, 1000],
  };
  expect(selfTimes(profile)).toEqual({
    seconds: 0.01,
    busyPercent: 40,
    functions: [
      { name: 'plan', place: 'controller.mjs:10:5', ms: 3, share: 75 },
      { name: '(anonymous)', place: 'node:net:42:5', ms: 1, share: 25 },
    ],
  });
});

test('says of nothing that it was not busy', () => {
  expect(selfTimes({ nodes: [], samples: [], timeDeltas: [] })).toEqual({
    seconds: 0,
    busyPercent: 0,
    functions: [],
  });
});
