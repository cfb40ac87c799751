/** The stop of the whole controller, on a clock and an API server in memory. */

import { expect, test } from '@jest/globals';
import { exportLabel } from '../api/v1alpha1/labels.ts';
import type { KubeClient, KubeRequest } from './kube/client.ts';
import type { Lease } from './kube/lease-record.ts';
import { createMetrics } from './metrics/metrics.ts';
import { Operator } from './operator.ts';
import { Terminal } from './runtime/errors.ts';
import type { Resource } from './runtime/kube.ts';
import { silentLog } from './runtime/log.ts';
import { ManualClock } from './runtime/manual-clock.ts';
import { loadSettings } from './settings/load.ts';
import { aService } from './testing/builders.ts';

test('an API server that does not answer to events keeps a stop from releasing the lease for 2 s at most', async () => {
  const clock = new ManualClock();
  const never = new Promise<never>(() => {});
  const service = aService('web', undefined, {}, { labels: { [exportLabel]: 'true' } });
  let events = 0;
  let holder: string | undefined;
  const client = {
    log: silentLog,
    clock,
    list: async ({ kind }: Resource) => ({
      items: kind === 'Service' ? [service] : [],
      resourceVersion: '1',
    }),
    find: async () => undefined,
    get: async () => ({ metadata: { uid: 'here' } }),
    object: async ({ path, body }: KubeRequest) => {
      if (path.includes('/events')) return (events++, never);
      // The refusal is what there is an event about.
      if (!path.includes('/leases')) throw new Terminal('Invalid', 'a policy denies it');
      const lease = JSON.parse(body!) as Lease;
      holder = lease.spec!.holderIdentity;
      return lease;
    },
    transport: {
      stream: (_path: string, signal: AbortSignal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    },
  } as unknown as KubeClient;
  const operator = new Operator({
    settings: loadSettings(undefined, { NEXLINK_AGENT_IMAGE: 'nexlink' }),
    client,
    log: silentLog,
    metrics: createMetrics(),
    systemNamespace: 'nexlink-system',
    ca: undefined,
    clock,
    identity: 'this replica',
  });
  const stop = new AbortController();
  const ended = operator.run(stop.signal);
  await clock.advance(1_000);
  expect(holder).toBe('this replica');
  expect(events).toBe(1);
  stop.abort(new Error('SIGTERM'));
  await clock.advance(1_900);
  expect(holder).toBe('this replica');
  await clock.advance(100);
  expect(holder).toBe('');
  expect(await ended).toBe('stopped');
});
