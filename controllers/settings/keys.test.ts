import { describe, expect, test } from '@jest/globals';
import { keysOf, variableOf } from './keys.ts';
import { settingsSchema } from './zz_generated.schema.ts';

describe('variableOf', () => {
  test.each([
    ['nexodus.url', 'NEXLINK_NEXODUS_URL'],
    ['nexodus.vpcID', 'NEXLINK_NEXODUS_VPC_ID'],
    ['nexodus.insecureSkipTLSVerify', 'NEXLINK_NEXODUS_INSECURE_SKIP_TLS_VERIFY'],
    ['gateway.stunServers', 'NEXLINK_GATEWAY_STUN_SERVERS'],
    ['autoImport', 'NEXLINK_AUTO_IMPORT'],
  ])('%s is %s', (path, variable) => expect(variableOf(path.split('.'))).toBe(variable));
});

describe('keysOf', () => {
  const keys = keysOf(settingsSchema);

  test('has every setting once, with a variable of its own and a description', () => {
    const paths = keys.map(({ path }) => path.join('.'));
    expect(paths).toContain('credentialsSecret.namespace');
    expect(paths).toContain('gateway.nexd.resources');
    expect(paths).not.toContain('gateway');
    expect(new Set(keys.map(({ variable }) => variable)).size).toBe(keys.length);
    expect(keys.filter(({ schema }) => !schema.description).map(({ path }) => path)).toEqual([]);
  });
});
