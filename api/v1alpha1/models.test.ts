import { describe, expect, it } from '@jest/globals';
import { InvalidObject, NexlinkExport, NexlinkGateway, NexlinkImport } from './models.ts';

describe('models', () => {
  it('are plain objects of their kind once written as JSON', () => {
    const web = new NexlinkExport({ metadata: { name: 'web' }, spec: { realm: 'shop' } });
    expect(JSON.parse(JSON.stringify(web))).toEqual({
      apiVersion: 'nexlink.nexodus.io/v1alpha1',
      kind: 'NexlinkExport',
      metadata: { name: 'web' },
      spec: { realm: 'shop' },
    });
  });

  it('tell their kind from others', () => {
    const web = new NexlinkImport({ metadata: { name: 'web' }, spec: {} });
    expect([NexlinkExport.is(web), NexlinkImport.is(web), NexlinkGateway.is(undefined)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('name every wrong field when they are checked', () => {
    const gateway = new NexlinkGateway({
      metadata: { name: 'g' },
      spec: { direction: 'Export', realm: 'A', replicas: 11 },
    });
    expect(() => gateway.validate()).toThrow(InvalidObject);
    expect(() => gateway.validate()).toThrow(
      /^NexlinkGateway g is invalid: spec\.realm: .*; spec\.replicas: /,
    );
    gateway.spec = { direction: 'Export', realm: 'a' };
    expect(() => gateway.validate()).not.toThrow();
  });
});
