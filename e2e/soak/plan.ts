/** Which faults happen to whom, and what each of them may make fail. Pure: the same seed gives the same plan. */

import { Random } from './random.ts';

export const clusterNames = ['a', 'b', 'c'] as const;
export type ClusterName = (typeof clusterNames)[number];

/** Traffic that nobody changes: a client in one cluster opens connections to what others export. */
export interface Link {
  readonly name: string;
  readonly exporters: readonly ClusterName[];
  readonly importer: ClusterName;
}

export const links: readonly Link[] = [
  { name: 'page', exporters: ['a', 'c'], importer: 'b' },
  { name: 'back', exporters: ['b'], importer: 'a' },
];

export type Target = 'export gateway' | 'import gateway' | 'cluster' | 'Nexodus';

export interface FaultKind {
  readonly target: Target;
  /**
   * Connections that start up to so many milliseconds after the fault may fail, of links that use the target; 0: none
   * may. A client cannot be spared these: until the death of one replica is known, the others cannot stand in.
   */
  readonly allowedMs: number;
  /** How long it lasts, in seconds; others happen meanwhile. */
  readonly seconds?: readonly [least: number, most: number];
  /**
   * What of Nexodus it takes: the stand-in, whose links and watches can be disturbed; or a command as well that brings
   * a Nexodus of one's own down.
   */
  readonly by?: 'stand-in' | 'stand-in or command';
}

const kinds = {
  // A far end is known to be dead within 3 s of its death.
  'export gateway pod killed': { target: 'export gateway', allowedMs: 3000 },
  'export gateway nexd killed': { target: 'export gateway', allowedMs: 3000 },
  'export gateway agent killed': { target: 'export gateway', allowedMs: 0 },
  'export gateway device deleted': { target: 'export gateway', allowedMs: 3000 },
  'export gateway device cut': {
    target: 'export gateway',
    allowedMs: 3000,
    seconds: [4, 10],
    by: 'stand-in',
  },
  'metadata damaged': { target: 'export gateway', allowedMs: 0 },
  'metadata deleted': { target: 'export gateway', allowedMs: 0 },
  // The nodes take a moment to send new connections to the other pod.
  'import gateway pod killed': { target: 'import gateway', allowedMs: 3000 },
  'import gateway nexd killed': { target: 'import gateway', allowedMs: 5000 },
  // The clients' connections go through it.
  'import gateway agent killed': { target: 'import gateway', allowedMs: 3000 },
  // The pod has to find out that it reaches nobody, within 5 s, before the nodes can be told.
  'import gateway device deleted': { target: 'import gateway', allowedMs: 8000 },
  'controllers killed': { target: 'cluster', allowedMs: 0 },
  'API server killed': { target: 'cluster', allowedMs: 0 },
  'watches of the API server reset': { target: 'cluster', allowedMs: 0 },
  'export created': { target: 'cluster', allowedMs: 0 },
  'export changed': { target: 'cluster', allowedMs: 0 },
  'export deleted': { target: 'cluster', allowedMs: 0 },
  'Nexodus down': { target: 'Nexodus', allowedMs: 0, seconds: [5, 20], by: 'stand-in or command' },
  'Nexodus watches dropped': { target: 'Nexodus', allowedMs: 0, by: 'stand-in' },
  'Nexodus watches silent': { target: 'Nexodus', allowedMs: 0, seconds: [5, 40], by: 'stand-in' },
} as const satisfies { readonly [name: string]: FaultKind };

export type FaultName = keyof typeof kinds;
export const faultNames = Object.keys(kinds) as FaultName[];
export const kindOf = (name: FaultName): FaultKind => kinds[name];

/** Whether it can be brought about with what there is. */
export function isPossible(
  name: FaultName,
  has: { readonly standIn: boolean; readonly command: boolean },
): boolean {
  const { by } = kindOf(name);
  return by === undefined || has.standIn || (has.command && by === 'stand-in or command');
}

/** One fault that is to happen. */
export interface Fault {
  readonly name: FaultName;
  /** Undefined: it happens to all of them. */
  readonly cluster: ClusterName | undefined;
  /** Of a gateway: which of its two replicas. */
  readonly ordinal: number;
  /** How long it lasts. */
  readonly forMs: number;
  /** Quiet time before it. */
  readonly pauseMs: number;
}

/** Faults without end: each kind comes once before any comes again. */
export function* faults(seed: number, names: readonly FaultName[] = faultNames): Generator<Fault> {
  const random = new Random(seed);
  for (;;)
    for (const name of random.shuffled(names)) {
      const { target, seconds } = kindOf(name);
      const among = targets[target];
      yield {
        name,
        cluster: among.length ? random.oneOf(among) : undefined,
        ordinal: random.between(0, 1),
        forMs: seconds ? 1000 * random.between(...seconds) : 0,
        pauseMs: random.between(3000, 12_000),
      };
    }
}

const targets: { readonly [target in Target]: readonly ClusterName[] } = {
  'export gateway': [...new Set(links.flatMap(({ exporters }) => exporters))],
  'import gateway': [...new Set(links.map(({ importer }) => importer))],
  cluster: clusterNames,
  Nexodus: [],
};

/** The links of which connections may fail because of it. */
export function touchedLinks({ name, cluster }: Pick<Fault, 'name' | 'cluster'>): readonly string[] {
  const { target, allowedMs } = kindOf(name);
  if (allowedMs === 0) return [];
  return links
    .filter(({ exporters, importer }) =>
      target === 'export gateway' ? exporters.includes(cluster!) : importer === cluster,
    )
    .map(({ name }) => name);
}

/** Whether it needs all replicas there: with one gone already, nobody could stand in. */
export const needsWhole = ({ name }: Pick<Fault, 'name'>): boolean => kindOf(name).target.endsWith('gateway');

/** `export gateway pod killed: replica 1 of b` */
export function describeFault({ name, cluster, ordinal, forMs }: Fault): string {
  const whom = [
    ...(kindOf(name).target.endsWith('gateway') ? [`replica ${ordinal} of`] : []),
    ...(cluster ? [cluster] : []),
  ].join(' ');
  return `${name}${whom && ': '}${whom}${forMs ? ` for ${forMs / 1000} s` : ''}`;
}
