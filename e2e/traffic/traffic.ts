/** Traffic between clusters: servers and clients as pods, and what became of every connection. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import type { Environment } from '../harness/environment.ts';
import { until } from '../harness/wait.ts';
import type { TrafficPlan } from './pod/client.ts';
import { parseSamples, type Sample } from './pod/record.ts';
import { renderCounts, summarize, type Summary } from './summary.ts';

/** The ConfigMap with the programs; Node runs them as they are. */
const programs = 'traffic';
const samplesFile = '/tmp/samples';
const ports = { http: 80, echo: 81, udp: 82 } as const;

async function putPrograms(cluster: Cluster, namespace: string): Promise<void> {
  const folder = path.join(import.meta.dirname, 'pod');
  const files = readdirSync(folder).filter(name => !name.endsWith('.test.ts'));
  await cluster.writer.apply(resources.configMaps, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: programs, namespace },
    data: {
      ...Object.fromEntries(files.map(name => [name, readFileSync(path.join(folder, name), 'utf8')])),
      'package.json': '{"type":"module"}',
    },
  });
}

/** So that a busy node does not starve those who measure. */
const cpu = '50m';

const node = (program: string) => ['/nexlink/node', '--max-semi-space-size=2', `/files/${program}.ts`];

/** A pod that answers with `text`, ready when this resolves, and a Service of the same name. */
export async function trafficServer(
  { image }: Pick<Environment, 'image'>,
  cluster: Cluster,
  namespace: string,
  name: string,
  text: string,
): Promise<void> {
  await putPrograms(cluster, namespace);
  await cluster.pod(namespace, name, node('server'), {
    image,
    files: programs,
    env: { SERVE: text },
    port: 8080,
    cpu,
  });
  await cluster.service(namespace, name, [
    { name: 'http', port: ports.http, targetPort: 8080 },
    { name: 'echo', port: ports.echo, targetPort: 8081 },
    { name: 'udp', port: ports.udp, targetPort: 8082, protocol: 'UDP' },
  ]);
  await cluster.podReady(namespace, name);
}

export type TrafficOptions = Partial<
  Pick<
    TrafficPlan,
    'expected' | 'httpEveryMs' | 'udpEveryMs' | 'lasting' | 'lastingMs' | 'lastingForMs' | 'patience'
  >
>;

/** A pod that opens connections to a Service of its namespace without a pause, and what it saw so far. */
export class TrafficClient {
  readonly cluster: Cluster;
  readonly #namespace: string;
  readonly #pod: string;
  readonly #plan: TrafficPlan;
  readonly #samples: Sample[] = [];
  #bytes = 0;

  private constructor(cluster: Cluster, namespace: string, pod: string, plan: TrafficPlan) {
    this.cluster = cluster;
    this.#namespace = namespace;
    this.#pod = pod;
    this.#plan = plan;
  }

  /** Waits for the Service; resolves once the client runs. */
  static async start(
    { image }: Pick<Environment, 'image'>,
    cluster: Cluster,
    namespace: string,
    service: string,
    options: TrafficOptions = {},
  ): Promise<TrafficClient> {
    const { spec } = await until(
      `Service ${namespace}/${service} is in ${cluster.name}`,
      () => cluster.get<Service>(resources.services, namespace, service),
      { explain: () => cluster.overview(namespace) },
    );
    const plan: TrafficPlan = {
      host: spec!.clusterIP!,
      ports,
      expected: [],
      httpEveryMs: 20,
      udpEveryMs: 200,
      lasting: 4,
      lastingEveryMs: 200,
      lastingMs: options.patience?.answerMs ?? 10_000,
      // Long, so that a machine that is busy for seconds does not pass for one that loses connections.
      patience: { connectMs: 3000, answerMs: 10_000 },
      ...options,
      file: samplesFile,
    };
    const pod = `client-${service}`;
    await putPrograms(cluster, namespace);
    await cluster.pod(namespace, pod, node('client'), {
      image,
      files: programs,
      env: { TRAFFIC: JSON.stringify(plan) },
      cpu,
    });
    await cluster.podReady(namespace, pod);
    return new TrafficClient(cluster, namespace, pod, plan);
  }

  /**
   * Everything that ended so far. Asked for again when the connection to the pod breaks: the client goes on whatever
   * happens to those who look at it.
   */
  async samples(): Promise<readonly Sample[]> {
    const text = await until(
      `the samples of ${this.#namespace}/${this.#pod} in ${this.cluster.name}`,
      () => this.cluster.exec(this.#namespace, this.#pod, 'tail', '-c', `+${this.#bytes + 1}`, samplesFile),
      { timeoutMs: 60_000, everyMs: 500 },
    );
    const { samples, bytes } = parseSamples(text);
    // One by one: they may be more than a call takes arguments.
    for (const sample of samples) this.#samples.push(sample);
    this.#bytes += bytes;
    return this.#samples;
  }

  /**
   * Waits until nothing fails: of the connections of `forMs` none did, and each of `servers` answered. Only such count
   * as can have no open end any more.
   */
  async calm(servers: readonly string[], forMs = 3000, timeoutMs = 90_000): Promise<void> {
    let seen: Summary | undefined;
    await until(
      `connections from ${this.cluster.name} do not fail for ${forMs} ms, and ${servers.join(' and ')} answer`,
      async () => {
        const to = Date.now() - this.#plan.patience.answerMs;
        const samples = await this.samples();
        seen = summarize(samples, { from: to - forMs, to });
        const isFresh = samples.some(({ kind, at }) => kind === 'http' && at > to);
        return isFresh && seen.failed === 0 && servers.every(name => seen!.answers[name]);
      },
      {
        timeoutMs,
        everyMs: 500,
        explain: async () => `seen: ${JSON.stringify(seen)}\n${await this.cluster.overview(this.#namespace)}`,
      },
    );
  }

  /** Everything that started before now, once it has ended. */
  async settled(): Promise<readonly Sample[]> {
    await sleep(this.#plan.patience.answerMs + 500);
    return this.samples();
  }
}

/** A few lines: new connections, datagrams and lasting connections of [from, to). */
export function renderTraffic(samples: readonly Sample[], from = -Infinity, to = Infinity): string {
  const http = summarize(samples, { from, to });
  const udp = summarize(samples, { kind: 'udp', from, to });
  const ended = samples.filter(({ kind, at, ms }) => kind === 'lasting' && at + ms >= from && at + ms < to);
  const stalls = samples.filter(({ kind, at }) => kind === 'stall' && at >= from && at < to);
  const late = samples.filter(({ kind, at }) => kind === 'late' && at >= from && at < to);
  const worst = (of: readonly Sample[]) => Math.max(0, ...of.map(({ ms }) => ms));
  const lines = [
    `connections: ${http.tried} tried, ${http.failed} failed; slowest answer ${http.slowestMs} ms; by ${renderCounts(http.answers)}`,
    ...http.disturbances.map(
      ({ from: began, to: ended, tried, failed, kinds }) =>
        `  failed: ${failed} of ${tried} from ${clock(began)} for ${ended - began} ms: ${renderCounts(kinds)}`,
    ),
    `datagrams: ${udp.tried} sent, ${udp.failed} not answered`,
    `lasting connections: ${ended.length} ended; ${stalls.length} silences of 0.5 s or more` +
      (stalls.length ? `, longest ${worst(stalls)} ms` : ''),
    ...ended
      .slice(0, 8)
      .map(
        ({ at, ms, failure }) => `  ended: ${failure} at ${clock(at + ms)}, ${(ms / 1000).toFixed(1)} s old`,
      ),
  ];
  if (late.length)
    lines.push(`the client itself did not run ${late.length} times, at most for ${worst(late)} ms`);
  return lines.join('\n');
}

/** Time of day, to the millisecond. */
export const clock = (at: number): string => new Date(at).toISOString().slice(11, 23);
