import { describe, expect, test } from '@jest/globals';
import type { KubeObject } from '../runtime/kube.ts';
import { Denied, Waiting } from '../runtime/errors.ts';
import { silentLog, type Log } from '../runtime/log.ts';
import { ManualClock, settled } from '../runtime/manual-clock.ts';
import { KubeEventRecorder } from './events.ts';

interface Event extends KubeObject {
  note: string;
  series?: { count: number };
}

const about = (name: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'team-a', uid: `uid-${name}` },
});

function recorder(create = (event: Event) => void sent.push(event), log: Log = silentLog) {
  const clock = new ManualClock();
  const events = new KubeEventRecorder({
    create: async event => create(event as Event),
    controller: 'nexlink.nexodus.io/controller',
    instance: 'pod-1',
    clock,
    log,
  });
  return { clock, events };
}
let sent: Event[] = [];

async function later(hops: number): Promise<void> {
  for (let hop = 0; hop < hops; hop++) await Promise.resolve();
}

describe('KubeEventRecorder', () => {
  test('gives it a name that an object can have, however long that of its object is', async () => {
    sent = [];
    const { events } = recorder();
    events.event(about(`${'x'.repeat(228)}-.${'y'.repeat(23)}`), 'Warning', 'NoService', 'it is missing');
    await events.drained();
    expect(sent[0]!.metadata.name).toMatch(/^x{228}\.[0-9a-f]{16}$/);
  });

  test.each([
    ['warn', new Denied('Forbidden', 'no right to create events')],
    ['debug', new Waiting('NamespaceTerminating', 'team-a is being deleted', 10_000)],
  ])('tells at level %s that an event was refused: %s', async (level, error) => {
    const said: string[] = [];
    const log: Log = {
      ...silentLog,
      warn: message => said.push(`warn ${message}`),
      debug: message => said.push(`debug ${message}`),
    };
    const { events } = recorder(() => {
      throw error;
    }, log);
    events.event(about('web'), 'Warning', 'NoService', 'it is missing');
    await events.drained();
    expect(said).toEqual([`${level} event not sent`]);
  });

  test('sends an event with everything that the API wants', async () => {
    sent = [];
    const { events } = recorder();
    events.event(about('web'), 'Warning', 'NoService', 'Service team-a/web is missing: create it');
    await events.drained();
    expect(sent).toEqual([
      {
        apiVersion: 'events.k8s.io/v1',
        kind: 'Event',
        metadata: { name: expect.stringMatching(/^web\.[0-9a-f]{16}$/), namespace: 'team-a' },
        eventTime: '2026-01-01T00:00:00.000000Z',
        type: 'Warning',
        reason: 'NoService',
        action: 'NoService',
        note: 'Service team-a/web is missing: create it',
        regarding: { apiVersion: 'v1', kind: 'Service', name: 'web', namespace: 'team-a', uid: 'uid-web' },
        reportingController: 'nexlink.nexodus.io/controller',
        reportingInstance: 'pod-1',
      },
    ]);
  });

  test('sends the same once an hour, then with the count', async () => {
    sent = [];
    const { events, clock } = recorder();
    for (let minute = 0; minute < 61; minute++) {
      events.event(about('web'), 'Normal', 'Exported', 'now');
      await clock.advance(60_000);
    }
    expect(sent.map(({ series }) => series?.count)).toEqual([undefined, 60]);
    events.event(about('web'), 'Normal', 'Exported', 'another note');
    events.event(about('db'), 'Normal', 'Exported', 'now');
    await settled();
    expect(sent).toHaveLength(4);
  });

  test('a storm is cut off, and goes on later', async () => {
    sent = [];
    const { events, clock } = recorder();
    for (let object = 0; object < 10_000; object++)
      events.event(about(`s${object}`), 'Normal', 'Exported', 'now');
    await settled();
    expect(sent).toHaveLength(100);
    await clock.advance(1000);
    for (let object = 0; object < 10; object++)
      events.event(about(`t${object}`), 'Normal', 'Exported', 'now');
    await settled();
    expect(sent).toHaveLength(105);
  });

  test("a failure is nobody else's", async () => {
    sent = [];
    const { events } = recorder(event => {
      if (event.note === 'bad') throw new Error('forbidden');
      sent.push(event);
    });
    events.event(about('web'), 'Normal', 'A', 'bad');
    events.event(about('web'), 'Normal', 'A', 'good');
    await events.drained();
    expect(sent.map(({ note }) => note)).toEqual(['good']);
  });

  test('leaves nothing behind that comes while the sending of others ends', async () => {
    // Whenever it comes: so many promises later.
    for (let hops = 0; hops < 10; hops++) {
      sent = [];
      const { events } = recorder(event => {
        sent.push(event);
        if (event.note === 'first')
          void later(hops).then(() => events.event(about('web'), 'Normal', 'A', 'next'));
      });
      events.event(about('web'), 'Normal', 'A', 'first');
      await settled();
      await events.drained();
      expect([hops, ...sent.map(({ note }) => note)]).toEqual([hops, 'first', 'next']);
    }
  });

  test('cuts notes to 1024 bytes without splitting a character', async () => {
    sent = [];
    const { events } = recorder();
    events.event(about('web'), 'Normal', 'A', '🙂'.repeat(400));
    await events.drained();
    expect(Buffer.byteLength(sent[0]!.note)).toBeLessThanOrEqual(1024);
    expect(sent[0]!.note).toMatch(/^(🙂)+…$/u);
  });
});
