import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NexlinkError, Transient } from '../runtime/errors.ts';
import type { KubeObject } from '../runtime/kube.ts';
import { resources } from '../runtime/resources.ts';
import { anyJSON, hostileText, mutated } from '../testing/hostile.ts';
import type { WatchEvent } from './cache.ts';
import type { KubeClient } from './client.ts';
import { isExpired, watch } from './watch.ts';

const object = (name: string, data: string, resourceVersion: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion },
  data: { text: data },
});
const added = { type: 'ADDED', object: object('web', 'Grüße', '7') };

/** What a server sends: everything of every type, with all kinds of characters in it. */
const events = fc.array(
  fc.oneof(
    fc
      .tuple(fc.constantFrom('ADDED', 'MODIFIED', 'DELETED'), fc.string(), hostileText, fc.nat())
      .map(([type, name, data, version]) => ({ type, object: object(name, data, String(version)) })),
    fc.nat().map(version => ({
      type: 'BOOKMARK',
      object: { kind: 'ConfigMap', metadata: { resourceVersion: String(version) } },
    })),
  ),
  { maxLength: 8 },
);
const bytesOf = (frames: readonly unknown[]) =>
  Buffer.from(frames.map(frame => `${JSON.stringify(frame)}\n`).join(''));
/** As it comes out: a lone surrogate does not get through UTF-8. */
const received = (frames: readonly unknown[]) =>
  frames.map(frame => JSON.parse(JSON.stringify(frame)) as unknown);

/** The events that a watch makes of these chunks, and what it failed with. */
async function follow(chunks: Iterable<Uint8Array>, maxBytes = 100_000) {
  async function* body() {
    yield* chunks;
  }
  const client = {
    server: 'https://cluster',
    transport: {
      stream: async () => ({ status: 200, headers: {}, body: body() }),
      renewCredentials: () => {},
    },
  } as unknown as KubeClient;
  const heard: WatchEvent<KubeObject>[] = [];
  try {
    for await (const event of watch(
      client,
      resources.configMaps,
      {},
      {
        resourceVersion: '1',
        timeoutSeconds: 60,
        slackMs: 0,
        maxBytes,
        signal: new AbortController().signal,
      },
    ))
      heard.push(event);
  } catch (error) {
    return { heard, error };
  }
  return { heard, error: undefined };
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...new Set(places.map(place => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((from, at) => bytes.subarray(from, ends[at] ?? bytes.length));
}

/** A failure that says what was watched, and after which the reflector goes on. */
function expectTold(error: unknown): void {
  expect(error).toBeInstanceOf(NexlinkError);
  expect((error as Error).message).toContain('cannot watch configmaps');
  expect((error as Error).message).not.toMatch(/undefined|cannot read properties|is not a function/i);
}

describe('watch', () => {
  test('tells the same events wherever the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.array(fc.nat()), async (frames, places) => {
        const { heard, error } = await follow(cut(bytesOf(frames), places));
        expect(error).toBeUndefined();
        expect(heard).toEqual(received(frames));
      }),
    );
  });

  test('tells only whole events of a stream that is cut off', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.nat(), async (frames, place) => {
        const bytes = bytesOf(frames);
        const end = place % (bytes.length + 1);
        const { heard, error } = await follow([bytes.subarray(0, end)]);
        expect(error).toBeUndefined();
        expect(heard).toEqual(
          received(frames).slice(0, bytes.subarray(0, end).toString().split('\n').length - 1),
        );
      }),
    );
  });

  test('tells what came before garbage, and then that it is garbage', async () => {
    const garbage = fc
      .oneof(hostileText, fc.constantFrom('{', '[]', 'null', '7', '{"type":"ADDED"}', '<html>', '{}{}'))
      .map(text => text.replaceAll('\n', ' '))
      .filter(text => text.trim() !== '');
    await fc.assert(
      fc.asyncProperty(events, garbage, events, async (before, text, after) => {
        const bytes = Buffer.concat([bytesOf(before), Buffer.from(`${text}\n`), bytesOf(after)]);
        const { heard, error } = await follow([bytes]);
        expect(heard).toEqual(received(before));
        expectTold(error);
      }),
    );
  });

  test('gives no object that has no name, uid and version, whatever comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated(added), anyJSON), async frame => {
        const { heard, error } = await follow([bytesOf([frame])], 10_000_000);
        for (const { type, object } of heard) {
          expect(typeof object.metadata.resourceVersion).toBe('string');
          if (type !== 'BOOKMARK')
            expect([object.metadata.name, object.metadata.uid].map(each => typeof each)).toEqual([
              'string',
              'string',
            ]);
        }
        if (heard.length === 0) expectTold(error);
      }),
      { numRuns: 200 },
    );
  });

  test('is told by the server that it failed, in whatever words', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.constant(undefined),
          mutated({ kind: 'Status', code: 410, reason: 'Expired', message: 'old' }),
        ),
        async status => {
          const { heard, error } = await follow([bytesOf([{ type: 'ERROR', object: status }])], 10_000_000);
          expect(heard).toEqual([]);
          expectTold(error);
        },
      ),
    );
    const gone = await follow(cut(bytesOf([{ type: 'ERROR', object: { kind: 'Status', code: 410 } }]), [9]));
    expect(isExpired(gone.error)).toBe(true);
  });

  test('takes in no event that is too long', async () => {
    let sent = 0;
    function* endless() {
      for (;;) {
        sent += 1_000;
        yield Buffer.alloc(1_000, 'x');
      }
    }
    const { error } = await follow(endless(), 10_000);
    expect(error).toBeInstanceOf(Transient);
    expect((error as Error).message).toContain('longer than 10000 bytes');
    expect(sent).toBe(11_000);
  });
});
