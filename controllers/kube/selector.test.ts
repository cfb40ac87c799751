import { describe, expect, test } from '@jest/globals';
import { selectorOf } from './selector.ts';

const object = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'web-0',
    namespace: 'team-a',
    labels: { app: 'web', 'nexlink.nexodus.io/gateway': 'default' },
  },
};

describe('selectorOf', () => {
  test.each([
    [{}, true],
    [{ namespace: 'team-a' }, true],
    [{ namespace: 'team-b' }, false],
    [{ labelSelector: 'app' }, true],
    [{ labelSelector: '!app' }, false],
    [{ labelSelector: '!other' }, true],
    [{ labelSelector: 'nexlink.nexodus.io/gateway=default, app==web' }, true],
    [{ labelSelector: 'app=web,other' }, false],
    [{ labelSelector: 'app!=web' }, false],
    [{ labelSelector: 'other!=web' }, true],
    [{ fieldSelector: 'metadata.name=web-0,metadata.namespace=team-a' }, true],
    [{ fieldSelector: 'metadata.name=web-1' }, false],
  ])('%j: %s', (scope, matches) => {
    expect(selectorOf(scope)(object)).toBe(matches);
  });

  test.each([
    { labelSelector: 'app in (a,b)' },
    { labelSelector: '!app=web' },
    { fieldSelector: 'status.phase=Running' },
  ])('refuses what it cannot judge: %j', scope => {
    expect(() => selectorOf(scope)).toThrow(/not one that a cache can judge/);
  });
});
