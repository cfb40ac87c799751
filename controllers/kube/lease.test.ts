import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Conflict, messageOf, NotFound, Transient } from '../runtime/errors.ts';
import { silentLog } from '../runtime/log.ts';
import { ManualClock, settled } from '../runtime/manual-clock.ts';
import { hostileText, mutated } from '../testing/hostile.ts';
import { campaign, leaseTimings, type Term } from './lease.ts';
import type { Lease, LeaseSpec, LeaseStore } from './lease-record.ts';

/** A Lease in memory, with the API server's optimistic concurrency, and candidates with a clock each. */
class Cluster {
  readonly clock = new ManualClock();
  lease: Lease | undefined;
  /** Every request takes this long. */
  latencyMs = 0;
  #revision = 0;

  /** What one candidate sees: it may be cut off. */
  store(fault: { unreachable?: boolean; loseAnswers?: boolean } = {}): LeaseStore {
    const serve = async <T>(deadlineMs: number, act: () => T): Promise<T> => {
      if (fault.unreachable) {
        await this.clock.sleep(deadlineMs);
        throw new Transient('Timeout', 'no answer');
      }
      await this.clock.sleep(Math.min(this.latencyMs / 2, deadlineMs));
      if (this.latencyMs > deadlineMs) throw new Transient('Timeout', 'too late');
      const result = act();
      await this.clock.sleep(this.latencyMs / 2);
      if (fault.loseAnswers) throw new Transient('Unreachable', 'reset');
      return structuredClone(result);
    };
    const put = (spec: LeaseSpec) =>
      (this.lease = {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name: 'nexlink', uid: 'uid', resourceVersion: String(++this.#revision) },
        spec: structuredClone(spec),
      });
    return {
      read: deadlineMs => serve(deadlineMs, () => this.lease),
      create: (spec, deadlineMs) =>
        serve(deadlineMs, () => {
          if (this.lease) throw new Conflict('AlreadyExists', 'there');
          return put(spec);
        }),
      replace: (lease, deadlineMs) =>
        serve(deadlineMs, () => {
          if (!this.lease) throw new NotFound('gone');
          if (this.lease.metadata.resourceVersion !== lease.metadata.resourceVersion)
            throw new Conflict('Conflict', 'changed');
          return put(lease.spec ?? {});
        }),
    };
  }

  candidate(identity: string, fault: { unreachable?: boolean; loseAnswers?: boolean } = {}, place?: string) {
    const stop = new AbortController();
    const state: { term?: Term; ledAtMs?: number; lostAtMs?: number } = {};
    const options = { store: this.store(fault), identity, place, clock: this.clock, log: silentLog };
    campaign(options, stop.signal).then(
      term => {
        state.term = term;
        state.ledAtMs = this.clock.monotonic();
        term.lost.addEventListener('abort', () => (state.lostAtMs = this.clock.monotonic()));
      },
      () => {},
    );
    return { state, stop, fault };
  }
}

describe('campaign', () => {
  test('the first candidate leads at once, with the fields of client-go', async () => {
    const cluster = new Cluster();
    const { state } = cluster.candidate('a');
    await cluster.clock.advance(10);
    expect(state.term!.held()).toBe(true);
    expect(cluster.lease!.spec).toEqual({
      holderIdentity: 'a',
      leaseDurationSeconds: 13,
      acquireTime: '2026-01-01T00:00:00.000000Z',
      renewTime: '2026-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    });
    await cluster.clock.advance(60_000);
    expect(state.term!.held()).toBe(true);
    expect(cluster.lease!.spec!.renewTime! > '2026-01-01T00:00:58').toBe(true);
    expect(cluster.lease!.spec!.acquireTime).toBe('2026-01-01T00:00:00.000000Z');
  });

  test('of two that come together one leads', async () => {
    const cluster = new Cluster();
    const [a, b] = [cluster.candidate('a'), cluster.candidate('b')];
    await cluster.clock.advance(60_000);
    expect([a, b].filter(({ state }) => state.term?.held())).toHaveLength(1);
  });

  test('after a kill the other leads in less than 15 s, and never while the first may still write', async () => {
    const cluster = new Cluster();
    const a = cluster.candidate('a');
    await cluster.clock.advance(10);
    const b = cluster.candidate('b');
    await cluster.clock.advance(20_000);
    expect(b.state.term).toBeUndefined();
    a.fault.unreachable = true;
    const cutAt = cluster.clock.monotonic();
    while (!b.state.term) {
      await cluster.clock.advance(100);
      expect(a.state.term!.held() && b.state.term !== undefined).toBe(false);
    }
    expect(b.state.ledAtMs! - cutAt).toBeLessThan(15_000);
    expect(b.state.ledAtMs! - a.state.lostAtMs!).toBeGreaterThanOrEqual(1000);
    expect(cluster.lease!.spec!.leaseTransitions).toBe(1);
  });

  test('after a kill a process that is started again in the same pod leads at once, and another pod does not', async () => {
    const cluster = new Cluster();
    const former = cluster.candidate('pod_1_a', {}, 'pod_1_');
    await cluster.clock.advance(3_000);
    former.fault.unreachable = true;
    const other = cluster.candidate('pod_10_b', {}, 'pod_10_');
    await cluster.clock.advance(1_000);
    expect(other.state.term).toBeUndefined();
    const next = cluster.candidate('pod_1_c', {}, 'pod_1_');
    await cluster.clock.advance(10);
    expect(next.state.term!.held()).toBe(true);
    await cluster.clock.advance(60_000);
    expect([next.state.term!.held(), other.state.term]).toEqual([true, undefined]);
  });

  test('after a release the other leads in less than 2 s', async () => {
    const cluster = new Cluster();
    const a = cluster.candidate('a');
    await cluster.clock.advance(10);
    const b = cluster.candidate('b');
    await cluster.clock.advance(5000);
    const releasedAt = cluster.clock.monotonic();
    const released = a.state.term!.release();
    await cluster.clock.advance(2000);
    await released;
    expect(a.state.term!.held()).toBe(false);
    expect(b.state.ledAtMs! - releasedAt).toBeLessThan(2000);
  });

  test('an API server that needs 5 s for every answer costs nobody the lease', async () => {
    const cluster = new Cluster();
    const a = cluster.candidate('a');
    await cluster.clock.advance(10);
    const b = cluster.candidate('b');
    cluster.latencyMs = 5000;
    for (let seconds = 0; seconds < 120; seconds++) {
      await cluster.clock.advance(1000);
      expect(a.state.term!.held()).toBe(true);
    }
    expect(b.state.term).toBeUndefined();
  });

  test('steps of the wall clock, either way, move nothing', async () => {
    const cluster = new Cluster();
    const a = cluster.candidate('a');
    await cluster.clock.advance(10);
    const b = cluster.candidate('b');
    await cluster.clock.advance(5000);
    for (const step of [3_600_000, -7_200_000, 3_600_000]) {
      cluster.clock.stepWall(step);
      await cluster.clock.advance(20_000);
      expect(a.state.term!.held()).toBe(true);
      expect(b.state.term).toBeUndefined();
    }
  });

  test('a lost answer to a renewal is found out and renewed again', async () => {
    const cluster = new Cluster();
    const a = cluster.candidate('a');
    await cluster.clock.advance(10);
    a.fault.loseAnswers = true;
    await cluster.clock.advance(5000);
    a.fault.loseAnswers = false;
    await cluster.clock.advance(60_000);
    expect(a.state.term!.held()).toBe(true);
  });

  test('a Lease that somebody deletes is written again by its holder, and taken by nobody', async () => {
    const cluster = new Cluster();
    const a = cluster.candidate('a');
    await cluster.clock.advance(10);
    const b = cluster.candidate('b');
    await cluster.clock.advance(3500);
    cluster.lease = undefined;
    await cluster.clock.advance(20_000);
    expect(a.state.term!.held()).toBe(true);
    expect(b.state.term).toBeUndefined();
    expect(cluster.lease!.spec!.holderIdentity).toBe('a');
  });

  test('a lease that another holder has written ends the term at once', async () => {
    const cluster = new Cluster();
    const a = cluster.candidate('a');
    await cluster.clock.advance(10);
    cluster.lease!.spec!.holderIdentity = 'somebody';
    cluster.lease!.metadata.resourceVersion = 'other';
    await cluster.clock.advance(2100);
    expect(a.state.term!.held()).toBe(false);
    expect(a.state.term!.lost.aborted).toBe(true);
  });

  test('a process that stood still past its term may write nothing when it goes on', async () => {
    const cluster = new Cluster();
    const a = cluster.candidate('a');
    await cluster.clock.advance(10);
    const check = () => a.state.term!.check();
    expect(check).not.toThrow();
    // Nothing of this process runs while its monotonic clock goes on: no timer has told it that the term is over.
    const monotonic = cluster.clock.monotonic.bind(cluster.clock);
    cluster.clock.monotonic = () => monotonic() + leaseTimings.renewDeadlineMs;
    expect(a.state.term!.lost.aborted).toBe(false);
    expect(check).toThrow(expect.objectContaining({ code: 'NotLeader' }));
  });

  test('an aborted campaign ends, and takes nothing', async () => {
    const cluster = new Cluster();
    const stop = new AbortController();
    cluster.latencyMs = 100;
    const given = campaign(
      { store: cluster.store(), identity: 'a', clock: cluster.clock, log: silentLog },
      stop.signal,
    ).catch(messageOf);
    stop.abort(new Error('stopping'));
    await cluster.clock.advance(1000);
    expect(await given).toBe('stopping');
    expect(cluster.lease).toBeUndefined();
    expect(cluster.clock.sleeping).toBe(0);
  });

  test('after a term and a release no timer is left', async () => {
    const cluster = new Cluster();
    const a = cluster.candidate('a');
    await cluster.clock.advance(3000);
    const released = a.state.term!.release();
    await cluster.clock.advance(10);
    await released;
    await settled();
    expect(cluster.clock.sleeping).toBe(0);
    expect(cluster.lease!.spec!.holderIdentity).toBe('');
  });
});

describe('a lease that somebody else wrote', () => {
  const valid: LeaseSpec = {
    holderIdentity: 'other',
    leaseDurationSeconds: 13,
    acquireTime: '2026-01-01T00:00:00.000000Z',
    renewTime: '2026-01-01T00:00:00.000000Z',
    leaseTransitions: 3,
  };
  const specs = fc.oneof(
    fc.record({
      holderIdentity: fc.oneof(hostileText, fc.constant('')),
      leaseDurationSeconds: fc.integer({ min: 1, max: 60 }),
      leaseTransitions: fc.oneof(fc.nat(), fc.constant(2 ** 31 - 1)),
    }),
    mutated(valid) as fc.Arbitrary<LeaseSpec>,
  );
  const isCount = (value = -1) => Number.isInteger(value) && value >= 0 && value <= 2 ** 31 - 1;

  test('is taken over when its time has passed, with a record that the API server takes', async () => {
    await fc.assert(
      fc.asyncProperty(specs, async spec => {
        const cluster = new Cluster();
        cluster.lease = {
          apiVersion: 'coordination.k8s.io/v1',
          kind: 'Lease',
          metadata: { name: 'nexlink', uid: 'uid', resourceVersion: '1' },
          spec,
        };
        const { state, stop } = cluster.candidate('a');
        // What is far beyond any lease that we write keeps us out as long as it says.
        const seconds = (spec as LeaseSpec | null)?.leaseDurationSeconds;
        fc.pre(typeof seconds !== 'number' || seconds <= 60);
        await cluster.clock.advance(65_000);
        expect(state.term?.held()).toBe(true);
        const { leaseTransitions, leaseDurationSeconds, holderIdentity } = cluster.lease.spec!;
        expect(holderIdentity).toBe('a');
        expect([isCount(leaseTransitions), leaseDurationSeconds]).toEqual([true, 13]);
        stop.abort();
        void state.term!.release();
      }),
      { numRuns: 100 },
    );
  });
});
