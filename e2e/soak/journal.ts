/**
 * What pods, endpoints and unanswered connections of the importing clusters did meanwhile, as seen once a second: for
 * failures that no fault explains.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../../controllers/runtime/kube.ts';
import type { Pod } from '../../controllers/runtime/objects.ts';
import { resources } from '../../controllers/runtime/resources.ts';
import type { Cluster } from '../harness/cluster.ts';
import { Node } from '../harness/node.ts';
import { clock } from '../traffic/traffic.ts';
import { isReady, space } from './space.ts';

/** Name of something → its state. */
export type View = ReadonlyMap<string, string>;

interface Entry {
  readonly at: number;
  readonly text: string;
}

/** As the API server stores it; null where a list is empty. */
export interface Slice extends KubeObject {
  endpoints?:
    | {
        addresses: string[];
        conditions?: { ready?: boolean; serving?: boolean; terminating?: boolean };
      }[]
    | null;
}

const everyMs = 1000;

export class Journal {
  readonly #entries: Entry[] = [];
  readonly #stop = new AbortController();
  readonly #running: Promise<unknown>;

  constructor(clusters: readonly Cluster[]) {
    this.#running = Promise.all(clusters.map(cluster => this.#follow(cluster)));
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  /** A line for each change between two times. */
  between(from: number, to: number): string[] {
    return this.#entries
      .filter(({ at }) => at >= from && at <= to)
      .map(({ at, text }) => `${clock(at)} ${text}`);
  }

  write(file: string): void {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${this.between(0, Infinity).join('\n')}\n`);
  }

  async #follow(cluster: Cluster): Promise<void> {
    const node = new Node(cluster);
    const sources: readonly { what: string; look: () => Promise<View>; seen: View }[] = [
      {
        what: 'pods',
        look: async () => podsOf(await cluster.list<Pod>(resources.pods, space)),
        seen: new Map(),
      },
      {
        what: 'endpoints',
        look: async () => endpointsOf(await cluster.list<Slice>(resources.endpointSlices, space)),
        seen: new Map(),
      },
      { what: 'connections', look: async () => unanswered(await node.unansweredSYNs()), seen: new Map() },
    ];
    while (!this.#stop.signal.aborted) {
      await Promise.all(
        sources.map(async source => {
          const now = await source.look().catch(() => undefined);
          // What nobody could look at is left as it was: it is told with the next look.
          const lines = now ? changes(source.seen, now) : [`${source.what}: could not be looked at`];
          for (const line of lines) this.#entries.push({ at: Date.now(), text: `${cluster.name} ${line}` });
          source.seen = now ?? source.seen;
        }),
      );
      await sleep(everyMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }
}

/** What came, changed and went. */
export function changes(before: View, after: View): string[] {
  const lines: string[] = [];
  for (const [name, state] of after) if (before.get(name) !== state) lines.push(`${name}: ${state}`);
  for (const name of before.keys()) if (!after.has(name)) lines.push(`${name}: gone`);
  return lines;
}

export const podsOf = (pods: readonly Pod[]): View =>
  new Map(
    pods.map(pod => [
      `pod ${pod.metadata.name} ${pod.metadata.uid!.slice(0, 8)}`,
      [
        pod.status?.podIP ?? 'no address',
        isReady(pod) ? 'ready' : 'not ready',
        ...(pod.metadata.deletionTimestamp ? ['stops'] : []),
      ].join(', '),
    ]),
  );

export const endpointsOf = (slices: readonly Slice[]): View =>
  new Map(
    slices.flatMap(({ metadata, endpoints }) =>
      (endpoints ?? []).map(({ addresses, conditions = {} }): [string, string] => [
        `endpoint ${addresses.join()} of ${metadata.labels?.['kubernetes.io/service-name']}`,
        Object.entries(conditions)
          .flatMap(([name, holds]) => (holds ? [name] : []))
          .join(', ') || 'not ready',
      ]),
    ),
  );

/** Of lines of nf_conntrack: whose SYN nobody answered yet, and who should have, behind the Service. */
export function unanswered(text: string): View {
  const found = new Map<string, string>();
  const line =
    /SYN_SENT src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+) (?:\[UNREPLIED\] )?src=(\S+) dst=\S+ sport=(\d+)/g;
  for (const [, from, to, fromPort, toPort, by, byPort] of text.matchAll(line))
    found.set(`SYN from ${from}:${fromPort} to ${to}:${toPort}`, `not answered by ${by}:${byPort}`);
  return found;
}
