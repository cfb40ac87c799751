/** Start and stop of the whole controller, on a clock and an API server in memory. */

import { describe, expect, test } from '@jest/globals';
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

const never = new Promise<never>(() => {});
const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
const service = aService('web', undefined, {}, { labels: { [exportLabel]: 'true' } });

/** An operator whose every write but that of the lease is refused; the refusal is what there is an event about. */
function operate(answers: {
  readonly event: () => Promise<never>;
  readonly list: (kind: string) => Promise<void>;
}) {
  const clock = new ManualClock();
  const stop = new AbortController();
  let holder: string | undefined;
  const client = {
    log: silentLog,
    clock,
    list: async ({ kind }: Resource, _scope: object, { signal }: { signal: AbortSignal }) => {
      await Promise.race([answers.list(kind), aborted(signal)]);
      return { items: kind === 'Service' ? [service] : [], resourceVersion: '1' };
    },
    find: async () => undefined,
    get: async () => ({ metadata: { uid: 'here' } }),
    object: async ({ path, body }: KubeRequest) => {
      if (path.includes('/events')) return answers.event();
      if (!path.includes('/leases')) throw new Terminal('Invalid', 'a policy denies it');
      const lease = JSON.parse(body!) as Lease;
      holder = lease.spec!.holderIdentity;
      return lease;
    },
    transport: {
      stream: (_path: string, signal: AbortSignal) => aborted(signal),
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
  return { clock, stop, operator, ended: operator.run(stop.signal), holder: () => holder };
}

test('an API server that does not answer to events keeps a stop from releasing the lease for 2 s at most', async () => {
  let events = 0;
  const { clock, stop, ended, holder } = operate({ event: () => (events++, never), list: async () => {} });
  await clock.advance(1_000);
  expect(holder()).toBe('this replica');
  expect(events).toBe(1);
  stop.abort(new Error('SIGTERM'));
  await clock.advance(1_900);
  expect(holder()).toBe('this replica');
  await clock.advance(100);
  expect(holder()).toBe('');
  expect(await ended).toBe('stopped');
});

describe('a new leader that cannot list a kind any more', () => {
  const lists = new Map<string, number>();
  const start = () => {
    lists.clear();
    return operate({
      event: () => never,
      list: async kind => {
        lists.set(kind, (lists.get(kind) ?? 0) + 1);
        if (kind === 'ConfigMap' && lists.get(kind)! > 1) await never;
      },
    });
  };

  test('does not lead, and gives the lease up after a minute', async () => {
    const { clock, operator, ended, holder } = start();
    await clock.advance(59_000);
    expect(lists.get('Service')).toBe(2);
    expect([operator.health.leading, holder()]).toEqual([false, 'this replica']);
    await clock.advance(1_100);
    expect(holder()).toBe('');
    expect(await ended).toBe('lost');
  });

  test('releases it when it is stopped', async () => {
    const { clock, stop, ended, holder } = start();
    await clock.advance(10_000);
    stop.abort(new Error('SIGTERM'));
    expect(await ended).toBe('stopped');
    expect(holder()).toBe('');
  });
});
