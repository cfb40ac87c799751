/**
 * Writes the replica's entry into the gateway's status: only news, one request at a time, until it has arrived. The
 * answer tells what the other replicas say.
 */

import type { GatewayReplica, NexlinkGateway } from '../../api/v1alpha1/nexlinkgateway.ts';
import type { KubeClient } from '../kube/client.ts';
import { describe, objectPath } from '../kube/paths.ts';
import { backoffMs } from '../runtime/backoff.ts';
import type { Clock } from '../runtime/clock.ts';
import { sameJSON } from '../runtime/compare.ts';
import { messageOf } from '../runtime/errors.ts';
import type { KubeObject, ObjectRef } from '../runtime/kube.ts';
import type { Log } from '../runtime/log.ts';
import { apiVersionOf, resources } from '../runtime/resources.ts';
import { Alarm } from './alarm.ts';

/** Writes an entry; resolves with the entries of all replicas. Rejects with an error of runtime/errors.ts. */
export type WriteReplica = (
  replica: GatewayReplica,
  signal: AbortSignal,
) => Promise<readonly GatewayReplica[]>;

/**
 * Server-side apply of the one entry on the status subresource. Each ordinal is a field manager of its own, so that
 * the API server keeps the entries apart and drops fields that an agent no longer sends.
 */
export function applyReplica(client: KubeClient, gateway: { namespace: string; name: string }): WriteReplica {
  const ref: ObjectRef = { resource: resources.gateways, ...gateway };
  return async (replica, signal) => {
    const { status } = await client.object<KubeObject & Pick<NexlinkGateway, 'status'>>({
      method: 'PATCH',
      path: objectPath(ref, 'status', { fieldManager: `nexlink-agent-${replica.ordinal}`, force: true }),
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify({
        apiVersion: apiVersionOf(ref.resource),
        kind: ref.resource.kind,
        metadata: gateway,
        status: { replicas: [replica] },
      }),
      attempt: { verb: 'apply the status of', object: describe(ref) },
      repeat: 'never',
      signal,
    });
    return status?.replicas ?? [];
  };
}

const retry = { baseMs: 1_000, maxMs: 30_000 };

export interface ReportCounter {
  reported(result: 'done' | 'failed'): void;
}

export class Report {
  readonly #write: WriteReplica;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #counter: ReportCounter;
  readonly #alarm: Alarm;
  #wanted: GatewayReplica | undefined;
  #written: GatewayReplica | undefined;
  #replicas: readonly GatewayReplica[] = [];
  #answeredAt = -Infinity;

  constructor(write: WriteReplica, clock: Clock, log: Log, counter: ReportCounter) {
    this.#write = write;
    this.#clock = clock;
    this.#log = log;
    this.#counter = counter;
    this.#alarm = new Alarm(clock);
  }

  /** What all replicas of the gateway said when this one was last written. */
  get replicas(): readonly GatewayReplica[] {
    return this.#replicas;
  }

  /** When that was, by the monotonic clock. */
  get answeredAt(): number {
    return this.#answeredAt;
  }

  /** Writes the same again when that is longer ago than `ms`. */
  sayAgain(ms: number): void {
    if (this.#clock.monotonic() - this.#answeredAt < ms) return;
    this.#written = undefined;
    this.#alarm.ring();
  }

  /** What is to be said from now on. Of several within one request, only the last is written. */
  say(replica: GatewayReplica): void {
    this.#wanted = replica;
    if (!sameJSON(replica, this.#written)) this.#alarm.ring();
  }

  /** Writes what is said until `signal` is aborted. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      const replica = this.#wanted;
      if (replica === undefined || sameJSON(replica, this.#written)) {
        await this.#alarm.wait(idleMs, signal);
        continue;
      }
      if (await this.#attempt(replica, signal)) failures = 0;
      // Not the alarm: when the API server is away, more news is no reason to ask it more often.
      else await this.#clock.sleep(backoffMs(retry, ++failures), signal).catch(() => {});
    }
  }

  /** Writes a last entry, once, within `ms`. Call it after {@link run} has ended. Never rejects. */
  async sayLast(replica: GatewayReplica, ms: number): Promise<void> {
    if (!sameJSON(replica, this.#written)) await this.#attempt(replica, AbortSignal.timeout(ms));
  }

  async #attempt(replica: GatewayReplica, signal: AbortSignal): Promise<boolean> {
    try {
      this.#replicas = await this.#write(replica, signal);
      this.#answeredAt = this.#clock.monotonic();
    } catch (error) {
      // It may have been written all the same.
      this.#written = undefined;
      this.#counter.reported('failed');
      this.#log.warn('report not written', { error: messageOf(error) });
      return false;
    }
    this.#written = replica;
    this.#counter.reported('done');
    this.#log.debug('report written', { ready: replica.ready, message: replica.message });
    return true;
  }
}

/** The alarm wakes it; this is only the longest sleep. */
const idleMs = 3_600_000;
