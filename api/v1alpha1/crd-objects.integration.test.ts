/** Whether a real API server and our own check agree about many objects, and what they say. */
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { Agent, request } from 'undici';
import { testConnection } from '../../hack/test/connection.ts';
import { apiVersion } from './labels.ts';
import { kinds } from './resources.ts';
import { samples } from './testing/objects.ts';
import type { Sample } from './testing/sample.ts';
import { validate } from './validate.ts';

const namespace = 'crd-objects-test';
const { server, credentials } = testConnection();
let dispatcher: Agent;
let headers: { [name: string]: string };

beforeAll(async () => {
  const { tls, headers: authorization } = await credentials();
  dispatcher = new Agent({ connect: { ca: tls!.ca! } });
  headers = { ...authorization, 'content-type': 'application/json' };
  await send('POST', '/api/v1/namespaces', { metadata: { name: namespace } });
});
afterAll(() => dispatcher.close());

interface Answer {
  readonly status: number;
  readonly body: { readonly message?: string; readonly metadata: object; readonly spec?: unknown };
}

async function send(method: 'POST' | 'PUT', path: string, object: object): Promise<Answer> {
  const answer = await request(`${server}${path}`, {
    method,
    headers,
    dispatcher,
    body: JSON.stringify(object),
  });
  return { status: answer.statusCode, body: (await answer.body.json()) as Answer['body'] };
}

/** Stores nothing but `before`, and answers what would come of the object. */
async function offer({ object, before }: Sample, at: number): Promise<Answer> {
  const { plural } = kinds.find(({ kind }) => kind === object.kind)!;
  const path = `/apis/${apiVersion}/namespaces/${namespace}/${plural}`;
  const dry = '?dryRun=All&fieldValidation=Strict';
  if (!before) return send('POST', path + dry, object);
  const name = `before-${at}`;
  const stored = await send('POST', path, { ...object, metadata: { name }, spec: before });
  expect(stored.status).toBe(201);
  return send('PUT', `${path}/${name}${dry}`, { ...object, metadata: stored.body.metadata });
}

describe(`the API server and our own check agree about ${samples.length} objects`, () => {
  test.each(
    samples.map((sample, at) => [sample.refused ? 'refuse' : 'take', sample.what, sample, at] as const),
  )('%s %s', async (_verdict, _what, sample, at) => {
    const { status, body } = await offer(sample, at);
    const ours = validate(sample.object.kind, sample.object);
    const { refused } = sample;
    if (!refused) {
      expect({ status, message: body.message, ours }).toEqual({
        status: sample.before ? 200 : 201,
        ours: [],
      });
      expect(validate(sample.object.kind, body)).toEqual([]);
      return;
    }
    expect([400, 422]).toContain(status);
    expect(body.message).toContain(refused.field);
    expect(body.message).toContain(refused.server);
    if (refused.ours === undefined) expect(ours).toEqual([]);
    else {
      expect(ours.join('\n')).toContain(refused.field);
      expect(ours.join('\n')).toContain(refused.ours);
    }
  });

  it('has a sample of each name once', () => {
    expect(new Set(samples.map(({ what }) => what)).size).toBe(samples.length);
  });
});

describe('a field that is null', () => {
  test.each([
    ['without a default is as if absent', { realm: null }, { gateway: 'default' }],
    ['with a default has it', { gateway: null }, { gateway: 'default' }],
  ])('%s', async (_what, spec, stored) => {
    const object = { apiVersion, kind: 'NexlinkExport' as const, metadata: { name: 'web' }, spec };
    const { status, body } = await offer({ what: '', object }, 0);
    expect(status).toBe(201);
    expect(body.spec).toEqual(stored);
    expect(validate('NexlinkExport', body)).toEqual([]);
  });
});
