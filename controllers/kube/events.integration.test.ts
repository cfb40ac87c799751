import { afterAll, expect, test } from '@jest/globals';
import { testConnection } from '../../hack/test/connection.ts';
import type { KubeObject } from '../runtime/kube.ts';
import { silentLog } from '../runtime/log.ts';
import { ManualClock } from '../runtime/manual-clock.ts';
import { resources } from '../runtime/resources.ts';
import { KubeClient } from './client.ts';
import { KubeEventRecorder } from './events.ts';
import { ResourceWriter } from './writer.ts';

const client = new KubeClient(testConnection());
afterAll(() => client.close());

test('the API server takes events, series, and events about cluster-scoped objects', async () => {
  const writer = new ResourceWriter(client);
  const clock = new ManualClock(new Date());
  const events = new KubeEventRecorder({
    create: event => writer.create(resources.events, event),
    controller: 'nexlink.nexodus.io/controller',
    instance: 'nexlink-0',
    clock,
    log: silentLog,
  });
  const about = await client.get({ resource: resources.namespaces, name: 'default' });
  for (let times = 0; times < 3; times++)
    events.event(about, 'Normal', 'Exported', 'Namespace default: exported');
  await clock.advance(3_600_000);
  events.event(about, 'Normal', 'Exported', 'Namespace default: exported');
  await events.drained();
  const { items } = await client.list<KubeObject & { reason?: string; series?: { count: number } }>(
    resources.events,
    {
      namespace: 'default',
    },
  );
  const ours = items.filter(({ reason }) => reason === 'Exported');
  expect(ours.map(({ series }) => series?.count ?? 1).sort()).toEqual([1, 3]);
});
