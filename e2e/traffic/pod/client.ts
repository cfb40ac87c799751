/**
 * The traffic client: connections to a Service without a pause, each noted in a file, so that nothing is lost when
 * nobody is there to listen. What to do is in the variable TRAFFIC, as {@link TrafficPlan}.
 */

import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, askByDatagram, type Patience } from './attempt.ts';
import { last } from './lasting.ts';
import type { Outcome, Sample } from './record.ts';
import { SourcePorts } from './source-ports.ts';

export interface TrafficPlan {
  /** Address of the Service: names are looked up elsewhere, and not what is tried here. */
  readonly host: string;
  readonly ports: { readonly http: number; readonly echo: number; readonly udp: number };
  /** Who may answer. */
  readonly expected: readonly string[];
  /** Milliseconds between two; 0: none. */
  readonly httpEveryMs: number;
  readonly udpEveryMs: number;
  /** Connections that are to last, and how often each sends a byte. */
  readonly lasting: number;
  readonly lastingEveryMs: number;
  /** One that gets no byte back for so long ends itself, as broken. */
  readonly lastingMs: number;
  /** One of this age makes room for another; default: never. */
  readonly lastingForMs?: number;
  readonly patience: Patience;
  /** Samples are appended to it. */
  readonly file: string;
}

/** The client itself did not run for so long: what it saw then says little. */
const lateMs = 250;
const stallMs = 500;

export async function runTraffic(plan: TrafficPlan, signal: AbortSignal): Promise<void> {
  const lines: string[] = [];
  const note = (sample: Sample) => void lines.push(JSON.stringify(sample));
  const flush = () => {
    if (lines.length) appendFileSync(plan.file, lines.splice(0).join('\n') + '\n');
  };
  const writing = setInterval(flush, 100);
  const { host, expected, patience } = plan;
  const sourcePorts = new SourcePorts();
  note({ kind: 'start', at: Date.now(), ms: 0, count: plan.lasting });

  const tryOne = async (kind: 'http' | 'udp', attempt: () => Promise<Outcome>) => {
    const at = Date.now();
    const outcome = await attempt();
    note({ kind, at, ms: Date.now() - at, ...outcome });
  };
  const late = (at: number, ms: number) => note({ kind: 'late', at, ms });
  const { http, udp, echo } = plan.ports;
  const keep = async () => {
    while (!signal.aborted) {
      const at = Date.now();
      const stalled = (from: number, ms: number) => note({ kind: 'stall', at: from, ms });
      const outcome = await last({
        host,
        port: echo,
        sourcePorts,
        everyMs: plan.lastingEveryMs,
        forMs: plan.lastingForMs,
        patience: { ...patience, answerMs: plan.lastingMs },
        stallMs,
        stalled,
      });
      if (outcome.failure) note({ kind: 'lasting', at, ms: Date.now() - at, ...outcome });
      await sleep(plan.lastingEveryMs);
    }
  };
  for (let index = 0; index < plan.lasting; index++) void keep();
  await Promise.all([
    every(
      plan.httpEveryMs,
      () => tryOne('http', () => ask({ host, port: http, expected }, patience, sourcePorts)),
      {
        late,
        signal,
      },
    ),
    every(
      plan.udpEveryMs,
      () => tryOne('udp', () => askByDatagram({ host, port: udp, expected }, patience)),
      { late, signal },
    ),
  ]);
  clearInterval(writing);
  flush();
}

/** Starts `act` every so many milliseconds, whether the one before has ended or not; moments that were missed are left out. */
async function every(
  periodMs: number,
  act: () => Promise<void>,
  { late, signal }: { late: (at: number, ms: number) => void; signal: AbortSignal },
): Promise<void> {
  if (periodMs === 0) return;
  let next = Date.now();
  while (!signal.aborted) {
    void act();
    next += periodMs;
    const now = Date.now();
    if (now - next > lateMs) late(next, now - next);
    if (now > next) next = now;
    await sleep(next - now);
  }
}

if (process.env['TRAFFIC']) {
  const stop = new AbortController();
  process.once('SIGTERM', () => stop.abort());
  await runTraffic(JSON.parse(process.env['TRAFFIC']) as TrafficPlan, stop.signal);
  process.exit(0);
}
