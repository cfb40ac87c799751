import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testConnection } from '../../hack/test/connection.ts';
import { FaultProxy } from '../../e2e/harness/fault-proxy.ts';
import { Conflict, NotFound, Terminal, Transient } from '../runtime/errors.ts';
import type { KubeObject, ObjectRef } from '../runtime/kube.ts';
import { resources } from '../runtime/resources.ts';
import { KubeClient } from './client.ts';
import { ResourceWriter } from './writer.ts';

interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
}
const namespace = 'writer-test';
const configMap = (name: string, data?: Record<string, string>): ConfigMap => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace },
  ...(data ? { data } : {}),
});
const refOf = (name: string): ObjectRef => ({ resource: resources.configMaps, namespace, name });

describe('ResourceWriter', () => {
  let proxy: FaultProxy;
  let client: KubeClient;
  let writer: ResourceWriter;
  const written: string[] = [];

  beforeAll(async () => {
    proxy = await new FaultProxy({ upstream: testConnection().server }).start();
  });
  afterAll(() => proxy.stop());
  beforeEach(async () => {
    proxy.clear();
    client = new KubeClient(testConnection(undefined, { server: proxy.url }), {
      deadlineMs: 1000,
      retryForMs: 5000,
    });
    writer = new ResourceWriter(client, {
      observer: {
        written: (_, { metadata }) => void written.push(`written ${metadata.name}`),
        deleted: ({ name }) => void written.push(`deleted ${name}`),
      },
    });
    await writer.apply(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
  });
  afterAll(async () => {
    await client.close();
    await proxy.stop();
  });
  beforeEach(() => {
    proxy.served.length = 0;
    written.length = 0;
  });
  afterEach(() => client.close());

  describe('apply', () => {
    test('makes and changes what is ours, and leaves the fields of others', async () => {
      await writer.create(resources.configMaps, configMap('apply', { theirs: '1', ours: '1' }));
      const applied = await writer.apply(resources.configMaps, configMap('apply', { ours: '2' }));
      expect(applied.data).toEqual({ theirs: '1', ours: '2' });
      expect(applied.metadata).not.toHaveProperty('managedFields');
      await writer.apply(resources.configMaps, configMap('apply', { mine: '3' }));
      expect((await client.get<ConfigMap>(refOf('apply'))).data).toEqual({
        theirs: '1',
        mine: '3',
      });
      expect(written).toEqual(['written apply', 'written apply', 'written apply']);
    });

    test('with a uid never touches another object', async () => {
      const { metadata } = await writer.apply(resources.configMaps, configMap('uid', { a: '1' }));
      const other = configMap('uid', { a: '2' });
      other.metadata.uid = 'another';
      await expect(writer.apply(resources.configMaps, other)).rejects.toThrow(Conflict);
      const absent = configMap('absent', { a: '2' });
      absent.metadata.uid = metadata.uid!;
      await expect(writer.apply(resources.configMaps, absent)).rejects.toThrow(Conflict);
      expect(await writer.read(refOf('absent'))).toBeUndefined();
      expect((await writer.read<ConfigMap>(refOf('uid')))!.data).toEqual({ a: '1' });
    });

    test('of a status changes nothing else', async () => {
      const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'status', namespace } };
      await writer.apply(resources.services, {
        ...service,
        spec: { type: 'LoadBalancer', ports: [{ port: 80 }] },
      } as KubeObject);
      const status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } };
      const applied = await writer.applyStatus(resources.services, { ...service, status } as KubeObject);
      expect(applied).toMatchObject({ status, spec: { ports: [{ port: 80 }] } });
    });

    test('of something invalid is terminal and says what is wrong', async () => {
      const bad = configMap('bad', { 'not a key': 'x' });
      await expect(writer.apply(resources.configMaps, bad)).rejects.toThrow(
        /ConfigMap writer-test\/bad.*not a key/,
      );
      await expect(writer.apply(resources.configMaps, bad)).rejects.toThrow(Terminal);
      const unknown = { ...configMap('bad'), spec: {} } as KubeObject;
      await expect(writer.apply(resources.configMaps, unknown)).rejects.toThrow(Terminal);
    });

    test.each([
      ['an overloaded server', { do: 'answer', status: 429, headers: { 'retry-after': '1' } }],
      ['an ill server', { do: 'answer', status: 500, body: '{"kind":"Status","reason":"InternalError"}' }],
      ['a server that is not there', { do: 'reset' }],
      ['a lost answer', { do: 'loseAnswer' }],
      ['a hanging server', { do: 'hang' }],
      ['half an answer', { do: 'truncateAfter', bytes: 40 }],
      ['an answer that stops', { do: 'freezeAfter', bytes: 40 }],
      ['an answer that comes byte by byte', { do: 'drip', ms: 20 }],
      ['HTML', { do: 'answer', status: 200, body: '<html>' }],
      ['two documents', { do: 'answer', status: 200, body: '{}{}' }],
      ['another type', { do: 'answer', status: 200, body: '{"kind":"ConfigMap","metadata":[]}' }],
    ] as const)('is repeated after %s', async (name, fault) => {
      proxy.add(fault, ({ isWrite }) => isWrite, { times: 1 });
      const applied = await writer.apply(resources.configMaps, configMap('repeated', { name }));
      expect(applied.data).toEqual({ name });
    });

    test('gives up within bounds, and says why', async () => {
      proxy.add({ do: 'answer', status: 503 });
      await expect(writer.apply(resources.configMaps, configMap('never', {}))).rejects.toMatchObject({
        message: expect.stringMatching(
          /cannot apply ConfigMap writer-test\/never: the API server answered 503/,
        ),
      });
      expect(proxy.served.length).toBeLessThanOrEqual(4);
    });

    test('tells how long to wait when the server wants more patience than there is', async () => {
      proxy.add({ do: 'answer', status: 429, headers: { 'retry-after': '60' } });
      const given = writer.apply(resources.configMaps, configMap('patience', {}));
      await expect(given).rejects.toMatchObject({ retryAfterMs: 60_000 });
      expect(proxy.served).toHaveLength(1);
    });
  });

  describe('create', () => {
    test('of what is there is AlreadyExists', async () => {
      await writer.create(resources.configMaps, configMap('twice'));
      await expect(writer.create(resources.configMaps, configMap('twice'))).rejects.toMatchObject({
        code: 'AlreadyExists',
      });
    });

    test('is not repeated when it may have been done', async () => {
      proxy.add({ do: 'loseAnswer' }, ({ isWrite }) => isWrite, { times: 1 });
      await expect(writer.create(resources.configMaps, configMap('maybe'))).rejects.toThrow(Transient);
      expect(await writer.read(refOf('maybe'))).toBeDefined();
    });

    test('is repeated when the server refused to look at it', async () => {
      proxy.add({ do: 'answer', status: 429 }, ({ isWrite }) => isWrite, { times: 2 });
      expect((await writer.create(resources.configMaps, configMap('patient'))).metadata.uid).toBeDefined();
    });
  });

  describe('jsonPatch', () => {
    test('changes, and a test that fails is a conflict', async () => {
      await writer.apply(resources.configMaps, configMap('patched', { a: '1' }));
      const patched = await writer.jsonPatch<ConfigMap>(refOf('patched'), [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'replace', path: '/data/a', value: '2' },
      ]);
      expect(patched.data).toEqual({ a: '2' });
      const again = writer.jsonPatch(refOf('patched'), [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'remove', path: '/data/a' },
      ]);
      await expect(again).rejects.toThrow(Conflict);
      await expect(writer.jsonPatch(refOf('nobody'), [])).rejects.toThrow(NotFound);
    });
  });

  describe('delete', () => {
    test('of another uid leaves the object and resolves', async () => {
      await writer.apply(resources.configMaps, configMap('kept'));
      await writer.delete(refOf('kept'), 'another');
      expect(await writer.read(refOf('kept'))).toBeDefined();
    });

    test('is done once, and again is fine', async () => {
      const { metadata } = await writer.apply(resources.configMaps, configMap('gone'));
      proxy.add({ do: 'loseAnswer' }, ({ isWrite }) => isWrite, { times: 1 });
      await writer.delete(refOf('gone'), metadata.uid!);
      expect(await writer.read(refOf('gone'))).toBeUndefined();
      expect(written).toContain('deleted gone');
    });

    test('with a finalizer is seen as an object that is being deleted', async () => {
      const object = configMap('held');
      object.metadata.finalizers = ['nexlink.nexodus.io/finalizer'];
      const { metadata } = await writer.apply(resources.configMaps, object);
      written.length = 0;
      await writer.delete(refOf('held'), metadata.uid!);
      expect(written).toEqual(['written held']);
      expect((await writer.read(refOf('held')))!.metadata.deletionTimestamp).toBeDefined();
      await writer.jsonPatch(refOf('held'), [{ op: 'remove', path: '/metadata/finalizers' }]);
      expect(await writer.read(refOf('held'))).toBeUndefined();
    });

    test('of a kind that is not served is no proof that the object is gone', async () => {
      const ref = { resource: resources.clusterProperties, name: 'x' };
      await expect(writer.delete(ref, 'uid')).rejects.toMatchObject({ code: 'KindNotServed' });
    });
  });

  test('without permission nothing is sent, not even a repetition', async () => {
    let permitted = 1;
    const guarded = new ResourceWriter(client, {
      permit: () => {
        if (permitted-- <= 0) throw new Transient('NotLeader', 'not the leader');
      },
    });
    proxy.add({ do: 'answer', status: 500 });
    await expect(guarded.apply(resources.configMaps, configMap('guarded'))).rejects.toMatchObject({
      code: 'NotLeader',
    });
    expect(proxy.served).toHaveLength(1);
  });

  test('an endless body ends at the cap, and the memory stays', async () => {
    const body = JSON.stringify({ kind: 'ConfigMap', metadata: {}, data: { x: 'x'.repeat(2_000_000) } });
    const small = new KubeClient(testConnection(undefined, { server: proxy.url }), { maxBytes: 1_000_000 });
    proxy.add({ do: 'answer', status: 200, body });
    const given = small.get(refOf('endless'), { repeat: 'never' });
    await expect(given).rejects.toMatchObject({ code: 'AnswerTooLong' });
    await small.close();
  });

  test('what is refused for want of rights names the verb', async () => {
    const nobody = new KubeClient(testConnection(undefined, { token: 'wrong' }));
    await expect(nobody.get(refOf('x'))).rejects.toMatchObject({ code: 'Unauthorized' });
    await nobody.close();
  });

  test('200 reads use few connections', async () => {
    const direct = new KubeClient(testConnection(undefined, { server: proxy.url }), { maxInFlight: 4 });
    const before = proxy.connections;
    await Promise.all(Array.from({ length: 200 }, () => direct.find(refOf('apply'))));
    expect(proxy.connections - before).toBeLessThanOrEqual(12);
    await direct.close();
  });
});
