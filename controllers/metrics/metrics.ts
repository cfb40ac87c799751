/** Everything that the controller counts. */

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { NexodusMetrics } from '../nexodus/metrics.ts';
import type { ControllerMetrics } from '../runtime/controller.ts';

export interface Metrics {
  /** The Prometheus text and its content type. */
  render(): Promise<{ text: string; contentType: string }>;
  readonly controllers: ControllerMetrics;
  readonly nexodus: NexodusMetrics;
  /** Whether this process leads. */
  leading(is: boolean): void;
}

const quick = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Makes the metrics of one process. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const reconciles = new Counter({
    name: 'nexlink_reconcile_total',
    help: 'Reconciles by controller and result.',
    labelNames: ['controller', 'result'],
    registers,
  });
  const duration = new Histogram({
    name: 'nexlink_reconcile_duration_seconds',
    help: 'Time of one reconcile.',
    labelNames: ['controller'],
    buckets: quick,
    registers,
  });
  const waiting = new Gauge({
    name: 'nexlink_queue_keys',
    help: 'Keys that wait for their reconcile, due or not.',
    labelNames: ['controller'],
    registers,
  });
  const inFlight = new Gauge({
    name: 'nexlink_reconciles_in_flight',
    help: 'Reconciles under way.',
    labelNames: ['controller'],
    registers,
  });
  const requests = new Histogram({
    name: 'nexlink_nexodus_request_duration_seconds',
    help: 'Requests to Nexodus by method, route and status; 0 is no answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: quick,
    registers,
  });
  const limiter = new Counter({
    name: 'nexlink_nexodus_limiter_wait_seconds_total',
    help: 'Time that requests waited under our own rate limit.',
    registers,
  });
  const watches = new Counter({
    name: 'nexlink_nexodus_watch_reconnects_total',
    help: 'Watches that ended and were opened again, by why they ended.',
    labelNames: ['reason'],
    registers,
  });
  const problems = new Gauge({
    name: 'nexlink_directory_invalid_records',
    help: 'Faults in the metadata that a device publishes; its other records are used.',
    labelNames: ['device'],
    registers,
  });
  const leader = new Gauge({ name: 'nexlink_leader', help: '1 while this process leads.', registers });

  return {
    render: async () => ({ text: await registry.metrics(), contentType: registry.contentType }),
    leading: is => leader.set(is ? 1 : 0),
    controllers: {
      reconciled: (controller, result, seconds) => {
        reconciles.inc({ controller, result });
        duration.observe({ controller }, seconds);
      },
      queued: (controller, keys, busy) => {
        waiting.set({ controller }, keys);
        inFlight.set({ controller }, busy);
      },
    },
    nexodus: {
      request: (method, route, status, seconds) =>
        requests.observe({ method, route, status: String(status) }, seconds),
      limiterWaited: seconds => limiter.inc(seconds),
      watchReconnect: reason => watches.inc({ reason }),
      recordProblems: (device, count) =>
        count > 0 ? problems.set({ device }, count) : problems.remove({ device }),
    },
  };
}
