import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testConnection } from '../../hack/test/connection.ts';
import { FaultProxy } from '../../e2e/harness/fault-proxy.ts';
import { systemClock } from '../runtime/clock.ts';
import { silentLog } from '../runtime/log.ts';
import { KubeClient } from './client.ts';
import { campaign, leaseTimings, type Term } from './lease.ts';
import { leaseStore } from './lease-record.ts';

/** The real timings, faster: unit tests check the real ones on simulated time. */
const scale = 0.2;
const timings = {
  durationMs: 3000,
  renewDeadlineMs: 2500,
  renewMs: leaseTimings.renewMs * scale,
  pollMs: leaseTimings.pollMs * scale,
  requestMs: leaseTimings.requestMs * scale,
};

let proxy: FaultProxy;
const clients: KubeClient[] = [];
beforeAll(async () => {
  proxy = await new FaultProxy({ upstream: testConnection().server }).start();
});
afterAll(async () => {
  await Promise.all(clients.map(client => client.close()));
  await proxy.stop();
});

/** A candidate; `cut` ones reach the API server through the proxy. */
function candidate(lease: string, identity: string, cut = false) {
  const client = new KubeClient(testConnection(undefined, cut ? { server: proxy.url } : {}));
  clients.push(client);
  const options = {
    store: leaseStore(client, 'default', lease),
    identity,
    clock: systemClock,
    log: silentLog,
    timings,
  };
  const stop = new AbortController();
  return { term: campaign(options, stop.signal), stop };
}
const holds = (term: Term | undefined) => term?.held() === true;

test('a clean stop hands the lease over at once', async () => {
  const a = await candidate('clean', 'a').term;
  const waiting = candidate('clean', 'b').term;
  await new Promise(resolve => setTimeout(resolve, 300));
  const start = performance.now();
  await a.release();
  const b = await waiting;
  expect(performance.now() - start).toBeLessThan(2000);
  expect(holds(a)).toBe(false);
  expect(holds(b)).toBe(true);
  await b.release();
});

test('a leader that is cut off stops writing before another one starts', async () => {
  const a = await candidate('cut', 'a', true).term;
  let b: Term | undefined;
  void candidate('cut', 'b').term.then(term => (b = term));
  const check = () => a.check();
  expect(check).not.toThrow();
  // As after SIGSTOP, or with a dead network: renewals hang.
  proxy.add({ do: 'hang' });
  const start = performance.now();
  while (!b) {
    await new Promise(resolve => setTimeout(resolve, 10));
    expect(holds(a) && holds(b)).toBe(false);
  }
  expect(performance.now() - start).toBeLessThan(5000);
  expect(a.lost.aborted).toBe(true);
  proxy.clear();
  expect(check).toThrow(expect.objectContaining({ code: 'NotLeader' }));
  // Late, it must not take away what is not its any more.
  await a.release();
  await new Promise(resolve => setTimeout(resolve, 1000));
  expect(holds(b)).toBe(true);
  await b.release();
});

test('lost answers to renewals and errors of the server cost no lease', async () => {
  const a = await candidate('shaky', 'a', true).term;
  proxy.add({ do: 'loseAnswer' }, ({ method }) => method === 'PUT', { times: 1 });
  proxy.add({ do: 'answer', status: 500 }, ({ method }) => method === 'PUT', { times: 1, skip: 1 });
  proxy.add(
    { do: 'answer', status: 429, headers: { 'retry-after': '30' } },
    ({ method }) => method === 'PUT',
    {
      times: 1,
      skip: 2,
    },
  );
  await new Promise(resolve => setTimeout(resolve, 4000));
  expect(holds(a)).toBe(true);
  await a.release();
}, 10_000);
